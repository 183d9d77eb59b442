"""Tiles encoded in memory are those that GDAL writes into a file."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.tiff.tiff_directory import directories
from carbon_balance.core.raster.writing import tile_bytes
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.tile_bytes import coding_of, encoded, layout_options
from osgeo import gdal, gdal_array

RANDOM = np.random.default_rng(1)
OPTIONS = {
    "deflate": creation_options(),
    "predictor": creation_options(continuous=True),
    "uncompressed": creation_options("NONE"),
    "lzw": creation_options("LZW"),
}


def cells(dtype, shape):
    return (RANDOM.integers(0, 9, shape) * 1.37).astype(dtype)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("shape", [(128, 256), (3, 256, 384), (2, 128, 128)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bytes_equal_those_in_a_file(tmp_path, dtype, shape, options):
    values = cells(dtype, shape)
    found = encoded(values, options, 128)
    path = tmp_path / "a.tif"
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(dtype)
    bands = values.reshape(-1, *shape[-2:])
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path), shape[-1], shape[-2], len(bands), kind, layout_options(options, BLOCKXSIZE=128, BLOCKYSIZE=128)
    )
    for number, band in enumerate(bands, 1):
        dataset.GetRasterBand(number).WriteArray(band)
    del dataset
    with path.open("rb") as file:
        directory = directories(file)[0]
        offsets, sizes = directory.tiles(file)
        assert directory.coding(file) == coding_of(np.dtype(dtype), options, 128, len(bands))
        whole = file.seek(0) or file.read()
    assert found.sizes.shape == (len(bands), -(-shape[-2] // 128), -(-shape[-1] // 128))
    content = b"".join(found.pieces)
    assert len(content) == found.sizes.sum()
    for at, (offset, size) in enumerate(zip(offsets, sizes)):
        start = found.offsets.flat[at]
        assert content[start : start + found.sizes.flat[at]] == whole[offset : offset + size]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
def test_uncompressed_tiles_hold_the_cells(dtype):
    values = cells(dtype, (100, 150))
    found = encoded(values, creation_options("NONE"), 64)
    content = b"".join(found.pieces)
    for row, column in np.ndindex(2, 3):
        start = found.offsets[0, row, column]
        tile = np.frombuffer(content[start : start + 64 * 64 * values.itemsize], values.dtype).reshape(64, 64)
        part = values[row * 64 : row * 64 + 64, column * 64 : column * 64 + 64]
        np.testing.assert_array_equal(tile[: part.shape[0], : part.shape[1]], part)


def test_nothing_stays_in_memory():
    before = gdal.ReadDir("/vsimem/")
    encoded(cells(np.float32, (10, 10)), creation_options(), 128)
    assert gdal.ReadDir("/vsimem/") == before


@pytest.mark.parametrize(
    ("reason", "kind"), [("TIFFAppendToStrip:Write error at scanline 5120", MemoryError), ("other", RuntimeError)]
)
def test_a_file_in_memory_that_cannot_grow_is_a_lack_of_memory(monkeypatch, reason, kind):
    def fail(*_):
        raise RuntimeError(reason)

    before = gdal.ReadDir("/vsimem/")
    monkeypatch.setattr(tile_bytes, "_content", fail)
    with pytest.raises(kind):
        encoded(np.zeros((128, 128), np.float32), OPTIONS["deflate"], 128)
    assert gdal.ReadDir("/vsimem/") == before


def test_an_option_that_gdal_does_not_know_is_an_error():
    gdal.UseExceptions()
    with pytest.raises(RuntimeError):
        encoded(cells(np.float32, (10, 10)), ["COMPRESS=DEFLATE"], 100)


def test_layout_replaces_what_options_say():
    given = ["TILED=NO", "COMPRESS=LZW", "BLOCKXSIZE=16", "INTERLEAVE=PIXEL"]
    assert layout_options(given, BLOCKXSIZE=512) == [
        "COMPRESS=LZW",
        "TILED=YES",
        "ENDIANNESS=LITTLE",
        "INTERLEAVE=BAND",
        "BLOCKXSIZE=512",
    ]
