"""Small rasters for tests."""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array, ogr, osr

gdal.UseExceptions()


def wkt(epsg: int) -> str:
    """A CRS as WKT."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    return reference.ExportToWkt()


def write_raster(
    path,
    array,
    nodata=None,
    epsg=32648,
    origin=(500000.0, 2000000.0),
    cell=100.0,
    rotation=0.0,
    geotransform=None,
    options=(),
    scale_offset=None,
):
    """A GeoTIFF of (rows, columns) or (bands, rows, columns), north up unless rotated; returns its path as text.

    ``path`` may be a folder: the file then gets a name of its own.
    """
    array = np.asarray(array)
    array = array if array.ndim == 3 else array[None]
    path = Path(path) / f"{uuid.uuid4().hex[:8]}.tif" if Path(path).is_dir() else path
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(np.uint8 if array.dtype == np.int8 else array.dtype.type)
    options = [*options, "PIXELTYPE=SIGNEDBYTE"] if array.dtype == np.int8 else list(options)
    _, rows, columns = array.shape
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, len(array), kind, options)
    dataset.SetGeoTransform(geotransform or (origin[0], cell, rotation, origin[1], rotation, -cell))
    if epsg:
        dataset.SetProjection(epsg if isinstance(epsg, str) else wkt(epsg))
    for number, values in enumerate(array, 1):
        band = dataset.GetRasterBand(number)
        if nodata is not None:
            band.SetNoDataValue(nodata)
        if scale_offset is not None:
            band.SetScale(scale_offset[0])
            band.SetOffset(scale_offset[1])
        band.WriteArray(values)
    band = None
    dataset = None
    return str(path)


def read_raster(path):
    """The values of the first band as floats, NaN where there is no data."""
    dataset = gdal.Open(str(path))
    band = dataset.GetRasterBand(1)
    values = band.ReadAsArray().astype(np.float64)
    if band.GetNoDataValue() is not None:
        values[values == band.GetNoDataValue()] = np.nan
    return values


def box(left, top, right, bottom, origin=(500000.0, 2000000.0), cell=100.0):
    """WKB of a rectangle given in cell coordinates."""
    x, y = origin
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    text = ",".join(f"{x + c * cell} {y - r * cell}" for c, r in corners)
    return bytes(ogr.CreateGeometryFromWkt(f"POLYGON(({text}))").ExportToWkb())


def cells(path):
    """The values of all bands, and their descriptions."""
    dataset = gdal.Open(str(path))
    return dataset.ReadAsArray(), [dataset.GetRasterBand(n + 1).GetDescription() for n in range(dataset.RasterCount)]


def same_rasters(first, second):
    """Assert that both rasters are equal, cell by cell and band by band."""
    (values, names), (others, other_names) = cells(first), cells(second)
    np.testing.assert_array_equal(values, others)
    assert names == other_names
    one, other = gdal.Open(str(first)), gdal.Open(str(second))
    assert one.GetGeoTransform() == other.GetGeoTransform()
    assert one.GetRasterBand(1).GetNoDataValue() == other.GetRasterBand(1).GetNoDataValue()
