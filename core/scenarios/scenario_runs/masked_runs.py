"""Runs of one scenario with several seeds: masks on its suitability, and the maps of every year.

A mask with a factor above 1 is a zone of planned development: the class is more suitable there, and counts one
neighbour more, so that it can begin where there is none yet (planned development zones as in PLUS; Liang et al. 2021,
Computers, Environment and Urban Systems 85).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block
from ...raster.source import RasterSource
from ...raster.warping.alignment import moved_onto
from ...runtime.i18n import tr
from ...runtime.log import Log
from ..automaton.landscape import Landscape
from ..automaton.rules import Rules
from ..class_maps import NO_LAND_CLASS, indices
from ..land_use_demand.demand_tables import LandUseDemand
from ..land_use_demand.transition_check import missing_cells
from ..simulation.ensemble import forked
from ..simulation.region import CellValues, Region, StepMaps, load_here
from ..simulation.simulation import simulate
from .scenario_table import MaskRule

# What a mask does not forbid is above this, so that what it does forbid comes last wherever cells are ranked.
LEAST_OPEN = 1e-6


@dataclass(frozen=True)
class _MaskedBand:
    """The suitability of one class with masks on it."""

    band: CellValues
    later: int
    cover: LandCover
    codes: np.ndarray
    masks: tuple[tuple[RasterSource, MaskRule], ...]

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The suitability of a block (rows, columns), 0 where a mask forbids the change."""
        values = self.band.read_float(block, dtype)
        now = indices(self.cover, block, self.codes)
        factor: np.ndarray = np.ones(values.shape, dtype)
        for source, rule in self.masks:
            factor[touched(source, rule, self.later, now, block)] *= rule.factor
        open_to = factor > 0
        values[open_to] = np.maximum(values[open_to] * factor[open_to], LEAST_OPEN)
        values[~open_to & ~np.isnan(values)] = 0
        return values


def touched(source: RasterSource, rule: MaskRule, later: int, now: np.ndarray, block: Block) -> np.ndarray:
    """The cells of a block in which a rule acts on changes to class ``later``, bool (rows, columns)."""
    inside = source.read_float(block)
    inside = ~np.isnan(inside) & (inside != 0)
    changing = np.append(rule.changes[:, later], np.zeros(256 - len(rule.changes), bool))
    return inside & changing[now]


@dataclass(frozen=True)
class ScenarioPlan:
    """What a scenario asks for, with everything on one grid.

    Attributes:
        name: of the scenario.
        demand: by class or by transition.
        permitted: whether class (row) may become class (column), bool (classes, classes).
        weights: neighbourhood weight of each class (classes,).
        masks: rules and what they act in, on the land cover's grid.
    """

    name: str
    demand: LandUseDemand
    permitted: np.ndarray
    weights: np.ndarray
    masks: tuple[tuple[RasterSource, MaskRule], ...] = ()


@dataclass(frozen=True)
class ScenarioRun:
    """One run of a scenario.

    Attributes:
        maps: of each year; class indices, 255 where there is none, uint8 (rows, columns) each.
        found: cells by class at the start (row) and at each step's end, int64 (steps, classes, classes).
        asked: the same as wanted; ``None`` with demand by class.
        missing: cells of the last step's demand that were not reached.
    """

    maps: StepMaps
    found: np.ndarray
    asked: np.ndarray | None
    missing: int


def masked_region(region: Region, plan: ScenarioPlan) -> Region:
    """The region with a scenario's masks on its suitability."""
    if not plan.masks:
        return region
    bands = tuple(
        _MaskedBand(band, later, region.cover, region.codes, plan.masks)
        for later, band in enumerate(region.suitability)
    )
    return replace(region, suitability=bands)


def load_plan(region: Region, plan: ScenarioPlan, log: Log) -> Landscape:
    """The landscape that all runs of a scenario start from, with its masks; see :func:`run_plan`."""
    land = load_here(masked_region(region, plan), log)
    if any(rule.factor > 1 for _, rule in plan.masks):
        land.favour(_favoured(plan, land.map()))
    return land


def run_plan(
    region: Region,
    plan: ScenarioPlan,
    rules: Rules,
    cell_ha: float,
    nearest: bool,
    log: Log,
    loaded: Landscape | None = None,
) -> ScenarioRun:
    """Run a scenario once; no cell ends with a change that a mask forbids.

    Args:
        region: land cover, suitability and restricted cells, without the masks.
        plan: of the scenario.
        rules: seed and the like; permissions and weights are the plan's.
        cell_ha: area of a cell, for messages.
        nearest: go on with the nearest demand that can be reached.
        log: notes, progress, cancelling.
        loaded: see :func:`load_plan`; left as it is, so that runs may share it; ``None`` loads it.

    Raises:
        CarbonBalanceError: see :func:`core.scenarios.simulation.simulation.simulate`.
    """
    rules = replace(rules, permitted=plan.permitted, weights=plan.weights)
    land = load_plan(region, plan, log) if loaded is None else forked(loaded)
    maps = StepMaps(land)
    start = land.map()
    labels = [str(code) for code in plan.demand.codes]
    try:
        results, _ = simulate(
            land,
            rules,
            plan.demand.cells,
            labels=labels,
            cell_ha=cell_ha,
            nearest=nearest,
            flows=plan.demand.flows,
            log=log,
            on_step=lambda _: maps.keep(),
        )
    finally:
        land.close()
    back = _undo_forbidden(region, plan, start, maps.in_memory)
    if back:
        log.warn(
            tr(
                "Scenario {scenario}: {cells:,} changes found no cell outside the masks that forbid them; they were "
                "left out."
            ).format(scenario=plan.name, cells=back)
        )
    found = np.stack([_pairs(start, step, len(labels)) for step in maps.in_memory])
    if plan.demand.flows is None:
        missing = results[-1].missing + back
    else:
        missing = int(missing_cells(plan.demand.flows[-1], found[-1]))
    return ScenarioRun(maps, found, plan.demand.flows, missing)


def _favoured(plan: ScenarioPlan, start: np.ndarray) -> np.ndarray:
    """1 where a mask makes a class more suitable, so that it can begin there, uint8 (rows, columns, classes)."""
    height, width = start.shape
    whole = Block(0, 0, width, height)
    found = np.zeros((height, width, len(plan.weights)), np.uint8)
    for source, rule in plan.masks:
        for later in np.flatnonzero(rule.changes.any(axis=0)) if rule.factor > 1 else ():
            found[..., later] |= touched(source, rule, later, start, whole)
    return found


def _undo_forbidden(region: Region, plan: ScenarioPlan, start: np.ndarray, steps: Sequence[np.ndarray]) -> int:
    """Give cells that a mask forbade their class at the start back, in every year; says how many in the last."""
    forbidding = [(source, rule) for source, rule in plan.masks if rule.factor == 0]
    if not forbidding:
        return 0
    back = 0
    height, width = start.shape
    whole = Block(0, 0, width, height)
    for later in range(len(region.codes)):
        closed = np.zeros(start.shape, bool)
        for source, rule in forbidding:
            if rule.changes[:, later].any():
                closed |= touched(source, rule, later, start, whole)
        for number, step in enumerate(steps):
            wrong = closed & (step == later)
            step[wrong] = start[wrong]
            back += int(wrong.sum()) * (number == len(steps) - 1)
    return back


def _pairs(start: np.ndarray, end: np.ndarray, classes: int) -> np.ndarray:
    """Cells by class at the start (row) and the end, int64 (classes, classes)."""
    valid = start != NO_LAND_CLASS
    pairs = start[valid].astype(np.intp) * classes + end[valid]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def masks_on_grid(masks: Mapping[str, RasterSource], rules: Sequence[MaskRule], cover: LandCover, log: Log):
    """The rules with their masks on a land cover's grid, by the nearest cell; the log tells what was moved, once."""
    target = cover.source
    moved = {
        name: moved_onto(masks[name], target.grid, target.name, log)
        for name in dict.fromkeys(rule.layer for rule in rules)
    }
    return tuple((moved[rule.layer], rule) for rule in rules)
