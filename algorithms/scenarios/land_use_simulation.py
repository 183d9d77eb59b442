"""Algorithm "Land-use simulation (FLUS)": a cellular automaton."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ...core.options.land_cover import SIX_CLASSES, schemes
from ...core.options.scenarios import NO_PRESET, PRESETS
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, choice, layer, sink, text, whole
from ..shared.parameters.land_cover import LAND_COVER, ZONES, add_land_cover, add_zones, land_cover, zone_names
from ..shared.parameters.raster import checked
from ..shared.parameters.scenarios.allocation import add_allocation, add_permissions, add_restricted
from ..shared.parameters.scenarios.automaton import (
    ACCELERATION,
    AMOUNT,
    DEMAND,
    INERTIA,
    ITERATIONS,
    TRANSITIONS,
    UNIT,
    WINDOW,
    add_automaton,
    add_demand,
)


class LandUseSimulation(CarbonAlgorithm):
    """Simulates land cover, with a history of the run."""

    ID = "landusesimulation"
    GROUP = SCENARIOS
    SUITABILITY, PERMISSIONS, PRESET, SCHEME = "SUITABILITY", "PERMISSIONS", "PRESET", "SCHEME"
    WEIGHTS, RESTRICTED, UNREACHABLE, SEED = "WEIGHTS", "RESTRICTED", "UNREACHABLE", "SEED"
    KEEP_STEPS = "KEEP_STEPS"
    RUNS, PROBABILITY, RANGES, POOLS = "RUNS", "PROBABILITY", "RANGES", "POOLS"
    OUTPUT, STEPS, CHANGES, HISTORY, REPORT = "OUTPUT", "STEPS", "CHANGES", "HISTORY", "REPORT"
    SETTINGS, ALLOCATION, NOISE, STRENGTH, PASSES = "SETTINGS", "ALLOCATION", "NOISE", "STRENGTH", "PASSES"
    NUMBERS = ("CHANGED_CELLS", "MISSING_HA", "SETTLED_CELLS", "ITERATIONS_RUN")

    def displayName(self) -> str:
        return tr("Land-use simulation (FLUS)")

    def shortDescription(self) -> str:
        return tr("Where will the expected change take place? A cellular automaton allocates demand to cells.")

    def tags(self) -> list[str]:
        return ["flus", "cellular automaton", "simulation", "scenario", "land use", "plus", "元胞自动机", "情景模拟"]

    def help_text(self) -> str:
        return tr(
            "Where will the expected change take place? Cells compete for classes until each class has the number of "
            "cells demanded: potential = suitability x share of neighbours of the class x its weight x permission, "
            "multiplied for the present class of the cell by its inertia; a roulette wheel selects the class. The "
            "inertia adapts to the difference between each class and its demand.\n\n<b>Needs</b> a land cover, its "
            "suitability (one band per class), and a demand by class or by transition, both of which the algorithm "
            "Land-use transitions and demand gives; or your own table. Several years in the table are simulated one "
            "after another.\n\n<b>Gives</b> the land cover of the last year, and a history of demand, cells and "
            "inertia. A demand that the permitted changes cannot reach is refused before the run, with the missing "
            "hectares; one that can be reached is met exactly. The same seed gives the same map.\n\nAfter Liu et al. "
            "(2017), with the rules of the console version of FLUS; permissions refer to the class of a cell at the "
            "start of the step."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        self.add(
            QgsProcessingParameterRasterLayer(self.SUITABILITY, tr("Suitability")),
            tr("One band per class in the order of the codes, as written by Land-use suitability."),
        )
        add_demand(self)
        add_permissions(self)
        self.add(
            choice(self.PRESET, tr("Scenario preset"), [NO_PRESET, *PRESETS], NO_PRESET),
            tr(
                "Permission matrix and neighbourhood weights of the Beibu Gulf study: urbanised, agricultural or "
                "ecological. none: all changes permitted, all weights 1."
            ),
        )
        self.add(
            choice(self.SCHEME, tr("Land-cover scheme"), schemes(), SIX_CLASSES),
            tr(
                "The scheme of the codes of the land cover, used by the preset: which code is cropland, forest, "
                "built-up and so on."
            ),
            advanced=True,
        )
        self.add(
            text(self.WEIGHTS, tr("Neighbourhood weights")),
            tr(
                "How strongly a class expands, 0 to 1, as code:weight pairs: 1:0.2, 5:1. For other classes the weight "
                "of the preset, or 1."
            ),
        )
        add_restricted(self)
        self.add(
            choice(self.UNREACHABLE, tr("If the demand cannot be reached"), ["refuse", "nearest"], "refuse"),
            tr(
                "refuse: stop and report what is missing. nearest: report it and continue with the nearest reachable "
                "demand."
            ),
        )
        add_allocation(self)
        self.add(
            whole(self.SEED, tr("Seed"), 1, least=0, most=2**31 - 1),
            tr("Another seed gives another map for the same demand."),
        )
        add_automaton(self)
        self.add(
            QgsProcessingParameterBoolean(self.KEEP_STEPS, tr("Keep intermediate steps"), False),
            tr("Write the steps before the last as further bands, named by year; band 1 is always the last year."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Simulated land cover")),
            tr("Class codes, on the grid of the land cover."),
        )
        self.add(
            sink(self.STEPS, tr("Demand and result"), optional=True),
            tr("Table: step, code, cells demanded and reached."),
        )
        self.add(
            sink(self.CHANGES, tr("Demand and result by transition"), optional=True),
            tr(
                "Table: step, from_code, to_code, cells demanded (empty with demand by class) and reached. With demand "
                "by transition, counted from the start of the run, otherwise from the start of the step."
            ),
        )
        self.add(
            sink(self.HISTORY, tr("History"), optional=True),
            tr(
                "Table: demand, cells and inertia of each class before each iteration; iteration -1 is the end of a "
                "step."
            ),
        )
        self.add(
            whole(self.RUNS, tr("Runs"), 1, least=1, most=1000),
            tr(
                "Number of maps to simulate, each with the next seed: the simulated land cover is that of the "
                "first run; the probability of change and the ranges are of all runs."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterRasterDestination(
                self.PROBABILITY, tr("Probability of change"), optional=True, createByDefault=False
            ),
            tr("Share of the runs in which a cell changes (band 1) and is of each class (further bands)."),
            when={self.RUNS: True},
        )
        self.add(
            sink(self.RANGES, tr("Ranges of the runs"), optional=True),
            tr("Table: area of each class and carbon, in total and by zone: mean, lowest and highest of the runs."),
        )
        add_zones(self, tr("Zones for the ranges of the runs."), optional=True)
        self.add(
            layer(self.POOLS, tr("Pool table"), optional=True),
            tr("Carbon densities by class in t C/ha, as for Carbon storage: the ranges then include carbon."),
            advanced=True,
        )
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.raster.outlines import edges_on_grid
        from ...core.scenarios.calibration.settings import (
            SETTINGS_TAG,
            LandUseSettings,
            read_settings,
            settings_of_rules,
        )
        from ...core.scenarios.simulation.ensemble import areas_by_zone, range_columns, write_probability
        from ...core.scenarios.simulation.run import (
            SimulationSettings,
            read_rules,
            read_wanted,
            run_simulation,
            start_of,
        )
        from ...core.supply.class_coverage import need_codes
        from ...core.supply.pools import densities_of, read_pool_table
        from ...core.symbology.raster_legends import land_cover_legend
        from ...core.text import html
        from ..shared.inputs.unmarked import nodata_values
        from ..shared.outputs.outputs import Outputs

        calibrated = given.file_input(self.SETTINGS)
        settings = (
            read_settings(calibrated)
            if calibrated
            else LandUseSettings(
                allocation=given.choice(self.ALLOCATION),
                window=given.integer(WINDOW),
                noise=given.number(self.NOISE),
                strength=given.number(self.STRENGTH),
                passes=given.integer(self.PASSES),
            )
        )
        runs = given.integer(self.RUNS)
        wants_ranges = given.has(self.RANGES) or given.has(self.PROBABILITY)
        if wants_ranges and runs < 2:
            raise CarbonBalanceError(
                tr("RUNS is 1: ranges and probabilities (RANGES, PROBABILITY) need at least 2 runs.")
            )
        zones = given.zones(ZONES) if given.has(ZONES) else None
        cover = land_cover(given, LAND_COVER)
        crossing = start_of(cover, log)
        demand = read_wanted(
            given.table(DEMAND),
            given.table(TRANSITIONS),
            crossing,
            given.field(AMOUNT),
            given.choice(UNIT),
        )
        rules = read_rules(
            given.table(self.PERMISSIONS),
            given.choice(self.PRESET),
            given.choice(self.SCHEME),
            weights=given.text(self.WEIGHTS) or settings.weights_text(demand.codes),
            codes=demand.codes,
            by_transition=demand.flows is not None,
            seed=given.integer(self.SEED),
            iterations=given.integer(ITERATIONS),
            acceleration=given.number(ACCELERATION),
            inertia=given.choice(INERTIA),
            allocation=settings.allocation,
            noise=settings.noise,
            strength=settings.strength,
            passes=settings.passes,
            patches=settings.patches_of(demand.codes.tolist()),
            patch_share=settings.patch_share,
        )
        density = None
        if given.has(self.POOLS):
            pools = read_pool_table(given.table(self.POOLS), log=log)
            need_codes(
                crossing.codes, crossing.area_ha, crossing.cells, table=pools, raster=cover.source.name, cover=cover
            )
            wanted_ha = demand.cells[-1] * crossing.area_ha.sum() / crossing.cells.sum()
            need_codes(demand.codes, wanted_ha, demand.cells[-1], pools, cover.source.name)
            density = densities_of(pools, demand.codes)
        found = run_simulation(
            cover,
            given.raster(self.SUITABILITY),
            demand,
            crossing=crossing,
            rules=rules,
            settings=SimulationSettings(
                window=settings.window,
                restricted=checked(given, given.raster(self.RESTRICTED)) if given.has(self.RESTRICTED) else None,
                nearest=given.choice(self.UNREACHABLE) == "nearest",
                keep_steps=given.flag(self.KEEP_STEPS),
                runs=runs,
                no_data=nodata_values(given),
            ),
            path=given.output_path(self.OUTPUT),
            log=log,
            tags={SETTINGS_TAG: settings_of_rules(rules, settings.window, demand.codes).to_text()},
        )
        out = Outputs(given)
        legend = land_cover_legend(demand.codes, given.choice(self.SCHEME), tr("Simulated land cover"))
        out.raster(self.OUTPUT, found.raster, legend)
        out.table(self.STEPS, found.step_columns())
        out.table(self.CHANGES, found.transition_columns())
        out.table(self.HISTORY, found.history_columns())
        main = (found.changed_cells, found.missing_ha, found.settled, found.iterations)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        tables = [found.step_columns(), found.transition_columns(), found.history_columns()]
        if found.ensemble is not None:
            grid = found.ensemble.region.cover.source.grid
            edges = None if zones is None else edges_on_grid(zones.outlines(grid.crs_wkt), grid)
            titles = [] if zones is None else zone_names(given, zones)
            areas_ha = areas_by_zone(found.ensemble, edges, len(titles), log)
            tables.insert(0, range_columns(found.ensemble, *areas_ha, titles, density))
            out.table(self.RANGES, tables[0])
            path = given.output_path(self.PROBABILITY)
            if path:
                out.raster(self.PROBABILITY, write_probability(found.ensemble, path, log))
        parts = [*map(html.paragraph, log.notes), *map(html.table, tables)]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
