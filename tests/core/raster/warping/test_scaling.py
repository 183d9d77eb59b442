"""Values of rasters whose bands state a scale and an offset."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.warping.scaling import as_stated, scale_of
from carbon_balance.core.runtime.log import Log
from osgeo import gdal
from rasters import write_raster

NAN = np.nan


def stated(folder, cells, nodata, mask=None, scale=0.1, offset=-3.0):
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
    path = write_raster(folder, cells, nodata)
    dataset = gdal.Open(path, gdal.GA_Update)
    if mask is not None:
        dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
        dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.array(mask, np.uint8) * 255)
    dataset.GetRasterBand(1).SetScale(scale)
    dataset.GetRasterBand(1).SetOffset(offset)
    del dataset
    return RasterSource(path, "the raster")


@pytest.mark.parametrize(
    ("cells", "nodata", "mask", "expected"),
    [
        (np.array([[50, -9999, 0]], np.int16), -9999, None, [[2, NAN, -3]]),
        (np.array([[50, 10, 0]], np.uint8), None, None, [[2, -2, -3]]),
        (np.array([[50, NAN, 0]], np.float32), None, None, [[2, NAN, -3]]),
        (np.array([[50, 10, 0]], np.int16), None, [[1, 0, 1]], [[2, NAN, -3]]),
        (np.array([[50, 10, -1]], np.int16), -1, [[1, 0, 1]], [[2, NAN, NAN]]),
    ],
)
def test_cells_with_data_are_scaled(tmp_path, cells, nodata, mask, expected):
    source, log = stated(tmp_path, cells, nodata, mask), Log()
    found = as_stated(source, *scale_of(source), log)
    np.testing.assert_allclose(found.read_float(Block(0, 0, 3, 1)), expected)
    assert log.notes == ["the raster: values are the stored numbers x 0.1 - 3, as the band states."]


def test_without_a_statement_the_raster_stays(tmp_path):
    source = RasterSource(write_raster(tmp_path, np.ones((2, 2), np.uint8)))
    assert scale_of(source) == (1, 0)
    assert as_stated(source, 1, 0, Log()) is source
