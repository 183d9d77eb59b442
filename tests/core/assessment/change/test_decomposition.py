"""LMDI-I against a worked example and its identities; zeros against the limit of small values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from carbon_balance.core.assessment.change.decomposition import decompose, log_mean
from carbon_balance.core.runtime.errors import CarbonBalanceError
from hypothesis import given
from hypothesis import strategies as st

TOLERANCE = 1e-9


def activity_structure_intensity(energy, output):
    energy, output = np.array(energy, dtype=float), np.array(output, dtype=float)
    return np.array([np.full(len(output), output.sum()), output / output.sum(), energy / output])


def test_two_sectors_equal_the_manual_calculation():
    """Energy changes from 30 and 20 to 80 and 16, output from 10 and 40 to 40 and 40; LMDI-I by hand."""
    found = decompose(
        activity_structure_intensity([30, 20], [10, 40]), activity_structure_intensity([80, 16], [40, 40])
    )
    assert found.additive == pytest.approx([32.3846, 38.2849, -24.6695], abs=5e-5)
    assert found.change == pytest.approx(46)
    assert found.multiplicative == pytest.approx([1.58288, 1.72102, 0.70480], abs=5e-6)
    assert found.multiplicative.prod() == pytest.approx(96 / 50)


def test_logarithmic_mean_at_its_limits():
    assert log_mean(np.array([7.0]), np.array([7.0]))[0] == 7.0
    assert log_mean(np.array([7.0]), np.array([0.0]))[0] == 0.0
    assert log_mean(np.array([0.0]), np.array([0.0]))[0] == 0.0
    assert log_mean(np.array([math.e]), np.array([1.0]))[0] == pytest.approx(math.e - 1)
    # Close values: the mean of a and a (1 + d) is a (1 + d/2 - d^2/12 ...).
    assert log_mean(np.array([1.0 + 1e-9]), np.array([1.0]))[0] == pytest.approx(1 + 5e-10, abs=1e-16)


factors = st.lists(st.tuples(*[st.floats(0.01, 100)] * 6), min_size=1, max_size=4)


@given(factors)
def test_contributions_add_up_and_ratios_multiply_up(rows):
    table = np.array(rows).T
    found = decompose(table[:3], table[3:])
    before, after = table[:3].prod(axis=0).sum(), table[3:].prod(axis=0).sum()
    assert found.additive.sum() == pytest.approx(after - before, abs=TOLERANCE * (after + before))
    assert found.multiplicative.prod() == pytest.approx(after / before)


def test_a_new_sector_contributes_the_limit_of_small_initial_values():
    """A new sector has structure 0 at first and no intensity; the limit attributes its energy to structure."""
    before = np.array([[50.0, 50.0], [1.0, 0.0], [1.0, np.nan]])
    after = np.array([[80.0, 80.0], [0.75, 0.25], [1.0, 2.0]])
    found = decompose(before, after)
    assert found.additive.sum() == pytest.approx(60 + 40 - 50)
    alone = decompose(before[:, :1], after[:, :1])
    assert found.additive - alone.additive == pytest.approx([0, 40, 0])
    # The numeric limit: with 10^-300 in place of 0 activity keeps a part that vanishes like 1 / ln.
    tiny = before.copy()
    tiny[1, 1], tiny[2, 1] = 1e-300, 2.0
    near = decompose(tiny, after).additive - alone.additive
    assert near == pytest.approx([0, 40, 0], abs=40 * math.log(80 / 50) / 300)


def test_a_vanished_sector_loses_its_amount_equally_by_its_two_zero_factors():
    found = decompose(np.array([[4.0], [5.0], [2.0]]), np.array([[4.0], [0.0], [0.0]]))
    assert found.additive == pytest.approx([0, -20, -20])
    assert np.isnan(found.multiplicative).all()


def test_a_sector_with_zeros_at_both_dates_contributes_zero():
    assert decompose(np.array([[4.0], [0.0]]), np.array([[0.0], [5.0]])).additive == pytest.approx([0, 0])


def test_negative_factors_are_refused():
    with pytest.raises(CarbonBalanceError, match="0 or more"):
        decompose(np.array([[-1.0]]), np.array([[1.0]]))
