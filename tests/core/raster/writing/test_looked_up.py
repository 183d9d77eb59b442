"""Cells that are looked up tile by tile are written like the same cells in memory."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing.block_output import EncodedParts, Form, TileFiles
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.looked_up import LookedUp
from osgeo import gdal

RANDOM = np.random.default_rng(1)
GRID = Grid(4200, 900, (0.0, 1.0, 0.0, 900.0, 0.0, -1.0), "")
BLOCK = Block(0, 0, 4200, 900)


def cells(bands, kind=np.uint8, number=np.float32, shape=(900, 4200)):
    keys = np.repeat(RANDOM.integers(0, 256, (shape[0], shape[1] // 20)), 20, axis=1).astype(kind)
    return LookedUp(keys, RANDOM.normal(size=(bands, 256)).astype(number))


def form(bands, continuous=False, compression="DEFLATE"):
    options = tuple(creation_options(compression, continuous=continuous))
    return Form(GRID, np.dtype(np.float32), -9.0, ("x",) * bands, options, continuous)


@pytest.mark.parametrize("number", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32])
def test_a_part_has_the_values_of_its_keys(kind, number):
    found = cells(2, kind, number)
    for rows, columns in (
        (slice(0, 512), slice(512, 1024)),
        (slice(512, 1024), slice(4096, 4608)),
        (slice(3), slice(5)),
    ):
        part = found.part(1, rows, columns)
        assert part.dtype == number
        np.testing.assert_array_equal(part, found.values[1][found.keys[rows, columns]])
    np.testing.assert_array_equal(found.whole(), found.values[:, found.keys])
    assert (found.shape, found.dtype) == (found.whole().shape, found.whole().dtype)


@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("compression", ["DEFLATE", "NONE"])
@pytest.mark.parametrize("continuous", [False, True])
def test_tiles_overviews_and_statistics_are_those_of_the_cells(bands, compression, continuous):
    values, parts = cells(bands), EncodedParts(form(bands, continuous, compression))
    found, expected = parts.put(BLOCK, values), parts.put(BLOCK, values.whole())
    assert len(found.tiles) == len(expected.tiles) == 2
    for one, other in zip(found.tiles, expected.tiles):
        assert b"".join(one.pieces) == b"".join(other.pieces)
        np.testing.assert_array_equal(one.offsets, other.offsets)
        np.testing.assert_array_equal(one.sizes, other.sizes)
    assert found.moments == expected.moments
    assert len(found.overviews) == len(expected.overviews)
    for one, other in zip(found.overviews, expected.overviews):
        np.testing.assert_array_equal(one, other)


def test_a_tile_file_holds_the_cells(tmp_path):
    values = cells(2)
    tile = TileFiles(tmp_path, form(2)).put(BLOCK, values)
    dataset = gdal.Open(str(tmp_path / tile.name))
    np.testing.assert_array_equal(dataset.ReadAsArray(), values.whole())
    overview = dataset.GetRasterBand(2).GetOverview(0).ReadAsArray()
    np.testing.assert_array_equal(overview, values.whole()[1, 2::4, 2::4])
