"""Largest-remainder shares: printed values add up to exactly 100."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from carbon_balance.core.text.rounded_shares import format_shares
from hypothesis import given
from hypothesis import strategies as st


def printed(amounts, decimals=2):
    return [f"{share:.{decimals}f}" for share in format_shares(amounts, decimals)]


def test_thirds_and_a_known_apportionment_are_rounded_to_100():
    assert printed([1, 1, 1]) == ["33.34", "33.33", "33.33"]
    # Hamilton's method on the textbook states of 1.5, 1.5 and 97: remainders tie, the first wins.
    assert printed([15, 15, 970], 0) == ["2", "1", "97"]


def test_shares_of_table_1_of_central_yunnan_sum_to_100():
    """Published shares of the land classes (Dong et al. 2025), which sum to 100.00 by coincidence of rounding."""
    amounts = [0, 3.63, 44.82, 43.19, 364.45, 86.47, 6.48, 35.44, 193.15, 1573.38]
    published = [0, 0.15, 1.91, 1.84, 15.5, 3.68, 0.28, 1.51, 8.21, 66.92]
    shares = format_shares(amounts)
    assert shares == pytest.approx(published, abs=0.0101)
    assert sum(map(Decimal, printed(amounts))) == 100


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=200), st.integers(0, 4))
def test_rounded_shares_sum_to_100_and_are_close_to_the_exact_ones(amounts, decimals):
    shares = format_shares(amounts, decimals)
    if not sum(amounts):
        assert np.isnan(shares).all()
        return
    assert sum(Decimal(f"{share:.{decimals}f}") for share in shares) == 100
    assert np.abs(shares - 100 * np.array(amounts) / sum(amounts)).max() <= 10**-decimals * 1.001


def test_missing_negative_and_zero_totals_have_no_shares():
    assert np.isnan(format_shares([1, np.nan, 1])).tolist() == [False, True, False]
    assert np.isnan(format_shares([1, -1, 2])).all()
    assert np.isnan(format_shares([0, 0])).all()
