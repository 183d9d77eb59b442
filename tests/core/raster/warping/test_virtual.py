"""Virtual rasters: cells that are moved, and masked cells as a value."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.warping.virtual import placed_on, with_nodata_masked
from osgeo import gdal
from rasters import write_raster

CELLS = np.arange(1, 13, dtype=np.uint8).reshape(3, 4)


def test_moved_cells_keep_their_values(tmp_path):
    dataset = gdal.Open(str(write_raster(tmp_path / "a.tif", CELLS, 0, 32648)))
    moved = placed_on(dataset, Grid(4, 3, (100.0, 20.0, 0.0, 500.0, 0.0, -10.0), dataset.GetProjection()))
    assert moved.GetGeoTransform() == pytest.approx((100, 20, 0, 500, 0, -10))
    assert (moved.RasterXSize, moved.RasterYSize) == (4, 3)
    assert np.array_equal(moved.ReadAsArray(), CELLS)


@pytest.mark.parametrize("nodata", [255, 7])
def test_masked_cells_get_the_nodata_value(tmp_path, nodata):
    path = str(write_raster(tmp_path / "a&b.tif", CELLS, None, 32648))
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    mask = np.full(CELLS.shape, 255, np.uint8)
    mask[1, 2] = 0
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(mask)
    geotransform, projection = dataset.GetGeoTransform(), dataset.GetProjection()
    dataset = None
    made = gdal.Open(with_nodata_masked(path, Grid(4, 3, geotransform, projection), gdal.GDT_Byte, nodata))
    expected = CELLS.copy()
    expected[1, 2] = nodata
    assert np.array_equal(made.ReadAsArray(), expected)
    assert made.GetRasterBand(1).GetNoDataValue() == nodata
    assert made.GetGeoTransform() == geotransform
