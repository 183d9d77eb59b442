"""Land-use simulation: the cellular automaton FLUS."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ...core.land_cover.schemes import SIX_CLASSES, schemes
from ...core.runtime.i18n import tr
from ...core.scenarios.land_use_demand.demand_tables import DEMAND_UNITS
from ...core.scenarios.land_use_demand.presets import NO_PRESET, PERMISSIONS
from ...core.text import html
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.outputs import Outputs
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, choice, column, layer, sink, text
from ..shared.parameters.land_cover import LAND_COVER, add_land_cover, land_cover
from ..shared.parameters.raster import checked


class LandUseSimulation(CarbonAlgorithm):
    """Simulated land cover and the history of the run."""

    ID = "landusesimulation"
    GROUP = SCENARIOS
    SUITABILITY, DEMAND, AMOUNT, UNIT, TRANSITIONS = "SUITABILITY", "DEMAND", "AMOUNT_FIELD", "UNIT", "TRANSITIONS"
    PERMISSIONS, PRESET, SCHEME, WEIGHTS = "PERMISSIONS", "PRESET", "SCHEME", "WEIGHTS"
    WINDOW, RESTRICTED, UNREACHABLE, SEED = "WINDOW", "RESTRICTED", "UNREACHABLE", "SEED"
    ITERATIONS, INERTIA, ACCELERATION, KEEP_STEPS = "ITERATIONS", "INERTIA", "ACCELERATION", "KEEP_STEPS"
    OUTPUT, STEPS, CHANGES, HISTORY, REPORT = "OUTPUT", "STEPS", "CHANGES", "HISTORY", "REPORT"
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
            "cells demanded: chance = suitability x share of neighbours of the class x its weight x permission, "
            "multiplied for the present class of the cell by its inertia; a roulette wheel selects the class. The "
            "inertia adapts to the difference between each class and its demand.\n\n"
            "<b>Needs</b> a land cover, its suitability (one band per class), and a demand by class or by transition, "
            "both of which the algorithm Land-use transitions and demand gives; or your own table. Several years in "
            "the table are simulated one after another.\n\n"
            "<b>Gives</b> the land cover of the last year, and a history of demand, cells and inertia. A demand that "
            "the permitted changes cannot reach is refused before the run, with the missing hectares; one that can be "
            "reached is met exactly. The same seed gives the same map.\n\n"
            "After Liu et al. (2017), with the rules of the console version of FLUS; permissions refer to the class of "
            "a cell at the start of the step."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        self.add(
            QgsProcessingParameterRasterLayer(self.SUITABILITY, tr("Suitability")),
            tr("One band per class in the order of the codes, as written by Land-use suitability."),
        )
        self.add(
            layer(self.DEMAND, tr("Demand by class"), optional=True),
            tr("Table: code and cells, area_ha, area_km2 or share; with a column year, one step per year."),
        )
        self.add(
            column(self.AMOUNT, tr("Field of the demand"), self.DEMAND, optional=True),
            tr("Only if the column has another name."),
            advanced=True,
        )
        self.add(
            choice(self.UNIT, tr("Unit of the demand"), DEMAND_UNITS, "ha"),
            tr("For columns whose name does not end in a unit. share: only proportions are used."),
            advanced=True,
        )
        self.add(
            layer(self.TRANSITIONS, tr("Demand by transition"), optional=True),
            tr(
                "Instead of demand by class: from_code, to_code, area_ha (and year), cumulative from the start. Gross "
                "changes are then met, and a cell changes only once; use it with suitability learned from transitions."
            ),
        )
        self.add(
            layer(self.PERMISSIONS, tr("Permission matrix"), optional=True),
            tr(
                "Table: one row per present class (column code), one column per later class (named by its code): 1 "
                "permitted, 0 forbidden. If empty: the matrix of the preset, otherwise every change is permitted."
            ),
        )
        self.add(
            choice(self.PRESET, tr("Scenario preset"), [NO_PRESET, *PERMISSIONS], NO_PRESET),
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
        self.add(
            QgsProcessingParameterRasterLayer(self.RESTRICTED, tr("Restricted areas"), optional=True),
            tr("Cells with a value other than 0 never change: reserves, protected farmland, water and so on."),
        )
        self.add(
            choice(self.UNREACHABLE, tr("If the demand cannot be reached"), ["refuse", "nearest"], "refuse"),
            tr(
                "refuse: stop and report what is missing. nearest: report it and continue with the nearest reachable "
                "demand."
            ),
        )
        number = QgsProcessingParameterNumber
        whole, real = number.Type.Integer, number.Type.Double
        for name, title, kind, default, least, most, help_text in (
            (self.SEED, tr("Seed"), whole, 1, 0, 2**31 - 1, tr("Another seed gives another map for the same demand.")),
            (
                self.WINDOW,
                tr("Neighbourhood"),
                whole,
                3,
                3,
                15,
                tr("Side length of the square around a cell, in cells; an odd number."),
            ),
            (self.ITERATIONS, tr("Iterations"), whole, 300, 1, 100000, tr("Maximum number of iterations per step.")),
            (self.ACCELERATION, tr("Acceleration"), real, 0.1, 0, 1, tr("How fast the inertia adapts to the demand.")),
        ):
            self.add(number(name, title, kind, default, False, least, most), help_text, advanced=name != self.SEED)
        self.add(
            choice(self.INERTIA, tr("Inertia rule"), ["deadband", "published"], "deadband"),
            tr(
                "deadband: as in the console version, the inertia adapts only where a class lags. published: the "
                "formula of the paper."
            ),
            advanced=True,
        )
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
            sink(self.STEPS, tr("Demand and outcome"), optional=True),
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
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.scenarios.simulation.run import read_rules, read_wanted, run_simulation, start_of
        from ...core.symbology.raster_legends import land_cover_legend

        cover = land_cover(given, LAND_COVER)
        crossing = start_of(cover, log)
        demand = read_wanted(
            given.table(self.DEMAND),
            given.table(self.TRANSITIONS),
            crossing,
            given.field(self.AMOUNT),
            given.choice(self.UNIT),
        )
        rules = read_rules(
            given.table(self.PERMISSIONS),
            given.choice(self.PRESET),
            given.choice(self.SCHEME),
            given.text(self.WEIGHTS),
            demand.codes,
            demand.flows is not None,
            seed=given.integer(self.SEED),
            iterations=given.integer(self.ITERATIONS),
            acceleration=given.number(self.ACCELERATION),
            inertia=given.choice(self.INERTIA),
        )
        found = run_simulation(
            cover,
            given.raster(self.SUITABILITY),
            demand,
            crossing,
            rules,
            checked(given, given.raster(self.RESTRICTED)) if given.has(self.RESTRICTED) else None,
            given.integer(self.WINDOW),
            given.choice(self.UNREACHABLE) == "nearest",
            given.flag(self.KEEP_STEPS),
            given.output_path(self.OUTPUT),
            log,
        )
        out = Outputs(given)
        legend = land_cover_legend(demand.codes, given.choice(self.SCHEME), tr("Simulated land cover"))
        out.raster(self.OUTPUT, found.raster, legend)
        out.table(self.STEPS, found.step_columns())
        out.table(self.CHANGES, found.transition_columns())
        out.table(self.HISTORY, found.history_columns())
        main = (sum(found.history.changed), found.missing_ha, found.settled, found.iterations)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        tables = found.step_columns(), found.transition_columns(), found.history_columns()
        parts = [*map(html.paragraph, log.notes), *map(html.table, tables)]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
