"""Detection of outlines that almost touch, in spite of gaps and slivers between digitised borders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from osgeo import ogr

from ..raster.outlines import repeated
from ..raster.zone_outlines.rings import rings_of_polygons
from ..raster.zone_outlines.segments import strips_of

# Default tolerance for gaps, as a share of the side of a square as large as the median zone.
TOUCHING = 0.02
_PAIRS_AT_ONCE = 1 << 20


def usual_tolerance(shapes: Sequence[ogr.Geometry | None]) -> float:
    """The default largest gap between outlines that count as touching, in units of their coordinates."""
    areas = np.array([shape.GetArea() for shape in shapes if shape is not None])
    areas = areas[np.isfinite(areas) & (areas > 0)]
    return TOUCHING * float(np.sqrt(np.median(areas))) if len(areas) else 0.0


def overlapping_boxes(boxes: np.ndarray) -> np.ndarray:
    """Pairs of boxes that overlap or touch, each pair once, int64 (pairs, 2).

    The plane is cut into strips; in each, boxes are followed from left to right. A pair is taken in the lowest strip
    that has both.

    Args:
        boxes: left, right, bottom, top (n, 4); NaN where there is none.
    """
    there = np.flatnonzero(~np.isnan(boxes).any(axis=1))
    left, right, bottom, top = boxes[there].T
    found = [np.empty((0, 2), np.int64)]
    if len(there):
        strip = strips_of(bottom, top)
        lowest, highest = strip(bottom), strip(top)
        box, nth = repeated(highest - lowest + 1)
        # Lefts as ranks, so that strip and left make one whole number.
        lefts = np.sort(left)
        place = (lowest[box] + nth) * (len(there) + 1)
        key = place + np.searchsorted(lefts, left, "left")[box]
        order = np.argsort(key, kind="stable")
        key, box, place = key[order], box[order], place[order]
        stop = np.searchsorted(key, place + np.searchsorted(lefts, right, "right")[box], "left")
        later = stop - np.arange(len(box)) - 1
        bounds, at = np.cumsum(later), 0
        while at < len(box):
            done = bounds[at - 1] if at else 0
            after = max(at + 1, int(np.searchsorted(bounds, done + _PAIRS_AT_ONCE, "right")))
            which, nth = repeated(later[at:after])
            first, second = box[at + which], box[at + which + 1 + nth]
            meet = (bottom[second] <= top[first]) & (top[second] >= bottom[first])
            meet &= place[at + which] == (len(there) + 1) * np.maximum(lowest[first], lowest[second])
            found.append(there[np.column_stack([first[meet], second[meet]])])
            at = after
    return np.concatenate(found)


class Outline:
    """The borders of a zone as segments.

    Args:
        shape: polygons.
    """

    def __init__(self, shape: ogr.Geometry) -> None:
        rings = [ring for ring, _ in rings_of_polygons(shape)]
        empty = np.empty((0, 2))
        self.start = np.concatenate([ring[:-1] for ring in rings]) if rings else empty
        self.end = np.concatenate([ring[1:] for ring in rings]) if rings else empty

    def lies_within(self, other: Outline, tolerance: float) -> bool:
        """Whether the borders come within ``tolerance`` of each other.

        The nearest points of borders that do not cross include a vertex of one of them.
        """
        return _a_corner_is_near(self, other, tolerance) or _a_corner_is_near(other, self, tolerance)


def _a_corner_is_near(first: Outline, second: Outline, tolerance: float) -> bool:
    """Whether a vertex of the first border is within ``tolerance`` of a segment of the second."""
    corners = _in_box(first.start, first.start, second, tolerance)
    points = first.start[corners]
    if not len(points):
        return False
    lower, upper = points.min(axis=0) - tolerance, points.max(axis=0) + tolerance
    near = ((np.minimum(second.start, second.end) <= upper) & (np.maximum(second.start, second.end) >= lower)).all(
        axis=1
    )
    start, along = second.start[near], second.end[near] - second.start[near]
    length = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
    step = max(1, _PAIRS_AT_ONCE // max(len(start), 1))
    for at in range(0, len(points), step):
        apart = points[at : at + step, None] - start[None]
        share = np.clip((apart * along).sum(axis=2) / length, 0, 1)
        squared = ((apart - share[..., None] * along) ** 2).sum(axis=2)
        if (squared <= tolerance**2).any():
            return True
    return False


def _in_box(start: np.ndarray, end: np.ndarray, other: Outline, tolerance: float) -> np.ndarray:
    """Which segments intersect the bounding box of another outline expanded by ``tolerance``, bool (segments,)."""
    if not len(other.start):
        return np.zeros(len(start), bool)
    lower, upper = other.start.min(axis=0) - tolerance, other.start.max(axis=0) + tolerance
    return ((np.minimum(start, end) <= upper) & (np.maximum(start, end) >= lower)).all(axis=1)
