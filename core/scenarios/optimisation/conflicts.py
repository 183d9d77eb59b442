"""What stands in the way of a plan: bounds that contradict each other, and what the bounds of a plan cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...runtime.errors import listed
from ...runtime.i18n import tr
from .land_plan import ClassBounds, Floor, Land, best_plan

# As core/text/vocabulary.py has them.
LEAST, MOST, LOCKED, FORBIDDEN = "at least", "at most", "cells that may not change", "permission matrix"


@dataclass(frozen=True)
class Constraint:
    """One constraint.

    Attributes:
        kind: one of those above.
        place: the class that it is of; of a change that is forbidden or a cell that may not change, the class now.
    """

    kind: str
    place: int

    def lifted(self, land: Land, bounds: ClassBounds, by: float = np.inf) -> tuple[Land, ClassBounds]:
        """The land and bounds without it, or with a bound that is ``by`` cells wider."""
        at = self.place
        if self.kind == LEAST:
            least = bounds.least.copy()
            least[at] = max(least[at] - by, 0)
            return land, replace(bounds, least=least)
        if self.kind == MOST:
            most = bounds.most.copy()
            most[at] += by
            return land, replace(bounds, most=most)
        if self.kind == LOCKED:
            free, locked = land.free.copy(), land.locked.copy()
            free[at], locked[at] = free[at] + locked[at], 0
            return replace(land, free=free, locked=locked), bounds
        permitted = land.permitted.copy()
        permitted[at] = True
        return replace(land, permitted=permitted), bounds

    def words(self, land: Land, bounds: ClassBounds) -> str:
        """What it says, for a message."""
        name = land.labels[self.place]
        if self.kind == LEAST:
            return tr("class {name} at least {area:,.2f} ha").format(
                name=name, area=bounds.least[self.place] * land.cell_ha
            )
        if self.kind == MOST:
            return tr("class {name} at most {area:,.2f} ha").format(
                name=name, area=bounds.most[self.place] * land.cell_ha
            )
        if self.kind == LOCKED:
            return tr("cells that may not change keep {area:,.2f} ha of class {name}").format(
                name=name, area=land.locked[self.place] * land.cell_ha
            )
        others = ~land.permitted[self.place] & (np.arange(len(land.labels)) != self.place)
        return tr("the permission matrix forbids class {name} to become {others}").format(
            name=name, others=listed(land.labels[k] for k in np.flatnonzero(others))
        )


def constraints_of(land: Land, bounds: ClassBounds) -> Iterator[Constraint]:
    """All constraints that could stand in the way."""
    classes = range(len(land.free))
    yield from (Constraint(FORBIDDEN, k) for k in classes if land.free[k] and not np.delete(land.permitted[k], k).all())
    yield from (Constraint(LOCKED, k) for k in classes if land.locked[k])
    yield from (Constraint(LEAST, k) for k in classes if bounds.least[k] > 0)
    yield from (Constraint(MOST, k) for k in classes if np.isfinite(bounds.most[k]))


def conflicting(land: Land, bounds: ClassBounds) -> list[Constraint]:
    """Constraints that cannot be kept together, none of which can be left out; empty if a plan exists.

    One constraint after the other is lifted and stays lifted if there is still no plan (the deletion filter of Chinneck
    and Dravnieks 1991); the total area is always fixed.
    """
    gain = np.zeros(len(land.free))
    if best_plan(land, bounds, gain) is not None:
        return []
    needed = []
    for constraint in constraints_of(land, bounds):
        wider = constraint.lifted(land, bounds)
        if best_plan(*wider, gain) is None:
            land, bounds = wider
        else:
            needed.append(constraint)
    return needed


def conflict_sentence(land: Land, bounds: ClassBounds, found: Iterable[Constraint]) -> str:
    """Which constraints contradict each other."""
    return tr(
        "No land plan keeps all bounds, for the total area of {area:,.2f} ha is fixed and these constraints contradict "
        "each other: {parts}; change at least one of them."
    ).format(
        area=land.cells.sum() * land.cell_ha,
        parts="; ".join(each.words(land, bounds) for each in found),
    )


@dataclass(frozen=True)
class Price:
    """What a constraint costs the aim.

    Attributes:
        constraint: which one.
        gain: how much the aim would win without the constraint, all others kept.
        gain_per_ha: how much it would win by the first cell of a bound, per ha; NaN for other constraints.
    """

    constraint: Constraint
    gain: float
    gain_per_ha: float


def prices(land: Land, bounds: ClassBounds, gain_ha: np.ndarray, floor: Floor | None = None) -> list[Price]:
    """What each constraint costs the best plan, those that cost nothing left out, the dearest first.

    Each constraint is lifted alone and the program solved again, so that no multiplier has to be interpreted.
    """
    plan = best_plan(land, bounds, gain_ha, floor)
    if plan is None:
        return []
    now = plan.value(gain_ha)
    threshold = 1e-9 * max(abs(now), float(np.abs(gain_ha).max()) * land.cell_ha, 1e-300)

    def won(constraint: Constraint, by: float = np.inf) -> float:
        other = best_plan(*constraint.lifted(land, bounds, by), gain_ha, floor)
        return 0.0 if other is None else other.value(gain_ha) - now

    found = []
    for constraint in constraints_of(land, bounds):
        gain = won(constraint)
        if gain > threshold:
            is_bound = constraint.kind in (LEAST, MOST)
            found.append(Price(constraint, gain, won(constraint, 1.0) / land.cell_ha if is_bound else np.nan))
    # Gains that differ by rounding alone are equal: they keep the order of the constraints.
    return sorted(found, key=lambda each: -float(f"{each.gain:.9g}"))
