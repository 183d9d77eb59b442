"""Rasters whose bands state that a value is the stored number x scale + offset, as MODIS products do."""

from __future__ import annotations

from html import escape

from osgeo import gdal

from ...runtime.i18n import tr
from ...runtime.log import Log
from ..source import RasterSource
from .virtual import with_nodata_masked


def scale_of(source: RasterSource) -> tuple[float, float]:
    """Scale and offset stated by the band, 1 and 0 if it states none."""
    band = source.dataset().GetRasterBand(source.band)
    scale, offset = band.GetScale(), band.GetOffset()
    del band
    source.close()
    return (1.0 if scale is None else scale), (0.0 if offset is None else offset)


def as_stated(source: RasterSource, scale: float, offset: float, log: Log) -> RasterSource:
    """A virtual raster of float64 with stored numbers x ``scale`` + ``offset``; itself if these are 1 and 0.

    Args:
        source: the stored numbers, which may be derived from the file that states the two.
        scale, offset: see :func:`scale_of`.
        log: receives that they are applied.
    """
    if (scale, offset) == (1, 0):
        return source
    log.info(
        tr("{raster}: values are the stored numbers x {scale:g} {sign} {offset:g}, as the band states.").format(
            raster=source.name, scale=scale, sign="-" if offset < 0 else "+", offset=abs(offset)
        )
    )
    grid, path, band, nodata, masked = source.grid, source.path, source.band, source.nodata, source.has_mask
    if masked and nodata is not None:
        # Mask and nodata value of a source cannot be declared together.
        alone = gdal.Translate("", source.dataset(), format="VRT", bandList=[band], maskBand=f"mask,{band}")
        kind = alone.GetRasterBand(1).DataType
        path, band, masked = with_nodata_masked(alone.GetMetadata("xml:VRT")[0], grid, kind, nodata), 1, False
        source.close()
    if nodata is None and source.dtype.kind == "f":
        nodata = float("nan")
    size = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    left_out = (
        "<UseMaskBand>true</UseMaskBand>" if masked else f"<NODATA>{nodata!r}</NODATA>" if nodata is not None else ""
    )
    return RasterSource(
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}"><SRS>{escape(grid.crs_wkt)}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, map(float, grid.geotransform)))}</GeoTransform>"
        '<VRTRasterBand dataType="Float64" band="1"><NoDataValue>nan</NoDataValue><ComplexSource>'
        f'<SourceFilename relativeToVRT="0">{escape(path)}</SourceFilename><SourceBand>{band}</SourceBand>'
        f"<SrcRect {size}/><DstRect {size}/>{left_out}<ScaleOffset>{offset!r}</ScaleOffset>"
        f"<ScaleRatio>{scale!r}</ScaleRatio></ComplexSource></VRTRasterBand></VRTDataset>",
        source.name,
        1,
        source.crs_wkt,
    )
