"""GDAL creation options of written rasters, and the minimum disk space of a raster."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing.creation_options import creation_options, least_bytes


def test_the_default_is_tiled_and_deflate_at_the_fastest_level():
    found = creation_options(threads=3)
    assert found == [
        "TILED=YES",
        "BLOCKXSIZE=512",
        "BLOCKYSIZE=512",
        "BIGTIFF=IF_SAFER",
        "NUM_THREADS=3",
        "COMPRESS=DEFLATE",
        "ZLEVEL=1",
    ]
    assert creation_options(threads=3, level=2)[-1] == "ZLEVEL=2"


@pytest.mark.parametrize(
    ("compression", "continuous", "wanted"),
    [
        ("DEFLATE", True, ["COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=3"]),
        ("ZSTD", False, ["COMPRESS=ZSTD", "ZSTD_LEVEL=3"]),
        ("ZSTD", True, ["COMPRESS=ZSTD", "ZSTD_LEVEL=3", "PREDICTOR=3"]),
        ("LZW", True, ["COMPRESS=LZW", "PREDICTOR=3"]),
        ("LZW", False, ["COMPRESS=LZW"]),
        ("PACKBITS", True, ["COMPRESS=PACKBITS"]),
        ("NONE", True, []),
        ("NONE", False, []),
    ],
)
def test_each_compression_has_its_options(compression, continuous, wanted):
    assert creation_options(compression, continuous, threads=1)[5:] == wanted


def test_compression_uses_the_threads_of_the_run():
    (given,) = [each for each in creation_options() if each.startswith("NUM_THREADS=")]
    assert int(given.partition("=")[2]) >= 1


@pytest.mark.parametrize(
    ("options", "share"), [([], 1), (["COMPRESS=LZW"], 0.02), (["COMPRESS=LZW", "PREDICTOR=3"], 0.5)]
)
def test_the_minimum_size_is_a_fraction_of_the_uncompressed_cells(options, share):
    grid = Grid(700, 300, (0, 1, 0, 0, 0, -1), "EPSG:4326")
    assert least_bytes(grid, np.dtype(np.float32), 2, options) == pytest.approx(share * 700 * 300 * 2 * 4)
