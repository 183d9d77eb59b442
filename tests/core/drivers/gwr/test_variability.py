"""The Monte Carlo test of a coefficient, with permutations whose spread is known."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.variability import spatial_variability
from carbon_balance.core.runtime.log import Log


class Spread:
    """Gives coefficients of a spread that depends on the number of the permutation."""

    def __init__(self, spreads):
        self.spreads, self.orders, self.at = spreads, [], 0

    def coefficients(self, bandwidth, order, log):
        self.orders.append(order)
        self.at += 1
        return np.array([[0.0, 0], [2, 2]]) * self.spreads[self.at - 1]


OBSERVED = np.array([[0.0, 0.0], [2.0, 8.0]])


def test_p_counts_permutations_with_at_least_the_observed_variability():
    """Observed standard deviations 1 and 4; permutations give 0.5, 1 and 3: two of three reach 1, none reaches 4."""
    fitted = Spread([0.5, 1.0, 3.0])
    assert spatial_variability(fitted, OBSERVED, 9.0, 3, 7, Log()).tolist() == [3 / 4, 1 / 4]


def test_the_permutations_depend_on_the_seed():
    first, again, other = (Spread([1.0, 1.0]) for _ in range(3))
    for fitted, seed in ((first, 7), (again, 7), (other, 8)):
        spatial_variability(fitted, np.vstack([OBSERVED] * 30), 9.0, 2, seed)
    assert np.array_equal(first.orders, again.orders)
    assert not np.array_equal(first.orders, other.orders)
    assert not np.array_equal(first.orders[0], first.orders[1])
    assert sorted(first.orders[0].tolist()) == list(range(60))


def test_a_location_without_a_fit_is_not_counted():
    class Holes(Spread):
        def coefficients(self, bandwidth, order, log):
            return np.array([[np.nan, 0.0], [0, 2], [2, 4]])

    found = spatial_variability(Holes([]), np.array([[0.0, 0], [2, 2], [1, 9]]), 9.0, 1)
    assert found == pytest.approx([1, 0.5])
