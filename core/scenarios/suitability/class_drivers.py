"""Drivers derived from the land cover: distance to the nearest cell of a class, and its share around a cell.

They are computed whenever a block is read, for both training and prediction, so that they always correspond to the date
of the land cover.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from osgeo import gdal

from ...land_cover.codes import LandCover
from ...options.scenarios import CLASS_DISTANCES, CLASS_SHARES, DISTANCES_AND_SHARES
from ...raster.blocks import Block
from ...raster.grid import Grid
from ...raster.source import RasterSource
from ...raster.warping.alignment import moved_onto
from ...raster.warping.class_values import warn_of_class_values
from ...runtime.log import Log

FARTHEST = 64  # Largest distance in cells; larger distances are truncated.
SHARE_WINDOW = 9


class Driver(Protocol):
    """Interface of drivers: rasters, or computed from the land cover."""

    def on_grid(self, grid: Grid, resampling: str = "near") -> Driver:
        """The driver on another grid."""

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The values of a block, NaN for none (rows, columns)."""


def drivers_on(
    drivers: Mapping[str, RasterSource], target: RasterSource, resampling: str, log: Log
) -> dict[str, RasterSource]:
    """Drivers by name on the grid of ``target``; differences are logged, and codes of classes that are averaged.

    Raises:
        CarbonBalanceError: rasters that cannot be aligned.
    """
    moved = {}
    for name, driver in drivers.items():
        warn_of_class_values(driver, target.grid, resampling, log)
        moved[name] = moved_onto(driver, target.grid, target.name, log, resampling)
    return moved


def _around(cover: LandCover, block: Block, code: int, margin: int) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Cells of a class and cells with data in a block with a ``margin``, and the position of the block."""
    grid = cover.source.grid
    left, top = max(block.column - margin, 0), max(block.row - margin, 0)
    right = min(block.column + block.width + margin, grid.width)
    bottom = min(block.row + block.height + margin, grid.height)
    keys = cover.read(Block(left, top, right - left, bottom - top))
    rows = slice(block.row - top, block.row - top + block.height)
    columns = slice(block.column - left, block.column - left + block.width)
    return keys.look_up(keys.valid & (keys.codes == code)), keys.look_up(keys.valid), (rows, columns)


@dataclass(frozen=True)
class DistanceDriver:
    """ln(1 + distance to the nearest cell of a class), distances in cells up to ``FARTHEST``.

    Attributes:
        cover: the land cover.
        code: of the class.
    """

    cover: LandCover
    code: int

    @property
    def name(self) -> str:
        """How tables call it."""
        return f"distance to class {self.code}"

    def on_grid(self, _grid: Grid, _resampling: str = "near") -> DistanceDriver:
        """Itself: it has the land cover's grid."""
        return self

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The values of a block (rows, columns)."""
        of_class, _, place = _around(self.cover, block, self.code, FARTHEST)
        return class_distances(of_class)[place].astype(dtype)


def class_distances(of_class: np.ndarray) -> np.ndarray:
    """ln(1 + distance) to the nearest true cell, distances in cells up to ``FARTHEST``, float32 (rows, columns)."""
    height, width = of_class.shape
    driver = gdal.GetDriverByName("MEM")
    source = driver.Create("", width, height, 1, gdal.GDT_Byte)
    source.GetRasterBand(1).WriteArray(of_class.astype(np.uint8))
    target = driver.Create("", width, height, 1, gdal.GDT_Float32)
    options = ["VALUES=1", "DISTUNITS=PIXEL", f"MAXDIST={FARTHEST}", f"NODATA={FARTHEST}"]
    gdal.ComputeProximity(source.GetRasterBand(1), target.GetRasterBand(1), options)
    found = target.GetRasterBand(1).ReadAsArray()
    return np.log1p(np.minimum(found, FARTHEST))


@dataclass(frozen=True)
class ShareDriver:
    """Share of a class among the cells with data in the square around and including a cell.

    Attributes:
        cover: the land cover.
        code: code of the class.
        window: side of the square, odd.
    """

    cover: LandCover
    code: int
    window: int = SHARE_WINDOW

    @property
    def name(self) -> str:
        """How tables call it."""
        return f"share of class {self.code} in {self.window} x {self.window}"

    def on_grid(self, _grid: Grid, _resampling: str = "near") -> ShareDriver:
        """Itself: it has the land cover's grid."""
        return self

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The values of a block, NaN if no cell has data (rows, columns)."""
        of_class, valid, place = _around(self.cover, block, self.code, self.window // 2)
        return class_shares(of_class, valid, self.window)[place].astype(dtype)


def class_shares(of_class: np.ndarray, valid: np.ndarray, window: int) -> np.ndarray:
    """Share of ``of_class`` among ``valid`` cells in the square around each cell, NaN if none (rows, columns)."""
    of_class, valid = (_box_counts(which, window) for which in (of_class & valid, valid))
    return np.divide(of_class, valid, out=np.full(valid.shape, np.nan, np.float32), where=valid > 0)


def _box_counts(which: np.ndarray, window: int) -> np.ndarray:
    """Number of true cells in the square around each cell, float32, by differences of cumulative sums."""
    radius = window // 2
    padded = np.pad(which.astype(np.int32), ((radius + 1, radius), (radius + 1, radius)))
    sums = np.cumsum(padded, axis=0)
    sums = sums[window:] - sums[:-window]
    sums = np.cumsum(sums, axis=1)
    return (sums[:, window:] - sums[:, :-window]).astype(np.float32)


def class_drivers(cover: LandCover, codes: Sequence[int], kind: str) -> dict[str, DistanceDriver | ShareDriver]:
    """The drivers derived from a land cover, by name.

    Args:
        cover: the land cover, on the common grid.
        codes: its classes.
        kind: one of :data:`core.options.scenarios.CLASS_DRIVER_KINDS`.
    """
    made: list[DistanceDriver | ShareDriver] = []
    if kind in (CLASS_DISTANCES, DISTANCES_AND_SHARES):
        made += [DistanceDriver(cover, int(code)) for code in codes]
    if kind in (CLASS_SHARES, DISTANCES_AND_SHARES):
        made += [ShareDriver(cover, int(code)) for code in codes]
    return {driver.name: driver for driver in made}
