"""Locations of observations, and their division into compact blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr

EARTH_RADIUS_M = 6_371_000.0


@dataclass(frozen=True)
class Places:
    """Points whose Euclidean distances in ``points`` have the same order as the true distances.

    Attributes:
        points: (n, 2) plane coordinates, or (n, 3) on a sphere, whose Euclidean distances are chords.
        is_sphere: whether distances are great-circle distances in metres.
        origin: origin of plane coordinates (2,).
    """

    points: np.ndarray
    is_sphere: bool = False
    origin: np.ndarray | None = None

    @classmethod
    def plane(cls, xy: np.ndarray) -> Places:
        """From coordinates (n, 2) in a projected CRS; distances are in its units."""
        origin = xy.mean(axis=0)
        return cls(xy - origin, origin=origin)

    @classmethod
    def sphere(cls, longitude_latitude: np.ndarray) -> Places:
        """From degrees (n, 2); distances are great-circle arcs in metres on a sphere of 6371 km.

        Raises:
            CarbonBalanceError: invalid longitudes or latitudes.
        """
        if (np.abs(longitude_latitude) > [360, 90]).any():
            raise CarbonBalanceError(
                tr(
                    "The layer's CRS is geographic but its coordinates are not valid longitudes and latitudes: assign "
                    "the CRS that they are in."
                )
            )
        longitude, latitude = np.radians(longitude_latitude).T
        unit = np.column_stack(
            [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
        )
        return cls(unit * EARTH_RADIUS_M, is_sphere=True)

    def others(self, coordinates: np.ndarray) -> Places:
        """Other places, whose coordinates (m, 2) are given as these were, in the frame of these."""
        if self.is_sphere:
            return Places.sphere(coordinates)
        return Places(coordinates - (0.0 if self.origin is None else self.origin), origin=self.origin)

    def __len__(self) -> int:
        return len(self.points)

    def chord(self, distance: float | np.ndarray) -> np.ndarray:
        """The Euclidean distance in ``points`` for a true distance."""
        if not self.is_sphere:
            return np.asarray(distance, float)
        half = np.minimum(np.asarray(distance, float) / (2 * EARTH_RADIUS_M), np.pi / 2)
        return 2 * EARTH_RADIUS_M * np.sin(half)

    def squared_from_chord(self, squared: np.ndarray) -> np.ndarray:
        """Squared true distances from squared Euclidean ones (in place on a sphere)."""
        if not self.is_sphere:
            return squared
        np.maximum(squared, 0, out=squared)
        np.sqrt(squared, out=squared)
        squared *= 0.5 / EARTH_RADIUS_M
        np.minimum(squared, 1, out=squared)
        np.arcsin(squared, out=squared)
        squared *= 2 * EARTH_RADIUS_M
        return np.square(squared, out=squared)

    def most_at_one_place(self) -> int:
        """The largest number of observations at the same point."""
        return int(np.unique(self.points, axis=0, return_counts=True)[1].max())

    def extent(self) -> float:
        """The diagonal of the bounding box, as an upper estimate of distances."""
        diagonal = float(np.linalg.norm(self.points.max(axis=0) - self.points.min(axis=0)))
        return min(diagonal, np.pi * EARTH_RADIUS_M) if self.is_sphere else diagonal


def near_blocks(points: np.ndarray, size: int = 64) -> list[np.ndarray]:
    """The rows of ``points`` (n, dimensions) in compact blocks of at most ``size``.

    Points are divided in halves along the widest direction, as in a k-d tree.
    """
    blocks: list[np.ndarray] = []
    waiting = [np.arange(len(points))]
    while waiting:
        rows = waiting.pop()
        if len(rows) <= size:
            blocks.append(rows)
            continue
        here = points[rows]
        axis = int(np.argmax(here.max(axis=0) - here.min(axis=0)))
        rows = rows[np.argsort(here[:, axis], kind="stable")]
        parts = -(-len(rows) // size)
        middle = len(rows) * (parts // 2) // parts
        waiting += [rows[middle:], rows[:middle]]
    return blocks
