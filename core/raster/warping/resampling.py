"""A band of a raster on another grid, as a virtual raster that is warped when it is read."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from osgeo import gdal

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ..grid import Grid
from ..opening.band_header import BandHeader
from .virtual import as_floats, placed_on, with_nan_as_nodata, with_nodata_masked

_KEEPING_VALUES = ("near", "mode", "min", "max")  # Resampling that gives values of the source, never new ones.


def need_alignable(header: BandHeader, grid: Grid, name: str, target: str = "") -> None:
    """Refuse if only one of two rasters has a CRS, or if the target is rotated or south-up.

    Args:
        header: the band to resample.
        grid: the target grid.
        name: name of the raster of the band.
        target: name of the raster with the target grid, "" if unknown.

    Raises:
        CarbonBalanceError: the band cannot be resampled to the grid; the message names the raster to mend.
    """
    target = target or tr("The raster with the target grid")
    if bool(header.grid.crs_wkt) != bool(grid.crs_wkt):
        bare, other = (target, name) if header.grid.crs_wkt else (name, target)
        raise CarbonBalanceError(
            tr(
                "{raster} has no coordinate reference system and cannot be aligned with {other}, which has one: assign "
                "the CRS of its coordinates."
            ).format(raster=bare, other=other)
        )
    _, dx, rx, _, ry, dy = grid.geotransform
    if rx or ry or dx < 0 or dy > 0:
        raise CarbonBalanceError(
            tr(
                "{raster} is rotated or south-up, so that {other} cannot be aligned with it: warp {raster} to north-up "
                "first (Raster > Projections > Warp)."
            ).format(raster=target, other=name)
        )


def warped(dataset: gdal.Dataset, number: int, header: BandHeader, grid: Grid, resampling: str) -> str:
    """The XML of a VRT of band ``number`` of ``dataset`` on ``grid``; cells outside the raster are not valid."""
    own, counted = header.grid, resampling in _KEEPING_VALUES
    source = band_alone(dataset, number, header)
    if header.dtype in (np.int64, np.uint64):
        nodata = None if header.nodata is None or not header.holds_nodata else float(header.nodata)
        header = replace(header, nodata=nodata, dtype=np.dtype(float))
        source = as_floats(source, nodata)
    if counted and own.like_cells(grid):
        source = placed_on(source, own.snapped(grid))
    if not counted and header.dtype.kind == "f" and header.holds_nodata and not math.isnan(header.nodata or 0):
        source = gdal.Open(with_nan_as_nodata(source, own, header.nodata))
    if not counted and resampling != "sum":
        source = _with_margin(source, header, grid)
    x0, dx, _, y0, _, dy = grid.geotransform
    return gdal.Warp(
        "",
        source,
        format="VRT",
        srcSRS=own.crs_wkt or None,
        dstSRS=grid.crs_wkt or None,
        resampleAlg=resampling,
        multithread=False,
        outputBounds=(x0, y0 + dy * grid.height, x0 + dx * grid.width, y0),
        width=grid.width,
        height=grid.height,
        **_missing_cells(header, counted),
    ).GetMetadata("xml:VRT")[0]


def _missing_cells(header: BandHeader, counted: bool) -> dict[str, object]:
    """GDAL's options of how missing cells are marked, and the number type that this needs."""
    options: dict[str, object] = {}
    if header.holds_nodata:
        options["srcNodata"] = options["dstNodata"] = header.nodata
    elif header.dtype == np.uint8 and counted:
        # Without a nodata value, cells outside the source would be filled with a valid 0.
        options["dstAlpha"] = True
    else:
        # GDAL supports alpha bands only for bytes; floats have spare values for nodata and hold integers exactly.
        options["outputType"] = gdal.GDT_Float32 if header.dtype in (np.int16, np.uint16) else gdal.GDT_Float64
        options["dstNodata"] = float("nan")
        if header.dtype.kind == "f" and not header.has_mask:
            # A mean or sum of cells of which one is NaN is that of the others.
            options["srcNodata"] = float("nan")
    if not counted:
        # Sums exceed the range of small number types, and means of integers are not integers.
        options["outputType"] = gdal.GDT_Float64
        options["dstNodata"] = float("nan")
    return options


def band_alone(dataset: gdal.Dataset, number: int, header: BandHeader) -> gdal.Dataset:
    """A dataset of one band and its mask only, which can be reopened by its description, as warped VRTs do."""
    if dataset.RasterCount == 1 and not header.has_mask:
        return dataset
    mask = f"mask,{number}" if header.has_mask else "none"
    alone = gdal.Translate("", dataset, format="VRT", bandList=[number], maskBand=mask)
    xml = alone.GetMetadata("xml:VRT")[0]
    alone = gdal.Open(xml)
    if header.has_mask and header.holds_nodata:
        # The warper uses either a nodata value or a mask: first apply the mask to the values.
        return gdal.Open(with_nodata_masked(xml, header.grid, alone.GetRasterBand(1).DataType, header.nodata))
    return alone


def _with_margin(dataset: gdal.Dataset, header: BandHeader, grid: Grid) -> gdal.Dataset:
    """``dataset`` with a margin of empty cells, a few cells of ``grid`` wide.

    GDAL 3.6 averages cells that extend beyond a raster incorrectly: it counts the outermost column or row again for
    each one outside, and cells almost as wide as the raster become empty or swapped.
    """
    own = header.grid
    if own.crs_wkt and grid.crs_wkt:
        across = math.sqrt(np.median(grid.row_cell_area_ha()) / np.median(own.row_cell_area_ha()))
    else:
        across = abs(grid.geotransform[1] / own.geotransform[1])
    if not across > 1:
        return dataset
    extra = math.ceil(4 * across)
    window = [-extra, -extra, own.width + 2 * extra, own.height + 2 * extra]
    marked = header.holds_nodata or header.has_mask
    empty = {} if marked else {"outputType": gdal.GDT_Float64, "noData": float("nan")}
    return gdal.Open(gdal.Translate("", dataset, format="VRT", srcWin=window, **empty).GetMetadata("xml:VRT")[0])
