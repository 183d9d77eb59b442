"""Virtual rasters derived from others: shifted cells, or a mask included in the values."""

from __future__ import annotations

from html import escape

from osgeo import gdal

from ..grid import Grid


def placed_on(dataset: gdal.Dataset, grid: Grid) -> gdal.Dataset:
    """``dataset`` with the georeference of ``grid``."""
    x0, dx, _, y0, _, dy = grid.geotransform
    bounds = [x0, y0, x0 + dx * grid.width, y0 + dy * grid.height]
    (xml,) = gdal.Translate("", dataset, format="VRT", outputBounds=bounds).GetMetadata("xml:VRT")
    return gdal.Open(xml)


def with_nodata_masked(path: str, grid: Grid, data_type: int, nodata: float | int | None) -> str:
    """The XML of a VRT of the first band at ``path``, on ``grid``, with ``nodata`` where masked."""
    size = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    return (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}"><SRS>{escape(grid.crs_wkt)}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, map(float, grid.geotransform)))}</GeoTransform>"
        f'<VRTRasterBand dataType="{gdal.GetDataTypeName(data_type)}" band="1"><NoDataValue>{nodata!r}</NoDataValue>'
        f'<ComplexSource><SourceFilename relativeToVRT="0">{escape(path)}</SourceFilename><SourceBand>1</SourceBand>'
        f"<SrcRect {size}/><DstRect {size}/><UseMaskBand>true</UseMaskBand></ComplexSource>"
        "</VRTRasterBand></VRTDataset>"
    )
