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


def as_floats(dataset: gdal.Dataset, nodata: float | None) -> gdal.Dataset:
    """``dataset`` in 64-bit floats: GDAL 3.6 warps 64-bit integers with a nodata value incorrectly."""
    marked = {} if nodata is None else {"noData": nodata}
    vrt = gdal.Translate("", dataset, format="VRT", outputType=gdal.GDT_Float64, **marked)
    return gdal.Open(vrt.GetMetadata("xml:VRT")[0])


def with_nodata_masked(path: str, grid: Grid, data_type: int, nodata: float | int | None) -> str:
    """The XML of a VRT of the first band at ``path``, on ``grid``, with ``nodata`` where masked."""
    return _left_out(path, grid, data_type, nodata, "<UseMaskBand>true</UseMaskBand>")


def with_nan_as_nodata(dataset: gdal.Dataset, grid: Grid, nodata: float | int | None) -> str:
    """The XML of a VRT of the only band of ``dataset``, on ``grid``, with ``nodata`` where cells are NaN.

    A raster has one nodata value, so that NaN beside another one would spread to the cells it is averaged with.
    """
    kind = dataset.GetRasterBand(1).DataType
    return _left_out(dataset.GetDescription(), grid, kind, nodata, "<NODATA>nan</NODATA>")


def _left_out(path: str, grid: Grid, data_type: int, nodata: float | int | None, which: str) -> str:
    size = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    kind = gdal.GetDataTypeName(data_type)
    # GDAL 3.6 leaves excluded cells of 64-bit integers 0, which would be a value; see also raster.unmarked.marking.
    kind = "Float64" if kind in ("Int64", "UInt64") else kind
    return (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}"><SRS>{escape(grid.crs_wkt)}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, map(float, grid.geotransform)))}</GeoTransform>"
        f'<VRTRasterBand dataType="{kind}" band="1"><NoDataValue>{nodata!r}</NoDataValue>'
        f'<ComplexSource><SourceFilename relativeToVRT="0">{escape(path)}</SourceFilename><SourceBand>1</SourceBand>'
        f"<SrcRect {size}/><DstRect {size}/>{which}</ComplexSource>"
        "</VRTRasterBand></VRTDataset>"
    )
