"""Land-use transitions: the Markov chain of two land covers."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
)

from ...core.runtime.i18n import tr
from ...core.text import html
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SCENARIOS
from ..shared.outputs.outputs import Outputs
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_report, choice, real, sink, text
from ..shared.parameters.land_cover import LATER, add_land_cover, add_later_land_cover, land_cover, later_land_cover


class LandUseTransition(CarbonAlgorithm):
    """Transition matrix of two dates and the demand of the years to come."""

    ID = "landusetransition"
    GROUP = SCENARIOS
    YEAR, LATER_YEAR, TARGET_YEAR, STEP_YEARS = "YEAR", "LATER_YEAR", "TARGET_YEAR", "STEP_YEARS"
    FACTORS, ROOT, UNMATCHED = "FACTORS", "ROOT", "KEEP_UNMATCHED"
    DEMAND, TRANSITIONS, MATRIX, REPORT = "DEMAND", "TRANSITIONS", "MATRIX", "REPORT"
    NUMBERS = ("AREA_HA", "CHANGED_HA", "CHANGED_SHARE", "STEPS")

    def displayName(self) -> str:
        return tr("Land-use transitions and demand")

    def shortDescription(self) -> str:
        return tr("What became what between two dates, and how much of each class there will be if that goes on?")

    def tags(self) -> list[str]:
        return ["markov", "transition", "matrix", "demand", "land use", "flus", "scenario", "转移矩阵", "马尔可夫"]

    def help_text(self) -> str:
        return tr(
            "What became what between two dates, and how much of each class will there be in the target year if "
            "change goes on at the same rate (a Markov chain)?\n\n"
            "<b>Needs</b> two land covers with the same class codes, their years, and a target year. The earlier "
            "is brought onto the grid of the later, from which demand starts.\n\n"
            "<b>Gives</b> the matrix of areas and probabilities (from = earlier class, to = later class), the demand "
            "by class for each step up to the target, and the same by transition: inputs of the land-use "
            "simulation. A scenario is made by scaling named transitions.\n\n"
            "<b>Formula</b>: areas after n steps = areas now x P<sup>n</sup>. A step that is no whole number of spans "
            "needs a root of the matrix, which does not always exist: then you are told why, and whole steps work, or "
            "ROOT = nearest where its negative probabilities may be set to 0."
        )

    def initAlgorithm(self, config=None) -> None:
        add_land_cover(self)
        add_later_land_cover(self)
        self.parameterDefinition(LATER).setHelp(
            tr("The same classes at the later date; demand starts from it. The earlier one is brought onto its grid.")
        )
        whole = QgsProcessingParameterNumber.Type.Double
        for name, title, help_text in (
            (self.YEAR, tr("Year of the land cover"), tr("Such as 2010.")),
            (self.LATER_YEAR, tr("Year of the later land cover"), tr("Such as 2020.")),
            (self.TARGET_YEAR, tr("Target year"), tr("The year of the last step, such as 2060.")),
        ):
            self.add(QgsProcessingParameterNumber(name, title, whole), help_text)
        self.add(
            real(self.STEP_YEARS, tr("Years a step")),
            tr(
                "Length of a step in years. If empty: the interval between the two land covers. The last step may be "
                "shorter."
            ),
        )
        self.add(
            text(self.FACTORS, tr("Factors on transitions")),
            tr(
                "How a scenario differs from the trend: from>to:factor, separated by commas, with class codes; * is "
                "every other class. 1>5:0.5, 2>5:0 halves what class 1 loses to 5 and stops what 2 loses to 5. "
                "What is not lost stays."
            ),
        )
        self.add(
            choice(self.ROOT, tr("If a part of a span has no valid matrix"), ["refuse", "nearest"], "refuse"),
            tr(
                "What to do where negative probabilities of the root mean a cell or more of a class (smaller ones are "
                "set to 0 with a warning). refuse: stop and say how much. nearest: set them to 0 and rescale their "
                "rows, as is often done, and say how much."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(self.UNMATCHED, tr("Keep classes that are at one date only"), False),
            tr(
                "Usually such a class means that the two land covers use different schemes, so it is refused. Kept, a "
                "class that appears stays as it is afterwards, and one that vanished has vanished."
            ),
            advanced=True,
        )
        self.add(
            sink(self.DEMAND, tr("Demand by class"), optional=True), tr("Table: year, code, area in ha, share, cells.")
        )
        self.add(
            sink(self.TRANSITIONS, tr("Demand by transition"), optional=True),
            tr("Table: year, from_code, to_code, area in ha, counted from the later land cover."),
        )
        self.add(
            sink(self.MATRIX, tr("Transition matrix"), optional=True),
            tr("Table: from_code, to_code, area in ha between the two dates, probability (with your factors)."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given, log) -> dict:
        from ...core.scenarios.class_maps import aligned, cross, log_background, log_partly_valid
        from ...core.scenarios.land_use_demand.futures import futures

        later, earlier = aligned([later_land_cover(given), land_cover(given)])
        crossing = cross([earlier, later], log)
        log_partly_valid(crossing, log)
        log_background(crossing, [earlier, later], log)
        found = futures(
            crossing,
            cross([later], log),
            given.number(self.YEAR),
            given.number(self.LATER_YEAR),
            given.number(self.TARGET_YEAR),
            given.number(self.STEP_YEARS),
            given.text(self.FACTORS),
            given.choice(self.ROOT) == "nearest",
            given.flag(self.UNMATCHED),
            log,
        )
        out = Outputs(given)
        out.table(self.DEMAND, found.demand_columns())
        out.table(self.TRANSITIONS, found.flow_columns())
        out.table(self.MATRIX, found.matrix_columns())
        parts = [
            *map(html.paragraph, log.notes),
            html.table(found.demand_columns()),
            html.table(found.matrix_columns()),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        total = float(found.area_ha.sum())
        main = (total, found.changed_ha, found.changed_ha / total, len(found.years))
        out.numbers(**dict(zip(self.NUMBERS, main)))
        return out.write()
