"""Feasibility of a demand by class under a permission matrix and restricted cells.

A cell may become any class that the matrix permits for its class at the start of the step. This is a transport problem
between present and demanded classes; surplus cells move along chains of permitted changes to classes with a deficit
(augmenting paths; Ford and Fulkerson 1956). The deficit that remains when there are no more chains is the minimum for
any allocation.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.figures import Figure
from ...runtime.i18n import tr


@dataclass(frozen=True)
class Reach:
    """A demand and the nearest feasible demand, in cells.

    Attributes:
        demand: the demand, int64 (classes,).
        nearest: the feasible demand with the fewest missing cells, int64 (classes,).
        flows: the required changes from (row) to (column), int64 (classes, classes).
    """

    demand: np.ndarray
    nearest: np.ndarray
    flows: np.ndarray

    @property
    def is_reachable(self) -> bool:
        """Whether the demand is feasible."""
        return bool((self.demand == self.nearest).all())


def chain(capacity: np.ndarray, surplus: np.ndarray) -> list[int] | None:
    """The shortest chain of classes from one with too many cells to one with too few.

    Args:
        capacity: cells that may go from class (row) to class (column), (classes, classes).
        surplus: cells above (positive) or below (negative) demand, (classes,).

    Returns:
        the classes in order, or ``None`` if there is no chain.
    """
    came_from: dict[int, int] = {int(k): -1 for k in np.flatnonzero(surplus > 0)}
    queue = deque(came_from)
    while queue:
        here = queue.popleft()
        for there in np.flatnonzero(capacity[here] > 0):
            there = int(there)
            if there in came_from:
                continue
            came_from[there] = here
            if surplus[there] < 0:
                path = [there]
                while came_from[path[-1]] != -1:
                    path.append(came_from[path[-1]])
                return path[::-1]
            queue.append(there)
    return None


def reach(free: np.ndarray, locked: np.ndarray, permitted: np.ndarray, demand: np.ndarray) -> Reach:
    """Compute the feasible demand nearest to ``demand``.

    Args:
        free: cells of each class that may change, (classes,).
        locked: cells of each class that may not change, such as restricted ones, (classes,).
        permitted: whether class (row) may become class (column), (classes, classes); staying is always permitted.
        demand: demanded cells of each class, (classes,), with the total of ``free`` and ``locked``.
    """
    demand = np.asarray(demand, np.int64)
    held = np.diag(np.asarray(free, np.int64))
    allowed = np.array(permitted, bool)
    np.fill_diagonal(allowed, True)
    while True:
        surplus = held.sum(axis=0) + locked - demand
        # A cell of original class o and current class c may become j if o may become j.
        movable = np.einsum("oc,oj->ocj", held, allowed)
        path = chain(movable.sum(axis=0), surplus)
        if path is None:
            return Reach(demand, held.sum(axis=0) + np.asarray(locked, np.int64), held)
        amount = min(int(surplus[path[0]]), -int(surplus[path[-1]]))
        links = list(zip(path[:-1], path[1:]))
        amount = min([amount, *(int(movable[:, a, b].sum()) for a, b in links)])
        for here, there in links:
            left = amount
            for origin in np.flatnonzero(movable[:, here, there]):
                part = min(left, int(movable[origin, here, there]))
                held[origin, here] -= part
                held[origin, there] += part
                left -= part


def check_demand(demand: np.ndarray, cells: int, labels: Sequence[str], cell_ha: float) -> None:
    """Refuse a demand that is negative or does not add up to the region.

    Raises:
        CarbonBalanceError: the demand is invalid; the message states the difference.
    """
    if len(demand) != len(labels):
        raise CarbonBalanceError(
            tr(
                "The demand has {found} classes, the land cover has {wanted}: give one value for each of {names}."
            ).format(found=len(demand), wanted=len(labels), names=listed(labels))
        )
    negative = np.flatnonzero(np.asarray(demand) < 0)
    if len(negative):
        raise CarbonBalanceError(
            tr("The demand for {names} is negative: it must be at least 0.").format(
                names=listed(labels[k] for k in negative)
            )
        )
    total = int(np.sum(demand))
    if total != cells:
        raise CarbonBalanceError(
            tr(
                "The demand adds up to {total:,.2f} ha, but the region has {region:,.2f} ha: the demand of all classes "
                "must equal the area of the region."
            ).format(total=total * cell_ha, region=cells * cell_ha)
        )


def unreachable(
    found: Reach, permitted: np.ndarray, labels: Sequence[str], cell_ha: float, nearest: bool = False
) -> str:
    """A sentence on the classes with a deficit or an excess, in hectares; ``nearest``: the nearest demand is used."""
    gap = (found.demand - found.nearest) * cell_ha
    lacking = [f"{labels[k]} {Figure(gap[k]):,.2f} ha" for k in np.flatnonzero(gap > 0)]
    keeping = [
        f"{labels[k]} {Figure(-gap[k]):,.2f} ha"
        + ("" if np.delete(permitted[k], k).any() else " (" + tr("it cannot change to any other class") + ")")
        for k in np.flatnonzero(gap < 0)
    ]
    return tr(
        "The demand cannot be reached under the permission matrix and the restricted cells: {lacking} would fall "
        "short, and {keeping} would remain in excess; {advice}."
    ).format(lacking=listed(lacking), keeping=listed(keeping), advice=reach_advice(nearest))


def reach_advice(nearest: bool) -> str:
    """What is done about a demand that cannot be reached, or what can be done."""
    if nearest:
        return tr("the nearest reachable demand is used")
    return tr("permit more changes, change the demand, or choose the nearest reachable demand (UNREACHABLE = nearest)")
