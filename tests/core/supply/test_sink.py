"""Yearly uptake: zones without area have no rate."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.supply.sink import ZoneSink


def sink(area_ha, sink_t):
    area, uptake = np.array(area_ha, float), np.array(sink_t, float)
    return ZoneSink(np.array([1, 2]), ["a", "b"], area, uptake, area.sum(axis=0), uptake.sum(axis=0))


def test_the_rate_is_per_area_and_unknown_without_area():
    with np.errstate(all="raise"):
        found = sink([[0, 0], [0.25, 0.25], [3, 1]], [[0, 0], [1, 2], [8, -6]])
        np.testing.assert_array_equal(found.zone_t, [np.nan, 3, 2])
        np.testing.assert_array_equal(found.rate_t_ha, [np.nan, 6, 0.5])
    assert found.totals() == pytest.approx((5, 5 / 4.5))
