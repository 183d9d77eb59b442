"""Report figure on drivers of land-use change: bars of importance, and response curves if given."""

from __future__ import annotations

from collections.abc import Sequence

from ....runtime.i18n import tr
from ....scenarios.suitability.expansion_chart import expansion_chart
from ....tables import columns
from ....tables.table import Table
from ....text.pictures.figure import figure

_OF_IMPORTANCE = (columns.TO_CODE, columns.IMPORTANCE)
_OF_RESPONSES = (columns.TO_CODE, columns.VALUE, columns.PROBABILITY)


def expansion_picture(importance: Table, responses: Table | None) -> str:
    """The figure; "" if the tables are not those of an expansion analysis."""
    bars = _as_columns(importance, _OF_IMPORTANCE)
    if bars is None:
        return ""
    curves = None if responses is None else _as_columns(responses, _OF_RESPONSES)
    if curves is None:
        caption = tr("Importance of drivers by change")
    else:
        caption = tr("Importance of drivers by change, and probability of the change over the range of each driver")
    return figure(caption, expansion_chart(bars, curves))


def _as_columns(table: Table, numeric: Sequence[str]) -> dict[str, list] | None:
    """The required columns, or ``None`` if one is missing. Without an earlier class, it is any class."""
    if table.find(columns.DRIVER) is None or any(table.find(name) is None for name in numeric):
        return None
    found: dict[str, list] = {name: table.numbers(name, complete=True).tolist() for name in numeric}
    found[columns.DRIVER] = [text or "" for text in table.texts(columns.DRIVER)]
    before = table.find(columns.FROM_CODE)
    found[columns.FROM_CODE] = [None] * len(table) if before is None else table.texts(before)
    return found
