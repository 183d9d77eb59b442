"""Algorithm "Land-use optimisation": optimal class areas by linear programming."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterRasterLayer

from ...core.options.scenarios import AIMS, DEFAULT_CHANGE_PERCENT, DEFAULT_POINTS, NO_PRESET, PRESETS
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.checks.percentages import percentage
from ..shared.groups import SCENARIOS
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_nodata_values, add_report, choice, decimal, layer, real, sink, whole
from ..shared.parameters.land_cover import add_land_cover, land_cover
from ..shared.parameters.raster import checked
from ..shared.parameters.scenarios.aims import AIM, AIM_2, SCHEME, add_aims, aim_in
from ..shared.parameters.scenarios.allocation import add_permissions, add_restricted


class LandUseOptimisation(CarbonAlgorithm):
    """Computes the optimal demand by class and transition, and the Pareto front of two aims."""

    ID = "landuseoptimisation"
    GROUP = SCENARIOS
    BOUNDS, CHANGE, WISH, WISH_2, POINTS = "BOUNDS", "CHANGE", "WISH", "WISH_2", "POINTS"
    PERMISSIONS, PRESET, RESTRICTED, SUITABILITY = "PERMISSIONS", "PRESET", "RESTRICTED", "SUITABILITY"
    DEMAND, TRANSITIONS, BINDING, PARETO, REPORT = "DEMAND", "TRANSITIONS", "BINDING", "PARETO", "REPORT"
    NUMBERS = ("AIM_NOW", "AIM_PLAN", "AIM_2_NOW", "AIM_2_PLAN", "CHANGED_HA", "POINT_COUNT")

    def displayName(self) -> str:
        return tr("Land-use optimisation")

    def shortDescription(self) -> str:
        return tr(
            "Which areas by class store or take up most carbon, or emit least, within bounds and permitted changes?"
        )

    def tags(self) -> list[str]:
        return [
            "optimisation",
            "linear programming",
            "pareto",
            "scenario",
            "land use",
            "线性规划",
            "多目标",
            "结构优化",
        ]

    def help_text(self) -> str:
        return tr(
            "Which land use is best for an aim? The areas of the classes are found by linear programming: as much "
            "carbon storage, yearly sink or value as possible, or as small a net emission as possible, while the "
            "total area is fixed, each class stays within its bounds, and only cells change that may.\n\n"
            "<b>Constraints</b>: the bounds of each class (your table in ha, otherwise the largest change in %), the "
            "permission matrix (which class may become which), and cells that keep their class because they are "
            "restricted or have no suitability. Of equally good plans the one that changes the smallest area is "
            "chosen.\n\n<b>Gives</b> the demand by class and by transition in whole cells. Either table is an input "
            "of the land-use simulation with the same permission matrix, restricted areas and suitability, which "
            "meets it exactly. A table names the constraints that bind the plan and what each costs.\n\n<b>Two "
            "aims</b>: the Pareto front by the epsilon-constraint method; no plan on it is worse than another in "
            "both aims. To get the plan of a point, run again with its aim_2 as the limit of the second aim.\n\n"
            "<b>If a target cannot be reached</b>, the run stops and names the contradictory constraints, or the "
            "best possible sum and the constraints that limit it.\n\nAreas are cells x the mean area of a cell. The "
            "plan does not say where changes take place or whether they are likely, and amounts per ha apply to "
            "mature vegetation: a new forest takes decades to store this carbon."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        add_aims(self)
        self.add(
            layer(self.BOUNDS, tr("Bounds by class"), optional=True),
            tr(
                "Table: code, min_ha, max_ha (or another unit, such as min_km2). For classes without a row or with "
                "an empty value, the largest change applies."
            ),
        )
        self.add(
            percentage(
                decimal(self.CHANGE, tr("Largest change of a class (%)"), DEFAULT_CHANGE_PERCENT, least=0, most=1e6), 1
            ),
            tr(
                "Largest change of the area of a class without bounds, in % of its present area. With 100 or more, a "
                "class may disappear."
            ),
        )
        self.add(
            real(self.WISH, tr("Target of the aim")),
            tr(
                "A sum over the whole land that the plan must reach: a minimum, or for the aim emission a maximum. "
                "If no plan reaches it, the run stops and names the binding constraints."
            ),
        )
        self.add(
            real(self.WISH_2, tr("Limit of the second aim")),
            tr(
                "A sum that the plan must reach in the second aim (emission: a maximum) while it is the best for the "
                "first one. If empty, the plan is the best for the first aim only."
            ),
            when={AIM_2: list(AIMS)},
        )
        self.add(
            whole(self.POINTS, tr("Points of the Pareto front"), DEFAULT_POINTS, least=2, most=200),
            tr("Number of plans between the best of the first and the best of the second aim."),
            advanced=True,
            when={AIM_2: list(AIMS)},
        )
        add_permissions(self)
        self.add(
            choice(self.PRESET, tr("Scenario preset"), [NO_PRESET, *PRESETS], NO_PRESET),
            tr(
                "Permission matrix of the Beibu Gulf study: urbanised, agricultural or ecological. none: all permitted."
            ),
        )
        add_restricted(self)
        self.add(
            QgsProcessingParameterRasterLayer(self.SUITABILITY, tr("Suitability"), optional=True),
            tr(
                "The raster that the simulation of the plan will use: cells without suitability (gaps in the drivers) "
                "keep their class there, so they are counted as such here."
            ),
            advanced=True,
        )
        self.add(
            sink(self.DEMAND, tr("Demand by class"), optional=True),
            tr(
                "Table: code, present and planned area in ha, change, share, cells, the bounds, and what the change "
                "adds to the first aim."
            ),
        )
        self.add(
            sink(self.TRANSITIONS, tr("Demand by transition"), optional=True),
            tr("Table: from_code, to_code, cells, area in ha."),
        )
        self.add(
            sink(self.BINDING, tr("Binding constraints"), optional=True),
            tr(
                "Table: constraint, code, how much better the aim would be without it, and for bounds how much better "
                "for the first ha by which the bound is relaxed."
            ),
        )
        self.add(
            sink(self.PARETO, tr("Pareto front"), optional=True),
            tr("Table, with two aims: point, limit of the second aim, both aims, area that changes."),
        )
        add_nodata_values(self, of_rasters=True)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.scenarios.optimisation.aims import (
            demand_columns,
            front_columns,
            price_columns,
            transition_columns,
        )
        from ...core.scenarios.optimisation.conflicts import prices
        from ...core.scenarios.optimisation.optimise import optimise
        from ...core.scenarios.optimisation.plan_inputs import read_bounds
        from ...core.scenarios.simulation.run import start_of
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        cover = land_cover(given)
        crossing = start_of(cover, log)
        first, second = aim_in(given, AIM, crossing, cover), aim_in(given, AIM_2, crossing, cover)
        if second is not None and second.kind == first.kind:
            raise CarbonBalanceError(
                tr("{first} and {second} are the same: choose two different aims, or only one.").format(
                    first=given.title(AIM), second=given.title(AIM_2)
                )
            )
        if second is None and given.has(self.PARETO):
            raise CarbonBalanceError(
                tr("{parameter} needs a second aim (AIM_2).").format(parameter=given.title(self.PARETO))
            )
        land = self._land(given, cover, crossing, log)
        bounds = read_bounds(
            given.table(self.BOUNDS), crossing.codes, land.cells, land.cell_ha, given.number(self.CHANGE)
        )
        targets = given.number(self.WISH), given.number(self.WISH_2) if second is not None else None
        found = optimise(land, bounds, first, second, targets=targets, points=given.integer(self.POINTS), log=log)
        plan = found.plan
        binding = prices(land, bounds, first.gain_ha, second.floor(targets[1]) if second is not None else None)
        out = Outputs(given)
        out.table(self.DEMAND, demand_columns(plan, bounds, crossing.codes, first))
        out.table(self.TRANSITIONS, transition_columns(plan, crossing.codes))
        out.table(self.BINDING, price_columns(binding, crossing.codes))
        empty = float("nan")
        main = (
            found.now(first),
            plan.value(first.amount_ha),
            found.now(second) if second is not None else empty,
            plan.value(second.amount_ha) if second is not None else empty,
            plan.changed_cells * land.cell_ha,
            len(found.front),
        )
        parts = [
            figure_table(self.NUMBERS, main),
            html.paragraph(tr("First aim: {title}.").format(title=first.title)),
            html.table(demand_columns(plan, bounds, crossing.codes, first)),
            html.heading(tr("Binding constraints")),
            html.table(price_columns(binding, crossing.codes)),
        ]
        if second is not None:
            out.table(self.PARETO, front_columns(found.front, first, second))
            parts += [
                html.heading(tr("Pareto front")),
                html.paragraph(tr("Second aim: {title}.").format(title=second.title)),
                html.table(front_columns(found.front, first, second)),
            ]
        parts += map(html.paragraph, (note for note in log.notes if note not in log.warnings))
        out.report(self.REPORT, self.displayName(), parts)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        return out.write()

    def _land(self, given, cover, crossing, log):
        """The present land and its permitted changes."""
        from ...core.scenarios.optimisation.plan_inputs import land_of_cover, locked_cells
        from ...core.scenarios.simulation.run import read_rules
        from ..shared.inputs.unmarked import nodata_values

        rules = read_rules(
            given.table(self.PERMISSIONS),
            given.choice(self.PRESET),
            given.choice(SCHEME),
            weights="",
            codes=crossing.codes,
            by_transition=False,
        )
        restricted = checked(given, given.raster(self.RESTRICTED)) if given.has(self.RESTRICTED) else None
        suitability = given.raster(self.SUITABILITY) if given.has(self.SUITABILITY) else None
        locked = locked_cells(cover, crossing, restricted, suitability, no_data=nodata_values(given), log=log)
        return land_of_cover(crossing, locked, rules.permitted)
