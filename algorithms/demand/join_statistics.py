"""Algorithm "Join statistics to zones"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.runtime.errors import listed
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import DEMAND
from ..shared.inputs.meanings import LABELS
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import (
    add_match,
    add_nodata_values,
    add_report,
    add_suffix,
    column,
    layer,
    sink,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.tables.joining import Unjoined
    from ...core.tables.table import Table
    from ..shared.inputs.given import Given


class JoinStatistics(CarbonAlgorithm):
    """Joins the values of a statistical table to zones."""

    ID = "joinstatistics"
    GROUP = DEMAND
    ZONES, ZONE_KEY, TABLE, TABLE_KEY = "ZONES", "ZONE_KEY", "TABLE", "TABLE_KEY"
    FIELDS, UNITS = "FIELDS", "UNITS"
    SUFFIX, OUTPUT, UNMATCHED, REPORT = "SUFFIX", "OUTPUT", "UNMATCHED", "REPORT"
    NUMBERS = ("MATCHED", "UNMATCHED_ZONES", "UNMATCHED_ROWS", "DOUBLE")

    def displayName(self):
        return tr("Join statistics to zones")

    def shortDescription(self):
        return tr("Joins population, GDP or fuel figures of a yearbook table to zones, by code or by name.")

    def tags(self):
        return ["join", "yearbook", "csv", "xlsx", "gbk", "census", "统计年鉴"]

    def help_text(self):
        return tr(
            "Yearbook tables come in any encoding, with numbers stored as text, blanks and thousands separators, in "
            "10^4 persons or 10^8 yuan. This algorithm joins their figures to zones and converts them to base units: "
            "persons, t, 10^4 yuan, km2. The name of each new column ends in its unit.\n\n"
            "Only unambiguous pairs are joined. Rows without a match, duplicate keys, and names that could mean two "
            "places are listed for both sides, together with similar names. Totals and notes among the rows are listed "
            "too and do not stop the run."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("The zones that the figures belong to."))
        self.add(
            column(self.ZONE_KEY, tr("Code or name in the zones"), self.ZONES, holds=LABELS),
            tr("The column that identifies each zone."),
        )
        self.add(layer(self.TABLE, tr("Statistics table")), tr("CSV, XLSX, DBF, GeoPackage: one row per zone."))
        self.add(
            column(self.TABLE_KEY, tr("Code or name in the table"), self.TABLE, holds=LABELS),
            tr("The same codes or names in the table."),
        )
        add_match(self)
        self.add(
            column(self.FIELDS, tr("Statistics"), self.TABLE, several=True),
            tr("The columns to join. Numbers stored as text are read as numbers."),
        )
        self.add(
            text(self.UNITS, tr("Units of the figures")),
            tr(
                "One unit for all columns, or one for each in their order, separated by semicolons, such as: 10^4 "
                "persons; 10^8 yuan. Available: persons, 10^4 persons, t, 10^4 t, 10^6 t, 10^8 t, yuan, 10^4 yuan, "
                "10^8 yuan, km2, ha, m2, or unchanged; also 万人, 万吨, 亿元. If empty: the unit in brackets in the "
                "column name, such as 人口(万人), if there is one."
            ),
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Zones with figures")), tr("The zones with all their columns and the joined figures.")
        )
        self.add(
            sink(self.UNMATCHED, tr("Rows without a match"), optional=True),
            tr("Zones and table rows that were not joined, the reason, and similar keys."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.demand.yearbook import figures, unjoined_columns
        from ...core.tables.joining import TWICE, match, need_some, repeats_of, warn_of_repeats
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        table = given.table(self.TABLE)
        zone_key, table_key, by = given.field(self.ZONE_KEY), given.field(self.TABLE_KEY), given.choice("MATCH")
        left, right = zones.table.values(zone_key), table.values(table_key)
        matches = match(left, right, by)
        repeats = [
            repeats_of(table, table_key, by, [table.need(each) for each in given.fields(self.FIELDS)]),
            repeats_of(zones.table, zone_key, by),
        ]
        need_some(matches, left, right, repeats)
        warn_of_repeats(matches, repeats, log)
        suffix = given.text(self.SUFFIX)
        values = figures(
            table, given.fields(self.FIELDS), given.text(self.UNITS), partner=matches.partner, log=log, suffix=suffix
        )
        names = columns.suffixed(values, suffix, zones.table.fields)
        for side, keys, rows in ((zones.table, left, matches.left), (table, right, matches.right)):
            if rows:
                log.warn(
                    tr("{layer}: {count} row(s) without a match: {rows}.").format(
                        layer=side.label, count=len(rows), rows=listed(_with_key(side, keys, item) for item in rows)
                    )
                )
        missing = unjoined_columns(matches, zones.table, table)
        matched = len(zones) - len(matches.left)
        double = missing[columns.REASON].count(TWICE)
        unmatched_rows = len(matches.right) + len(table.left_out)
        main = (matched, len(matches.left), unmatched_rows, double)
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, {names[name]: column for name, column in values.items()})
        out.table(self.UNMATCHED, missing)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        parts = [figure_table(self.NUMBERS, main), html.table(missing)]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()


def _with_key(side: Table, keys: Sequence[object], item: Unjoined) -> str:
    """A row in messages, with its key where its label lacks one, and one similar key: "row 4 (total)"."""
    label, key = side.row_label(item.row), keys[item.row]
    said = label if "(" in label or key in (None, "") else f"{label} ({key})"
    if len(item.candidates) != 1:
        return said
    return tr("{row}, similar to {key}").format(row=said, key=item.candidates[0])
