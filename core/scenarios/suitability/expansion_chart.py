"""The picture of an expansion analysis: bars of importance and response curves as inline SVG."""

from __future__ import annotations

from html import escape

import numpy as np

from ...runtime.i18n import tr
from .expansion import Expansion

_CHART_INK, _CHART_BAR, _CHART_CURVE, _CHART_RULE = "#222", "#4a7ba6", "#a34a28", "#ccc"
_CHART_ROW, _CHART_NAME, _CHART_BARS, _CHART_CURVE_WIDTH, _CHART_CURVE_HEIGHT = 34, 190, 150, 150, 26
MOST_DRIVERS_SHOWN = 12


def expansion_chart(found: Expansion) -> str:
    """A block for each kind of change: a row for each driver with its importance and its response curve."""
    return "".join(_chart_of_kind(found, number) for number in range(len(found.kinds)))


def _chart_of_kind(found: Expansion, number: int) -> str:
    here, there = found.kinds[number]
    if here < 0:
        title = tr("Class {code}").format(code=found.codes[there])
    else:
        title = tr("From {here} to {there}").format(here=found.codes[here], there=found.codes[there])
    importance, curves = found.importance[number], found.responses[number]
    order = np.argsort(-importance, kind="stable")[:MOST_DRIVERS_SHOWN]
    longest = max(float(importance.max(initial=0)), 1e-12)
    highest = max(float(curves.max(initial=0)), 1e-12)
    width, height = _CHART_NAME + _CHART_BARS + 70 + _CHART_CURVE_WIDTH + 60, 44 + _CHART_ROW * len(order)
    curve_left = _CHART_NAME + _CHART_BARS + 70
    parts = [
        _svg_words(0, 14, title, weight="bold"),
        _svg_words(_CHART_NAME, 34, tr("Importance")),
        _svg_words(curve_left, 34, tr("Probability, 0 to {most:.3g}").format(most=highest)),
    ]
    for row, driver in enumerate(order):
        top = 44 + row * _CHART_ROW
        length = max(float(importance[driver]), 0) / longest * _CHART_BARS
        parts += [
            _svg_words(0, top + 18, _shortened(found.drivers[driver])),
            f'<rect x="{_CHART_NAME}" y="{top + 6}" width="{length:.1f}" height="16" fill="{_CHART_BAR}"/>',
            _svg_words(_CHART_NAME + length + 5, top + 18, f"{importance[driver]:.3f}"),
            f'<line x1="{curve_left}" y1="{top + 28}" x2="{curve_left + _CHART_CURVE_WIDTH}" y2="{top + 28}" '
            f'stroke="{_CHART_RULE}"/>',
            _curve(curves[driver] / highest, curve_left, top + 28),
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="12">{"".join(parts)}</svg>'
    )


def _shortened(name: str) -> str:
    return name if len(name) <= 28 else name[:27] + "…"


def _svg_words(x: float, y: float, words: str, weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y}" fill="{_CHART_INK}" font-weight="{weight}">{escape(words)}</text>'


def _curve(shares: np.ndarray, left: float, bottom: float) -> str:
    step = _CHART_CURVE_WIDTH / (len(shares) - 1)
    points = " ".join(
        f"{left + number * step:.1f},{bottom - share * _CHART_CURVE_HEIGHT:.1f}"
        for number, share in enumerate(shares.tolist())
    )
    return f'<polyline points="{points}" fill="none" stroke="{_CHART_CURVE}" stroke-width="1.5"/>'
