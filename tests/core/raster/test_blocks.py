"""Blocks cover a raster once, are about as large as requested, and start at the edges of tiles."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block, blocks, release, rows_at_once
from osgeo import gdal
from rasters import write_raster


def test_a_raster_wider_than_a_block_is_divided_across():
    """2^22 cells in tiles of 512: 16 tiles side by side, one row of tiles; the rest is narrower and lower."""
    found = blocks(100_000, 600)
    assert found[0] == Block(0, 0, 8192, 512)
    assert found[12] == Block(98_304, 0, 1696, 512)
    assert found[13] == Block(0, 512, 8192, 88)
    assert len(found) == 26


def test_a_narrow_raster_is_divided_down():
    """2^22 cells of 1,000 columns are 4,194 rows: 8 tiles of 512."""
    assert blocks(1000, 5000) == [Block(0, 0, 1000, 4096), Block(0, 4096, 1000, 904)]
    assert blocks(8192, 1024) == [Block(0, 0, 8192, 512), Block(0, 512, 8192, 512)]
    assert blocks(8193, 512) == [Block(0, 0, 4608, 512), Block(4608, 0, 3585, 512)]


@pytest.mark.parametrize(("width", "height", "cells", "tile"), [(70, 50, 64, 4), (3, 90, 16, 4), (64, 64, 256, 16)])
def test_every_cell_is_in_one_block(width, height, cells, tile):
    seen = np.zeros((height, width), int)
    for block in blocks(width, height, cells, tile):
        assert (block.row % tile, block.column % tile) == (0, 0)
        seen[block.row : block.row + block.height, block.column : block.column + block.width] += 1
    assert (seen == 1).all()


def test_rows_are_processed_in_pieces_of_2_to_the_15_cells():
    assert list(rows_at_once(Block(0, 0, 10_000, 7))) == [slice(0, 3), slice(3, 6), slice(6, 7)]
    assert list(rows_at_once(Block(0, 0, 10_000, 7), 50_000)) == [slice(0, 5), slice(5, 7)]
    assert list(rows_at_once(Block(0, 0, 40_000, 2))) == [slice(0, 1), slice(1, 2)]


@pytest.fixture
def cached(tmp_path):
    """The number of bytes that GDAL keeps after a block was read."""
    options = ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=32"]
    dataset = gdal.Open(write_raster(tmp_path / "a.tif", np.ones((100, 150), np.uint8), options=options))

    def read(*place):
        band = dataset.GetRasterBand(1)
        band.FlushCache()
        before = gdal.GetCacheUsed()
        band.ReadAsArray(*place)
        assert gdal.GetCacheUsed() > before
        release(band, Block(*place))
        return gdal.GetCacheUsed() - before

    return read


@pytest.mark.parametrize("place", [(0, 0, 150, 32), (0, 96, 150, 4), (64, 32, 64, 64), (128, 96, 22, 4)])
def test_whole_blocks_of_a_file_are_not_kept(cached, place):
    assert cached(*place) == 0


@pytest.mark.parametrize(
    "place", [(0, 0, 150, 31), (0, 16, 150, 16), (64, 0, 63, 32), (60, 0, 4, 32), (0, 0, 150, 100)]
)
def test_blocks_that_are_needed_again_are_kept(cached, place):
    assert cached(*place) > 0
