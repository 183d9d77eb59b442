"""Totals of overlapping zones: a city and its counties, a duplicated outline, partial overlap."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from carbon_balance.core.raster.zone_outlines.double_counting import counted_once, log_counted, non_overlapping_zones
from carbon_balance.core.raster.zone_outlines.overlaps import find_overlaps
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from shapes import polygon, wkb


def square(left, bottom, right, top):
    return wkb(polygon([(left, bottom), (right, bottom), (right, top), (left, top)]))


COUNTIES = [square(c, r, c + 1, r + 1) for r in range(2) for c in range(2)]
CITY, APART = square(0, 0, 2, 2), square(9, 9, 10, 10)


def total(outlines, amounts):
    once = counted_once(find_overlaps(outlines), [np.array(amounts, float)])
    return once.total(np.array(amounts, float))


def test_the_total_counts_a_city_instead_of_its_counties():
    assert total([*COUNTIES, CITY, APART], [1, 2, 3, 4, 10, 7]) == 17
    assert total([CITY, *COUNTIES[:2], APART], [10, 1, 2, 7]) == 17


def test_the_total_counts_the_counties_if_the_city_has_no_value():
    assert total([*COUNTIES, CITY, APART], [1, 2, 3, 4, np.nan, 7]) == 17


def test_a_duplicate_outline_counts_once_if_both_values_are_equal():
    assert total([COUNTIES[0], COUNTIES[0], APART], [5, 5, 7]) == 12
    assert np.isnan(total([COUNTIES[0], COUNTIES[0], APART], [5, 6, 7]))


def test_the_total_is_unknown_if_parts_do_not_fit_the_whole():
    assert np.isnan(total([*COUNTIES, CITY], [1, 2, 3, 40, 10]))
    assert np.isnan(total([*COUNTIES, CITY], [1, 2, 3, 1, 10]))
    assert np.isnan(total([CITY, COUNTIES[0]], [10, 11]))


def test_the_total_of_partly_overlapping_zones_is_unknown_and_logged():
    zones = [square(0, 0, 2, 1), square(1, 0, 3, 1)]
    once = counted_once(find_overlaps(zones), [np.array([4.0, 4.0])])
    assert not once.known
    assert once.area(np.array([2.0, 2.0])) == pytest.approx(3)
    log = Log()
    log_counted(once, ["A", "B"], np.array([2.0, 2.0]), log)
    assert "A and B (1 km2)" in log.warnings[0]
    assert "the zones add up to 1 km2 more than the land they cover" in log.warnings[0]
    assert "NULL" in log.warnings[0]


@pytest.mark.parametrize("across", [(0.5, 1.5), (0.6, 1.4), (0.4, 1.6)])
def test_a_zone_covered_by_two_others_together_is_counted_in_them(across):
    """A district in two counties, smaller, equal or larger than they are, in any order of rows."""
    zones = [square(0, 0, 1, 1), square(1, 0, 2, 1), square(across[0], 0, across[1], 1)]
    for amounts, expected in (([4, 6, 5], 10), ([4, 6, 10], 10), ([4, 6, np.nan], 10)):
        for order in permutations(range(3)):
            assert total([zones[at] for at in order], [amounts[at] for at in order]) == expected
    for order in permutations(range(3)):
        # It cannot hold more than both.
        assert np.isnan(total([zones[at] for at in order], [[4, 6, 10.2][at] for at in order]))


def test_two_partitions_of_one_region_count_once():
    west_east = [square(0, 0, 1, 2), square(1, 0, 2, 2)]
    south_north = [square(0, 0, 2, 1), square(0, 1, 2, 2)]
    assert total([*west_east, *south_north], [4, 6, 3, 7]) == 10
    assert total([*south_north, *west_east], [3, 7, 4, 6]) == 10
    assert np.isnan(total([*west_east, *south_north], [4, 6, 3, 8]))
    assert np.isnan(total([*west_east, *south_north], [4, 6, 3, 6]))


def test_a_city_without_a_value_makes_the_total_unknown():
    overlaps = find_overlaps([*COUNTIES, CITY])
    persons, emission = np.array([1.0, 2, 3, 4, 10]), np.array([1.0, 2, 3, 4, np.nan])
    once = counted_once(overlaps, [persons, emission])
    assert np.isnan(once.total(emission))


def test_negative_amounts_are_compared_like_positive_ones():
    """Net emissions: a county with net uptake in a city with net uptake."""
    assert total([CITY, *COUNTIES[:2], APART], [-10, -1, -2, 7]) == -3
    assert np.isnan(total([CITY, COUNTIES[0]], [-10, -11]))
    assert np.isnan(total([*COUNTIES, CITY], [-1, -2, -3, -5, -10]))
    # A source beside a sink: one county alone says nothing on the city, all of them do.
    assert total([*COUNTIES, CITY], [-5, 8, -4, 1, 0]) == 0
    assert np.isnan(total([*COUNTIES, CITY], [-5, 8, -4, 2, 0]))
    assert total([CITY, COUNTIES[0], COUNTIES[1], APART], [3, 8, -2, 7]) == 10


@pytest.mark.parametrize("sign", [1, -1])
def test_amounts_agree_to_one_percent_of_the_whole(sign):
    """With some that are 0, which are neither above nor below 0."""
    for most, expected in ((101.0, 100), (101.003, np.nan)):
        counties = [0, 0, 0, sign * most]
        found = total([*COUNTIES, CITY], [*counties, sign * 100])
        assert found == pytest.approx(sign * expected, nan_ok=True)
        found = total([CITY, *COUNTIES[:2]], [sign * 100, 0, sign * most])
        assert found == pytest.approx(sign * expected, nan_ok=True)


def test_a_sliver_of_overlap_is_ignored():
    assert total([square(0, 0, 1, 1), square(0.9999, 0, 2, 1)], [4, 5]) == 9


def test_a_region_its_city_and_counties_are_counted_once():
    region = square(0, 0, 2, 4)
    assert total([region, CITY, *COUNTIES], [30, 10, 1, 2, 3, 4]) == 30


def units(outlines, amounts):
    log, names = Log(), [str(zone) for zone in range(len(outlines))]
    kept = non_overlapping_zones(find_overlaps(outlines), [np.array(amounts, float)], names, np.ones(len(names)), log)
    return kept.tolist(), log.warnings


def test_separate_units_are_the_counties_if_they_cover_their_city():
    kept, warned = units([*COUNTIES, CITY, APART], [1, 2, 3, 4, 10, 7])
    assert kept == [True] * 4 + [False, True]
    assert "left out: 4" in warned[0]


def test_separate_units_are_the_city_if_counties_are_missing():
    kept, warned = units([CITY, *COUNTIES[:2], APART], [10, 1, 2, 7])
    assert kept == [True, False, False, True]
    assert "left out: 1, 2" in warned[0]
    assert units([*COUNTIES, CITY], [1, 2, 3, np.nan, 10])[0] == [False] * 3 + [True, True]


def test_separate_units_of_three_levels_and_of_a_duplicate_outline():
    quarters = [square(c / 2, r / 2, (c + 1) / 2, (r + 1) / 2) for r in range(2) for c in range(2)]
    kept, _ = units([CITY, *COUNTIES, *quarters], [10, 1, 2, 3, 4, 0.25, 0.25, 0.25, 0.25])
    assert kept == [False, False, True, True, True] + [True] * 4
    assert units([COUNTIES[0], COUNTIES[0], APART], [5, 5, 7])[0] == [True, False, True]


def test_partly_overlapping_or_inconsistent_units_are_refused():
    for outlines, amounts in (
        ([COUNTIES[0], square(0.5, 0, 1.5, 1)], [5, 6]),
        ([COUNTIES[0], COUNTIES[0]], [5, 6]),
        ([*COUNTIES, CITY], [1, 2, 3, 4, 20]),
    ):
        with pytest.raises(CarbonBalanceError, match="cannot be determined"):
            units(outlines, amounts)


def test_units_without_overlap_give_no_warning():
    assert units(COUNTIES, [1, 2, 3, 4]) == ([True] * 4, [])
