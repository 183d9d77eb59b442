"""Carbon of land-use scenarios: from two land covers to the carbon of each scenario, year and zone, with its range.

Suitability is learned from the transitions between the two dates, and demand is by transition (the Markov
chain of the two, or a scenario's own), so that gross gains and losses are those that were asked for. Each
scenario runs with several seeds: what differs between them is where the same changes lie.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ..land_cover.codes import LandCover
from ..options.raster import CENTRE
from ..options.scenarios import NO_CLASS_DRIVERS, NO_PRESET
from ..options.supply import CHANGE_RASTER
from ..raster.source import RasterSource
from ..raster.writing.writer import StagedRaster
from ..runtime.i18n import tr
from ..runtime.log import Log, NamedLog, QuietLog
from ..scenarios.automaton.rules import Rules
from ..scenarios.calibration.settings import LandUseSettings
from ..scenarios.class_maps import Crossing, aligned, cross, log_partly_valid
from ..scenarios.land_use_demand.demand_tables import LandUseDemand, read_transitions
from ..scenarios.land_use_demand.futures import Futures, futures
from ..scenarios.scenario_runs.masked_runs import ScenarioPlan, ScenarioRun, masks_on_grid, run_plan
from ..scenarios.scenario_runs.scenario_table import (
    ScenarioRow,
    check_names,
    of_scenario,
    own_demand,
    parse_masks,
    rules_of,
)
from ..scenarios.simulation.region import Region, region_of, suitability_bands
from ..scenarios.simulation.restricted import log_restricted
from ..scenarios.simulation.run import BASE_INERTIA_OF_TRANSITIONS, start_of
from ..scenarios.suitability.learning import Suitability, TrainingSettings, suitability
from ..supply.change import StockChange
from ..supply.change_rasters import stock_change
from ..supply.pools import PoolTable
from ..tables import columns
from ..tables.table import Table
from .scenario_carbon_tables import RunCarbon, ScenarioCarbon

LEARNING_SHARE = 0.3  # of the progress
DEFAULT_NETWORKS = 5  # as in landusesuitability


@dataclass(frozen=True)
class ScenarioInputs:
    """What all scenarios share.

    Attributes:
        earlier, today: the land covers of the two dates.
        drivers: by name, on any grid.
        years: of the two dates, and the target.
        step_years: between the years that are shown; ``None`` takes the span between the two dates.
        pools: densities by class.
        outlines: WKB of the zones in today's CRS.
        zone_rule: how cells count in zones.
        scheme: of the class codes, for presets.
        restricted: cells that may not change in any scenario; ``None`` for none.
        masks: by name, on any grid.
        permissions, demand: tables of the scenarios' own, ``None`` for none.
        seed: of the first run; the others take the numbers after it.
        runs: of each scenario.
        settings: of a calibration, how to learn and to allocate.
    """

    earlier: LandCover
    today: LandCover
    drivers: Mapping[str, RasterSource]
    years: tuple[float, float, float]
    step_years: float | None
    pools: PoolTable
    outlines: Sequence[bytes | None] = ()
    zone_rule: str = CENTRE
    scheme: str = ""
    restricted: RasterSource | None = None
    masks: Mapping[str, RasterSource] | None = None
    permissions: Table | None = None
    demand: Table | None = None
    seed: int = 1
    runs: int = 5
    settings: LandUseSettings = field(default_factory=LandUseSettings)


@dataclass(frozen=True)
class WantedMap:
    """A map of a scenario's first run to be written.

    Attributes:
        scenario: its number, from 0.
        path: of the raster.
        change: whether it is the change of carbon in the last year, else the land cover.
        all_years: write the land cover of the years before the last as further bands.
    """

    scenario: int
    path: str
    change: bool = False
    all_years: bool = False


@dataclass(frozen=True)
class Scenarios:
    """The results of all scenarios.

    Attributes:
        learned: the suitability, whose raster is gone.
        carbon: of each scenario.
        first_changes: of the first run of each in the last year.
        rasters: of the maps wanted, complete under hidden names.
    """

    learned: Suitability
    carbon: list[ScenarioCarbon]
    first_changes: list[StockChange]
    rasters: dict[WantedMap, StagedRaster]


def run_scenarios(
    rows: Sequence[ScenarioRow], inputs: ScenarioInputs, wanted: Sequence[WantedMap], log: Log
) -> Scenarios:
    """Learn once, then run every scenario with every seed and measure the carbon of every year.

    Everything that a scenario asks for is read and checked before the first one runs.

    Raises:
        CarbonBalanceError: see the parts. Nothing is left behind.
    """
    check_names(inputs.permissions, [row.name for row in rows])
    check_names(inputs.demand, [row.name for row in rows])
    today, earlier = aligned([inputs.today, inputs.earlier])
    crossing = cross([earlier, today], log)
    log_partly_valid(crossing, log)
    start = start_of(today, log)
    if inputs.restricted is not None:
        log_restricted(today, inputs.restricted.on_grid(today.source.grid, "near"), log)
    plans = [
        _scenario_plan(row, inputs, today, crossing=crossing, start=start, log=NamedLog(log, row.name)) for row in rows
    ]
    rasters: dict[WantedMap, StagedRaster] = {}
    try:
        with tempfile.TemporaryDirectory() as folder:
            part = log.part(0, LEARNING_SHARE)
            if crossing.cells.sum() == np.trace(crossing.cells):
                sentence = tr("Nothing changed between the two dates: suitability is learned from today's alone.")
                part.warn(sentence)
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
                carbon.append(work.run([each for each in wanted if each.scenario == number], rasters))
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
        demand = _trend(trend, start)
    elif row.factors:
        log.warn(tr("its factors are ignored because it has its own demand."))
    if row.rules == NO_PRESET and not row.weights:
        row = replace(row, weights=inputs.settings.weights_text(demand.codes))
    permitted, weights = rules_of(row, of_scenario(inputs.permissions, row.name), inputs.scheme, demand.codes)
    masks = inputs.masks or {}
    rules = parse_masks(row.masks, list(masks), demand.codes, row.name)
    return ScenarioPlan(row.name, demand, permitted, weights, masks_on_grid(masks, rules, today))


def _trend(found: Futures, start: Crossing) -> LandUseDemand:
    values = found.flow_columns()
    table = Table(tr("the trend"), list(values), list(zip(*values.values())))
    return read_transitions(table, start.codes, start.cells)


class _ScenarioWork:
    """The runs of one scenario, from maps to carbon."""

    def __init__(
        self, inputs: ScenarioInputs, region: Region, plan: ScenarioPlan, start: Crossing, folder: Path, log: Log
    ) -> None:
        self.inputs, self.region, self.plan, self.folder, self.log = inputs, region, plan, folder, log
        self.cell_ha = float(start.area_ha.sum() / start.cells.sum())
        self.changes: list[StockChange] = []

    @property
    def first_change(self) -> StockChange:
        """The change of carbon by the first run, in the last year."""
        return self.changes[0]

    def run(self, wanted: Sequence[WantedMap], rasters: dict[WantedMap, StagedRaster]) -> ScenarioCarbon:
        """All runs; maps of the first that are wanted are added to ``rasters`` as they are written."""
        inputs, plan, runs = self.inputs, self.plan, []
        for turn in range(inputs.runs):
            part = self.log.part(turn / inputs.runs, (turn + 1) / inputs.runs)
            log = QuietLog(part) if turn else NamedLog(part, plan.name)
            rules = Rules(plan.permitted, plan.weights, inputs.seed + turn)
            if plan.demand.flows is not None:
                chosen = inputs.settings
                rules = replace(
                    rules,
                    base_inertia=BASE_INERTIA_OF_TRANSITIONS,
                    allocation=chosen.allocation,
                    noise=chosen.noise,
                    strength=chosen.strength,
                    passes=chosen.passes,
                    patches=chosen.patches_of(plan.demand.codes.tolist()),
                )
            found = run_plan(self.region, plan, rules, cell_ha=self.cell_ha, nearest=True, log=log.part(0, 0.7))
            maps = () if turn else wanted
            for each in maps:
                if not each.change:
                    rasters[each] = self._write(found, each.path, each.all_years, log)
            runs.append(self._carbon(found, [each for each in maps if each.change], rasters, log))
        return ScenarioCarbon(plan.name, plan.demand.years, plan.demand.codes, runs, self.cell_ha)

    def _write(self, found: ScenarioRun, path: str, all_years: bool, log: Log) -> StagedRaster:
        """The maps of a run: the last year first, as a simulation that keeps its steps."""
        last, years = len(found.maps) - 1, self.plan.demand.years
        before = range(last) if all_years else ()
        return found.maps.write([last, *before], [years[at] for at in (last, *before)], self.region, path, log)

    def _carbon(
        self, found: ScenarioRun, wanted: Sequence[WantedMap], rasters: dict[WantedMap, StagedRaster], log: Log
    ) -> RunCarbon:
        """The carbon of each year of a run; its change in the last as rasters where they are wanted."""
        inputs, last = self.inputs, len(found.maps) - 1
        raster = self._write(found, str(self.folder / "run.tif"), True, log).publish()
        totals, zones = [], []
        for step in range(last + 1):
            cover = LandCover(RasterSource(raster, self.plan.name, 1 if step == last else step + 2))
            places = {CHANGE_RASTER: wanted[0].path} if wanted and step == last else {}
            change, made = stock_change(
                (self.region.cover, cover),
                (inputs.pools, inputs.pools),
                QuietLog(log),
                places,
                outlines=inputs.outlines,
                rule=inputs.zone_rule,
            )
            cover.source.close()
            rasters.update({each: made[CHANGE_RASTER] for each in wanted if made})
            totals.append(change.totals())
            zones.append(change.zone_columns() if len(inputs.outlines) else {columns.MAPPED_KM2: np.zeros(0)})
        self.changes.append(change)
        return RunCarbon(totals, zones, found.found, found.asked, found.missing)
