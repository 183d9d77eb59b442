"""Rasters and rectangles for the tests of grid maps."""

from __future__ import annotations

import numpy as np
from osgeo import gdal, gdal_array, ogr, osr

gdal.UseExceptions()


def wkt_of(crs: str) -> str:
    """A CRS by whatever GDAL understands, such as EPSG:32648."""
    reference = osr.SpatialReference()
    reference.SetFromUserInput(crs)
    return reference.ExportToWkt()


def make_raster(path, values, geotransform, crs="EPSG:32648", nodata=None):
    """A GeoTIFF of one band; returns ``path``."""
    values = np.asarray(values)
    signed = values.dtype == np.int8
    kind = gdal.GDT_Byte if signed else gdal_array.NumericTypeCodeToGDALTypeCode(values.dtype.type)
    options = ["PIXELTYPE=SIGNEDBYTE"] if signed else []
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, kind, options)
    dataset.SetGeoTransform(geotransform)
    dataset.SetProjection(wkt_of(crs))
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    dataset.GetRasterBand(1).WriteArray(values)
    dataset.FlushCache()
    return path


def read_values(path):
    """The first band as it is in the file."""
    dataset = gdal.OpenEx(str(path), gdal.OF_RASTER)
    return dataset.GetRasterBand(1).ReadAsArray()


def read_gaps(path):
    """The first band as floats, NaN where there is no data."""
    dataset = gdal.OpenEx(str(path), gdal.OF_RASTER)
    values = dataset.GetRasterBand(1).ReadAsArray().astype(float)
    values[values == dataset.GetRasterBand(1).GetNoDataValue()] = np.nan
    return values


def box(west, south, east, north):
    """WKB of a rectangle."""
    ring = f"{west!r} {south!r},{east!r} {south!r},{east!r} {north!r},{west!r} {north!r},{west!r} {south!r}"
    return bytes(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))").ExportToWkb())
