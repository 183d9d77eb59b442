"""Raster inputs: a band of a file, validity of its cells, and reading by blocks.

A cell is **valid** if the band's mask says so: it is not nodata, not NaN or infinite, and not masked out by a mask or
alpha band. No other module defines validity.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from osgeo import gdal

from ..runtime.errors import CarbonBalanceError, lack_of_memory, reason_of
from ..runtime.gdal_state import close, opened
from ..runtime.i18n import tr
from .blocks import Block, release
from .grid import Grid
from .opening.band_header import BandHeader, read_header
from .warping.resampling import band_alone, need_alignable, warped
from .warping.virtual import placed_on


@dataclass(frozen=True)
class RasterSource:
    """A band of a raster. Cheap to create and to pickle; the file is opened once per thread when first needed.

    Attributes:
        path: what GDAL opens: a file, a /vsi path, a subdataset or the XML of a VRT.
        label: name in messages.
        band: number of the band, from 1.
        crs_wkt: overrides the CRS of the file, unless "".
    """

    path: str
    label: str = ""
    band: int = 1
    crs_wkt: str = ""

    def dataset(self) -> gdal.Dataset:
        """The dataset of this thread (GDAL datasets must not be shared between threads)."""
        try:
            return opened(self.path)
        except RuntimeError as error:
            raise CarbonBalanceError(
                tr("{raster} cannot be opened: {reason}").format(raster=self.name, reason=reason_of(error))
            ) from None

    def close(self) -> None:
        """Close the dataset of this thread, if it is open."""
        close(self.path)

    @property
    def name(self) -> str:
        """The name of the raster in messages."""
        return self.label or self.path

    @cached_property
    def header(self) -> BandHeader:
        """The properties of the band."""
        try:
            return read_header(self.dataset(), self.band, self.crs_wkt, self.name)
        finally:
            self.close()

    def __getstate__(self) -> dict:
        # Workers on other machines have another current folder.
        path = str(Path(self.path).absolute()) if self._is_relative_file() else self.path
        return {"path": path, "label": self.label, "band": self.band, "crs_wkt": self.crs_wkt}

    def _is_relative_file(self) -> bool:
        with contextlib.suppress(OSError, ValueError):  # the XML of a VRT is no file name
            return not self.path.startswith("/") and Path(self.path).is_file()
        return False

    @property
    def grid(self) -> Grid:
        """The grid of the raster."""
        return self.header.grid

    @property
    def dtype(self) -> np.dtype:
        """The band's number type."""
        return self.header.dtype

    @property
    def nodata(self) -> float | int | None:
        """The nodata value, if there is one."""
        return self.header.nodata

    @property
    def has_mask(self) -> bool:
        """Whether there is a mask or alpha band."""
        return self.header.has_mask

    def read(self, block: Block) -> np.ndarray:
        """The stored values of a block (rows, columns)."""
        band = self.dataset().GetRasterBand(self.band)
        try:
            values = band.ReadAsArray(block.column, block.row, block.width, block.height)
        except RuntimeError as error:
            raise lack_of_memory(reason_of(error)) or CarbonBalanceError(
                tr("{raster} cannot be read at row {row}: {reason}").format(
                    raster=self.name, row=block.row, reason=reason_of(error)
                )
            ) from None

        release(band, block)
        return values

    def read_mask(self, block: Block) -> np.ndarray | None:
        """Which cells are valid by a mask or alpha band, bool (rows, columns); ``None`` if the raster has none."""
        if not self.has_mask:
            return None
        mask = self.dataset().GetRasterBand(self.band).GetMaskBand()
        return mask.ReadAsArray(block.column, block.row, block.width, block.height) != 0

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The values of a block as floats, NaN where not valid (rows, columns)."""
        return self.as_float(self.read(block), self.read_mask(block), dtype)

    def as_float(self, raw: np.ndarray, mask: np.ndarray | None, dtype: type = np.float64) -> np.ndarray:
        """Convert results of :meth:`read` and :meth:`read_mask`, or some of their rows, to floats with NaN."""
        if raw.dtype.kind == "c":
            raise CarbonBalanceError(
                tr("{raster} contains complex numbers; real numbers are needed.").format(raster=self.name)
            )
        # Values that a narrower type cannot represent are nodata, or become infinite and are ignored.
        narrower = not np.can_cast(raw.dtype, dtype)
        with np.errstate(over="ignore") if narrower else contextlib.nullcontext():
            values: np.ndarray = raw.astype(dtype)
        if self.nodata is not None:
            # Compared as Python numbers: a nodata value outside the range of the type must not wrap around.
            values[raw == (raw.dtype.type(self.nodata) if raw.dtype.kind == "f" else self.nodata)] = np.nan
        if mask is not None:
            values[~mask] = np.nan
        if raw.dtype.kind == "f" and not (known := np.isfinite(values if narrower else raw)).all():
            values[~known] = np.nan
        return values

    def on_grid(self, grid: Grid, resampling: str = "near", target: str = "") -> RasterSource:
        """This raster on another grid: itself if the cells are the same, otherwise warped on the fly.

        Args:
            grid: the target grid.
            resampling: GDAL's name: "near" for classes, "bilinear" or "average" for densities, "sum" for amounts per
                cell.
            target: name of the raster with that grid, for messages.

        Raises:
            CarbonBalanceError: one of the two has no CRS, or ``grid`` is rotated or south-up. Cells outside the raster
                are not valid.
        """
        if self.grid.same_cells(grid):
            return self
        need_alignable(self.header, grid, self.name, target)
        try:
            xml = warped(self.dataset(), self.band, self.header, grid, resampling)
        except RuntimeError as error:
            raise CarbonBalanceError(
                tr("{raster} cannot be resampled to the other grid: {reason}").format(
                    raster=self.name, reason=reason_of(error)
                )
            ) from None
        finally:
            self.close()
        return RasterSource(xml, label=self.name, crs_wkt=grid.crs_wkt)

    def placed(self, grid: Grid) -> RasterSource:
        """The same cells of the band at the positions of ``grid``, which has the same number of cells."""
        if grid == self.grid:
            return self
        try:
            xml = placed_on(band_alone(self.dataset(), self.band, self.header), grid).GetMetadata("xml:VRT")[0]
        finally:
            self.close()
        return RasterSource(xml, label=self.name, crs_wkt=grid.crs_wkt)
