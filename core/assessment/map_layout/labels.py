"""Placement of zone names on a map: inside the zone, away from its borders where possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

# Font sizes in map units, tried in order.
SIZES = (20, 17)
# Gap between neighbouring names.
GAP = 5
# Positions tried in each direction within a zone.
TRIED = 15
MOST_POINTS = 400
# A name with a smaller share within its zone is left out, because it could be read as that of a neighbour.
LEAST_INSIDE = 0.6


class Label(NamedTuple):
    """A text on the map: the row of its zone, the text, its centre and its font size."""

    row: int
    text: str
    x: float
    y: float
    size: float


def text_width(text: str, size: float) -> float:
    """Width of ``text`` at font size ``size``: Chinese characters are square, others about half as wide."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.62 for letter in text) * size


def place_labels(
    rings: Sequence[np.ndarray | None],
    names: Sequence[str],
    width: float,
    height: float,
    letters: Sequence[float] = SIZES,
) -> list[Label]:
    """Place labels without overlaps and within the map, small zones first, because large ones have more room.

    A name that does not fit is replaced by a number, from 1, for a key below the map.

    Args:
        rings: outline of the largest part of each zone in map units (points, 2), ``None`` if missing.
        names: names of the zones.
        width, height: size of the map.
        letters: font sizes in map units, the preferred one first.
    """
    placed: dict[int, Label] = {}
    sizes = [0.0 if ring is None else _area(ring) for ring in rings]
    order = [row for row in np.argsort(sizes, kind="stable").tolist() if rings[row] is not None and names[row]]
    for row in order:
        _place(placed, row, names[row], ring=rings[row], sides=(width, height), letters=letters)
    number = 0
    for row in sorted(set(order) - set(placed)):
        number += _place(placed, row, str(number + 1), ring=rings[row], sides=(width, height), letters=letters)
    return [placed[row] for row in sorted(placed)]


def _place(placed: dict[int, Label], row: int, text: str, ring: np.ndarray, sides, letters: Sequence[float]) -> bool:
    """Add a text to ``placed`` if there is room; returns whether there was."""
    taken = [
        (each.x - half - GAP, each.y - each.size / 2, each.x + half + GAP, each.y + each.size / 2)
        for each in placed.values()
        for half in (text_width(each.text, each.size) / 2,)
    ]
    boxes = np.array(taken).reshape(-1, 4)
    for size in letters:
        found = _best(ring, text_width(text, size) / 2, size / 2, boxes, *sides)
        if found is not None:
            placed[row] = Label(row, text, found[0], found[1], size)
            return True
    return False


def _best(ring: np.ndarray, half_width: float, half_height: float, boxes: np.ndarray, width: float, height: float):
    """The centre position of a label with the largest part inside the ring, as central as possible, or ``None``."""
    # For long coastlines a subset of the points is sufficient.
    ring = np.vstack([ring[: -1 : -(-len(ring) // MOST_POINTS)], ring[:1]])
    west, north = ring.min(axis=0)
    east, south = ring.max(axis=0)
    if 2 * half_width > 1.3 * max(east - west, 1):
        return None
    steps = (np.arange(TRIED) + 0.5) / TRIED
    x, y = (each.ravel() for each in np.meshgrid(west + steps * (east - west), north + steps * (south - north)))
    fits = (x >= half_width) & (x <= width - half_width) & (y >= half_height) & (y <= height - half_height)
    for other in boxes:
        apart = (x + half_width < other[0]) | (other[2] < x - half_width)
        fits &= apart | (y + half_height < other[1]) | (other[3] < y - half_height)
    x, y = x[fits], y[fits]
    if not len(x):
        return None
    # Slightly larger than the label, so that it does not touch the border unnecessarily.
    dx = np.linspace(-1.08, 1.08, 9) * half_width
    dy = np.linspace(-1.2, 1.2, 3) * half_height
    points = np.stack(
        np.broadcast_arrays(x[:, None, None] + dx[None, :, None], y[:, None, None] + dy[None, None, :]), axis=-1
    )
    share = _inside(ring, points.reshape(-1, 2)).reshape(len(x), -1).mean(axis=1)
    middle = _centroid(ring)
    distance = np.hypot(x - middle[0], y - middle[1]) / max(np.hypot(east - west, south - north), 1)
    at = int(np.argmax(share - 0.3 * distance))
    return (float(x[at]), float(y[at])) if share[at] >= LEAST_INSIDE else None


def _inside(ring: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Whether points (points, 2) are inside a ring, by the number of edges to their right.

    The points of one y coordinate share the edges that cross it: those of a grid of positions have few coordinates.
    """
    start, end = ring[:-1].astype(float), ring[1:].astype(float)
    inside = np.zeros(len(points), dtype=bool)
    rows, row_of = np.unique(points[:, 1], return_inverse=True)
    for row, y in enumerate(rows):
        crossing = (start[:, 1] > y) != (end[:, 1] > y)
        first, last = start[crossing], end[crossing]
        at = np.sort(first[:, 0] + (y - first[:, 1]) * (last[:, 0] - first[:, 0]) / (last[:, 1] - first[:, 1]))
        here = row_of == row
        inside[here] = (len(at) - np.searchsorted(at, points[here, 0], side="right")) % 2 == 1
    return inside


def _area(ring: np.ndarray) -> float:
    x, y = ring[:, 0].astype(float), ring[:, 1].astype(float)
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def _centroid(ring: np.ndarray) -> np.ndarray:
    points = ring.astype(float)
    cross = points[:-1, 0] * points[1:, 1] - points[1:, 0] * points[:-1, 1]
    if abs(cross.sum()) < 1e-9:
        return points.mean(axis=0)
    return ((points[:-1] + points[1:]) * cross[:, None]).sum(axis=0) / (3 * cross.sum())
