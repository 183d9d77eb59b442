"""Rasters and rectangles for the tests of grid maps."""

from __future__ import annotations

import numpy as np
from osgeo import gdal, ogr, osr
from rasters import write_raster

gdal.UseExceptions()


def wkt_of(crs: str) -> str:
    """A CRS from any definition that GDAL understands, such as EPSG:32648."""
    reference = osr.SpatialReference()
    reference.SetFromUserInput(crs)
    return reference.ExportToWkt()


def make_raster(path, values, geotransform, crs="EPSG:32648", nodata=None):
    """A GeoTIFF of one band; returns ``path``."""
    write_raster(path, values, nodata, wkt_of(crs), geotransform=geotransform)
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
