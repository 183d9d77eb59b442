"""Neighbours within a distance band, found by a grid with cells as wide as the band."""

from __future__ import annotations

from itertools import product

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ..locations import Places
from ..spatial_weights import Weights, nearest_neighbours

# More links than this would not fit into memory.
MOST_LINKS = 50_000_000
# Largest number of cells per side, so that cell numbers fit into int64.
_MOST_CELLS = 1 << 20


def smallest_full_band(places: Places) -> float:
    """The smallest distance within which every location has a neighbour, in the unit of the locations."""
    nearest = nearest_neighbours(places, 1).neighbours
    squared = np.square(places.points - places.points[nearest]).sum(axis=1)
    return float(np.sqrt(places.squared_from_chord(squared)).max())


def within_distance(places: Places, distance: float) -> Weights:
    """Binary weights of all others within ``distance`` of each location (in the unit of the locations).

    Raises:
        CarbonBalanceError: the band is so wide that the links would not fit into memory.
    """
    points = places.points
    chord = float(places.chord(distance))
    # A distance that was computed from the points must include them in spite of rounding.
    reach = chord * (1 + 1e-12)
    side = max(reach, float(np.ptp(points, axis=0).max()) / _MOST_CELLS, np.finfo(float).tiny)
    cells = np.floor((points - points.min(axis=0)) / side).astype(np.int64) + 1
    shape = cells.max(axis=0) + 2
    factors = np.append(np.cumprod(shape[:0:-1])[::-1], 1)
    number = cells @ factors
    order = np.argsort(number, kind="stable")
    ordered = number[order]
    owners, found = [], []
    links = 0
    for step in product((-1, 0, 1), repeat=points.shape[1]):
        wanted = number + np.array(step) @ factors
        first = np.searchsorted(ordered, wanted, side="left")
        counts = np.searchsorted(ordered, wanted, side="right") - first
        for start in _blocks(counts):
            rows = np.arange(*start)
            repeated = np.repeat(rows, counts[start[0] : start[1]])
            within = np.arange(len(repeated)) - np.repeat(
                np.cumsum(counts[start[0] : start[1]]) - counts[start[0] : start[1]], counts[start[0] : start[1]]
            )
            others = order[first[repeated] + within]
            near = np.square(points[repeated] - points[others]).sum(axis=1) <= reach**2
            near &= repeated != others
            owners.append(repeated[near])
            found.append(others[near])
            links += len(owners[-1])
            if links > MOST_LINKS:
                raise CarbonBalanceError(
                    tr(
                        "A band of {distance:g} gives more than {most:,} pairs of neighbours: give a smaller distance "
                        "(DISTANCE)."
                    ).format(distance=distance, most=MOST_LINKS)
                )
    owner, neighbour = np.concatenate(owners), np.concatenate(found)
    sorted_links = np.lexsort((neighbour, owner))
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(points)))]).astype(np.int64)
    return Weights(starts, neighbour[sorted_links])


def _blocks(counts: np.ndarray, most: int = 2_000_000) -> list[tuple[int, int]]:
    """Ranges of rows with about ``most`` candidate pairs each."""
    total = np.cumsum(counts)
    parts = (total // most).astype(np.int64)
    ends = np.append(np.flatnonzero(np.diff(parts)) + 1, len(counts)).tolist()
    return list(zip([0, *ends[:-1]], ends))
