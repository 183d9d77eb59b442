"""Runs of a scenario: masks applied to suitability, and maps of every year.

A mask with a factor above 1 is a planned development zone: the class is more suitable there and has one additional
neighbour, so that it can appear where there is none yet (planned development zones as in PLUS; Liang et al. 2021,
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
from ..automaton.rules import Rules
from ..class_maps import NO_LAND_CLASS, indices
from ..land_use_demand.demand_tables import LandUseDemand
from ..land_use_demand.transition_check import missing_cells
from ..landscape.landscape import Landscape
from ..simulation.ensemble import forked
from ..simulation.region import CellValues, Region, StepMaps, load_here
from ..simulation.simulation import simulate
from .scenario_table import MaskRule

# Least suitability of changes that are not forbidden, so that forbidden changes rank last.
LEAST_OPEN = 1e-6


@dataclass(frozen=True)
class _MaskedBand:
    """The suitability of a class with masks applied."""

    band: CellValues
    later: int
    cover: LandCover
    codes: np.ndarray
    masks: tuple[tuple[RasterSource, MaskRule], ...]

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The suitability of a block (rows, columns), 0 if a mask forbids the change."""
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
    """The cells of a block in which a rule affects changes to class ``later``, bool (rows, columns)."""
    inside = source.read_float(block)
    inside = ~np.isnan(inside) & (inside != 0)
    changing = np.append(rule.changes[:, later], np.zeros(256 - len(rule.changes), bool))
    return inside & changing[now]


@dataclass(frozen=True)
class ScenarioPlan:
    """The inputs of a scenario, on one grid.

    Attributes:
        name: name of the scenario.
        demand: demand by class or transition.
        permitted: whether class (row) may become class (column), bool (classes, classes).
        weights: neighbourhood weight of each class (classes,).
        masks: rules and their masks, on the grid of the land cover.
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
        maps: maps of each year; class indices, 255 for none, uint8 (rows, columns) each.
        found: cells by class at the start (row) and at the end of each step, int64 (steps, classes, classes).
        asked: the same as demanded; ``None`` with demand by class.
        missing: unmet cells of the demand of the last step.
    """

    maps: StepMaps
    found: np.ndarray
    asked: np.ndarray | None
    missing: int


def masked_region(region: Region, plan: ScenarioPlan) -> Region:
    """The region with the masks of a scenario applied to its suitability."""
    if not plan.masks:
        return region
    bands = tuple(
        _MaskedBand(band, later, region.cover, region.codes, plan.masks)
        for later, band in enumerate(region.suitability)
    )
    return replace(region, suitability=bands)


def load_plan(region: Region, plan: ScenarioPlan, log: Log) -> Landscape:
    """The initial landscape of all runs of a scenario, with its masks; see :func:`run_plan`."""
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
    """Run a scenario once; changes forbidden by masks do not occur.

    Args:
        region: land cover, suitability and restricted cells, without the masks.
        plan: plan of the scenario.
        rules: seed and other rules; permissions and weights come from the plan.
        cell_ha: area of a cell, for messages.
        nearest: whether to use the nearest feasible demand.
        log: notes, progress and cancellation.
        loaded: see :func:`load_plan`; not changed, so that runs may share it; ``None`` to load it.

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
    """1 where a mask makes a class more suitable, so that it can appear, uint8 (rows, columns, classes)."""
    height, width = start.shape
    whole = Block(0, 0, width, height)
    found = np.zeros((height, width, len(plan.weights)), np.uint8)
    for source, rule in plan.masks:
        for later in np.flatnonzero(rule.changes.any(axis=0)) if rule.factor > 1 else ():
            found[..., later] |= touched(source, rule, later, start, whole)
    return found


def _undo_forbidden(region: Region, plan: ScenarioPlan, start: np.ndarray, steps: Sequence[np.ndarray]) -> int:
    """Undo forbidden changes in every year; returns their number in the last year."""
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
    """Number of cells by class at the start (row) and the end, int64 (classes, classes)."""
    valid = start != NO_LAND_CLASS
    pairs = start[valid].astype(np.intp) * classes + end[valid]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def masks_on_grid(masks: Mapping[str, RasterSource], rules: Sequence[MaskRule], cover: LandCover, log: Log):
    """The rules with their masks resampled to the grid of a land cover; differences are logged once."""
    target = cover.source
    moved = {
        name: moved_onto(masks[name], target.grid, target.name, log)
        for name in dict.fromkeys(rule.layer for rule in rules)
    }
    return tuple((moved[rule.layer], rule) for rule in rules)
