"""NRCA against published values, manual calculation, and its sums."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.zoning.multi_index.advantage import revealed_advantage
from hypothesis import given
from hypothesis import strategies as st

# Guiyang 2015, 10^4 t: emission and sink of the municipal district, Qingzhen, Xifeng, Kaiyang, Xiuwen.
GUIYANG = np.array([[4377.2, 45.3], [972.38, 31.79], [570.71, 19.66], [1430.54, 46.32], [385.4, 23.8]])
TITLES = ["emission", "sink"]


def test_guiyang_2015():
    found = revealed_advantage(GUIYANG, TITLES)
    expected = [60.835, -13.397, -9.104, -19.153, -19.182]
    assert 1e4 * found.values[:, 0] == pytest.approx(expected, abs=5e-4)
    assert 1e4 * found.values[:, 1] == pytest.approx([-each for each in expected], abs=5e-4)
    assert found.gap < 1e-15


def test_nrca_equals_the_manual_calculation_and_is_zero_for_equal_shares():
    found = revealed_advantage(np.array([[3.0, 1], [1, 3]]), TITLES)
    assert found.values == pytest.approx(np.array([[1, -1], [-1, 1]]) * (3 / 8 - 4 * 4 / 64))
    # In proportion everywhere there is no advantage; a unit of nothing has none.
    assert revealed_advantage(np.array([[2.0, 1], [4, 2], [0, 0]]), TITLES).values == pytest.approx(0, abs=1e-15)


def test_unknown_and_excluded_units_do_not_change_the_others():
    found = revealed_advantage(np.array([[3.0, 1], [np.nan, 5], [1, 3]]), TITLES)
    assert found.values[[0, 2]] == pytest.approx(np.array([[1, -1], [-1, 1]]) / 8)
    assert np.isnan(found.values[1]).all()
    inner = revealed_advantage(np.array([[3.0, 1], [2, 1], [1, 3]]), TITLES, np.array([True, False, True]))
    assert inner.values[[0, 2]] == pytest.approx(np.array([[1, -1], [-1, 1]]) / 8)
    assert inner.values[1] == pytest.approx([2 / 8 - 3 * 4 / 64, 1 / 8 - 3 * 4 / 64])


def test_refusals():
    with pytest.raises(CarbonBalanceError, match="at least two columns"):
        revealed_advantage(np.ones((3, 1)), ["emission"])
    with pytest.raises(CarbonBalanceError, match="sink: a value is negative"):
        revealed_advantage(np.array([[1.0, -1], [1, 1]]), TITLES)
    for broken in ([[1.0, 1]], [[0.0, 0], [0, 0]], [[np.nan, 1], [1, 1]]):
        with pytest.raises(CarbonBalanceError, match="at least two units"):
            revealed_advantage(np.array(broken), TITLES)


@given(
    st.integers(2, 5).flatmap(
        lambda n: st.lists(st.lists(st.floats(0, 1e9), min_size=n, max_size=n), min_size=2, max_size=30)
    )
)
def test_rows_and_columns_of_nrca_sum_to_zero(rows):
    amounts = np.array(rows)
    if amounts.sum() < 1e-3:
        return
    values = revealed_advantage(amounts, [str(at) for at in range(amounts.shape[1])]).values
    assert values.sum(axis=0) == pytest.approx(0, abs=1e-12)
    assert values.sum(axis=1) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "amounts",
    [
        [[3.0, 1.0]],  # a single unit
        [[3.0, 1.0], [np.nan, 2.0]],
        [[0.0, 0.0], [0.0, 0.0]],
    ],
)
def test_two_units_with_amounts_are_needed(amounts):
    with pytest.raises(CarbonBalanceError, match="at least two units with all amounts, and a sum above 0"):
        revealed_advantage(np.array(amounts), TITLES)


def test_one_quantity_or_a_negative_amount_is_refused():
    with pytest.raises(CarbonBalanceError, match="at least two columns"):
        revealed_advantage(np.ones((3, 1)), TITLES[:1])
    with pytest.raises(CarbonBalanceError, match="sink: a value is negative"):
        revealed_advantage(np.array([[1.0, -1e-9], [1, 1]]), TITLES)
    assert revealed_advantage(np.array([[1.0, 0], [0, 1e-300]]), TITLES).values.shape == (2, 2)
