"""Charts of an expansion analysis: bars of importance and response curves as inline SVG.

Charts are drawn from the two tables, so that the page of the algorithm and the report show the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from ...runtime.i18n import tr
from ...tables import columns

_CHART_INK, _CHART_BAR, _CHART_CURVE, _CHART_RULE = "#222", "#4a7ba6", "#a34a28", "#ccc"
_CHART_ROW, _CHART_NAME, _CHART_BARS, _CHART_CURVE_WIDTH, _CHART_CURVE_HEIGHT = 40, 200, 150, 170, 24
MOST_DRIVERS_SHOWN = 12

_Kind = tuple[object, object]


def expansion_chart(importance: Mapping[str, Sequence], responses: Mapping[str, Sequence] | None = None) -> str:
    """A block for each kind of change, with a row for each driver with importance and response curve.

    Args:
        importance: columns from_code (empty for any), to_code, driver and importance.
        responses: columns from_code, to_code, driver, value and probability; ``None`` to draw only bars.
    """
    bars: dict[_Kind, list[tuple[str, float]]] = {}
    kinds = zip(importance[columns.FROM_CODE], importance[columns.TO_CODE])
    for kind, driver, value in zip(kinds, importance[columns.DRIVER], importance[columns.IMPORTANCE]):
        bars.setdefault(_as_codes(kind), []).append((str(driver), float(value)))
    curves: dict[tuple[_Kind, str], list[tuple[float, float]]] = {}
    if responses:
        kinds = zip(responses[columns.FROM_CODE], responses[columns.TO_CODE])
        rows = zip(kinds, responses[columns.DRIVER], responses[columns.VALUE], responses[columns.PROBABILITY])
        for kind, driver, value, probability in rows:
            curves.setdefault((_as_codes(kind), str(driver)), []).append((float(value), float(probability)))
    return "".join(
        _chart_of_kind(kind, rows, {driver: curve for (own, driver), curve in curves.items() if own == kind})
        for kind, rows in bars.items()
    )


def _as_codes(kind: tuple[object, object]) -> _Kind:
    here, there = (None if code is None or code != code or code == "" else int(float(str(code))) for code in kind)
    return here, there


def _chart_of_kind(
    kind: _Kind, rows: Sequence[tuple[str, float]], curves: Mapping[str, Sequence[tuple[float, float]]]
) -> str:
    here, there = kind
    if here is None:
        title = tr("Class {code}").format(code=there)
    else:
        title = tr("From {here} to {there}").format(here=here, there=there)
    shown = sorted(rows, key=lambda row: -row[1])[:MOST_DRIVERS_SHOWN]
    longest = max([value for _, value in shown] + [1e-12])
    highest = max([share for curve in curves.values() for _, share in curve] + [1e-12])
    curve_left = _CHART_NAME + _CHART_BARS + 70
    width, height = curve_left + (_CHART_CURVE_WIDTH + 20 if curves else 0), 44 + _CHART_ROW * len(shown)
    parts = [_svg_words(0, 14, title, weight="bold"), _svg_words(_CHART_NAME, 34, tr("Importance"))]
    if curves:
        parts.append(_svg_words(curve_left, 34, tr("Probability, 0 to {most:.3g}").format(most=highest)))
    for row, (driver, value) in enumerate(shown):
        top = 44 + row * _CHART_ROW
        length = max(value, 0) / longest * _CHART_BARS
        parts += [
            f"<g><title>{escape(driver)}</title>{_svg_words(0, top + 18, _shortened(driver))}</g>",
            f'<rect x="{_CHART_NAME}" y="{top + 6}" width="{length:.1f}" height="16" fill="{_CHART_BAR}"/>',
            _svg_words(_CHART_NAME + length + 5, top + 18, f"{value:.3f}"),
        ]
        if driver in curves:
            parts.append(_curve(curves[driver], highest, curve_left, top + 26))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'style="display:block;width:100%;max-width:{width}px;margin:0 0 16px" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">{"".join(parts)}</svg>'
    )


def _shortened(name: str) -> str:
    return name if len(name) <= 28 else name[:27] + "…"


def _svg_words(x: float, y: float, words: str, weight: str = "normal", size: int = 12, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" fill="{_CHART_INK}" font-weight="{weight}" font-size="{size}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _curve(curve: Sequence[tuple[float, float]], highest: float, left: float, bottom: float) -> str:
    """A response curve with its axis and the lowest and highest value of the driver."""
    values, shares = np.array(sorted(curve)).T
    low, high = float(values[0]), float(values[-1])
    across = (values - low) / (high - low) if high > low else np.linspace(0, 1, len(values))
    points = " ".join(
        f"{left + x * _CHART_CURVE_WIDTH:.1f},{bottom - share / highest * _CHART_CURVE_HEIGHT:.1f}"
        for x, share in zip(across.tolist(), shares.tolist())
    )
    right = left + _CHART_CURVE_WIDTH
    return (
        f'<line x1="{left}" y1="{bottom}" x2="{right}" y2="{bottom}" stroke="{_CHART_RULE}"/>'
        f'<polyline points="{points}" fill="none" stroke="{_CHART_CURVE}" stroke-width="1.5"/>'
        + _svg_words(left, bottom + 10, f"{low:.4g}", size=9)
        + _svg_words(right, bottom + 10, f"{high:.4g}", size=9, anchor="end")
    )
