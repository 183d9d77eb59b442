"""Quadrants of EEC and SEC."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.zoning import AT_GIVEN, AT_MEAN, AT_MEDIAN, AT_ONE
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.zoning.quadrants import quadrant_zoning, threshold

# Guiyang 2015 as published: municipal district, Qingzhen, Xifeng, Kaiyang, Xiuwen.
EEC = np.array([1.43, 0.79, 0.79, 0.39, 1.10])
SEC = np.array([0.48, 1.52, 1.60, 1.50, 2.86])


def test_guiyang_with_thresholds_of_one():
    found = quadrant_zoning(EEC, SEC, 1.0, 1.0)
    assert found.classes() == [2, 3, 3, 3, 1]
    assert found.zones("ABCD") == ["B", "C", "C", "C", "A"]
    assert found.nearest() == 4
    assert found.distance == pytest.approx([0.43, 0.21, 0.21, 0.5, 0.1])
    assert found.eec_distance == pytest.approx([0.43, -0.21, -0.21, -0.61, 0.1])
    assert len(found.on_threshold) == 0


def test_thresholds_are_one_mean_median_or_given():
    assert threshold(EEC, AT_ONE, None, "EEC") == 1
    assert threshold(EEC, AT_MEAN, None, "EEC") == pytest.approx(0.9)
    assert threshold(np.append(EEC, np.nan), AT_MEDIAN, None, "EEC") == 0.79
    assert threshold(EEC, AT_GIVEN, 1.2, "EEC") == 1.2
    with pytest.raises(CarbonBalanceError, match="threshold of EEC is set to given"):
        threshold(EEC, AT_GIVEN, None, "EEC")


def test_a_unit_on_the_threshold_within_rounding_is_high():
    values = np.array([1 - 1e-12, 1.0, 1 + 1e-12, 0.999])
    found = quadrant_zoning(values, values, 1.0, 1.0)
    assert found.classes() == [1, 1, 1, 4]
    assert found.on_threshold.tolist() == [0, 1, 2]
    assert quadrant_zoning(EEC, SEC, threshold(EEC, AT_MEDIAN, None, "EEC"), 1.0).classes() == [2, 1, 1, 3, 1]


def test_all_four_quadrants_occur_and_units_without_both_coefficients_have_none():
    found = quadrant_zoning(np.array([2, 2, 0, 0, np.nan, 2]), np.array([2, 0, 2, 0, 1, np.nan]), 1.0, 1.0)
    assert found.classes() == [1, 2, 3, 4, None, None]
    assert np.isnan(found.distance[4:]).all()
    with pytest.raises(CarbonBalanceError, match="No unit has both"):
        quadrant_zoning(np.array([1, np.nan]), np.array([np.nan, 1]), 1.0, 1.0)


def test_a_coefficient_within_1e_9_of_its_threshold_is_on_it():
    near = np.array([2 * (1 - 0.9e-9), 2 * (1 - 1.1e-9), 2 * (1 + 0.9e-9), 2 * (1 + 1.1e-9)])
    found = quadrant_zoning(near, np.full(4, 5.0), 2.0, 1.0)
    assert found.quadrants.tolist() == [1, 3, 1, 1]
    assert found.on_threshold.tolist() == [0, 2]
    turned = quadrant_zoning(np.full(4, 5.0), near, 1.0, 2.0)
    assert turned.quadrants.tolist() == [1, 2, 1, 1]
    assert turned.on_threshold.tolist() == [0, 2]


def test_a_coefficient_of_0_reaches_a_threshold_of_0():
    found = quadrant_zoning(np.array([0.0, -0.1]), np.array([0.0, 0.0]), 0.0, 0.0)
    assert found.quadrants.tolist() == [1, 3]
