"""Small rasters for tests."""

from __future__ import annotations

import numpy as np
from osgeo import gdal, gdal_array, ogr, osr

gdal.UseExceptions()


def wkt(epsg: int) -> str:
    """A CRS as WKT."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    return reference.ExportToWkt()


def write_raster(path, array, nodata=None, epsg=32648, origin=(500000.0, 2000000.0), cell=100.0, rotation=0.0):
    """A GeoTIFF of one band, north up unless rotated; returns its path as text."""
    array = np.asarray(array)
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(array.dtype.type)
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), array.shape[1], array.shape[0], 1, kind)
    dataset.SetGeoTransform((origin[0], cell, rotation, origin[1], rotation, -cell))
    if epsg:
        dataset.SetProjection(wkt(epsg))
    band = dataset.GetRasterBand(1)
    if nodata is not None:
        band.SetNoDataValue(nodata)
    band.WriteArray(array)
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
    """WKB of a rectangle given in cells."""
    x, y = origin
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    text = ",".join(f"{x + c * cell} {y - r * cell}" for c, r in corners)
    return bytes(ogr.CreateGeometryFromWkt(f"POLYGON(({text}))").ExportToWkb())
