"""Properties of a band, as they are stored or overridden."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.opening.band_header import BandHeader, read_header
from carbon_balance.core.runtime.errors import CarbonBalanceError
from osgeo import gdal
from rasters import wkt, write_raster

HERE = (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0)


def written(tmp_path, cells, nodata=None, options=()):
    return gdal.Open(write_raster(tmp_path, cells, nodata, geotransform=HERE, options=list(options)))


def test_each_band_has_its_own_properties(tmp_path):
    dataset = written(tmp_path, np.ones((2, 3, 4), np.int16), -1)
    header = read_header(dataset, 2, "", "the map")
    assert header == BandHeader(Grid(4, 3, HERE, dataset.GetProjection()), np.dtype(np.int16), -1, False)
    assert read_header(dataset, 2, wkt(4326), "the map").grid.crs_wkt == wkt(4326)
    with pytest.raises(CarbonBalanceError, match=r"the map has 2 band\(s\), so band 3 does not exist"):
        read_header(dataset, 3, "", "the map")


def test_an_alpha_band_is_a_mask(tmp_path):
    dataset = written(tmp_path, np.ones((2, 3, 4), np.uint8), options=["ALPHA=YES"])
    assert read_header(dataset, 1, "", "the map").has_mask


def test_a_nodata_value_beyond_float32_is_as_its_cells_store_it(tmp_path):
    dataset = written(tmp_path, np.ones((3, 4), np.float32), -1.7976931348623157e308)
    assert read_header(dataset, 1, "", "the map").nodata == -float(np.finfo(np.float32).max)


@pytest.mark.parametrize(
    ("dtype", "nodata", "held"),
    [
        ("uint8", None, False),
        ("uint8", 255, True),
        ("uint8", 256, False),
        ("uint8", -1, False),
        ("uint8", 0.5, False),
        ("uint8", float("nan"), False),
        ("int16", -32768, True),
        ("float32", 0.5, True),
        ("float32", float("nan"), True),
    ],
)
def test_cells_hold_only_a_nodata_value_of_their_number_type(dtype, nodata, held):
    assert BandHeader(Grid(1, 1, HERE, ""), np.dtype(dtype), nodata, False).holds_nodata is held
