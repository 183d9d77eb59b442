"""Raster inputs: properties of a file, validity of its cells, and reading by blocks.

A cell is **valid** if the band's mask says so: it is not nodata, not NaN or infinite, and not masked out by a mask or
alpha band. No other module defines validity.
"""

from __future__ import annotations

import contextlib
import math
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array

from ..runtime.errors import CarbonBalanceError, lack_of_memory, reason_of
from ..runtime.gdal_state import _MOST_OPEN, _handles
from ..runtime.i18n import tr
from .blocks import Block, release
from .georeference import need_georeference
from .grid import Grid
from .warping.virtual import placed_on, with_nan_as_nodata, with_nodata_masked


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
        cache = _handles.__dict__.setdefault("open", OrderedDict())
        if self.path not in cache:
            try:
                cache[self.path] = gdal.OpenEx(self.path, gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR)
            except RuntimeError as error:
                raise CarbonBalanceError(
                    tr("{raster} cannot be opened: {reason}").format(raster=self.name, reason=reason_of(error))
                ) from None
            while len(cache) > _MOST_OPEN:
                cache.popitem(last=False)
        cache.move_to_end(self.path)
        return cache[self.path]

    def close(self) -> None:
        """Close the dataset of this thread, if it is open."""
        _handles.__dict__.get("open", {}).pop(self.path, None)

    @property
    def name(self) -> str:
        """The name of the raster in messages."""
        return self.label or self.path

    @cached_property
    def _header(self) -> dict:
        dataset = self.dataset()
        if not 1 <= self.band <= dataset.RasterCount:
            raise CarbonBalanceError(
                tr("{raster} has {count} band(s), so band {band} does not exist.").format(
                    raster=self.name, count=dataset.RasterCount, band=self.band
                )
            )
        need_georeference(dataset, self.name)
        band = dataset.GetRasterBand(self.band)
        flags = band.GetMaskFlags()
        header = {
            "grid": Grid(
                dataset.RasterXSize,
                dataset.RasterYSize,
                tuple(dataset.GetGeoTransform()),
                self.crs_wkt or dataset.GetProjection(),
            ),
            "dtype": np.dtype(gdal_array.GDALTypeCodeToNumericTypeCode(band.DataType)),
            "nodata": _nodata_of(band),
            "masked": bool(flags & (gdal.GMF_PER_DATASET | gdal.GMF_ALPHA)),
        }
        del band, dataset
        self.close()
        return header

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
        return self._header["grid"]

    @property
    def dtype(self) -> np.dtype:
        """The band's number type."""
        return self._header["dtype"]

    @property
    def nodata(self) -> float | int | None:
        """The nodata value, if there is one."""
        return self._header["nodata"]

    @property
    def has_mask(self) -> bool:
        """Whether there is a mask or alpha band."""
        return self._header["masked"]

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
        with contextlib.nullcontext() if np.can_cast(raw.dtype, dtype) else np.errstate(over="ignore"):
            values: np.ndarray = raw.astype(dtype)
        if self.nodata is not None:
            # Compared as Python numbers: a nodata value outside the range of the type must not wrap around.
            values[raw == (raw.dtype.type(self.nodata) if raw.dtype.kind == "f" else self.nodata)] = np.nan
        if mask is not None:
            values[~mask] = np.nan
        if raw.dtype.kind == "f" and not (known := np.isfinite(values)).all():
            values[~known] = np.nan
        return values

    def on_grid(self, grid: Grid, resampling: str = "near") -> RasterSource:
        """This raster on another grid: itself if the cells are the same, otherwise warped on the fly.

        Args:
            grid: the target grid.
            resampling: GDAL's name: "near" for classes, "bilinear" or "average" for densities, "sum" for amounts per
                cell.

        Raises:
            CarbonBalanceError: one of the two has no CRS, or ``grid`` is rotated or south-up. Cells outside the raster
                are not valid.
        """
        if self.grid.same_cells(grid):
            return self
        if bool(self.grid.crs_wkt) != bool(grid.crs_wkt):
            raise CarbonBalanceError(
                tr(
                    "{raster} cannot be aligned: either it or the land cover has no coordinate reference system."
                ).format(raster=self.name)
            )
        options: dict[str, object] = {
            "format": "VRT",
            "srcSRS": self.grid.crs_wkt or None,
            "dstSRS": grid.crs_wkt or None,
            "resampleAlg": resampling,
            "multithread": False,
        }
        x0, dx, rx, y0, ry, dy = grid.geotransform
        if rx or ry or dx < 0 or dy > 0:
            raise CarbonBalanceError(
                tr(
                    "{raster} cannot be aligned to a rotated or south-up grid: warp that grid to north-up first."
                ).format(raster=self.name)
            )
        options["outputBounds"] = (x0, y0 + dy * grid.height, x0 + dx * grid.width, y0)
        options["width"], options["height"] = grid.width, grid.height
        counted = resampling in ("near", "mode", "min", "max")
        if self._holds_nodata():
            options["srcNodata"] = options["dstNodata"] = self.nodata
        elif self.dtype == np.uint8 and counted:
            # Without a nodata value, cells outside the source would be filled with a valid 0.
            options["dstAlpha"] = True
        else:
            # GDAL supports alpha bands only for bytes; floats have spare values for nodata and hold integers exactly.
            options["outputType"] = gdal.GDT_Float32 if self.dtype in (np.int16, np.uint16) else gdal.GDT_Float64
            options["dstNodata"] = float("nan")
            if self.dtype.kind == "f" and not self.has_mask:
                # A mean or sum of cells of which one is NaN is that of the others.
                options["srcNodata"] = float("nan")
        if not counted:
            # Sums exceed the range of small number types, and means of integers are not integers.
            options["outputType"] = gdal.GDT_Float64
            options["dstNodata"] = float("nan")
        try:
            dataset = self._band_alone()
            if counted and self.grid.like_cells(grid):
                dataset = placed_on(dataset, self.grid.snapped(grid))
            if not counted and self.dtype.kind == "f" and self._holds_nodata() and not math.isnan(self.nodata or 0):
                dataset = gdal.Open(with_nan_as_nodata(dataset, self.grid, self.nodata))
            dataset = dataset if counted or resampling == "sum" else self._with_margin(dataset, grid)
            xml = gdal.Warp("", dataset, **options).GetMetadata("xml:VRT")[0]
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
            xml = placed_on(self._band_alone(), grid).GetMetadata("xml:VRT")[0]
        finally:
            self.close()
        return RasterSource(xml, label=self.name, crs_wkt=grid.crs_wkt)

    def _holds_nodata(self) -> bool:
        """Whether there is a nodata value within the range of the number type."""
        if self.nodata is None or (self.dtype.kind in "iu" and not math.isfinite(self.nodata)):
            return False
        limits = np.iinfo(self.dtype) if self.dtype.kind in "iu" else None
        return limits is None or (self.nodata == int(self.nodata) and limits.min <= self.nodata <= limits.max)

    def _band_alone(self) -> gdal.Dataset:
        """A dataset of this band and its mask only, which can be reopened by its description, as warped VRTs do."""
        dataset = self.dataset()
        if dataset.RasterCount == 1 and not self.has_mask:
            return dataset
        mask = f"mask,{self.band}" if self.has_mask else "none"
        alone = gdal.Translate("", dataset, format="VRT", bandList=[self.band], maskBand=mask)
        alone = gdal.Open(alone.GetMetadata("xml:VRT")[0])
        if self.has_mask and self._holds_nodata():
            # The warper uses either a nodata value or a mask: first apply the mask to the values.
            return gdal.Open(
                with_nodata_masked(
                    alone.GetMetadata("xml:VRT")[0], self.grid, alone.GetRasterBand(1).DataType, self.nodata
                )
            )
        return alone

    def _with_margin(self, dataset: gdal.Dataset, grid: Grid) -> gdal.Dataset:
        """``dataset`` with a margin of empty cells, a few cells of ``grid`` wide.

        GDAL 3.6 averages cells that extend beyond a raster incorrectly: it counts the outermost column or row again for
        each one outside, and cells almost as wide as the raster become empty or swapped.
        """
        if self.grid.crs_wkt and grid.crs_wkt:
            across = math.sqrt(np.median(grid.row_cell_area_ha()) / np.median(self.grid.row_cell_area_ha()))
        else:
            across = abs(grid.geotransform[1] / self.grid.geotransform[1])
        if not across > 1:
            return dataset
        extra = math.ceil(4 * across)
        window = [-extra, -extra, self.grid.width + 2 * extra, self.grid.height + 2 * extra]
        empty = (
            {} if self._holds_nodata() or self.has_mask else {"outputType": gdal.GDT_Float64, "noData": float("nan")}
        )
        return gdal.Open(gdal.Translate("", dataset, format="VRT", srcWin=window, **empty).GetMetadata("xml:VRT")[0])


def _nodata_of(band: gdal.Band) -> float | int | None:
    """The nodata value, converted as float32 cells store it if it is outside the range of that type."""
    nodata = band.GetNoDataValue()
    if band.DataType == gdal.GDT_Float32 and nodata is not None and not math.isnan(nodata):
        limit = float(np.finfo(np.float32).max)
        return min(max(nodata, -limit), limit)
    return nodata
