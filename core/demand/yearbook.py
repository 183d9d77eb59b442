"""Join of statistical tables to zones, with conversion to the units stated in the column names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables import columns
from ..tables.column_units import AS_IT_IS, _unit_in, split_unit, unit_of
from ..tables.joining import Matches, Unjoined
from ..tables.table import Table

ZONES_SIDE, TABLE_SIDE = "zones", "table"


def figures(
    table: Table,
    fields: Sequence[str],
    units: str,
    partner: Sequence[int | None],
    log: Log | None = None,
    suffix: str = "",
) -> dict[str, np.ndarray]:
    """The values of each zone by new column name.

    Args:
        table: the statistics.
        fields: columns to join.
        units: one unit for all, or one per field separated by semicolons; "" for the unit in brackets in the column
            name, such as 人口(万人), if there is one.
        partner: row of each zone, or ``None``.
        log: receives conflicts between stated and bracketed units, and renamed or converted columns.
        suffix: suffix of the new columns, for the log.

    Returns:
        column name (with unit) -> (zones,), NaN where a zone has no row or the cell is empty.

    Raises:
        CarbonBalanceError: an unknown unit, a wrong number of units, text that is not a number.
    """
    stated = [unit.strip() for unit in units.split(";")] if units.strip() else []
    if len(stated) == 1:
        stated *= len(fields)
    if stated and len(stated) != len(fields):
        raise CarbonBalanceError(
            tr(
                "{units} units are given for {fields} fields: give one for all, or one for each, separated by "
                "semicolons."
            ).format(units=len(stated), fields=len(fields))
        )
    result, renamed = {}, []
    for at, name in enumerate(table.need(field) for field in fields):
        title, bracket = split_unit(name)
        # Brackets may contain a remark instead of a unit; only explicitly given units must be known.
        factor, ending = unit_of(stated[at]) if stated else _unit_in(bracket)
        if stated and log is not None and _unit_in(bracket) not in ((1.0, ""), (factor, ending)):
            log.warn(
                tr(
                    "{table}: the name of column {column} indicates {bracket}, but it is read as {unit}, as UNITS "
                    "specifies."
                ).format(table=table.label, column=name, bracket=bracket, unit=stated[at] or AS_IT_IS)
            )
        column = title if not ending else f"{title}_{ending}"
        if not ending:
            column = name
        else:
            renamed.append(
                tr("{column} is now {new} (x {factor:,.6g})").format(column=name, new=column + suffix, factor=factor)
            )
        needed = [row for row in partner if row is not None]
        rows = table.numbers(name, only=needed) * factor
        result[column] = np.array([np.nan if row is None else rows[row] for row in partner])
    if renamed and log is not None:
        log.info(tr("Values converted to base units: {columns}.").format(columns=listed(renamed)))
    return result


def unjoined_columns(
    matches: Matches, zones: Table | None = None, table: Table | None = None
) -> dict[str, Sequence[object]]:
    """Table of unmatched rows, zones first; rows of a file have their number in the file.

    Args:
        matches: the result of matching.
        zones, table: the sources of the keys, for their row numbers; rows of ``table`` without data come last.
    """
    sides: list[tuple[str, Unjoined]] = [(ZONES_SIDE, item) for item in matches.left]
    sides += [(TABLE_SIDE, item) for item in matches.right]
    tables = {ZONES_SIDE: zones, TABLE_SIDE: table}
    others = [] if table is None else table.left_out

    def number(side: str, row: int) -> int:
        source = tables[side]
        return row + 1 if source is None or source.file_rows is None else source.file_rows[row]

    return {
        columns.SIDE: [side for side, _ in sides] + [TABLE_SIDE] * len(others),
        columns.ROW: [number(side, item.row) for side, item in sides] + [each.number for each in others],
        columns.KEY: [None if item.key is None else str(item.key) for _, item in sides]
        + [each.text for each in others],
        columns.REASON: [item.reason for _, item in sides] + [each.reason for each in others],
        columns.CANDIDATES: [", ".join(map(str, item.candidates)) or None for _, item in sides] + [None] * len(others),
    }
