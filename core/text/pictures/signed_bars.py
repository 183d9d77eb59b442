"""Amounts above and below zero as horizontal bars of SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..numbers import number_text

BAR_ABOVE, BAR_BELOW, BAR_TOTAL = "#d55e00", "#0072b2", "#666666"
_LABEL_WIDTH, _BARS_WIDTH, _BAR_ROW = 240, 620, 22


def signed_bars(
    titles: Sequence[str], values: Sequence[float], colours: tuple[str, str] = (BAR_ABOVE, BAR_BELOW), totals: int = 0
) -> str:
    """A bar for each value from a common zero.

    Args:
        titles, values: of the bars, from top to bottom.
        colours: of bars above and below zero.
        totals: how many of the last are sums of others: they are grey.
    """
    lowest, highest = min(0.0, *values), max(0.0, *values)
    scale = (_BARS_WIDTH - _LABEL_WIDTH - 90) / ((highest - lowest) or 1.0)
    zero = _LABEL_WIDTH - lowest * scale
    rows = []
    for at, (title, value) in enumerate(zip(titles, values)):
        top, left = at * _BAR_ROW, min(zero, zero + value * scale)
        colour = BAR_TOTAL if at >= len(values) - totals else colours[0] if value > 0 else colours[1]
        rows.append(
            f'<text x="{_LABEL_WIDTH - 8}" y="{top + 15}" text-anchor="end"{_title_width(title)}>{escape(title)}</text>'
            f'<rect x="{left:.1f}" y="{top + 4}" width="{abs(value) * scale:.1f}" height="14" fill="{colour}"/>'
            f'<text x="{max(zero, zero + value * scale) + 5:.1f}" y="{top + 15}">{signed_text(value)}</text>'
        )
    height = len(values) * _BAR_ROW
    axis = f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{height}" stroke="#222222"/>'
    return (
        f'<svg class="chart" style="max-width:{_BARS_WIDTH}px" width="{_BARS_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_BARS_WIDTH} {height}" role="img" font-size="12" fill="#222222">{"".join(rows)}{axis}</svg>'
    )


def _title_width(title: str) -> str:
    """An attribute that narrows a title which is wider than the room left of the bars; "" where it fits."""
    room = _LABEL_WIDTH - 12
    # Chinese characters are as wide as the font is high, others little more than half of it.
    width = sum(12.0 if letter >= "\u2e80" else 6.8 for letter in title)
    return f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if width > room else ""


def signed_text(value: float) -> str:
    """A number with its sign."""
    return ("+" if value > 0 else "") + number_text(value, 4)
