"""Optimal land-use plans: changes between classes within bounds and permissions, in whole cells.

Changes from class to class are the variables of a linear program. Without a further aim it is a network flow problem
with integer solutions; with one, the plan is rounded within the same bounds so that the further aim is still satisfied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .linear_program import LinearProgram, solve

# Tolerance for whole numbers of cells.
_WHOLE_CELL = 1e-5
# Largest share of the range of one aim that a second one may decide.
_LEAST_WEIGHT = 1e-7


@dataclass(frozen=True)
class Land:
    """The present land and its permitted changes.

    Attributes:
        labels: names of the classes.
        free: cells of each class that may change, int64 (classes,).
        locked: cells of each class that may not change, int64 (classes,).
        permitted: whether class (row) may become class (column), bool (classes, classes); persistence always is.
        cell_ha: mean area of a cell.
    """

    labels: Sequence[str]
    free: np.ndarray
    locked: np.ndarray
    permitted: np.ndarray
    cell_ha: float

    @property
    def cells(self) -> np.ndarray:
        """Present cells of each class, int64 (classes,)."""
        return self.free + self.locked


@dataclass(frozen=True)
class ClassBounds:
    """Minimum and maximum number of cells of each class, float64 (classes,); integers, 0 and inf for none."""

    least: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class Floor:
    """A further aim that must reach a value: ``gain_ha @ areas >= value``, with gains per ha (classes,)."""

    gain_ha: np.ndarray
    value: float


@dataclass(frozen=True)
class LandPlan:
    """A plan.

    Attributes:
        land: the present land.
        flows: cells from class (row) to class (column), restricted cells on the diagonal, int64 (classes, classes).
    """

    land: Land
    flows: np.ndarray

    @property
    def cells(self) -> np.ndarray:
        """Cells of each class in the plan, int64 (classes,)."""
        return self.flows.sum(axis=0)

    @property
    def changed_cells(self) -> int:
        """Number of cells that change."""
        return int(self.flows.sum() - np.trace(self.flows))

    def value(self, gain_ha: np.ndarray) -> float:
        """The value of an aim with gains per ha of each class (classes,)."""
        return float(self.cells @ gain_ha) * self.land.cell_ha


def before(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """A combined gain per class (classes,) that prefers ``first`` and breaks ties by ``second``.

    Areas are exchanged between two classes at a time, so that the smallest difference of two gains is the smallest
    improvement of an exchange; the second aim gets half of it in total.
    """
    return first + second * _weight(first, float(np.ptp(second)))


def _weight(first: np.ndarray, most: float) -> float:
    """The weight of a quantity that an exchange changes by at most ``most``, so that ``first`` has priority."""
    differences = np.diff(np.unique(first))
    if not len(differences) or not most:
        return 1.0
    return max(0.5 * float(differences.min()), _LEAST_WEIGHT * float(np.ptp(first))) / most


def _program(
    land: Land, bounds: ClassBounds, gain: np.ndarray, floor: Floor | None
) -> tuple[LinearProgram, np.ndarray]:
    """The linear program and the pairs of classes (variables, 2) of its variables."""
    classes = len(land.free)
    allowed = np.array(land.permitted, bool) | np.eye(classes, dtype=bool)
    pairs = np.argwhere(allowed & (land.free > 0)[:, None])
    now, later = pairs.T
    from_rows = (now == np.arange(classes)[:, None]).astype(float)
    to_rows = (later == np.arange(classes)[:, None]).astype(float)
    rows = [from_rows[land.free > 0], to_rows]
    least = [land.free[land.free > 0], bounds.least - land.locked]
    most = [land.free[land.free > 0], bounds.most - land.locked]
    if floor is not None:
        scale = float(np.abs(floor.gain_ha).max()) or 1.0
        rows.append((floor.gain_ha[later] / scale)[None])
        least.append(np.array([floor.value / land.cell_ha / scale - float(land.locked @ floor.gain_ha) / scale]))
        most.append(np.array([np.inf]))
    # Among plans of equal gain, the one with the fewest changes; a chain has at most two changes per class.
    change = _weight(gain, 2.0 * classes)
    program = LinearProgram(
        gain[later] - change * (now != later),
        np.concatenate(rows),
        np.concatenate(least).astype(float),
        np.concatenate(most).astype(float),
        np.zeros(len(pairs)),
        np.full(len(pairs), np.inf),
    )
    return program, pairs


def best_plan(land: Land, bounds: ClassBounds, gain_ha: np.ndarray, floor: Floor | None = None) -> LandPlan | None:
    """The plan with the largest sum of gain x area; among equal ones that with the fewest changed cells.

    Args:
        land: the present land.
        bounds: bounds of each class.
        gain_ha: gain per ha of each class, negative for amounts to be minimised (classes,).
        floor: a further aim that must be reached.

    Returns:
        the plan, ``None`` if none satisfies all bounds and the floor.
    """
    gain = np.asarray(gain_ha, float)
    program, pairs = _program(land, bounds, gain, floor)
    found = solve(program)
    if found is None:
        return None
    if floor is not None and (np.abs(found - np.rint(found)) > _WHOLE_CELL).any():
        found = _whole_flows(land, bounds, program, pairs, found, before(floor.gain_ha, gain))
    flows = np.diag(land.locked).astype(np.int64)
    flows[tuple(pairs.T)] += np.rint(found).astype(np.int64)
    return LandPlan(land, flows)


def _whole_flows(
    land: Land, bounds: ClassBounds, program: LinearProgram, pairs: np.ndarray, found: np.ndarray, gain: np.ndarray
) -> np.ndarray:
    """Integer flows next to ``found`` (rounded up or down) that satisfy all constraints, optimal for ``gain``.

    ``found`` is a convex combination of such plans, so that the best of them has at least its ``gain``.
    """
    near = np.where(np.abs(found - np.rint(found)) < _WHOLE_CELL, np.rint(found), found)
    plain, _ = _program(land, bounds, gain, None)
    rounded = solve(replace(plain, lower=np.floor(near), upper=np.ceil(near)))
    return near if rounded is None else rounded
