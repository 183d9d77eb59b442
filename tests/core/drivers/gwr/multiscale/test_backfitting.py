"""The range in which the bandwidths of a multiscale regression are searched."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.fit import Observations, Regression
from carbon_balance.core.drivers.gwr.kernels import Kernel
from carbon_balance.core.drivers.gwr.multiscale.backfitting import search_range
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.locations import Places

RNG = np.random.default_rng(1)
SAMPLE = Observations(Places.plane(RNG.random((30, 2))), RNG.random((30, 1)), RNG.random(30), ["a"])


def searched(adaptive, *limits):
    return search_range(Regression(SAMPLE, Kernel("bisquare", adaptive), 1), *limits)


def test_distances_may_be_of_any_size_above_0():
    assert searched(False, 0.5, 0.75) == (0.5, 0.75)
    assert searched(False, 1e-6, 2.0) == (1e-6, 2.0)
    for limits in ((0.0, 1.0), (-1.0, 1.0), (0.5, 0.5), (0.75, 0.5)):
        with pytest.raises(CarbonBalanceError, match=r"^There is no bandwidth to search between .* give other limits"):
            searched(False, *limits)


def test_neighbours_are_whole_numbers_from_2_to_all():
    assert searched(True, None, None) == (2, 30)
    assert searched(True, 1.5, 7.9) == (2, 7)
    assert searched(True, 2, 31) == (2, 30)
    with pytest.raises(CarbonBalanceError, match=r"is 1 neighbours: it must be a whole number from 2 to 30\.$"):
        searched(True, 1, None)
