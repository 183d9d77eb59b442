"""Classes of a trend at the limits of significance."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.statistics.temporal.trend_raster import TrendSums, _unchanged, trend_classes


def test_trend_classes_change_at_p_of_0_01_and_0_05():
    p = np.array([0.009, 0.01, 0.011, 0.05, 0.051] * 2 + [0.001, 0.001])
    z = np.array([-3.0] * 5 + [3.0] * 5 + [0.0, 3.0])
    slope = np.append(np.ones(11), np.nan)
    found = trend_classes(slope, z, p)
    assert found.tolist() == [1, 1, 2, 2, 3, 5, 5, 4, 4, 3, 3, 0]
    assert found.dtype == np.uint8


def test_the_mean_hurst_exponent_is_over_land_with_an_exponent():
    sums = TrendSums(hurst_ha=30.0, with_hurst_ha=40.0)
    sums.add(TrendSums(hurst_ha=10.0, with_hurst_ha=10.0))
    assert sums.mean_hurst == pytest.approx(0.8)
    assert np.isnan(TrendSums().mean_hurst)


def test_values_of_less_than_a_thousandth_of_the_cells_are_not_counted():
    """Otherwise a raster in which each cell has a value of its own would take memory for every cell."""
    values = np.tile(np.array([5.0, 5.0, 7.0, np.nan, 1.0], np.float32), (4, 1))
    values[0, 4] = 2.0
    assert dict(_unchanged(values[:, [0, 1, 2, 4]], 2000)) == {5.0: 2}
    assert dict(_unchanged(values[:, [0, 1, 2, 4]], 1000)) == {5.0: 2, 7.0: 1}
