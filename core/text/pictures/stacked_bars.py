"""How wholes divide into parts, as horizontal bars of SVG of equal length."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

_STACK_LABEL, _STACK_LENGTH, _STACK_ROW, _LEGEND_ROW = 150, 480, 30, 19
# Shares of a bar below which a part has no room for its number.
_NARROWEST_TEXT = 0.06


def stacked_bars(
    titles: Sequence[str],
    parts: Sequence[str],
    amounts: np.ndarray,
    colours: Sequence[str],
    texts: Sequence[Sequence[str]],
) -> str:
    """A bar for each whole, cut into its parts; the key is below.

    Args:
        titles: of the bars, from top to bottom.
        parts: what the key calls the parts; those that no bar has are left out.
        amounts: 0 or more (bars, parts).
        colours: of the parts.
        texts: what is written into the parts, as many as ``amounts``.
    """
    used = [at for at in range(len(parts)) if amounts[:, at].sum() > 0]
    drawn = []
    for row, title in enumerate(titles):
        top, whole, left = row * _STACK_ROW, float(amounts[row].sum()), float(_STACK_LABEL)
        drawn.append(f'<text x="{_STACK_LABEL - 8}" y="{top + 18}" text-anchor="end">{escape(title)}</text>')
        for at in used:
            share = float(amounts[row, at]) / whole if whole > 0 else 0.0
            if not share:
                continue
            wide = share * _STACK_LENGTH
            drawn.append(
                f'<rect x="{left:.1f}" y="{top + 3}" width="{wide:.1f}" height="22" fill="{colours[at]}" '
                f'stroke="#ffffff"><title>{escape(parts[at])}: {escape(texts[row][at])}</title></rect>'
            )
            if share >= _NARROWEST_TEXT:
                ink = "#ffffff" if _is_dark(colours[at]) else "#222222"
                middle = f'x="{left + wide / 2:.1f}" y="{top + 18}" text-anchor="middle" fill="{ink}"'
                drawn.append(f"<text {middle}>{escape(texts[row][at])}</text>")
            left += wide
    begin = len(titles) * _STACK_ROW + 8
    for place, at in enumerate(used):
        top = begin + place * _LEGEND_ROW
        drawn.append(
            f'<rect x="{_STACK_LABEL}" y="{top}" width="14" height="12" fill="{colours[at]}" stroke="#999999"/>'
            f'<text x="{_STACK_LABEL + 20}" y="{top + 11}">{escape(parts[at])}</text>'
        )
    width, height = _STACK_LABEL + _STACK_LENGTH + 8, begin + len(used) * _LEGEND_ROW
    return (
        f'<svg class="chart" style="max-width:{width}px" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" font-size="12" fill="#222222">{"".join(drawn)}</svg>'
    )


def counts_by_part(
    groups: Sequence[object], parts: Sequence[str], values: Sequence[object]
) -> tuple[list[object], np.ndarray]:
    """The groups as they come first, and how often each part is the value in each (groups, parts)."""
    different = list(dict.fromkeys(groups))
    counts = np.zeros((len(different), len(parts)), int)
    for group, value in zip(groups, values):
        if value in parts:
            counts[different.index(group), parts.index(str(value))] += 1
    return different, counts


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
