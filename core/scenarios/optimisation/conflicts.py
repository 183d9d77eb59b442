"""Contradictory constraints of a land-use plan, and costs of binding constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...runtime.errors import listed
from ...runtime.i18n import tr
from .land_plan import ClassBounds, Floor, Land, best_plan

# As defined in core/text/vocabulary.py.
LEAST, MOST, LOCKED, FORBIDDEN = "at least", "at most", "cells that may not change", "permission matrix"


@dataclass(frozen=True)
class Constraint:
    """A constraint.

    Attributes:
        kind: one of the kinds above.
        place: index of its class; for forbidden changes and restricted cells the present class.
    """

    kind: str
    place: int

    def lifted(self, land: Land, bounds: ClassBounds, by: float = np.inf) -> tuple[Land, ClassBounds]:
        """The land and bounds without this constraint, or with the bound relaxed by ``by`` cells."""
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
        """The constraint as text, for messages."""
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
    """All constraints of the land and the bounds."""
    classes = range(len(land.free))
    yield from (Constraint(FORBIDDEN, k) for k in classes if land.free[k] and not np.delete(land.permitted[k], k).all())
    yield from (Constraint(LOCKED, k) for k in classes if land.locked[k])
    yield from (Constraint(LEAST, k) for k in classes if bounds.least[k] > 0)
    yield from (Constraint(MOST, k) for k in classes if np.isfinite(bounds.most[k]))


def conflicting(land: Land, bounds: ClassBounds) -> list[Constraint]:
    """A minimal set of contradictory constraints; empty if a plan exists.

    Constraints are removed one by one, permanently if there is still no plan (the deletion filter of Chinneck and
    Dravnieks 1991); the total area is always fixed.
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
    """The message about contradictory constraints."""
    return tr(
        "No land plan satisfies all bounds: the total area of {area:,.2f} ha is fixed, and these constraints "
        "contradict each other: {parts}; change at least one of them."
    ).format(
        area=land.cells.sum() * land.cell_ha,
        parts=tr("; ").join(each.words(land, bounds) for each in found),
    )


@dataclass(frozen=True)
class Price:
    """The cost of a constraint for the aim.

    Attributes:
        constraint: the constraint.
        gain: improvement of the aim without this constraint.
        gain_per_ha: improvement per ha if a bound is relaxed by one cell; NaN for other constraints.
    """

    constraint: Constraint
    gain: float
    gain_per_ha: float


def prices(land: Land, bounds: ClassBounds, gain_ha: np.ndarray, floor: Floor | None = None) -> list[Price]:
    """The costs of the constraints of the best plan, without those of zero cost, the most costly first.

    Each constraint is removed separately and the program solved again, which avoids interpreting multipliers.
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
    # Gains that differ only by rounding are equal and keep the order of the constraints.
    return sorted(found, key=lambda each: -float(f"{each.gain:.9g}"))
