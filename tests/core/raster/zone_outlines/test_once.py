"""Amounts of zones that overlap added up: a city and its counties, a doubled outline, partial overlap."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.zone_outlines.once import counted_once, log_counted
from carbon_balance.core.raster.zone_outlines.overlaps import find_overlaps
from carbon_balance.core.runtime.log import Log
from shapes import polygon, wkb


def square(left, bottom, right, top):
    return wkb(polygon([(left, bottom), (right, bottom), (right, top), (left, top)]))


COUNTIES = [square(c, r, c + 1, r + 1) for r in range(2) for c in range(2)]
CITY, APART = square(0, 0, 2, 2), square(9, 9, 10, 10)


def total(outlines, amounts):
    once = counted_once(find_overlaps(outlines), [np.array(amounts, float)])
    return once.total(np.array(amounts, float))


def test_a_city_stands_for_its_counties():
    assert total([*COUNTIES, CITY, APART], [1, 2, 3, 4, 10, 7]) == 17
    assert total([CITY, *COUNTIES[:2], APART], [10, 1, 2, 7]) == 17


def test_without_the_city_s_figure_its_counties_count():
    assert total([*COUNTIES, CITY, APART], [1, 2, 3, 4, np.nan, 7]) == 17


def test_a_doubled_outline_counts_once_if_both_say_the_same():
    assert total([COUNTIES[0], COUNTIES[0], APART], [5, 5, 7]) == 12
    assert np.isnan(total([COUNTIES[0], COUNTIES[0], APART], [5, 6, 7]))


def test_parts_that_do_not_fit_into_the_whole_cannot_be_told():
    assert np.isnan(total([*COUNTIES, CITY], [1, 2, 3, 40, 10]))
    assert np.isnan(total([*COUNTIES, CITY], [1, 2, 3, 1, 10]))
    assert np.isnan(total([CITY, COUNTIES[0]], [10, 11]))


def test_zones_that_overlap_in_part_cannot_be_told():
    zones = [square(0, 0, 2, 1), square(1, 0, 3, 1)]
    once = counted_once(find_overlaps(zones), [np.array([4.0, 4.0])])
    assert not once.known
    assert once.area(np.array([2.0, 2.0])) == pytest.approx(3)
    log = Log()
    log_counted(once, ["A", "B"], np.array([2.0, 2.0]), log)
    assert "A and B (1 km2)" in log.warnings[0]
    assert "NULL" in log.warnings[0]


def test_a_sliver_counts_for_nothing():
    assert total([square(0, 0, 1, 1), square(0.9999, 0, 2, 1)], [4, 5]) == 9


def test_two_levels_of_parts():
    region = square(0, 0, 2, 4)
    assert total([region, CITY, *COUNTIES], [30, 10, 1, 2, 3, 4]) == 30
