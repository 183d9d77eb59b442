"""Tables of a report, as HTML and as rows of a workbook; numbers are formatted only in HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from itertools import islice

from ...runtime.i18n import tr
from ...text.numbers import format_column, is_number
from ...text.pictures.figure import with_whole_units

# Tables with more columns have a smaller font, to fit on a page.
MANY_COLUMNS = 9
# Tables up to this number of rows are kept on one page.
FEW_ROWS = 20
# Longer cells get a minimum width, so that narrow screens do not break them after every word.
LONG_TEXT = 60


@dataclass(frozen=True)
class ReportTable:
    """A table.

    Attributes:
        title: title and sheet name.
        columns: title -> values of equal length, ``None`` or NaN for missing values.
        strong: rows that are sums, from 0.
        decimals: decimals of columns, if not determined by magnitude.
        most: largest number of rows in the page, ``None`` for all; the workbook has all rows.
        note: a sentence below the table.
        zone_rows: zone (row of the layer) of each row, which links it to the maps; empty for none.
    """

    title: str
    columns: dict[str, list[object]]
    strong: frozenset[int] = frozenset()
    decimals: dict[str, int] = field(default_factory=dict)
    most: int | None = None
    note: str = ""
    zone_rows: tuple[int | None, ...] = ()

    def html(self) -> str:
        """The table as HTML; numbers of a column have the same decimals."""
        formatted = {name: format_column(values, self.decimals.get(name)) for name, values in self.columns.items()}
        numeric = {name: any(is_number(value) for value in values) for name, values in self.columns.items()}
        head = "".join(
            f"<th scope=col{' class=n' if numeric[name] else ''}>{_breakable_heading(name)}</th>" for name in formatted
        )
        body = []
        rows = len(next(iter(formatted.values()), ()))
        for row, cells in enumerate(islice(zip(*formatted.values()), self.most)):
            line = "".join(
                f"<td class=n>{cell}</td>" if numeric[name] else f"<td{_long(cell)}>{escape(cell)}</td>"
                for name, cell in zip(formatted, cells)
            )
            kind = " class=sum" if row in self.strong else ""
            body.append(f"<tr{kind}{self._link(row)}>{line}</tr>")
        notes = [self.note] if self.note else []
        if self.most is not None and rows > self.most:
            notes.append(tr("{count} more rows are not shown.").format(count=rows - self.most))
        beneath = "".join(f"<p class=note>{escape(sentence)}</p>" for sentence in notes)
        kinds = ["many"] * (len(formatted) > MANY_COLUMNS) + ["few"] * (len(body) <= FEW_ROWS)
        kind = f' class="{" ".join(kinds)}"' if kinds else ""
        table = f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        label = f'tabindex=0 role=region aria-label="{escape(self.title)}"'
        return f"<h3>{escape(self.title)}</h3><div class=wide {label}>{table}</div>{beneath}"

    def without_sums(self) -> ReportTable:
        """The rows that are not sums, which can be filtered and summed in a spreadsheet."""
        return self._rows([row for row in range(len(self)) if row not in self.strong])

    def sums(self) -> ReportTable | None:
        """The rows that are sums, ``None`` if there are none."""
        return self._rows(sorted(self.strong)) if self.strong else None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def _rows(self, rows: list[int]) -> ReportTable:
        chosen = {name: [values[row] for row in rows] for name, values in self.columns.items()}
        return ReportTable(self.title, chosen, decimals=self.decimals)

    def _link(self, row: int) -> str:
        zone = self.zone_rows[row] if row < len(self.zone_rows) else None
        return "" if zone is None else f" data-zone={zone}"


def _long(cell: str) -> str:
    """The CSS class of cells that need room for a list of names."""
    return " class=long" if len(cell) > LONG_TEXT else ""


def _breakable_heading(name: str) -> str:
    """A heading that may be broken after underscores of a column name, but not within a unit."""
    return with_whole_units(name).replace("_", "_<wbr>")
