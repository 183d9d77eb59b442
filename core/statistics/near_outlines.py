"""Detection of outlines that almost touch, in spite of gaps and slivers between digitised borders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from osgeo import ogr

from ..raster.zone_outlines.rings import rings_of_polygons

# Default tolerance for gaps, as a share of the side of a square as large as the median zone.
TOUCHING = 0.02
_PAIRS_AT_ONCE = 1 << 20


def usual_tolerance(shapes: Sequence[ogr.Geometry | None]) -> float:
    """The default largest gap between outlines that count as touching, in units of their coordinates."""
    areas = np.array([shape.GetArea() for shape in shapes if shape is not None])
    areas = areas[np.isfinite(areas) & (areas > 0)]
    return TOUCHING * float(np.sqrt(np.median(areas))) if len(areas) else 0.0


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
