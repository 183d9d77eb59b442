"""Figures of pages: a drawing beneath its caption, by which it is also called to those who do not see it."""

from __future__ import annotations

import re
from html import escape

# t C, t C/km², t CO2; in Chinese everything in brackets, such as （吨 CO2/年）.
_UNIT = re.compile(r"\bt(?: CO?2?)?(?:/\w+)?\b|（[^（）]{1,24}）")
_BEGIN = re.compile(r"<svg\b([^>]*)>")


def figure(caption: str, drawing: str) -> str:
    """A figure as HTML.

    Args:
        caption: its caption, as text.
        drawing: an ``svg`` element, which gets the caption as its accessible name unless it has one.
    """
    return f"<figure><figcaption>{with_whole_units(caption)}</figcaption>{_named(drawing, caption)}</figure>"


def _named(drawing: str, name: str) -> str:
    begin = _BEGIN.search(drawing)
    if begin is None or "aria-label=" in begin[1]:
        return drawing
    role = "" if "role=" in begin[1] else ' role="img"'
    return f'{drawing[: begin.end(1)]}{role} aria-label="{escape(name)}"{drawing[begin.end(1) :]}'


def with_whole_units(text: str) -> str:
    """``text`` as HTML in which no line ends within a unit."""
    return _UNIT.sub(r"<span class=unit>\g<0></span>", escape(text))
