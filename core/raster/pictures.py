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
