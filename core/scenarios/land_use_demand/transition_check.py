"""Feasibility of a demand by transition, given free cells and permission matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import listed
from ...runtime.i18n import tr
from .demand_check import reach_advice
from .markov import whole_cells


@dataclass(frozen=True)
class TransitionReach:
    """A demand by transition and the nearest feasible one, in cells.

    Attributes:
        wanted: cells from class at the start (row) to class at the end of the step, int64 (steps, classes, classes).
        nearest: feasible cells of the same shape; rows sum to the cells of their class, with restricted cells on the
            diagonal.
        free: cells of each class at the start that may change, int64 (classes,).
        permitted: whether class (row) may become class (column), the diagonal true, bool (classes, classes).
    """

    wanted: np.ndarray
    nearest: np.ndarray
    free: np.ndarray
    permitted: np.ndarray

    @property
    def is_reachable(self) -> bool:
        """Whether the demand is feasible."""
        return bool((self.wanted == self.nearest).all())

    def sentence(self, labels: Sequence[str], cell_ha: float, used: bool = False) -> str:
        """A sentence on the missing hectares of transitions and the reasons; ``used``: the nearest are used."""
        step = int(np.argmax(missing_cells(self.wanted, self.nearest)))
        wanted, nearest = self.wanted[step], self.nearest[step]
        short = np.argwhere(wanted > nearest)
        parts = [
            tr("{now}>{later}: demand {asked:,.2f} ha, possible {possible:,.2f} ha").format(
                now=labels[now],
                later=labels[later],
                asked=wanted[now, later] * cell_ha,
                possible=nearest[now, later] * cell_ha,
            )
            + ("" if self.permitted[now, later] else " (" + tr("forbidden by the permission matrix") + ")")
            for now, later in short
            if now != later
        ]
        limited = [
            tr("class {name} has only {area:,.2f} ha that can change").format(
                name=labels[k], area=self.free[k] * cell_ha
            )
            for k in np.unique([now for now, later in short if now != later and self.permitted[now, later]])
        ]
        reasons = f" ({'; '.join(limited)})" if limited else ""
        return tr(
            "The demand by transition cannot be reached under the permission matrix and the restricted cells: "
            "{parts}{reasons}; {advice}."
        ).format(parts=listed(parts), reasons=reasons, advice=reach_advice(used))


def missing_cells(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Missing changes in cells (...,), from matrices (..., classes, classes), without persistence."""
    short = np.maximum(np.asarray(wanted, np.int64) - found, 0)
    return short.sum(axis=(-2, -1)) - np.trace(short, axis1=-2, axis2=-1)


def reach_transitions(free: np.ndarray, permitted: np.ndarray, wanted: np.ndarray) -> TransitionReach:
    """Compute the feasible transitions nearest to ``wanted``.

    Forbidden changes are omitted. If a class would lose more cells than are free, all its changes are reduced in the
    same proportion.

    Args:
        free: cells of each class at the start that may change (classes,).
        permitted: whether class (row) may become class (column), (classes, classes); persistence always is.
        wanted: cells by class at the start (row) and at the end of each step, (steps, classes, classes).
    """
    wanted, free = np.asarray(wanted, np.int64), np.asarray(free, np.int64)
    allowed = np.array(permitted, bool)
    np.fill_diagonal(allowed, True)
    held = wanted.sum(axis=2)
    stays = np.eye(len(free), dtype=bool)
    changes = np.where(allowed & ~stays, wanted, 0)
    for step, now in np.argwhere(changes.sum(axis=2) > free):
        changes[step, now] = whole_cells(changes[step, now], int(free[now]))
    nearest = changes + stays * (held - changes.sum(axis=2))[:, :, None]
    return TransitionReach(wanted, nearest, free, allowed)


def new_changes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The new changes of a step between the states ``before`` and ``after`` it, int64 (classes, classes).

    Only cells that have not changed before are counted; if a later year demands less of a change than an earlier one,
    some cells must change again, which reduces the number of new changes.

    Args:
        before, after: cells by class at the start of the run (row) and at that time, (classes, classes).
    """
    more = np.maximum(after - before, 0)
    np.fill_diagonal(more, 0)
    leaving = np.maximum(np.diag(before) - np.diag(after), 0)
    for now in np.flatnonzero(more.sum(axis=1) > leaving):
        more[now] = whole_cells(more[now], int(leaving[now]))
    return more
