"""Properties of a band of a raster: its grid, number type, nodata value, and whether it has a mask."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from osgeo import gdal, gdal_array

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ..grid import Grid
from .georeference import need_georeference


@dataclass(frozen=True)
class BandHeader:
    """Properties of a band.

    Attributes:
        grid: the grid of the raster.
        dtype: the number type of the band.
        nodata: the nodata value, if there is one.
        has_mask: whether there is a mask or alpha band.
    """

    grid: Grid
    dtype: np.dtype
    nodata: float | int | None
    has_mask: bool

    @property
    def holds_nodata(self) -> bool:
        """Whether there is a nodata value within the range of the number type."""
        if self.nodata is None or (self.dtype.kind in "iu" and not math.isfinite(self.nodata)):
            return False
        limits = np.iinfo(self.dtype) if self.dtype.kind in "iu" else None
        return limits is None or (self.nodata == int(self.nodata) and limits.min <= self.nodata <= limits.max)


def read_header(dataset: gdal.Dataset, number: int, crs_wkt: str, name: str) -> BandHeader:
    """The properties of a band.

    Args:
        dataset: the open raster.
        number: of the band, from 1.
        crs_wkt: overrides the CRS of the raster, unless "".
        name: of the raster in messages.

    Raises:
        CarbonBalanceError: there is no such band, or the raster has no georeference.
    """
    if not 1 <= number <= dataset.RasterCount:
        raise CarbonBalanceError(
            tr("{raster} has {count} band(s), so band {band} does not exist.").format(
                raster=name, count=dataset.RasterCount, band=number
            )
        )
    need_georeference(dataset, name)
    band = dataset.GetRasterBand(number)
    geotransform = tuple(dataset.GetGeoTransform())
    return BandHeader(
        Grid(dataset.RasterXSize, dataset.RasterYSize, geotransform, crs_wkt or dataset.GetProjection()),
        np.dtype(gdal_array.GDALTypeCodeToNumericTypeCode(band.DataType)),
        _nodata_of(band),
        bool(band.GetMaskFlags() & (gdal.GMF_PER_DATASET | gdal.GMF_ALPHA)),
    )


def _nodata_of(band: gdal.Band) -> float | int | None:
    """The nodata value, converted as float32 cells store it if it is outside the range of that type."""
    nodata = band.GetNoDataValue()
    if band.DataType == gdal.GDT_Float32 and nodata is not None and not math.isnan(nodata):
        limit = float(np.finfo(np.float32).max)
        return min(max(nodata, -limit), limit)
    return nodata
