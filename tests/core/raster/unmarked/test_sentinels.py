"""Sentinels that mean no data among values, and values that resemble them."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.unmarked.sentinels import find_sentinels

RNG = np.random.default_rng(7)
SOUND = {
    "elevation": RNG.uniform(-154, 5200, 5000),
    "temperature": RNG.normal(11, 12, 5000),
    "share": RNG.integers(0, 101, 5000),
    "population": RNG.lognormal(3, 2, 5000),
    "lights": RNG.integers(0, 64, 5000),
    "slope": RNG.exponential(8, 5000),
}


def found(values, is_table=False):
    return [each.value for each in find_sentinels(np.asarray(values, float), is_table).found]


def spoiled(name, value, share):
    values = SOUND[name].astype(float)
    values[: int(len(values) * share)] = value
    return values


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("is_table", [False, True])
def test_plausible_values_contain_no_sentinel(name, is_table):
    assert found(SOUND[name], is_table) == []


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("value", [-9999, -32768, -99999, -3.4028234663852886e38, -1.7e308, 1e20])
@pytest.mark.parametrize("share", [0.001, 0.3])
def test_a_negative_or_impossible_number_is_found(name, value, share):
    assert found(spoiled(name, value, share)) == [value]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("elevation", 65535),
        ("elevation", 32767),
        ("temperature", -99),
        ("temperature", 9999),
        ("share", 255),
        ("share", 127),
        ("share", 128),
        ("lights", 255),
        ("slope", 255),
        ("share", 65535),
        ("share", -1e6),
    ],
)
def test_a_frequent_value_far_from_the_others_is_found(name, value):
    assert found(spoiled(name, value, 0.1)) == [value]


def test_several_sentinels_and_the_range_of_other_values_are_found():
    values = np.r_[np.arange(100.0), [-9999] * 5, [65535] * 5]
    unmarked = find_sentinels(values)
    assert [(each.value, each.count) for each in unmarked.found] == [(-9999, 5), (65535, 5)]
    assert unmarked.found[0].share == pytest.approx(5 / 110)
    assert (unmarked.low, unmarked.high) == (0, 99)


@pytest.mark.parametrize(
    "values",
    [
        [0, 255] * 50,  # a mask in bytes
        [1, 0] * 50,
        [-1, 0, 1] * 50,  # a direction of change
        np.arange(256),  # grey values
        [*range(250), *[255] * 30],  # saturated
        np.r_[np.zeros(900), RNG.uniform(50, 100, 100)],  # mostly nothing
        [7.0] * 20,
        [],
        [np.nan, np.inf],
    ],
)
def test_values_that_resemble_sentinels_are_not_reported(values):
    assert found(values) == []


def test_nodata_beside_a_mask_of_ones_is_found():
    assert found([1] * 50 + [-9999] * 50) == [-9999]
    assert found([0, 1] * 50 + [255] * 50) == [255]


@pytest.mark.parametrize("value", [-9999, 99999, -99, 1e30])
def test_a_single_sentinel_in_a_table_is_found(value):
    assert found([12.5, 40, 31, value, 22], is_table=True) == [value]


def test_255_is_a_valid_value_in_a_table():
    assert found([12, 40, 31, 255, 22], is_table=True) == []


@pytest.mark.parametrize(
    ("lowest", "times", "others", "found"),
    [
        (900.0, 3, 297, True), (901.0, 3, 297, False), (900.0, 3, 298, False), (900.0, 2, 98, False),
        (900.0, 3, 97, True), (995.0, 3, 97, False),
    ],
)  # fmt: skip
def test_a_lowest_value_is_unusual_from_1_percent_3_cells_and_10_spreads_on(lowest, times, others, found):
    """The other values lie between 1000 and 1010."""
    values = np.concatenate([np.full(times, lowest), 1000 + np.arange(others) % 11])
    assert [each.value for each in find_sentinels(values).found] == ([lowest] if found else [])
    turned = 2010 - values
    assert [each.value for each in find_sentinels(turned).found] == ([2010 - lowest] if found else [])


def test_minus_one_among_amounts_is_a_sentinel_if_frequent_and_the_only_negative():
    amounts = np.linspace(0, 500, 97)
    assert [each.value for each in find_sentinels(np.append(amounts, [-1.0] * 3)).found] == [-1]
    assert not find_sentinels(np.append(amounts, [-1.0, -1.0]))  # too few
    assert not find_sentinels(np.append(amounts, [-1.0] * 3 + [-0.5]))  # others are negative as well
    assert not find_sentinels(np.array([-1.0, 0.0, 1.0] * 30))  # classes
    assert not find_sentinels(np.append(amounts, [-1.0] * 3), is_table=True)
