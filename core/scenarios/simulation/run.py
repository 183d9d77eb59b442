"""A complete simulation: input tables and rasters, run, output tables and rasters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...land_cover.codes import LandCover
from ...options.scenarios import NO_PRESET, RANKED
from ...raster.source import RasterSource
from ...raster.writing.writer import StagedRaster
from ...runtime.errors import CarbonBalanceError, present
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables import columns
from ...tables.table import Table
from ..automaton.rules import Rules
from ..class_maps import Crossing, cross, log_background
from ..land_use_demand.demand_tables import (
    LandUseDemand,
    parse_weights,
    preset_rules,
    read_demand,
    read_permissions,
)
from ..land_use_demand.transition_tables import read_transitions
from ..landscape.distributed_landscape import AnyLandscape
from ..landscape.landscape import Landscape
from ..suitability.origin import check_origin, origin_of
from .ensemble import SimulationEnsemble, changes_made, forked, run_ensemble
from .region import StepMaps, load, region_of
from .restricted import log_restricted
from .simulation import History, StepResult, simulate
from .suitability_bands import suitability_bands

# With demand by transition, quotas limit the amounts, so that almost no inertia is needed.
BASE_INERTIA_OF_TRANSITIONS = 0.005


@dataclass(frozen=True)
class Simulation:
    """The result of a run.

    Attributes:
        demand: the demand.
        results: result of each step.
        history: history of all iterations.
        raster: completed raster under a hidden name, with the land cover of the last step in band 1.
        cell_ha: mean area of a cell.
        changed_cells: cells whose class at the end is not that at the start.
        ensemble: all runs, starting with that of ``results``, if there are several.
    """

    demand: LandUseDemand
    results: list[StepResult]
    history: History
    raster: StagedRaster
    cell_ha: float
    changed_cells: int
    ensemble: SimulationEnsemble | None = None

    def history_columns(self) -> dict[str, object]:
        """Columns of a long table of demand, cells and inertia by step, iteration and class."""
        history, classes = self.history, len(self.demand.codes)
        aims = np.array([result.aim for result in self.results])
        return {
            columns.STEP: np.repeat(np.array(history.steps) + 1, classes),
            columns.YEAR: np.repeat([self.demand.years[step] for step in history.steps], classes).tolist(),
            columns.ITERATION: np.repeat(history.iterations, classes),
            columns.CODE: np.tile(self.demand.codes, len(history.steps)),
            columns.DEMAND_CELLS: aims[history.steps].ravel(),
            columns.CELLS: np.concatenate(history.cells),
            columns.INERTIA: np.concatenate(history.inertia),
            columns.CHANGED_CELLS: np.repeat(history.changed, classes),
        }

    def step_columns(self) -> dict[str, object]:
        """Columns of a long table of demand and result by step and class."""
        classes = len(self.demand.codes)
        wanted = np.concatenate([result.demand for result in self.results])
        cells = np.concatenate([result.cells for result in self.results])
        return {
            columns.STEP: np.repeat(np.arange(len(self.results)) + 1, classes),
            columns.YEAR: np.repeat(self.demand.years, classes).tolist(),
            columns.CODE: np.tile(self.demand.codes, len(self.results)),
            columns.DEMAND_CELLS: wanted,
            columns.CELLS: cells,
            columns.AREA_HA: cells * self.cell_ha,
        }

    def transition_columns(self) -> dict[str, object]:
        """Columns of a long table of demand and result by step and transition.

        Transitions are counted from the start of the step, or with demand by transition from the start of the run; with
        demand by class the demand is NaN.
        """
        found = np.stack([result.found for result in self.results])
        asked = [np.full(found.shape[1:], np.nan) if each.asked is None else each.asked for each in self.results]
        step, now, later = np.indices(found.shape).reshape(3, -1)
        return {
            columns.STEP: step + 1,
            columns.YEAR: np.array(self.demand.years)[step].tolist(),
            columns.FROM_CODE: self.demand.codes[now],
            columns.TO_CODE: self.demand.codes[later],
            columns.DEMAND_CELLS: np.stack(asked).ravel(),
            columns.CELLS: found.ravel(),
            columns.AREA_HA: found.ravel() * self.cell_ha,
        }

    @property
    def missing_ha(self) -> float:
        """Area of the unmet demand of the last step, by class or by transition."""
        return self.results[-1].missing * self.cell_ha

    @property
    def iterations(self) -> int:
        """Number of iterations of all steps."""
        return sum(iteration >= 0 for iteration in self.history.iterations)

    @property
    def settled(self) -> int:
        """Number of changes made by the final rounds of all steps."""
        return sum(result.settled for result in self.results)


def read_wanted(
    demand: Table | None, transitions: Table | None, crossing: Crossing, field: str | None, unit: str
) -> LandUseDemand:
    """Read the demand by class or by transition.

    Raises:
        CarbonBalanceError: both or neither of the tables are given; errors of reading.
    """
    if (demand is None) == (transitions is None):
        raise CarbonBalanceError(
            tr("Give either the demand by class (DEMAND) or the demand by transition (TRANSITIONS), but not both.")
        )
    if transitions is not None:
        return read_transitions(transitions, crossing.codes, crossing.cells, crossing.area_ha)
    return read_demand(
        present(demand), crossing.codes, crossing.cells, area_ha=crossing.area_ha, field=field, unit=unit
    )


def read_rules(
    permissions: Table | None,
    preset: str,
    scheme: str,
    weights: str,
    codes: np.ndarray,
    by_transition: bool,
    **rules: Any,
) -> Rules:
    """Read the rules of a run.

    Args:
        permissions: permission matrix; ``None`` for that of the preset, or to permit all changes.
        preset: name of a scenario of the Beibu Gulf study, or ``NO_PRESET``.
        scheme: land-cover scheme of the codes, for the preset.
        weights: ``code:weight`` pairs, which replace those of the preset.
        codes: class codes (classes,).
        by_transition: whether demand is by transition. rules: seed, iterations and other rules.

    Raises:
        CarbonBalanceError: a ranked allocation with demand by class; errors of reading the tables.
    """
    if rules.get("allocation") == RANKED and not by_transition:
        raise CarbonBalanceError(
            tr("ALLOCATION = ranked needs the demand by transition (TRANSITIONS); for demand by class use roulette.")
        )
    matrix, own = np.ones((len(codes), len(codes)), bool), np.ones(len(codes))
    if preset != NO_PRESET:
        matrix, own = preset_rules(preset, codes, scheme)
    if permissions is not None:
        matrix = read_permissions(permissions, codes)
    if weights.strip():
        own = parse_weights(weights, codes, own)
    if by_transition:
        rules.setdefault("base_inertia", BASE_INERTIA_OF_TRANSITIONS)
    return Rules(matrix, own, **rules)


def start_of(cover: LandCover, log: Log) -> Crossing:
    """The classes of the initial land cover, with cells and areas."""
    crossing = cross([cover], log)
    log_background(crossing, [cover], log)
    return crossing


@dataclass(frozen=True)
class SimulationSettings:
    """Settings of a simulation other than the rules of the automaton.

    Attributes:
        window: side length of the neighbourhood, in cells.
        restricted: cells that may not change.
        nearest: whether to continue with the nearest reachable demand if the demand cannot be reached.
        keep_steps: whether to write the steps before the last as further bands.
        runs: number of runs with consecutive seeds, the first of which is written.
        no_data: additional nodata values of the suitability.
    """

    window: int = 3
    restricted: RasterSource | None = None
    nearest: bool = False
    keep_steps: bool = False
    runs: int = 1
    no_data: Sequence[float] = ()


def run_simulation(
    cover: LandCover,
    suitability: RasterSource,
    demand: LandUseDemand,
    crossing: Crossing,
    rules: Rules,
    settings: SimulationSettings,
    path: str,
    log: Log,
    tags: Mapping[str, str] | None = None,
) -> Simulation:
    """Load the region, simulate, and write the results.

    Args:
        cover: the initial land cover.
        suitability: first band of the suitability raster.
        demand: see :func:`read_wanted`.
        crossing: classes of the land cover, see :func:`start_of`.
        rules: rules of the automaton.
        settings: settings of the simulation.
        path: path of the raster.
        log: notes, progress and cancellation.
        tags: metadata of the raster.

    Raises:
        CarbonBalanceError: see the called functions. No file is left behind.
    """
    runs, keep_steps = settings.runs, settings.keep_steps
    by_transition = demand.flows is not None
    check_origin(
        origin_of(suitability), by_transition, demand.years, codes=crossing.codes, cells=crossing.cells, log=log
    )
    bands = suitability_bands(suitability, demand.codes, settings.no_data, log)
    region = region_of(cover, demand.codes, bands, restricted=settings.restricted, window=settings.window, log=log)
    if isinstance(region.restricted, RasterSource):
        log_restricted(cover, region.restricted, log)
    land = load(region, log)
    cell_ha = float(crossing.area_ha.sum() / crossing.cells.sum())
    maps = StepMaps(land)
    # In memory, runs start from copies; on a cluster, from the rasters.
    start = forked(land) if runs > 1 and isinstance(land, Landscape) else land
    first = log.part(0, 1 / runs)

    def simulate_one(own: AnyLandscape, how: Rules, log_of_run: Log, on_step: Callable[[int], None] | None = None):
        labels = [str(code) for code in demand.codes]
        return simulate(
            own,
            how,
            demand.cells,
            labels=labels,
            cell_ha=cell_ha,
            nearest=settings.nearest,
            flows=demand.flows,
            log=log_of_run,
            on_step=on_step,
        )

    try:
        results, history = simulate_one(land, rules, first, (lambda step: maps.keep()) if keep_steps else None)
        changes = [changes_made(start, land)]
    finally:
        land.close()
    ensemble = None
    if runs > 1:
        seeds = [rules.seed + number for number in range(runs)]
        changes += run_ensemble(
            region, start, rules, seeds=seeds[1:], simulate_one=simulate_one, log=log.part(1 / runs, 1)
        )
        ensemble = SimulationEnsemble(tuple(seeds), tuple(changes), land.stride, land.radius, region)
    if not keep_steps:
        maps.keep()
    last = len(maps) - 1
    names = [demand.years[-1], *(demand.years[:last])]
    changed = maps.changed_cells(region, log)
    raster = maps.write([last, *range(last)], names, region, path, log=log, tags=tags)
    return Simulation(demand, results, history, raster, cell_ha=cell_ha, changed_cells=changed, ensemble=ensemble)
