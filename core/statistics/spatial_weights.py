"""Row-standardised spatial weights, stored as flat lists of neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from osgeo import ogr

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .locations import Places, near_blocks
from .near_outlines import Outline, overlapping_boxes, usual_tolerance

# From this number of locations on, a tree is faster than comparing all pairs.
MANY_PLACES = 2000


@dataclass(frozen=True)
class Weights:
    """Neighbours of n units; each row sums to 1 (0 for an island).

    Attributes:
        starts: start of the neighbours of each unit in ``neighbours`` (n + 1,).
        neighbours: indices of units (links,).
    """

    starts: np.ndarray
    neighbours: np.ndarray

    @classmethod
    def of_lists(cls, lists: Sequence[Sequence[int]]) -> Weights:
        """Create weights from the neighbours of each unit."""
        counts = [len(each) for each in lists]
        flat = np.array([unit for each in lists for unit in sorted(each)], dtype=np.int64)
        return cls(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), flat)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def counts(self) -> np.ndarray:
        """Number of neighbours of each unit (n,)."""
        return np.diff(self.starts)

    def islands(self) -> np.ndarray:
        """Units without neighbours."""
        return np.flatnonzero(self.counts() == 0)

    @cached_property
    def _owners(self) -> np.ndarray:
        """The unit of each neighbour (links,)."""
        return np.repeat(np.arange(len(self)), self.counts())

    def lag(self, values: np.ndarray) -> np.ndarray:
        """Mean of the values of the neighbours (n,), 0 for an island."""
        sums = np.bincount(self._owners, values[self.neighbours], len(self))
        return sums / np.maximum(self.counts(), 1)


def nearest_neighbours(places: Places, k: int) -> Weights:
    """The ``k`` nearest neighbours of each location; among equally near ones the first in the layer.

    Raises:
        CarbonBalanceError: there are fewer than k other locations.
    """
    n = len(places)
    if not 1 <= k < n:
        raise CarbonBalanceError(
            tr(
                "{k} nearest neighbours were requested, but there are {others} other zones: give a number from 1 to "
                "{others}."
            ).format(k=k, others=n - 1)
        )
    if n > MANY_PLACES:
        quick = _nearest_by_tree(places.points, k)
        if quick is not None:
            return Weights.of_lists(quick.tolist())
    found = np.empty((n, k), dtype=np.int64)
    for block in near_blocks(places.points):
        difference = places.points[block][:, None, :] - places.points[None, :, :]
        squared = np.einsum("ijk,ijk->ij", difference, difference)
        squared[np.arange(len(block)), block] = np.inf
        found[block] = np.argsort(squared, axis=1, kind="stable")[:, :k]
    return Weights.of_lists(found.tolist())


def _nearest_by_tree(points: np.ndarray, k: int) -> np.ndarray | None:
    """The k nearest neighbours of each point (n, k) by SciPy's tree; ``None`` without SciPy or with too many ties."""
    try:
        from scipy.spatial import cKDTree
    except ImportError:
        return None
    asked = min(k + 9, len(points))
    near = cKDTree(points).query(points, asked)[1]
    squared = np.square(points[:, None, :] - points[near]).sum(axis=2)
    squared[near == np.arange(len(points))[:, None]] = np.inf
    order = np.lexsort((near, squared), axis=1)
    near, squared = np.take_along_axis(near, order, axis=1), np.take_along_axis(squared, order, axis=1)
    last = squared[:, asked - 2] if asked < len(points) else np.inf
    return None if (squared[:, k - 1] >= last * (1 - 1e-12)).any() else near[:, :k]


@dataclass(frozen=True)
class Contiguity:
    """Zones that touch.

    Attributes:
        weights: weights of the neighbours.
        tolerance: largest gap between outlines, in units of their coordinates.
        bridged: pairs of neighbours that do not touch but are within the tolerance.
    """

    weights: Weights
    tolerance: float
    bridged: int


def contiguous(outlines: Sequence[bytes | None], tolerance: float | None = None, log: Log | None = None) -> Contiguity:
    """Zones that touch at an edge or a corner, or are within a tolerance of each other.

    Args:
        outlines: polygons as WKB; ``None`` for a zone without geometry.
        tolerance: in units of their coordinates; 0 for touching zones only, ``None`` for 2 % of the side of a square as
            large as the median zone.
        log: for cancellation.

    Raises:
        CarbonBalanceError: geometries that are not polygons.
    """
    log = log or Log()
    shapes: list[Any] = [None if wkb is None else ogr.CreateGeometryFromWkb(bytes(wkb)) for wkb in outlines]
    if any(shape is not None and shape.GetDimension() != 2 for shape in shapes):
        raise CarbonBalanceError(
            tr("Contiguity needs polygons, but the layer has points or lines: choose nearest neighbours instead.")
        )
    if tolerance is None:
        tolerance = usual_tolerance(shapes)
    boxes = np.array([(np.nan,) * 4 if shape is None else shape.GetEnvelope() for shape in shapes])
    boxes += tolerance * np.array([-0.5, 0.5, -0.5, 0.5])
    lists: list[list[int]] = [[] for _ in shapes]
    borders: dict[int, Outline] = {}
    bridged = 0
    for first, near in _in_groups(overlapping_boxes(boxes)):
        log.check()
        prepared = shapes[first].CreatePreparedGeometry() if hasattr(shapes[first], "CreatePreparedGeometry") else None
        for second in near:
            touches = (prepared or shapes[first]).Intersects(shapes[second])
            if not touches and tolerance > 0:
                for each in (first, second):
                    if each not in borders:
                        borders[each] = Outline(shapes[each])
                if not borders[first].lies_within(borders[second], tolerance):
                    continue
                bridged += 1
            elif not touches:
                continue
            lists[first].append(second)
            lists[second].append(first)
    return Contiguity(Weights.of_lists(lists), tolerance, bridged)


def _in_groups(pairs: np.ndarray) -> Iterator[tuple[int, list[int]]]:
    """Each first one of pairs (pairs, 2), and its second ones."""
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    firsts, starts = np.unique(pairs[:, 0], return_index=True)
    stops = [*starts[1:].tolist(), len(pairs)]
    for first, start, stop in zip(firsts.tolist(), starts.tolist(), stops):
        yield first, pairs[start:stop, 1].tolist()
