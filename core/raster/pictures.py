"""Pictures given as land cover: their bands hold colours, not class codes.

The mark of bands as red, green and blue is no proof: GDAL gives it to every GeoTIFF of three or four bands of bytes,
such as land covers of three dates. A raster is refused only if its format or its values leave no doubt.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from osgeo import gdal

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .source import RasterSource
from .unmarked.rasters import windows

_COLOURS = [gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand]
_PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "JPEGXL")
# No list of classes that fits into bytes is as long: that of the Cropland Data Layer has 134.
_MOST_CODES = 150


def check_no_picture(source: RasterSource, log: Log) -> None:
    """Refuse a picture as land cover, and warn of what may be one.

    Raises:
        CarbonBalanceError: bands red, green and blue in a format of pictures, or with as many shades as a photo.
    """
    try:
        dataset = source.dataset()
        bands = range(1, min(3, dataset.RasterCount) + 1)
        marks = [dataset.GetRasterBand(band).GetColorInterpretation() for band in bands]
        if marks != _COLOURS or source.band > 3:
            return
        if dataset.GetDriver().ShortName in _PICTURE_FORMATS or _is_photo(source):
            raise CarbonBalanceError(
                tr(
                    "{raster} is a picture with bands red, green and blue, which hold colours rather than classes: "
                    "give a raster of class codes, such as the land cover that the picture was drawn from, or one "
                    "classified from it."
                ).format(raster=source.name)
            )
        # Whoever chooses another band knows what the bands are.
        if source.band == 1 and _is_coloured(source):
            log.warn(
                tr(
                    "{raster} may be a picture: its bands are marked as red, green and blue, and most cells have "
                    "different numbers in them. If so, the numbers are colours rather than classes: give the raster "
                    "of class codes that the picture was drawn from."
                ).format(raster=source.name)
            )
    finally:
        source.close()


def warn_of_classes_as_alpha(source: RasterSource, log: Log) -> None:
    """Warn of cells hidden by an alpha band that holds no transparency.

    GDAL marks the fourth of four bands of bytes as alpha, also in a land cover of four dates: a class 0 there leaves
    the cell out of every other date. Transparency reaches the largest number of the type somewhere, or is 0 and 1.
    """
    if not source.has_mask:
        return
    try:
        dataset = source.dataset()
        if not dataset.GetRasterBand(source.band).GetMaskFlags() & gdal.GMF_ALPHA:
            return
        bands = range(1, dataset.RasterCount + 1)
        marks = {dataset.GetRasterBand(band).GetColorInterpretation(): band for band in bands}
        alpha = RasterSource(source.path, source.name, marks.get(gdal.GCI_AlphaBand, bands[-1]), source.crs_wkt)
        held = np.unique(np.concatenate([np.unique(alpha.read(part)) for part in windows(alpha)]))
    finally:
        source.close()
    if held[0] == 0 and held[-1] > 1 and not _is_opaque(float(held[-1]), alpha.dtype):
        log.warn(
            tr(
                "{raster}: band {band} is marked as transparency (alpha), but its largest number is {largest}: if it "
                "holds data, the cells that are 0 in it are left out of the other bands by mistake; mark it as "
                "undefined, such as by gdal_edit.py -colorinterp_{band} undefined."
            ).format(raster=source.name, band=alpha.band, largest=held[-1])
        )


def _is_opaque(value: float, dtype: np.dtype) -> bool:
    """Whether a number of an alpha band means no transparency: 255, or the largest of a wider type."""
    return value == 255 or (dtype.kind in "iu" and value == np.iinfo(dtype).max)


def _samples(source: RasterSource) -> Iterator[np.ndarray]:
    """The valid cells of parts of the raster, in all three bands (3, cells)."""
    bands = [RasterSource(source.path, source.name, band, source.crs_wkt) for band in (1, 2, 3)]
    for part in windows(source):
        cells = np.stack([band.read(part) for band in bands])
        yield cells[:, ~np.isnan(source.read_float(part))]


def _is_photo(source: RasterSource) -> bool:
    """Whether each of the three bands has more different bytes than there are classes."""
    if source.dtype != np.uint8:
        return False
    found = np.zeros((3, 256), bool)
    for cells in _samples(source):
        for band in range(3):
            found[band, cells[band]] = True
    return bool((found.sum(axis=1) > _MOST_CODES).all())


def _is_coloured(source: RasterSource) -> bool:
    """Whether most cells differ between the bands; in land covers of several dates most are the same.

    Cells that are 0 or 255 in all bands are background of either.
    """
    coloured = known = 0
    for cells in _samples(source):
        same = (cells == cells[0]).all(axis=0)
        background = same & ((cells[0] == 0) | (cells[0] == 255))
        coloured += int((~same).sum())
        known += int((~background).sum())
    return 2 * coloured > known
