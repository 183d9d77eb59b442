"""NDVI and radiation that no month has are refused with the raster that has them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.supply.production.light_use_cells import LightUse


def rasters(name):
    return [SimpleNamespace(source=SimpleNamespace(name=f"{name}_{month}")) for month in range(1, 13)]


def check(ndvi=0.5, light=300.0, month=7):
    """A year of 2 x 2 cells in which one cell of one month has the given values, and another is unknown."""
    greens, lights = np.full((12, 2, 2), 0.5, np.float32), np.full((12, 2, 2), 300, np.float32)
    greens[:, 0, 0] = lights[:, 0, 0] = np.nan
    greens[month - 1, 1, 0], lights[month - 1, 1, 0] = ndvi, light
    LightUse(rasters("ndvi"), rasters("sun"), None, None)._check(greens, lights)


@pytest.mark.parametrize("given", [{"ndvi": -1}, {"ndvi": 1}, {"light": 0}, {"light": 1500}, {"ndvi": np.nan}])
def test_limits_may_be_reached(given):
    check(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ndvi": 1.0625}, "^ndvi_7 contains an NDVI of 1.0625: choose its unit"),
        ({"ndvi": -1.0625, "month": 1}, "^ndvi_1 contains an NDVI of -1.0625: choose its unit"),
        ({"light": 1500.5, "month": 12}, "^sun_12 contains a radiation of 1500.5 MJ/m2 a month"),
        ({"light": -0.25}, "^sun_7 contains a radiation of -0.25 MJ/m2 a month"),
    ],
)
def test_beyond_them_the_raster_is_named(given, message):
    with pytest.raises(CarbonBalanceError, match=message):
        check(**given)


def test_where_nothing_is_known_nothing_is_refused():
    nothing = np.full((12, 2, 2), np.nan, np.float32)
    LightUse(rasters("ndvi"), rasters("sun"), None, None)._check(nothing, nothing)
