"""Tables of a report, as HTML and as rows to be written: numbers stay numbers until they are printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from itertools import islice

from ...runtime.i18n import tr
from ...text.numbers import format_column, is_number

# Tables of more columns are set in smaller type, so that a page holds them.
MANY_COLUMNS = 9
# Tables of no more rows stay on one page.
FEW_ROWS = 20
# t C, t C/km², t CO2; in Chinese all that stands in brackets, such as （吨 CO2/年）.
_UNIT = re.compile(r"\bt(?: CO?2?)?(?:/\w+)?\b|（[^（）]{1,24}）")


@dataclass(frozen=True)
class ReportTable:
    """A table.

    Attributes:
        title: above it, and the name of its sheet.
        columns: title -> values; equal lengths, ``None`` or NaN for nothing.
        strong: rows that are sums, from 0.
        decimals: of columns that are not printed by their own magnitude.
        most: rows printed in the page, ``None`` for all; all go into the workbook.
        note: a sentence beneath the table.
    """

    title: str
    columns: dict[str, list[object]]
    strong: frozenset[int] = frozenset()
    decimals: dict[str, int] = field(default_factory=dict)
    most: int | None = None
    note: str = ""

    def html(self) -> str:
        """The table, numbers of a column with the same decimals."""
        formatted = {name: format_column(values, self.decimals.get(name)) for name, values in self.columns.items()}
        numeric = {name: any(is_number(value) for value in values) for name, values in self.columns.items()}
        head = "".join(
            f"<th{' class=n' if numeric[name] else ''}>{_breakable_heading(name)}</th>" for name in formatted
        )
        body = []
        rows = len(next(iter(formatted.values()), ()))
        for row, cells in enumerate(islice(zip(*formatted.values()), self.most)):
            line = "".join(
                f"<td class=n>{cell}</td>" if numeric[name] else f"<td>{escape(cell)}</td>"
                for name, cell in zip(formatted, cells)
            )
            body.append(f"<tr class=sum>{line}</tr>" if row in self.strong else f"<tr>{line}</tr>")
        notes = [self.note] if self.note else []
        if self.most is not None and rows > self.most:
            notes.append(tr("{count} more rows are not shown.").format(count=rows - self.most))
        beneath = "".join(f"<p class=note>{escape(sentence)}</p>" for sentence in notes)
        kinds = ["many"] * (len(formatted) > MANY_COLUMNS) + ["few"] * (len(body) <= FEW_ROWS)
        kind = f' class="{" ".join(kinds)}"' if kinds else ""
        table = f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        return f"<h3>{escape(self.title)}</h3><div class=wide>{table}</div>{beneath}"


def _breakable_heading(name: str) -> str:
    """A heading that may be broken after the underscores of a column's name, and not within a unit."""
    return with_whole_units(name).replace("_", "_<wbr>")


def with_whole_units(text: str) -> str:
    """``text`` as HTML in which no line ends within a unit."""
    return _UNIT.sub(r"<span class=unit>\g<0></span>", escape(text))
