"""Moves from place to place as arrows of SVG, north up, with a scale."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from ...map_layout.labels import text_width

_PATH_WIDE, _PATH_MARGIN, _PATH_HEIGHT = 420, 70, 260


class Move(NamedTuple):
    """From one named place to another, km eastwards and northwards."""

    start: str
    end: str
    east_km: float
    north_km: float


def arrow_path(moves: Sequence[Move]) -> str:
    """Arrows that begin where their place is known from an arrow before, else at the origin; "" where nothing moved."""
    places: dict[str, np.ndarray] = {}
    arrows = []
    for move in moves:
        start = places.setdefault(move.start, np.zeros(2))
        end = start + [move.east_km, move.north_km]
        places.setdefault(move.end, end)
        arrows.append((start, end))
    points = np.array(list(places.values()))
    if len(points) < 2 or not np.ptp(points, axis=0).max() > 0:
        return ""
    span = np.ptp(points, axis=0)
    scale = min((_PATH_WIDE - 2 * _PATH_MARGIN) / max(span[0], 1e-12), (_PATH_HEIGHT - 80) / max(span[1], 1e-12))
    corner = np.array([points[:, 0].min(), points[:, 1].max()])
    # What is narrower than the drawing stands in its middle.
    inset = np.array([(_PATH_WIDE - span[0] * scale) / 2, 30 + (_PATH_HEIGHT - 80 - span[1] * scale) / 2])

    def placed(point: np.ndarray) -> np.ndarray:
        return (point - corner) * [scale, -scale] + inset

    drawn = [_HEADS]
    for start, end in arrows:
        (x1, y1), (x2, y2) = placed(start), placed(end)
        line = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        drawn.append(f'<line {line} stroke="#0072b2" stroke-width="2" marker-end="url(#move)"/>')
    texts = _short(list(places))
    taken: list[tuple[float, float, float]] = []
    for text, point in zip(texts, places.values()):
        x, y = placed(point)
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#d55e00" stroke="#ffffff"/>')
        half = text_width(text, 12) / 2
        for lower in (-9, 19, -23, 33):
            free = all(abs(x - at) > half + wide or abs(y + lower - line) > 13 for at, line, wide in taken)
            if free:
                taken.append((x, y + lower, half))
                drawn.append(
                    f'<text x="{x:.1f}" y="{y + lower:.1f}" text-anchor="middle" stroke="#ffffff" stroke-width="3" '
                    f'paint-order="stroke">{escape(text)}</text>'
                )
                break
    length = _round_length(0.25 * (_PATH_WIDE - 2 * _PATH_MARGIN) / scale)
    bottom, right = _PATH_HEIGHT - 12, 10 + length * scale
    drawn.append(
        f'<path d="M10 {bottom - 5}v5H{right:.1f}v-5" fill="none" stroke="#222222"/>'
        f'<text x="{right + 6:.1f}" y="{bottom}">{length:g} km</text>'
        f'<path d="M{_PATH_WIDE - 18} {bottom}v-26l-5 9m5 -9l5 9" fill="none" stroke="#222222" stroke-width="1.5"/>'
        f'<text x="{_PATH_WIDE - 18}" y="{bottom - 32}" text-anchor="middle">N</text>'
    )
    return (
        f'<svg class="chart" style="max-width:{_PATH_WIDE}px" width="{_PATH_WIDE}" height="{_PATH_HEIGHT}" '
        f'viewBox="0 0 {_PATH_WIDE} {_PATH_HEIGHT}" role="img" font-size="12" fill="#222222">{"".join(drawn)}</svg>'
    )


_HEADS = (
    '<defs><marker id="move" viewBox="0 0 8 8" refX="9" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#0072b2"/></marker></defs>'
)


def _short(names: Sequence[str]) -> list[str]:
    """Names without what all begin with up to a comma: the years of one amount."""
    begins = {name.rpartition(", ")[0] for name in names}
    return [name.rpartition(", ")[2] for name in names] if len(begins) == 1 else list(names)


def _round_length(most_km: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is not above ``most_km``."""
    power = 10.0 ** np.floor(np.log10(most_km))
    return float(next(each * power for each in (5, 2, 1) if each * power <= most_km * (1 + 1e-12)))
