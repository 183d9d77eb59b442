"""Statistics stored in a raster equal those that GDAL computes from its cells."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing.writer import FLOAT_NODATA, StagedRaster
from osgeo import gdal


def test_statistics_equal_those_of_the_cells(tmp_path):
    values = np.array([7.0, 123.5, 0.0, 55.0], np.float32)
    which = np.random.default_rng(1).integers(0, 4, (40, 60))
    which[which == 3] = 1
    cells = np.where(which == 2, np.float32(FLOAT_NODATA), values[which])
    staged = StagedRaster(str(tmp_path / "a.tif"), Grid(60, 40, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), ""))
    staged.write(Block(0, 0, 60, 40), cells)
    counts = np.bincount(which.reshape(-1), minlength=4)
    counts[2] = 0
    staged.set_statistics(1, values, counts)
    dataset = gdal.Open(staged.publish())
    logged = dataset.GetRasterBand(1).GetStatistics(False, False)
    copy = gdal.GetDriverByName("MEM").CreateCopy("", dataset)
    copy.GetRasterBand(1).SetMetadata({})
    assert logged == pytest.approx(copy.GetRasterBand(1).ComputeStatistics(False))
    assert logged[:2] == [7.0, 123.5]


def test_no_statistics_without_cells(tmp_path):
    staged = StagedRaster(str(tmp_path / "a.tif"), Grid(2, 2, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), ""))
    staged.write(Block(0, 0, 2, 2), np.full((2, 2), FLOAT_NODATA, np.float32))
    staged.set_statistics(1, np.array([1.0, 2.0]), np.array([0, 0]))
    dataset = gdal.Open(staged.publish())
    assert "STATISTICS_MEAN" not in dataset.GetRasterBand(1).GetMetadata()
