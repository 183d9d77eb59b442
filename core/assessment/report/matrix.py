"""The transition matrix as a shaded table and as Sankey charts."""

from __future__ import annotations

from html import escape

import numpy as np

from ...runtime.i18n import tr
from ...symbology.colours import CARBON, ramp
from ...tables import columns
from ...tables.table import Table
from ...text.numbers import format_column
from ...text.pictures.figure import figure
from ...text.sankey import changed_flows, sankey
from ...text.vocabulary import shown


def read_matrix(table: Table) -> tuple[list[str], list[str], np.ndarray, str]:
    """Row names, column names, amounts (rows, columns) and unit of a transition table.

    The table is long (from, to, area) or a matrix whose columns begin with ``to_``.

    Raises:
        CarbonBalanceError: it is neither, or contains text instead of numbers.
    """
    start = table.find("from_name", "from_code", "from") or table.need("from_name")
    wide = [name for name in table.fields if name.lower().startswith("to_") and name not in ("to_name", "to_code")]
    rows = [text or "" for text in table.texts(start)]
    end = table.find("to_name", "to_code", "to")
    if end is None and wide:
        cells = np.stack([np.nan_to_num(table.numbers(name)) for name in wide], axis=1)
        # Columns are named by code; the names are taken from the rows.
        code = table.find("from_code")
        by_code = {} if code is None else {str(int(key)): name for key, name in zip(table.numbers(code), rows)}
        titles = [name[3:].rsplit("_", 1)[0].replace("minus", "-") for name in wide]
        unit = "t C" if wide[0].endswith("_t") else "ha"
        return rows, [by_code.get(title, title) for title in titles], cells, unit
    ends = [text or "" for text in table.texts(end or table.need("to_name"))]
    area = np.nan_to_num(table.numbers(table.need(columns.AREA_HA)))
    names = list(dict.fromkeys([*rows, *ends]))
    cells = np.zeros((len(names), len(names)))
    np.add.at(cells, ([names.index(each) for each in rows], [names.index(each) for each in ends]), area)
    return names, names, cells, "ha"


def matrix_html(table: Table) -> str:
    """The matrix (rows from, columns to) with sums, darker for larger shares of the row."""
    rows, names, cells, unit = read_matrix(table)
    rows, names = ([shown(columns.FROM_NAME, name) for name in each] for each in (rows, names))
    shades = ramp(("#ffffff", *CARBON[:3]), 12)
    totals = cells.sum(axis=1)
    flat = format_column([*cells.ravel().tolist(), *totals.tolist(), *cells.sum(axis=0).tolist()])
    formatted = np.array(flat[: cells.size], object).reshape(cells.shape)
    row_sums, column_sums = flat[cells.size : cells.size + len(rows)], flat[cells.size + len(rows) :]
    head = "".join(f"<th class=n>{escape(name)}</th>" for name in names)
    body = []
    for at, name in enumerate(rows):
        line = "".join(
            f'<td class=n style="background:{shades[_shade(cells[at, to], totals[at])]}">{formatted[at, to]}</td>'
            for to in range(len(names))
        )
        body.append(f"<tr><th>{escape(name)}</th>{line}<td class=n>{row_sums[at]}</td></tr>")
    sums = "".join(f"<td class=n>{text}</td>" for text in column_sums)
    body.append(f"<tr class=sum><th>{escape(tr('all'))}</th>{sums}<td></td></tr>")
    corner = tr("from / to, {unit}").format(unit=unit)
    return (
        f"<div class=wide><table class=matrix><thead><tr><th>{escape(corner)}</th>{head}"
        f"<th class=n>{escape(tr('all'))}</th></tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def flow_figures(table: Table) -> str:
    """Sankey charts of transitions in ha and, if the table has them, carbon changes."""
    rows, names, cells, unit = read_matrix(table)
    if list(rows) != list(names):
        return ""
    titles = [shown(columns.FROM_NAME, name) for name in names]
    carbon = _carbon_of(table, names) if unit == "ha" else cells
    figures = []
    if unit == "ha":
        figures.append((tr("Transitions between classes, ha"), sankey(changed_flows(cells), titles, "ha")))
    if carbon is not None:
        caption = tr("Carbon gained (blue) and lost (orange) by transition, t C")
        figures.append((caption, sankey(changed_flows(cells, carbon), titles, "t C")))
    return "".join(figure(caption, drawing) for caption, drawing in figures if drawing)


def _carbon_of(table: Table, names: list[str]) -> np.ndarray | None:
    """The carbon change by transition in a long table, t C (classes, classes), or ``None``."""
    column = table.find(columns.CARBON_CHANGE_T)
    start, end = table.find("from_name", "from_code", "from"), table.find("to_name", "to_code", "to")
    if column is None or start is None or end is None:
        return None
    cells = np.zeros((len(names), len(names)))
    ends = [[text or "" for text in table.texts(name)] for name in (start, end)]
    where = tuple([names.index(each) for each in side] for side in ends)
    np.add.at(cells, where, np.nan_to_num(table.numbers(column)))
    return cells


def _shade(area: float, whole: float) -> int:
    """The shade (of twelve) for the share of the row, with finer steps for small shares."""
    return 0 if whole <= 0 or area <= 0 else int(min(1 + np.sqrt(area / whole) * 10.999, 11))
