"""Tiles that workers write, joined without any worker: every cell, whatever the file is called."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.errors import CarbonBalanceError
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.parts import Form, tile_files
from carbon_balance.core.raster.writer import creation_options
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
def test_tiles_are_found_whatever_the_name(tmp_path, stem):
    folder = tmp_path / "out"
    folder.mkdir()
    tiles = tiles_of(folder / f"{stem}.vrt")
    assert len(PARTS) > 2
    tiles.join(folder / f"{stem}.vrt", {tiles.put(part, cells(part)).name: part for part in PARTS}, {})
    for each in (folder, tmp_path / "moved & gone"):
        folder.rename(each)
        dataset = gdal.OpenEx(str(each / f"{stem}.vrt"))
        np.testing.assert_array_equal(dataset.ReadAsArray(), VALUES)
        assert [dataset.GetRasterBand(band).GetDescription() for band in (1, 2)] == ["supply", "demand"]
        del dataset


def test_a_missing_tile_is_told_and_no_vrt_written(tmp_path):
    tiles = tiles_of(tmp_path / "carbon.vrt")
    name = tiles.put(PARTS[0], cells(PARTS[0])).name
    with pytest.raises(CarbonBalanceError, match=r"2 tile\(s\) that workers wrote are not to be seen"):
        tiles.join(tmp_path / "carbon.vrt", {name: PARTS[0], "a.tif": PARTS[1], "b.tif": PARTS[2]}, {})
    assert not (tmp_path / "carbon.vrt").exists()
