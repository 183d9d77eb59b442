"""Rasters that consist of tiles, given as a folder or a list of files, as one mosaic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array, osr

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr

SUFFIXES = (".tif", ".tiff", ".img", ".vrt")
# Tolerances for the shift of tiles from the grid of the first (share of a cell) and for their cell size.
_OFF, _SIZE = 0.01, 1e-6


def tiles_of(value: str) -> list[str]:
    """The tiles named by a text: the rasters of a folder, or several paths separated by semicolons.

    Returns:
        an empty list if the text is a single raster or unknown.

    Raises:
        CarbonBalanceError: a folder without rasters.
    """
    if ";" in value and not Path(value).exists():
        paths = [part.strip() for part in value.split(";") if part.strip()]
        return paths if len(paths) > 1 else []
    # Some rasters are folders themselves, such as Arc/Info grids.
    if not Path(value).is_dir() or gdal.IdentifyDriver(value) is not None:
        return []
    found = sorted(str(path) for path in Path(value).iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise CarbonBalanceError(
            tr("The folder {folder} has no rasters ({suffixes}).").format(
                folder=value, suffixes=tr(", ").join(SUFFIXES)
            )
        )
    return found


def mosaic(tiles: Sequence[str], path: str) -> None:
    """Write a VRT of tiles, which must be parts of the same grid.

    Cells outside all tiles are nodata. For tiles without a nodata value, the code that marks these gaps is the largest
    of their data type (255 for bytes), or the smallest of a signed type. Where tiles overlap, the later one is used.

    Args:
        tiles: paths of rasters, of which the first band is read.
        path: path of the VRT.

    Raises:
        CarbonBalanceError: a tile that cannot be read, or differs from the first in CRS, cells, data type or nodata.
    """
    opened = [_opened(tile) for tile in tiles]
    first = opened[0]
    band = first.GetRasterBand(1)
    crs = osr.SpatialReference(first.GetProjection())
    left, width, _, top, _, height = first.GetGeoTransform()
    for tile, dataset in zip(tiles[1:], opened[1:]):
        x0, dx, _, y0, _, dy = dataset.GetGeoTransform()
        column, row = (x0 - left) / width, (y0 - top) / height
        other = dataset.GetRasterBand(1)
        wrong = ""
        if not crs.IsSame(osr.SpatialReference(dataset.GetProjection())):
            wrong = tr("another CRS")
        elif abs(dx / width - 1) > _SIZE or abs(dy / height - 1) > _SIZE:
            wrong = tr("cells of another size")
        elif max(abs(column - round(column)), abs(row - round(row))) > _OFF:
            wrong = tr("cells that lie between those of the other tile")
        elif other.DataType != band.DataType:
            wrong = tr("another data type")
        elif other.GetNoDataValue() != band.GetNoDataValue():
            wrong = tr("another nodata value")
        if wrong:
            raise CarbonBalanceError(
                tr("The tiles {first} and {tile} are not parts of one raster: the second has {wrong}.").format(
                    first=Path(tiles[0]).name, tile=Path(tile).name, wrong=wrong
                )
            )
    options = {} if band.GetNoDataValue() is not None else {"VRTNodata": _gap(band.DataType)}
    joined = gdal.BuildVRT(path, list(tiles), bandList=[1], **options)
    joined.FlushCache()


def _opened(tile: str) -> gdal.Dataset:
    try:
        return gdal.Open(tile)
    except RuntimeError:
        raise CarbonBalanceError(tr("The tile {tile} cannot be read as a raster.").format(tile=tile)) from None


def _gap(data_type: int) -> float:
    kind = np.dtype(gdal_array.GDALTypeCodeToNumericTypeCode(data_type))
    if kind.kind == "f":
        return float(np.finfo(np.float32).min)
    limits = np.iinfo(kind)
    return float(limits.min if kind.kind == "i" else limits.max)
