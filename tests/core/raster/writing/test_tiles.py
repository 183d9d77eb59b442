"""Tiles written by workers and joined later: every cell, for any file name."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing.block_output import Form, tile_files
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.mosaic import Mosaic
from carbon_balance.core.raster.writing.writer import StagedRaster
from carbon_balance.core.runtime.errors import CarbonBalanceError
from osgeo import gdal
from rasters import wkt

WIDTH, HEIGHT = 1200, 700
VALUES = np.random.default_rng(5).random((2, HEIGHT, WIDTH)).astype(np.float32)
PARTS = blocks(WIDTH, HEIGHT, cells=600 * 512)


def tiles_of(path):
    grid = Grid(WIDTH, HEIGHT, (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), wkt(32648))
    options = tuple(creation_options())
    return tile_files(path, Form(grid, np.dtype(np.float32), -1.0, ("supply", "demand"), options))


def cells(part):
    return VALUES[:, part.row : part.row + part.height, part.column : part.column + part.width]


@pytest.mark.parametrize("stem", ["carbon", "supply & demand", "a < b", 'the "best" 碳储量', "it's", "a;b%20c"])
def test_tiles_are_found_for_any_file_name(tmp_path, stem):
    folder = tmp_path / "out"
    folder.mkdir()
    tiles = tiles_of(folder / f"{stem}.vrt")
    assert len(PARTS) > 2
    mosaic = Mosaic(tiles)
    for part in PARTS:
        mosaic.add(part, tiles.put(part, cells(part)))
    mosaic.join(folder / f"{stem}.vrt", {1: [0.0, 9.0, 4.0, 1.0]}, {"LEARNED": "a < b"})
    for each in (folder, tmp_path / "moved & gone"):
        folder.rename(each)
        dataset = gdal.OpenEx(str(each / f"{stem}.vrt"))
        np.testing.assert_array_equal(dataset.ReadAsArray(), VALUES)
        bands = [dataset.GetRasterBand(band) for band in (1, 2)]
        assert [band.GetDescription() for band in bands] == ["supply", "demand"]
        assert [band.GetMetadataItem("LEARNED") for band in bands] == ["a < b"] * 2
        assert bands[0].GetMetadataItem("STATISTICS_MEAN") == "4"
        del bands, dataset


@pytest.mark.parametrize("continuous", [False, True])
def test_overviews_equal_those_of_one_file_and_full_views_open_no_tile(tmp_path, continuous):
    grid = Grid(4600, 2300, (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), wkt(32648))
    values = np.random.default_rng(1).integers(0, 9, (2300, 4600)).astype(np.float32)
    form = Form(grid, np.dtype(np.float32), 0.0, ("carbon",), tuple(creation_options()), continuous)
    whole = StagedRaster(str(tmp_path / "whole.tif"), grid, np.float32, 0.0, ["carbon"], continuous=continuous)
    mosaic = Mosaic(tile_files(tmp_path / "tiles.vrt", form))
    for part in blocks(grid.width, grid.height, 1 << 20):
        here = values[part.row : part.row + part.height, part.column : part.column + part.width]
        whole.write(part, here)
        mosaic.add(part, mosaic.tiles.put(part, here))
    mosaic.join(tmp_path / "tiles.vrt", {})
    datasets = [gdal.Open(path) for path in (whole.publish(), str(tmp_path / "tiles.vrt"))]
    one, many = (dataset.GetRasterBand(1) for dataset in datasets)
    assert many.GetOverviewCount() == one.GetOverviewCount() == 3
    for level in range(3):
        np.testing.assert_array_equal(many.GetOverview(level).ReadAsArray(), one.GetOverview(level).ReadAsArray())
    np.testing.assert_array_equal(many.ReadAsArray(), values)
    wide_view = {"buf_xsize": 287, "buf_ysize": 143}
    complete = datasets[1].ReadAsArray(**wide_view)
    for tile in mosaic.tiles.folder.glob("*_*.tif"):
        if not tile.name.startswith("overview"):
            tile.unlink()
    view = gdal.Open(str(tmp_path / "tiles.vrt")).ReadAsArray(**wide_view)
    np.testing.assert_array_equal(view, complete)
    assert view.any()


def test_a_corner_tile_of_one_cell_has_no_overviews_of_its_own(tmp_path):
    grid = Grid(4097, 1025, (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), wkt(32648))
    values = np.random.default_rng(1).integers(1, 9, (1025, 4097)).astype(np.float32)
    parts = blocks(grid.width, grid.height, 1 << 19)
    assert (parts[-1].width, parts[-1].height) == (1, 1)
    mosaic = Mosaic(tile_files(tmp_path / "tiles.vrt", Form(grid, np.dtype(np.float32), 0.0, ("",), ())))
    for part in parts:
        mosaic.add(part, mosaic.tiles.put(part, values[part.row :, part.column :][: part.height, : part.width]))
    mosaic.join(tmp_path / "tiles.vrt", {})
    dataset = gdal.Open(str(tmp_path / "tiles.vrt"))
    np.testing.assert_array_equal(dataset.ReadAsArray(), values)
    for level in range(dataset.GetRasterBand(1).GetOverviewCount()):
        assert dataset.GetRasterBand(1).GetOverview(level).ReadAsArray()[-1, -1] == values[-1, -1]


def test_a_missing_tile_is_logged_and_no_vrt_written(tmp_path):
    tiles = tiles_of(tmp_path / "carbon.vrt")
    mosaic = Mosaic(tiles)
    for part in PARTS[:3]:
        mosaic.add(part, tiles.put(part, cells(part)))
    for part in PARTS[1:3]:
        (tiles.folder / f"{part.row}_{part.column}.tif").unlink()
    with pytest.raises(CarbonBalanceError, match=r"2 tile\(s\) written by workers cannot be found"):
        mosaic.join(tmp_path / "carbon.vrt", {})
    assert not (tmp_path / "carbon.vrt").exists()
