"""Gini and Lorenz curves."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.inequality import gini, lorenz


def test_gini_equals_inequality():
    peer = pytest.importorskip("inequality.gini")
    generator = np.random.default_rng(7)
    for amounts in (generator.gamma(1, 100, 60), generator.integers(0, 5, 40).astype(float), np.ones(9)):
        assert gini(amounts) == pytest.approx(peer.Gini(amounts).g, rel=1e-10, abs=1e-12)


def test_gini_of_one_positive_amount_is_one_less_its_share_of_units():
    assert gini(np.array([0, 0, 0, 8.0])) == pytest.approx(1 - 1 / 4)


def test_the_weighted_curve_equals_that_of_single_persons():
    """Emissions relative to population, as if every person had the mean emission of the zone."""
    people, emission = np.array([3, 1, 2, 4]), np.array([6.0, 9, 1, 4])
    persons = np.repeat(emission / people, people)
    curve = lorenz(emission, people.astype(float))
    assert curve.gini == pytest.approx(gini(persons), rel=1e-12)
    assert curve.order.tolist() == [2, 3, 0, 1]
    assert curve.base_share == pytest.approx([0, 0.2, 0.6, 0.9, 1])
    assert curve.amount_share == pytest.approx([0, 0.05, 0.25, 0.55, 1])


def test_units_with_an_amount_but_no_base_are_last_on_the_curve():
    curve = lorenz(np.array([5.0, 1, 0]), np.array([0.0, 2, 0]))
    assert curve.order.tolist() == [2, 1, 0]
    assert curve.amount_share == pytest.approx([0, 0, 1 / 6, 1])


@pytest.mark.parametrize("amounts", [[1.0, -1], [0.0, 0]])
def test_refusals_name_the_column(amounts):
    with pytest.raises(CarbonBalanceError, match="emission is negative or all 0"):
        lorenz(np.array(amounts), np.ones(2), "emission", "population")
    with pytest.raises(CarbonBalanceError, match="population is negative or all 0"):
        lorenz(np.ones(2), np.array(amounts), "emission", "population")
