"""Stored numbers as quantities: limits hold for stored values, scale and offset follow."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.supply.production.scaled_raster import ScaledRaster
from rasters import write_raster

NAN = np.nan
STORED = [[-3, 1, 2], [4, 5, -9999]]


@pytest.fixture
def path(tmp_path):
    return write_raster(tmp_path, np.array(STORED, np.int16), nodata=-9999)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [[-3, 1, 2], [4, 5, NAN]]),
        ({"least": 1}, [[NAN, 1, 2], [4, 5, NAN]]),
        ({"most": 4}, [[-3, 1, 2], [4, NAN, NAN]]),
        ({"least": 2, "most": 4}, [[NAN, NAN, 2], [4, NAN, NAN]]),
        ({"factor": 0.5, "least": 2}, [[NAN, NAN, 1], [2, 2.5, NAN]]),
        ({"factor": 2, "offset": -1, "most": 1}, [[-7, 1, NAN], [NAN, NAN, NAN]]),
        ({"offset": 0.25}, [[-2.75, 1.25, 2.25], [4.25, 5.25, NAN]]),
    ],
)
def test_quantities(path, given, expected):
    values = ScaledRaster(RasterSource(path), **given).of_block(Block(0, 0, 3, 2))
    np.testing.assert_array_equal(values(slice(0, 2)), np.array(expected, np.float32))
    np.testing.assert_array_equal(values(slice(1, 2)), np.array(expected[1:], np.float32))
