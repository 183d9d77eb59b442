"""Rasters of a synthetic region: patches whose classes follow two drivers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rasters import write_raster

CODES = np.array([1, 2, 5])


def write(path: Path, values: np.ndarray, nodata=None, west: float = 500000, epsg: int = 32648) -> str:
    """Write a GeoTIFF of the region with one band, or with several if ``values`` has three axes."""
    return write_raster(path, values, nodata, epsg, origin=(west, 2600000), cell=30)


class Region:
    """Two dates and two drivers in ``folder``; class 5 grows along its border where ``slope`` is low."""

    def __init__(self, folder: Path, size: int = 90, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        row, column = np.mgrid[:size, :size] / size
        self.slope = (np.sin(5 * row) + np.cos(4 * column) + 0.1 * rng.random((size, size))).astype(np.float32)
        self.distance = (np.hypot(row - 0.5, column - 0.4) * size).astype(np.float32)
        first = np.where(self.distance < size / 6, 5, np.where(self.slope > 0.4, 2, 1)).astype(np.uint8)
        first[rng.random((size, size)) < 0.02] = 2
        first[:3, :5] = 0
        grows = (self.distance < size / 4) & (self.slope < 0.9) & (first > 0) & (rng.random((size, size)) < 0.4)
        later = np.where(grows, 5, first).astype(np.uint8)
        swaps = (first == 1) & (self.slope > 0.2) & (rng.random((size, size)) < 0.1)
        later[swaps] = 2
        later[(first == 2) & (self.slope < 0.6) & (rng.random((size, size)) < 0.1)] = 1
        later[first == 0] = 0
        self.first, self.later = first, later
        self.first_path = write(folder / "first.tif", first, 0)
        self.later_path = write(folder / "later.tif", later, 0)
        self.slope_path = write(folder / "slope.tif", self.slope)
        self.distance_path = write(folder / "distance.tif", self.distance)
