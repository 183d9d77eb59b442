"""Transitions between classes as an SVG Sankey chart, from left (before) to right (after)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from ..runtime.i18n import tr
from .numbers import number_text

# The colours of Okabe and Ito and greys, which can be distinguished with all common forms of colour blindness.
_CLASS_COLOURS = ("#e69f00", "#009e73", "#56b4e9", "#0072b2", "#d55e00", "#cc79a7", "#f0e442", "#999999")
_SANKEY_WIDTH, _SANKEY_HEIGHT, _NODE, _SIDE_TEXT, _GAP = 640, 360, 14, 150, 8
# Bands narrower than this (pixels) are left out and counted.
_NARROWEST = 0.3


class BandFlow(NamedTuple):
    """A flow from class ``start`` to class ``end`` (indices of the names): its amount, and whether it is a loss."""

    start: int
    end: int
    amount: float
    lost: bool | None = None


def sankey(flows: Sequence[BandFlow], names: Sequence[str], unit: str) -> str:
    """Chart of the flows, with widths proportional to their amounts; "" if there are none.

    Args:
        flows: flows with amounts above 0.
        names: names of the classes.
        unit: unit of the amounts, such as ha.

    Bands have the colour of their source class; losses and gains are orange and blue.
    """
    flows = [flow for flow in flows if flow.amount > 0]
    total = sum(flow.amount for flow in flows)
    if not total:
        return ""
    left, right = np.zeros(len(names)), np.zeros(len(names))
    for flow in flows:
        left[flow.start] += flow.amount
        right[flow.end] += flow.amount
    most = max(int((side > 0).sum()) for side in (left, right))
    scale = (_SANKEY_HEIGHT - _GAP * most) / total
    tops = [_positions(side, scale) for side in (left, right)]
    used = [np.array(each, dtype=float) for each in tops]
    bands, left_out = [], 0
    x1, x2 = _SIDE_TEXT + _NODE, _SANKEY_WIDTH - _SIDE_TEXT - _NODE
    for flow in sorted(flows, key=lambda each: (each.start, each.end)):
        wide = flow.amount * scale
        y1, y2 = used[0][flow.start], used[1][flow.end]
        used[0][flow.start] += wide
        used[1][flow.end] += wide
        if wide < _NARROWEST:
            left_out += 1
            continue
        colour = _CLASS_COLOURS[flow.start % len(_CLASS_COLOURS)]
        if flow.lost is not None:
            colour = "#d55e00" if flow.lost else "#0072b2"
        title = f"{names[flow.start]} → {names[flow.end]}: {number_text(flow.amount, 4)} {unit}"
        bands.append(
            f'<path d="{_band(x1, y1, x2, y2, wide)}" fill="{colour}" fill-opacity="0.55">'
            f"<title>{escape(title)}</title></path>"
        )
    sides = ((0, tops[0], left), (1, tops[1], right))
    nodes = [_node(at, side, top, names, scale, amounts) for side, top, amounts in sides for at in range(len(names))]
    note = ""
    if left_out:
        text = tr("{count} transitions too small to draw").format(count=left_out)
        note = f'<text x="{_SANKEY_WIDTH / 2:g}" y="{_SANKEY_HEIGHT + 16}" text-anchor="middle">{escape(text)}</text>'
    height = _SANKEY_HEIGHT + 32
    return (
        f'<svg class="chart" style="max-width:{_SANKEY_WIDTH}px" width="{_SANKEY_WIDTH}" height="{height}" '
        f'viewBox="0 -8 {_SANKEY_WIDTH} {height}" role="img" font-size="12" fill="#222222">'
        f"{''.join(bands)}{''.join(nodes)}{note}</svg>"
    )


def _positions(amounts: np.ndarray, scale: float) -> list[float]:
    """The upper edge of each class."""
    tops, at = [], 0.0
    for amount in amounts:
        tops.append(at)
        at += amount * scale + (_GAP if amount else 0)
    return tops


def _band(x1: float, y1: float, x2: float, y2: float, wide: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f"M{x1:g} {y1:.1f}C{middle:g} {y1:.1f} {middle:g} {y2:.1f} {x2:g} {y2:.1f}V{y2 + wide:.1f}"
        f"C{middle:g} {y2 + wide:.1f} {middle:g} {y1 + wide:.1f} {x1:g} {y1 + wide:.1f}z"
    )


def _node(at: int, side: int, tops: Sequence[float], names: Sequence[str], scale: float, amounts: np.ndarray) -> str:
    if not amounts[at]:
        return ""
    x = _SIDE_TEXT if side == 0 else _SANKEY_WIDTH - _SIDE_TEXT - _NODE
    high = amounts[at] * scale
    text_x, anchor = (x - 6, "end") if side == 0 else (x + _NODE + 6, "start")
    return (
        f'<rect x="{x}" y="{tops[at]:.1f}" width="{_NODE}" height="{max(high, 0.5):.1f}" '
        f'fill="{_CLASS_COLOURS[at % len(_CLASS_COLOURS)]}"/>'
        f'<text x="{text_x}" y="{tops[at] + high / 2 + 4:.1f}" text-anchor="{anchor}">{escape(names[at])}</text>'
    )


def changed_flows(matrix: np.ndarray, carbon: np.ndarray | None = None) -> list[BandFlow]:
    """The off-diagonal flows of a matrix (classes, classes) of areas, or of carbon changes (gains or losses)."""
    amounts = matrix if carbon is None else carbon
    return [
        BandFlow(i, j, float(abs(amounts[i, j])), None if carbon is None else bool(amounts[i, j] < 0))
        for i in range(len(amounts))
        for j in range(len(amounts))
        if i != j and amounts[i, j]
    ]
