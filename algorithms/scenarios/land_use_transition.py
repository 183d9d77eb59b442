"""Algorithm "Land-use transitions and demand": the Markov chain of two land covers."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterBoolean, QgsProcessingParameterNumber

from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_report, choice, real, sink, text
from ..shared.parameters.dates_between import add_dates_between, covers_between, years_between_dates
from ..shared.parameters.land_cover import (
    LATER,
    add_land_cover,
    add_later_land_cover,
    land_cover,
    later_land_cover,
)
from ..shared.parameters.scenarios.scenarios import add_factor_preset, factors_in


class LandUseTransition(CarbonAlgorithm):
    """Computes the transition matrix of two dates and future demand."""

    ID = "landusetransition"
    GROUP = SCENARIOS
    YEAR, LATER_YEAR, TARGET_YEAR, STEP_YEARS = "YEAR", "LATER_YEAR", "TARGET_YEAR", "STEP_YEARS"
    FACTORS, ROOT, UNMATCHED = "FACTORS", "ROOT", "KEEP_UNMATCHED"
    DEMAND, TRANSITIONS, MATRIX, REPORT = "DEMAND", "TRANSITIONS", "MATRIX", "REPORT"
    INTENSITY, CLASS_CHANGES, GREY = "INTENSITY", "CLASS_CHANGES", "GREY"
    NUMBERS = ("AREA_HA", "CHANGED_HA", "CHANGED_SHARE", "STEPS", "DYNAMIC_DEGREE")

    def displayName(self) -> str:
        return tr("Land-use transitions and demand")

    def shortDescription(self) -> str:
        return tr(
            "Which classes changed into which between two dates, and how large will each class be if this continues?"
        )

    def tags(self) -> list[str]:
        return ["markov", "transition", "matrix", "demand", "land use", "flus", "scenario", "转移矩阵", "马尔可夫"]

    def help_text(self) -> str:
        return tr(
            "Which classes changed into which between two dates, and how large will each class be in the target year "
            "if change continues at the same rate (a Markov chain)?\n\n<b>Needs</b> two land covers with the same "
            "class codes, their years, and a target year. The later one is resampled to the grid of the earlier one "
            "to measure change; demand starts from the whole later one.\n\n<b>Gives</b> the matrix of areas and "
            "probabilities (from = earlier class, to = later class), the demand by class for each step up to the "
            "target, and the same by transition: inputs of the land-use simulation. Scale individual transitions to "
            "define a scenario.\n\n<b>Formula</b>: areas after n steps = present areas x P<sup>n</sup>. A step that "
            "is not a whole multiple of the time between the two dates needs a root of the matrix, which does not "
            "always exist: in that case the reason is reported; whole multiples always work, as does ROOT = nearest "
            "if its negative probabilities may be set to 0.\n\n<b>Intensity analysis</b> (Aldwaik and Pontius 2012) "
            "shows whether change was more intensive than uniform change: in an interval (fast or slow; give land "
            "covers of dates between), in the gain or loss of a class (active or dormant), and in each transition "
            "(targeted or avoided). The <b>dynamic degree</b> is the net change of a class in % of its earlier area "
            "per year, the comprehensive one the changed part of all land per year.\n\n<b>Grey forecast</b> GM(1,1), "
            "with land covers of three or more dates at equal intervals: another demand by class, in which each "
            "class is forecast from its own areas and all are then scaled to the total area. It has no transitions, "
            "and factors do not affect it."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        add_later_land_cover(self)
        self.parameterDefinition(LATER).setHelp(
            tr(
                "The same classes at the later date; demand starts from it. It is resampled to the grid of the "
                "earlier one."
            )
        )
        whole = QgsProcessingParameterNumber.Type.Double
        for name, title, help_text in (
            (self.YEAR, tr("Year of the land cover"), tr("For example 2010.")),
            (self.LATER_YEAR, tr("Year of the later land cover"), tr("For example 2020.")),
            (self.TARGET_YEAR, tr("Target year"), tr("The year of the last step, such as 2060.")),
        ):
            self.add(QgsProcessingParameterNumber(name, title, whole), help_text)
        self.add(
            real(self.STEP_YEARS, tr("Years per step")),
            tr(
                "Length of a step in years. If empty: the interval between the two land covers. The last step may be "
                "shorter."
            ),
        )
        self.add(
            text(self.FACTORS, tr("Transition factors")),
            tr(
                "Difference between a scenario and the trend: from>to:factor, separated by commas, with class codes; * "
                "stands for every other class. 1>5:0.5, 2>5:0 halves the loss of class 1 to class 5 and stops the loss "
                "of class 2 to class 5. Area that is not lost remains unchanged."
            ),
        )
        add_factor_preset(self)
        self.add(
            choice(self.ROOT, tr("If a fraction of the period has no valid matrix"), ["refuse", "nearest"], "refuse"),
            tr(
                "What to do if negative probabilities of the root amount to at least one cell of a class (smaller ones "
                "are set to 0 with a warning). refuse: stop and report the amount. nearest: set them to 0 and rescale "
                "their rows, which is common practice, and report the amount."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(self.UNMATCHED, tr("Keep classes that occur at only one date"), False),
            tr(
                "Such a class usually means that the two land covers use different schemes, so it is refused by "
                "default. If kept, a class that appears remains unchanged afterwards, and a class that disappeared "
                "does not return."
            ),
            advanced=True,
        )
        self.add(
            sink(self.DEMAND, tr("Demand by class"), optional=True), tr("Table: year, code, area in ha, share, cells.")
        )
        self.add(
            sink(self.TRANSITIONS, tr("Demand by transition"), optional=True),
            tr("Table: year, from_code, to_code, area in ha, cumulative from the later land cover."),
        )
        self.add(
            sink(self.MATRIX, tr("Transition matrix"), optional=True),
            tr("Table: from_code, to_code, area in ha between the two dates, probability (including your factors)."),
        )
        add_dates_between(
            self,
            tr(
                "For the intensity analysis of several intervals: land covers of the years between, in the order of "
                "their years, with the same classes (band 1 is read), and for the grey forecast. The Markov demand "
                "does not depend on them."
            ),
        )
        self.add(
            sink(self.INTENSITY, tr("Intensity analysis"), optional=True),
            tr(
                "Table: one row per interval, per gain and loss of a class, and per transition, with the area, its "
                "intensity in % per year, the uniform intensity and the comparison of the two."
            ),
        )
        self.add(
            sink(self.CLASS_CHANGES, tr("Change by class"), optional=True),
            tr(
                "Table: code, areas at both dates, area gained and lost in ha, and the single land-use dynamic degree "
                "in % per year."
            ),
        )
        self.add(
            sink(self.GREY, tr("Grey forecast"), optional=True),
            tr(
                "Table: year, code, area in ha, share, cells (a demand by class for the simulation), coefficients a "
                "and b, posterior ratio and small-error probability. Needs land covers of three dates or more, at "
                "equal intervals."
            ),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.land_cover.change.intensity import class_changes, intensity_table
        from ...core.land_cover.change.page import change_parts
        from ...core.scenarios.class_maps import aligned, cross, log_background, log_partly_valid
        from ...core.scenarios.intervals import interval_changes
        from ...core.scenarios.land_use_demand.futures import futures
        from ...core.scenarios.land_use_demand.grey import grey_demand
        from ...core.statistics.temporal.named_years import warn_of_other_years
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        own = later_land_cover(given)
        earlier, later = aligned([land_cover(given), own], log)
        years = [given.number(self.YEAR), given.number(self.LATER_YEAR)]
        warn_of_other_years([earlier.source.name, own.source.name], years, log)
        crossing = cross([earlier, later], log)
        log_partly_valid(crossing, log)
        log_background(crossing, [earlier, later], log)
        today = cross([own], log)
        found = futures(
            crossing,
            today,
            given.number(self.YEAR),
            later_year=given.number(self.LATER_YEAR),
            target_year=given.number(self.TARGET_YEAR),
            step_years=given.number(self.STEP_YEARS),
            factors=factors_in(given, self.FACTORS, [crossing, today]),
            nearest=given.choice(self.ROOT) == "nearest",
            keep_unmatched=given.flag(self.UNMATCHED),
            log=log,
        )
        out = Outputs(given)
        out.table(self.DEMAND, found.demand_columns())
        out.table(self.TRANSITIONS, found.flow_columns())
        out.table(self.MATRIX, found.matrix_columns())
        dates = [years[0], *years_between_dates(given, *years), years[1]]
        between = covers_between(given)
        intervals = interval_changes([earlier, *aligned([earlier, *between], log)[1:], later], dates, log)
        whole = (
            intervals[0]
            if len(intervals) == 1
            else interval_changes([earlier, later], dates[:: len(dates) - 1], log)[0]
        )
        out.table(self.INTENSITY, intensity_table(intervals))
        out.table(self.CLASS_CHANGES, class_changes(whole))
        grey = None
        if given.has(self.GREY):
            grey = grey_demand(intervals, found, log)
            out.table(self.GREY, grey.grey_columns())
        parts = [
            *map(html.paragraph, log.notes),
            *change_parts(whole, intervals),
            html.heading(tr("Demand by class")),
            html.table(found.demand_columns()),
            html.heading(tr("Transition matrix")),
            html.table(found.matrix_columns()),
            *([html.heading(tr("Grey forecast")), html.table(grey.grey_columns())] if grey else []),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        total = float(found.area_ha.sum())
        main = (total, found.changed_ha, found.changed_ha / total, len(found.years), whole.intensity)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        return out.write()
