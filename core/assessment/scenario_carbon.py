"""Carbon of land-use scenarios: carbon of each scenario, year and zone from two land covers, with ranges.

Suitability is learned from the transitions between the two dates, and demand is by transition (the Markov
chain of the two, or a scenario's own), so that gross gains and losses are as requested. Each scenario is run with
several seeds, which differ in the locations of the same changes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..land_cover.codes import LandCover
from ..options.scenarios import NO_CLASS_DRIVERS, NO_PRESET
from ..options.supply import CHANGE_RASTER
from ..raster.source import RasterSource
from ..raster.warping.alignment import moved_onto
from ..raster.writing.writer import StagedRaster
from ..runtime.i18n import tr
from ..runtime.log import AskingLog, Log, NamedLog
from ..runtime.parallel import WORKERS, map_in_order
from ..scenarios.automaton.rules import Rules
from ..scenarios.calibration.settings import SETTINGS_TAG, settings_of_rules
from ..scenarios.calibration.trials import trial_rules
from ..scenarios.class_maps import Crossing, aligned, cross, log_background, log_partly_valid
from ..scenarios.land_use_demand.futures import futures
from ..scenarios.land_use_demand.trend import trend_demand
from ..scenarios.scenario_runs.masked_runs import ScenarioPlan, ScenarioRun, load_plan, masks_on_grid, run_plan
from ..scenarios.scenario_runs.scenario_table import (
    ScenarioRow,
    check_names,
    of_scenario,
    own_demand,
    parse_masks,
    rules_of,
)
from ..scenarios.simulation.region import Region, region_of
from ..scenarios.simulation.restricted import log_restricted
from ..scenarios.simulation.run import start_of
from ..scenarios.simulation.suitability_bands import suitability_bands
from ..scenarios.suitability.learning import Suitability, TrainingSettings, suitability
from ..supply.change import StockChange
from ..supply.change_rasters import stock_change
from ..tables import columns
from .scenario_carbon_tables import RunCarbon, ScenarioCarbon
from .scenario_inputs import ScenarioInputs

LEARNING_SHARE = 0.3  # share of the progress
DEFAULT_NETWORKS = 5  # as in landusesuitability


@dataclass(frozen=True)
class WantedMap:
    """A map of the first run of a scenario to be written.

    Attributes:
        scenario: index of the scenario, from 0.
        path: path of the raster.
        change: whether it is the carbon change in the last year, or the land cover.
        all_years: whether to write the land cover of earlier years as further bands.
    """

    scenario: int
    path: str
    change: bool = False
    all_years: bool = False


@dataclass(frozen=True)
class Scenarios:
    """The results of all scenarios.

    Attributes:
        learned: the suitability, without its raster.
        carbon: carbon of each scenario.
        first_changes: carbon change of the first run of each scenario in the last year.
        rasters: completed rasters of the wanted maps under hidden names.
    """

    learned: Suitability
    carbon: list[ScenarioCarbon]
    first_changes: list[StockChange]
    rasters: dict[WantedMap, StagedRaster]


def run_scenarios(
    rows: Sequence[ScenarioRow],
    inputs: ScenarioInputs,
    wanted: Sequence[WantedMap],
    log: Log,
    workers: int = WORKERS,
) -> Scenarios:
    """Learn the suitability, run every scenario with every seed, and compute the carbon of every year.

    All scenarios are read and checked before the first one runs. Up to ``workers`` runs are executed at a time, which
    does not affect the result.

    Raises:
        CarbonBalanceError: see the parts. Nothing is left behind.
    """
    check_names(inputs.permissions, [row.name for row in rows])
    check_names(inputs.demand, [row.name for row in rows])
    today, earlier = aligned([inputs.today, inputs.earlier], log)
    crossing = cross([earlier, today], log)
    log_partly_valid(crossing, log)
    log_background(crossing, [earlier, today], log)
    start = start_of(today, log)
    if inputs.restricted is not None:
        restricted = moved_onto(inputs.restricted, today.source.grid, today.source.name, log)
        inputs = replace(inputs, restricted=restricted)
        log_restricted(today, restricted, log)
    plans = [
        _scenario_plan(row, inputs, today, crossing=crossing, start=start, log=NamedLog(log, row.name)) for row in rows
    ]
    rasters: dict[WantedMap, StagedRaster] = {}
    try:
        with tempfile.TemporaryDirectory() as folder:
            part = log.part(0, LEARNING_SHARE)
            if crossing.cells.sum() == np.trace(crossing.cells):
                part.warn(
                    tr("Nothing changed between the two dates: suitability is learned from the later land cover only.")
                )
                learned = _learned_suitability(inputs, today, None, Path(folder), part)
            else:
                learned = _learned_suitability(inputs, today, earlier, Path(folder), part)
            carbon, first_changes = [], []
            source = RasterSource(str(Path(folder) / "suitability.tif"), "suitability")
            for number, plan in enumerate(plans):
                bands = suitability_bands(source, plan.demand.codes)
                region = region_of(today, plan.demand.codes, bands, inputs.restricted, inputs.settings.window)
                step = (1 - LEARNING_SHARE) / len(plans)
                part = log.part(LEARNING_SHARE + number * step, LEARNING_SHARE + (number + 1) * step)
                work = _ScenarioWork(
                    inputs=inputs, region=region, plan=plan, start=start, folder=Path(folder), log=part
                )
                carbon.append(work.run([each for each in wanted if each.scenario == number], rasters, workers))
                first_changes.append(work.first_change)
            source.close()
    except BaseException:
        for raster in rasters.values():
            raster.discard()
        raise
    return Scenarios(learned, carbon, first_changes, rasters)


def _learned_suitability(
    inputs: ScenarioInputs, today: LandCover, earlier: LandCover | None, folder: Path, log: Log
) -> Suitability:
    kind = NO_CLASS_DRIVERS if earlier is None else inputs.settings.class_drivers
    settings = TrainingSettings(seed=inputs.seed, networks=DEFAULT_NETWORKS, class_drivers=kind)
    path = str(folder / "suitability.tif")
    years = (inputs.years[1], inputs.years[0])
    found = suitability(today, earlier, inputs.drivers, saved=None, settings=settings, path=path, log=log, years=years)
    found.raster.publish()
    return found


def _scenario_plan(
    row: ScenarioRow, inputs: ScenarioInputs, today: LandCover, crossing: Crossing, start: Crossing, log: Log
) -> ScenarioPlan:
    """The demand and rules of a scenario."""
    demand = own_demand(of_scenario(inputs.demand, row.name), start.codes, start.cells, start.area_ha)
    if demand is None:
        trend = futures(
            crossing,
            start,
            *inputs.years,
            step_years=inputs.step_years,
            factors=row.factors,
            nearest=True,
            keep_unmatched=False,
            log=log,
        )
        demand = trend_demand(trend, start)
    elif row.factors:
        log.warn(tr("its factors are ignored because it has its own demand."))
    if row.rules == NO_PRESET and not row.weights:
        row = replace(row, weights=inputs.settings.weights_text(demand.codes))
    permitted, weights = rules_of(row, of_scenario(inputs.permissions, row.name), inputs.scheme, demand.codes)
    masks = inputs.masks or {}
    rules = parse_masks(row.masks, list(masks), demand.codes, row.name)
    return ScenarioPlan(row.name, demand, permitted, weights, masks_on_grid(masks, rules, today, log))


class _ScenarioWork:
    """The runs of one scenario, from maps to carbon."""

    def __init__(
        self, inputs: ScenarioInputs, region: Region, plan: ScenarioPlan, start: Crossing, folder: Path, log: Log
    ) -> None:
        self.inputs, self.region, self.plan, self.folder, self.log = inputs, region, plan, folder, log
        self.cell_ha = float(start.area_ha.sum() / start.cells.sum())
        self.first_change: StockChange  # Carbon change of the first run in the last year.

    def run(
        self, wanted: Sequence[WantedMap], rasters: dict[WantedMap, StagedRaster], workers: int = WORKERS
    ) -> ScenarioCarbon:
        """Execute all runs in threads; wanted maps of the first run are added to ``rasters``."""
        inputs, plan, runs, named_log = self.inputs, self.plan, [], NamedLog(self.log, self.plan.name)
        loaded = load_plan(self.region, plan, named_log)
        first = AskingLog(self.log)

        def run_once(turn: int) -> tuple[RunCarbon, StockChange]:
            log = AskingLog(self.log) if turn else first
            rules = self._rules(turn)
            found = run_plan(self.region, plan, rules, cell_ha=self.cell_ha, nearest=True, log=log, loaded=loaded)
            maps = () if turn else wanted
            tags = {SETTINGS_TAG: settings_of_rules(rules, inputs.settings.window, plan.demand.codes).to_text()}
            for each in maps:
                if not each.change:
                    rasters[each] = self._write(found, each.path, each.all_years, log, tags)
            return self._carbon(found, turn, [each for each in maps if each.change], rasters, log)

        every = map_in_order(run_once, range(inputs.runs), self.log, inputs.runs, workers, here=True)
        for turn, (carbon, change) in every:
            runs.append(carbon)
            if not turn:
                self.first_change = change
                for note in first.notes:
                    (named_log.warn if note in first.warnings else named_log.info)(note)
        return ScenarioCarbon(plan.name, plan.demand.years, plan.demand.codes, runs, self.cell_ha)

    def _rules(self, turn: int) -> Rules:
        plan, seed = self.plan, self.inputs.seed + turn
        if plan.demand.flows is None:
            return Rules(plan.permitted, plan.weights, seed)
        rules = trial_rules(self.inputs.settings, plan.demand.codes, seed)
        return replace(rules, permitted=plan.permitted, weights=plan.weights)

    def _write(
        self, found: ScenarioRun, path: str, all_years: bool, log: Log, tags: Mapping[str, str] | None = None
    ) -> StagedRaster:
        """Write the maps of a run, the last year first, as in a simulation with steps."""
        last, years = len(found.maps) - 1, self.plan.demand.years
        before = range(last) if all_years else ()
        return found.maps.write([last, *before], [years[at] for at in (last, *before)], self.region, path, log, tags)

    def _carbon(
        self,
        found: ScenarioRun,
        turn: int,
        wanted: Sequence[WantedMap],
        rasters: dict[WantedMap, StagedRaster],
        log: Log,
    ) -> tuple[RunCarbon, StockChange]:
        """Carbon of each year of a run, and wanted rasters of the change in the last year."""
        inputs, last = self.inputs, len(found.maps) - 1
        raster = self._write(found, str(self.folder / f"run_{turn}.tif"), True, log).publish()
        totals, zones = [], []
        for step in range(last + 1):
            cover = LandCover(RasterSource(raster, self.plan.name, 1 if step == last else step + 2))
            places = {CHANGE_RASTER: wanted[0].path} if wanted and step == last else {}
            covers = (self.region.cover, cover)
            if inputs.regions is not None:
                covers = (inputs.regions.on(covers[0]), inputs.regions.on(covers[1]))
            change, made = stock_change(
                covers,
                (inputs.pools, inputs.pools),
                log,
                places,
                outlines=inputs.outlines,
                rule=inputs.zone_rule,
            )
            cover.source.close()
            rasters.update({each: made[CHANGE_RASTER] for each in wanted if made})
            totals.append(change.totals())
            zones.append(change.zone_columns() if len(inputs.outlines) else {columns.MAPPED_KM2: np.zeros(0)})
        Path(raster).unlink()
        return RunCarbon(totals, zones, found.found, found.asked, found.missing), change
