"""The page on the trend of rasters: years, shares of the area, mean slope."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.trend_page import trend_sentence, trend_table, years_in
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.temporal.trend_raster import TrendSums

# No data, fell highly, fell, no trend, rose, rose highly: 200 ha with data.
FOUND = TrendSums(np.array([7, 1, 2, 3, 4, 5]), np.array([900.0, 10, 20, 30, 60, 80]), 250.0)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2001-2003", [2001, 2002, 2003]),
        (" 2001 – 2002 ", [2001, 2002]),
        ("２００１—2002", [2001, 2002]),
        ("2000; 2005; 2010", [2000, 2005, 2010]),
    ],
)
def test_years_are_a_range_or_a_list(text, years):
    assert years_in(text) == years


@pytest.mark.parametrize("text", ["2003-2003", "2003-2001"])
def test_a_range_that_does_not_ascend_is_refused(text):
    with pytest.raises(CarbonBalanceError):
        years_in(text)


def test_each_class_has_its_share_of_the_area_with_data():
    assert trend_table(FOUND) == {
        "code": [1, 2, 3, 4, 5],
        "name": [
            "highly significant fall",
            "significant fall",
            "no significant trend",
            "significant rise",
            "highly significant rise",
        ],
        "cells": [1, 2, 3, 4, 5],
        "area_ha": [10, 20, 30, 60, 80],
        "share": [0.05, 0.1, 0.15, 0.3, 0.4],
    }


def test_the_sentence_adds_both_levels_of_significance():
    assert trend_sentence(FOUND, [2001, 2010, 2020]) == (
        "2001 to 2020: 70.0 % of the area rises significantly and 15.0 % falls (p up to 0.05); 15.0 % has no "
        "significant trend. The mean slope is 1.25 per year."
    )


def test_trend_sums_start_at_zero_and_average_by_area():
    empty = TrendSums()
    assert (empty.cells.tolist(), empty.area_ha.tolist(), empty.slope_ha) == ([0] * 6, [0] * 6, 0)
    assert np.isnan(empty.mean_slope)
    empty.add(FOUND)
    empty.add(FOUND)
    assert (empty.cells.tolist(), empty.area_ha[5], empty.slope_ha) == ([14, 2, 4, 6, 8, 10], 160, 500)
    assert empty.mean_slope == 1.25
