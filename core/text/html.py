"""HTML pages with the notes of a run: tables and sentences, all escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from ..runtime.i18n import language, sentence_gap, tr
from ..runtime.staging import StagedFile, cannot_write
from ..tables.columns import YEAR
from .headings import has_unit, heading_of, is_share
from .numbers import format_column
from .vocabulary import shown

NOTES_STYLE = (
    "body{font:14px/1.5 sans-serif;margin:2em;max-width:70em;color:#222}table{border-collapse:collapse;margin:.6em 0;"
    "font-size:.92em}p{max-width:60em}"
    "td,th{border-bottom:1px solid #ccc;padding:.25em .8em;text-align:left;vertical-align:top}"
    ".n{text-align:right}h1{font-size:1.4em}"
    "h2{font-size:1.1em}.warn{color:#8a3b00}"
    "th{vertical-align:bottom}th small{display:block;font-weight:normal;color:#666}"
    "div.wide{overflow-x:auto}"
)


def number(value: object) -> str:
    """A value as text: six significant digits, thousands separated, empty for NULL."""
    if value is None:
        return ""
    if isinstance(value, float):
        if value != value:
            return ""
        return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}"
    return str(value)


def table(columns: Mapping[str, Sequence[object]], most: int = 500) -> str:
    """A table of named columns of equal length, with at most ``most`` rows and the number of rows not shown.

    Columns written by the plugin have a title above the column name; their words are translated, and shares are shown
    as percentages.
    """
    left_out = max((len(values) for values in columns.values()), default=0) - most
    if left_out > 0:
        short = {name: values[:most] for name, values in columns.items()}
        return table(short, most) + paragraph(tr("{count} more rows are not shown.").format(count=left_out))
    head = "".join(
        f"<th{' class=n' if any(isinstance(item, (int, float)) for item in values) else ''}>{_table_heading(name)}</th>"
        for name, values in columns.items()
    )
    cells = [_cells(name, values) for name, values in columns.items()]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells))
    return f"<div class=wide tabindex=0><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _table_heading(name: str) -> str:
    words = heading_of(name)
    return escape(name) if words == name else f"{escape(words)}<small>{escape(name)}</small>"


def _cells(name: str, values: Sequence[object]) -> list[str]:
    if has_unit(name) and any(isinstance(item, float) for item in values):
        # Numbers of the same quantity have the same number of decimals, so that they are aligned.
        return [f'<td class="n">{escape(text)}</td>' for text in format_column(values)]
    return [_table_cell(name, item) for item in values]


def _table_cell(name: str, item: object) -> str:
    if not isinstance(item, (int, float)):
        return f"<td>{escape(shown(name, item))}</td>"
    text = percentage(item) if is_share(name) else number(item)
    if name == YEAR and item == item:
        text = f"{item:.10g}"  # Without thousands: 2020, or 2017.5 between two years.
    return f'<td class="n">{text}</td>'


def percentage(share: float) -> str:
    """A share (0 to 1) in percent with two decimals, more if it would otherwise be 0.00; empty for NaN."""
    if share != share:
        return ""
    return f"{100 * share:.2f}" if share == 0 or abs(share) >= 5e-5 else f"{100 * share:.3g}"


def paragraph(text: str, warning: bool = False) -> str:
    """A paragraph of text."""
    return f'<p class="warn">{escape(text)}</p>' if warning else f"<p>{escape(text)}</p>"


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other; Chinese ones have no blanks between them."""
    return sentence_gap().join(sentences)


def heading(text: str) -> str:
    """A heading within the page."""
    return f"<h2>{escape(text)}</h2>"


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page from ``parts`` made by the functions above."""
    return (
        f'<!DOCTYPE html><html lang="{html_language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{NOTES_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>"
    )


def html_language() -> str:
    """The language of the user as the ``lang`` of a page."""
    return "zh-CN" if language() == "zh" else language()


# Characters that are invisible or not allowed in XML: control characters, marks of text direction, lone surrogates.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class StagedPage(StagedFile):
    """A page that is written under a hidden name and then renamed, so that it appears complete or not at all.

    Args:
        path: the final name.
        text: written as UTF-8, without control characters.

    Raises:
        CarbonBalanceError: the folder cannot be written to.
    """

    def __init__(self, path: str, text: str) -> None:
        super().__init__(Path(path))
        try:
            self.beside.write_text(_UNSEEN.sub("", text), encoding="utf-8")
        except OSError as error:
            self.discard()
            raise cannot_write(self.path, error) from None


def write_whole(path: str, text: str) -> None:
    """Write ``text`` to ``path`` in one step, as :class:`StagedPage` does."""
    page = StagedPage(path, text)
    try:
        page.publish()
    finally:
        page.discard()
