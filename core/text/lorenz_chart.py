"""Lorenz curves as SVG charts, for reports and the notes of runs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from ..runtime.i18n import tr

_SIDE, _LEFT, _TOP, _BELOW = 320, 52, 8, 46
_GREY, _INK = "#888888", "#222222"


class DrawnCurve(NamedTuple):
    """A curve: shares from 0 to 1 (points,), its label in the key, and its style."""

    label: str
    base_share: np.ndarray
    amount_share: np.ndarray
    colour: str
    dashed: bool = False


def lorenz_chart(curves: Sequence[DrawnCurve], base_title: str, amount_title: str) -> str:
    """Chart of the curves and the line of equality, with a key.

    Args:
        curves: in the order of the key.
        base_title, amount_title: titles of the horizontal and the vertical axis.
    """
    lines = [_line([0, 1], [0, 1], _GREY, "4")]
    lines += [_line(each.base_share, each.amount_share, each.colour, "7 4" * each.dashed, 2) for each in curves]
    keys = [(tr("equal"), _GREY, "4"), *((each.label, each.colour, "7 4" * each.dashed) for each in curves)]
    key = "".join(
        f'<line x1="8" x2="32" y1="{14 + 18 * at}" y2="{14 + 18 * at}" stroke="{colour}" stroke-width="2"'
        f'{_dashes(dashes)}/><text x="38" y="{18 + 18 * at}">{escape(label)}</text>'
        for at, (label, colour, dashes) in enumerate(keys)
    )
    ticks = "".join(
        f'<text x="{_SIDE * share:g}" y="{_SIDE + 16}" text-anchor="middle">{share:g}</text>'
        f'<text x="-8" y="{_SIDE * (1 - share) + 4:g}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.5, 1)
    )
    titles = (
        f'<text x="{_SIDE / 2:g}" y="{_SIDE + 36}" text-anchor="middle">{escape(base_title)}</text>'
        f'<text transform="translate(-36 {_SIDE / 2:g}) rotate(-90)" text-anchor="middle">{escape(amount_title)}</text>'
    )
    width, height = _LEFT + _SIDE + 14, _TOP + _SIDE + _BELOW
    return (
        f'<svg class="chart" style="max-width:{width * 4 // 3}px" width="{width}" height="{height}" '
        f'viewBox="{-_LEFT} {-_TOP} {width} {height}" role="img" font-size="12" fill="{_INK}">'
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="none" stroke="{_GREY}"/>'
        f"{''.join(lines)}{key}{ticks}{titles}</svg>"
    )


def _line(
    across: Sequence[float] | np.ndarray, up: Sequence[float] | np.ndarray, colour: str, dashes: str, width: float = 1
) -> str:
    # In tenths of a pixel; of thousands of zones most lie on the same one as the zone before.
    places = np.round(10 * _SIDE * np.column_stack([np.asarray(across, float), 1 - np.asarray(up, float)]))
    moved = np.append(True, (places[1:] != places[:-1]).any(axis=1))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (places[moved] / 10 + 0.0).tolist())
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"{_dashes(dashes)}/>'


def _dashes(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""
