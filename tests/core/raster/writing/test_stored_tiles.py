"""Tiles that hardly shrink are stored: GDAL reads the same cells from them."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.stored_tiles import (
    can_store,
    filled_tile,
    hardly_shrinks,
    plain_tile,
    predicted,
    stored_tile,
    uncompressed,
)
from carbon_balance.core.raster.writing.tile_bytes import encoded
from carbon_balance.core.raster.writing.writer import StagedRaster
from osgeo import gdal

OPTIONS = creation_options(continuous=True)
RANDOM = np.random.default_rng(1)


def noise(dtype, shape):
    return RANDOM.lognormal(size=shape).astype(dtype)


def slope(dtype, shape):
    return np.add.outer(*(np.arange(size) // 8 for size in shape)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(128, 128), (70, 128), (128, 1), (1, 90)])
def test_bytes_are_those_of_gdal_before_compression(dtype, shape):
    """Compression of smooth cells by GDAL, undone by zlib, gives the bytes that are stored."""
    cells = slope(dtype, (128, 128))
    compressed = b"".join(encoded(cells, OPTIONS, 128).pieces)
    assert zlib.decompress(compressed) == zlib.decompress(stored_tile(cells, 128)) == predicted(cells).tobytes()
    cut = cells[: shape[0], : shape[1]]
    rows = np.frombuffer(zlib.decompress(stored_tile(cut, 128)), np.uint8).reshape(128, -1)
    np.testing.assert_array_equal(rows[: shape[0]], predicted(np.pad(cut, ((0, 0), (0, 128 - shape[1])), mode="edge")))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bands", [1, 2])
def test_gdal_reads_stored_and_compressed_tiles_of_one_raster(tmp_path, dtype, bands):
    values = np.stack([noise(dtype, (1100, 1300)) for _ in range(bands)])
    values[:, :512, 512:1024] = slope(dtype, (512, 512))
    values[0, 512:, :512] = -1
    grid = Grid(1300, 1100, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    staged = StagedRaster(str(tmp_path / "a.tif"), grid, dtype, -1.0, ["x"] * bands, OPTIONS, continuous=True)
    for row in range(0, 1100, 512):
        height = min(512, 1100 - row)
        staged.write(Block(0, row, 1300, height), values[:, row : row + height])
    dataset = gdal.Open(staged.publish())
    np.testing.assert_array_equal(dataset.ReadAsArray().reshape(values.shape), values)
    size = np.dtype(dtype).itemsize << 18
    sizes = [
        [int(dataset.GetRasterBand(1).GetMetadataItem(f"BLOCK_SIZE_{x}_{y}", "TIFF")) for x in range(3)]
        for y in range(3)
    ]
    stored = [[each >= size for each in row] for row in sizes]
    assert stored == [[True, False, True], [False, True, True], [False, True, True]]


def test_only_what_saves_an_eighth_is_compressed():
    """Random bytes do not shrink; of a share of equal cells, at least that share is saved."""
    cells = RANDOM.integers(0, 1 << 32, (512, 512), np.uint32).view(np.float32)
    assert hardly_shrinks(cells)
    for share, expected in ((0.08, True), (0.17, False)):
        part = cells.copy()
        part[:, : int(share * 512)] = 0
        assert hardly_shrinks(part) is expected
    assert not hardly_shrinks(slope(np.float32, (512, 512)))


@pytest.mark.parametrize(
    ("dtype", "options", "expected"),
    [
        (np.float32, OPTIONS, True),
        (np.float64, OPTIONS, True),
        (np.float32, creation_options(), False),
        (np.float32, creation_options("NONE", continuous=True), False),
        (np.float32, creation_options("LZW", continuous=True), False),
        (np.int32, OPTIONS, False),
    ],
)
def test_classes_and_other_compressions_are_left_to_gdal(dtype, options, expected):
    assert can_store(dtype, options) is expected


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32, np.dtype(">f4")])
def test_plain_tiles_are_little_endian_and_filled_up(dtype):
    cells = slope(dtype, (64, 50))
    found = np.frombuffer(plain_tile(cells, 64), np.dtype(dtype).newbyteorder("<")).reshape(64, 64)
    np.testing.assert_array_equal(found[:, :50], cells)
    np.testing.assert_array_equal(found[:, 50:], np.repeat(cells[:, 49:], 14, axis=1))


def test_below_the_raster_a_tile_holds_its_last_cell():
    found = filled_tile(np.array([[1, 2], [3, 4]], np.float32), 4)
    np.testing.assert_array_equal(found, [[1, 2, 2, 2], [3, 4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4]])


def test_cells_are_plain_only_without_compression_and_predictor():
    assert uncompressed(creation_options("NONE", continuous=True))
    assert not uncompressed(creation_options())
    assert not uncompressed(["TILED=YES", "PREDICTOR=2"])
