"""Small rasters made from arrays."""

from __future__ import annotations

import uuid

import numpy as np
from osgeo import gdal, gdal_array, osr

gdal.UseExceptions()

UTM = 32648


def wkt(epsg: int) -> str:
    """A CRS by its EPSG number."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    return reference.ExportToWkt()


def write_raster(
    folder, cells, nodata=None, epsg=UTM, geotransform=(500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), name=None, options=()
):
    """A GeoTIFF of ``cells`` (rows, columns) or (bands, rows, columns); returns its path."""
    cells = np.asarray(cells)
    cells = cells if cells.ndim == 3 else cells[None]
    path = str(folder / (name or f"{uuid.uuid4().hex[:8]}.tif"))
    kind = gdal.GDT_Byte if cells.dtype == np.int8 else gdal_array.NumericTypeCodeToGDALTypeCode(cells.dtype.type)
    if cells.dtype == np.int8:
        options = [*options, "PIXELTYPE=SIGNEDBYTE"]
    dataset = gdal.GetDriverByName("GTiff").Create(path, cells.shape[2], cells.shape[1], len(cells), kind, list(options))
    dataset.SetGeoTransform(geotransform)
    if epsg:
        dataset.SetProjection(epsg if isinstance(epsg, str) else wkt(epsg))
    for number, band in enumerate(cells, 1):
        if nodata is not None:
            dataset.GetRasterBand(number).SetNoDataValue(nodata)
        dataset.GetRasterBand(number).WriteArray(band)
    dataset.FlushCache()
    del dataset
    return path
