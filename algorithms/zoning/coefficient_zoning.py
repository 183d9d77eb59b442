"""Algorithm "Coefficient zoning": zones from the coefficients EEC and SEC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.zoning import AT_GIVEN, AT_ONE, THRESHOLDS
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ...core.zoning.zone_names import GUIYANG, QUADRANT_PRESETS, quadrant_names
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ZONING
from ..shared.outputs.results import add_results
from ..shared.parameters.common import (
    add_nodata_values,
    add_report,
    add_suffix,
    choice,
    column,
    layer,
    real,
    sink,
)
from ..shared.parameters.zone_names import LANGUAGE, NAMES, PRESET, add_zone_names

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class CoefficientZoning(CarbonAlgorithm):
    """Assigns units to quadrants of EEC and SEC, with the distance to each threshold."""

    ID = "coefficientzoning"
    GROUP = ZONING
    ZONES, EEC, SEC = "ZONES", "EEC", "SEC"
    SUFFIX = "SUFFIX"
    OUTPUT, TABLE, REPORT = "OUTPUT", "TABLE", "REPORT"
    NUMBERS = ("EEC_LIMIT", "SEC_LIMIT", "HIGH_HIGH", "HIGH_LOW", "LOW_HIGH", "LOW_LOW", "NEAREST_DISTANCE")
    NEAREST_UNIT = "NEAREST_UNIT"

    def displayName(self):
        return tr("Coefficient zoning")

    def shortDescription(self):
        return tr("Assigns each unit to one of four zones by its economic and its ecological carbon coefficient.")

    def tags(self):
        return ["eec", "sec", "quadrants", "threshold", "zones", "碳补偿率", "经济贡献系数", "分区"]

    def help_text(self):
        return tr(
            "Does a unit emit less than its share of the economy, and does its land take up more than its share of the "
            "emissions? From the coefficients EEC and SEC (from Carbon balance coefficients, or your own) each unit is "
            "assigned to one of four zones: both high, only EEC high, only SEC high, both low.\n\n"
            "High means at or above the threshold: 1 by default, the level of the region as a whole. The result also "
            "gives the distance of each unit from each threshold: a unit close to a threshold could equally belong to "
            "the adjacent zone.\n\n"
            "A unit that lacks one of the coefficients is not assigned to a zone."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Units")), tr("Layer (or table) with one row per unit and both coefficients."))
        for name, title, usual, meaning in (
            (
                self.EEC,
                "EEC",
                columns.EEC,
                tr("Economic coefficient: share of the GDP of the region divided by the share of its emissions."),
            ),
            (
                self.SEC,
                "SEC",
                columns.SEC,
                tr("Ecological coefficient: share of the sink of the region divided by the share of its emissions."),
            ),
        ):
            label = tr("{name} field").format(name=title)
            self.add(column(name, label, self.ZONES, holds=name, default=usual), meaning)
            self.add(
                choice(f"{name}_THRESHOLD", tr("{name} threshold").format(name=title), THRESHOLDS, AT_ONE),
                tr("one: 1, the level of the region. mean or median: of the units. given: the number below."),
            )
            self.add(
                real(f"{name}_GIVEN", tr("{name} threshold, given").format(name=title)),
                tr("The threshold if given is chosen; otherwise it is not used."),
                advanced=True,
                when={f"{name}_THRESHOLD": [AT_GIVEN]},
            )
        add_zone_names(
            self,
            QUADRANT_PRESETS,
            GUIYANG,
            title=tr("Names of the zones"),
            preset_help=tr(
                "In the order both high, EEC high, SEC high, both low. guiyang: carbon budget balance, carbon "
                "intensity control, carbon sink function, low-carbon optimisation. general: low-carbon maintenance, "
                "economic development, carbon sink development, comprehensive optimisation."
            ),
            names_help=tr("Four names separated by commas, in the order both high, EEC high, SEC high, both low."),
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Zoned layer")),
            tr(
                "The units with class (1 both high, 2 EEC high, 3 SEC high, 4 both low), zone, and each coefficient "
                "minus its threshold."
            ),
        )
        self.add(
            sink(self.TABLE, tr("Members of the zones"), optional=True),
            tr("One row per zone: class, zone, level of EEC and SEC, number of units, the units."),
        )
        add_report(self)
        add_results(self, self.NUMBERS, (self.NEAREST_UNIT,))

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.zoning.quadrants import quadrant_zoning, threshold
        from ...core.zoning.zoning_report import quadrant_notes, quadrant_table
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        new = [columns.CLASS, columns.ZONE, columns.EEC_DISTANCE, columns.SEC_DISTANCE]
        new_columns = columns.suffixed(new, given.text(self.SUFFIX), zones.table.fields).values()
        coefficients = [zones.table.numbers(given.field(name)) for name in (self.EEC, self.SEC)]
        limits = [
            threshold(values, given.choice(f"{name}_THRESHOLD"), given.number(f"{name}_GIVEN"), name)
            for name, values in zip((self.EEC, self.SEC), coefficients)
        ]
        quadrants = quadrant_zoning(*coefficients, *limits)
        names = quadrant_names(given.text(NAMES), given.choice(PRESET), given.choice(LANGUAGE))
        names_of_rows = zones.table.row_names()
        notes = quadrant_notes(quadrants, names, zones.table.row_label, names_of_rows, log)
        table = quadrant_table(quadrants, names, names_of_rows)
        out = Outputs(given)
        results = [quadrants.classes(), quadrants.zones(names), quadrants.eec_distance, quadrants.sec_distance]
        out.zones(self.OUTPUT, zones, dict(zip(new_columns, results)))
        out.table(self.TABLE, table)
        nearest = quadrants.nearest()
        figures = (*limits, *table[columns.COUNT], quadrants.distance[nearest])
        out.numbers(**dict(zip(self.NUMBERS, figures)), **{self.NEAREST_UNIT: names_of_rows[nearest]})
        out.report(self.REPORT, self.displayName(), notes)
        return out.write()
