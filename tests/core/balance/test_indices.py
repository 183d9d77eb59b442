"""Indices in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.indices import INDICES, index_of, index_values, states
from carbon_balance.core.runtime.errors import CarbonBalanceError
from hypothesis import given
from hypothesis import strategies as st

# t/km2: surplus, balance and deficit by the same factor.
SUPPLY = np.array([20_000.0, 10_000.0, 5_000.0])
DEMAND = np.array([5_000.0, 10_000.0, 20_000.0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("demand/supply", [0.25, 1, 4]),
        ("supply/demand", [4, 1, 0.25]),
        ("budget", [15_000, 0, -15_000]),
        ("ESDR", [0.75, 0, -0.75]),
        ("log ratio", [np.log(4), 0, -np.log(4)]),
        ("normalised difference", [0.6, 0, -0.6]),
    ],
)
def test_six_indices_and_their_directions_equal_the_closed_forms(name, expected):
    index = index_of(name)
    values = index_values(index, SUPPLY, DEMAND)
    np.testing.assert_allclose(values, expected, atol=1e-12)
    assert states(index, values) == ["surplus", "balanced", "deficit"]
    assert values[1] == index.balance
    assert name in index.sentence()


@pytest.mark.parametrize("name", INDICES)
def test_missing_and_negative_give_nan_and_zero_only_where_a_difference_is_defined(name):
    index = index_of(name)
    supply = np.array([np.nan, 1, -1, 1, 0, 2, 0, 3])
    demand = np.array([1, np.nan, 1, -1, 2, 0, 0, 1])
    values = index_values(index, supply, demand)
    assert np.isnan(values[:4]).all()
    assert not np.isinf(values).any()
    if index.zero_defined:
        assert values[4] < 0 < values[5]
        assert np.isnan(values[6]) if name == "normalised difference" else values[6] == 0
    else:
        assert np.isnan(values[4:7]).all()
    assert np.isfinite(values[7])


def test_esdr_is_linear_with_the_same_slope_for_all_dates_when_maxima_are_fixed():
    index = index_of("ESDR")
    slopes = []
    for demand in (np.array([0.0, 40, 90]), np.array([5.0, 10, 70])):
        supply = np.array([100.0, 60, 20])
        values = index_values(index, supply, demand, supply_max=100, demand_max=90)
        slopes.append(values / (supply - demand))
    np.testing.assert_allclose(slopes, 2 / (100 + 90))


def test_esdr_takes_its_maxima_from_all_known_values():
    values = index_values(index_of("ESDR"), np.array([30.0, 50, 10]), np.array([10.0, np.nan, 20]))
    np.testing.assert_allclose(values, [20 / 35, np.nan, -10 / 35])


@pytest.mark.parametrize(("given_max", "words"), [(0.0, "greater than 0"), (-3.0, "greater than 0")])
def test_esdr_refuses_a_maximum_that_is_not_positive(given_max, words):
    with pytest.raises(CarbonBalanceError, match=words):
        index_values(index_of("ESDR"), SUPPLY, DEMAND, supply_max=given_max)


def test_esdr_without_any_supply_asks_for_the_maximum():
    with pytest.raises(CarbonBalanceError, match="give the maximum"):
        index_values(index_of("ESDR"), np.zeros(3), DEMAND)


def test_an_unknown_index_is_refused_with_the_known_ones():
    with pytest.raises(CarbonBalanceError, match="normalised difference"):
        index_of("ratio")


def test_a_quotient_too_large_for_a_number_is_nan_not_inf():
    assert np.isnan(index_values(index_of("demand/supply"), np.array([1e-300]), np.array([1e300]))).all()


@given(
    st.lists(st.tuples(st.floats(1e-6, 1e9), st.floats(1e-6, 1e9)), min_size=1, max_size=20),
    st.floats(1e-3, 1e3),
)
def test_dimensionless_indices_do_not_depend_on_the_unit(pairs, scale):
    supply, demand = np.array(pairs).T
    for name in ("demand/supply", "supply/demand", "ESDR", "log ratio", "normalised difference"):
        one = index_values(index_of(name), supply, demand)
        other = index_values(index_of(name), supply * scale, demand * scale)
        np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-9)
