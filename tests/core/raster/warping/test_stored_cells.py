"""Cells with data of a raster, counted in cells of another grid."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.warping.stored_cells import stored_cells
from osgeo import gdal
from rasters import write_raster

NODATA = -9999.0


def on_cells(folder, values, nodata=NODATA, shape=(1, 2), **where):
    """Counts and shares of the cells of ``values`` (50 m) in a grid of 100 m."""
    target = RasterSource(write_raster(folder / "t.tif", np.ones(shape, np.uint8)))
    fine = RasterSource(write_raster(folder / "f.tif", np.asarray(values), nodata, **{"cell": 50.0, **where}))
    return stored_cells(fine, target.grid).of_block(Block(0, 0, shape[1], shape[0]))(slice(None))


@pytest.mark.parametrize("nodata", [NODATA, np.nan])
def test_cells_with_data_are_counted(tmp_path, nodata):
    cells = np.array([[1, nodata, -3, 5], [nodata, nodata, 0, 7]], np.float32)
    count, share = on_cells(tmp_path, cells, nodata)
    assert count.tolist() == [[1, 4]]
    assert share.tolist() == [[0.25, 1]]


def test_masked_cells_and_those_beyond_the_raster_have_none(tmp_path):
    count, share = on_cells(tmp_path, np.array([[1, 2], [3, 4]], np.int16), None)
    assert count.tolist() == [[4, 0]] and share.tolist() == [[1, 0]]
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
    path = write_raster(tmp_path / "m.tif", np.array([[1, 2, 3, 4], [5, 6, 7, 8]], np.int16), cell=50.0)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.array([[255, 0, 0, 0], [255, 255, 0, 0]], np.uint8))
    del dataset
    target = RasterSource(write_raster(tmp_path / "t.tif", np.ones((1, 2), np.uint8)))
    count, share = stored_cells(RasterSource(path), target.grid).of_block(Block(0, 0, 2, 1))(slice(None))
    assert count.tolist() == [[3, 0]] and share.tolist() == [[0.75, 0]]


def test_coarser_cells_are_counted_in_parts(tmp_path):
    count, share = on_cells(tmp_path, np.array([[4.0]], np.float32), cell=200.0, shape=(2, 2))
    assert count.tolist() == [[0.25, 0.25]] * 2
    assert share.tolist() == [[1, 1]] * 2


def test_cells_in_degrees_are_counted_on_a_grid_in_metres(tmp_path):
    """Half of the cells have data, and the raster ends within the grid."""
    cells = np.full((60, 30), 1.0, np.float32)
    cells[(np.indices(cells.shape).sum(axis=0) % 2) == 0] = NODATA
    where = {"epsg": 4326, "origin": (105.0, 18.09), "cell": 0.0005}
    count, share = on_cells(
        tmp_path,
        cells,
        shape=(10, 20),
        **where,
    )
    assert 0.3 < share.mean() < 0.5 and (share == 0).any()
    inside = share[2:6, 2:6]
    assert inside.mean() == pytest.approx(0.5, abs=0.03)
    assert count[2:6, 2:6].sum() == pytest.approx(0.5 * 16 * 10_000 / (52.9 * 55.3), rel=0.05)


def test_the_same_cells_need_no_count(tmp_path):
    source = RasterSource(write_raster(tmp_path / "s.tif", np.ones((2, 2), np.float32)))
    assert stored_cells(source, source.grid) is None
