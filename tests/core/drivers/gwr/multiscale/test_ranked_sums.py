"""Bisquare sums by rank equal those with all weights, for any number of neighbours."""

from __future__ import annotations

import georgia
import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.analysis import GwrSettings
from carbon_balance.core.drivers.gwr.kernels import Kernel, Neighbourhoods
from carbon_balance.core.drivers.gwr.models import fit_models
from carbon_balance.core.drivers.gwr.multiscale import ranked_sums
from carbon_balance.core.drivers.gwr.multiscale.ranked_sums import RankedNeighbours
from carbon_balance.core.runtime.errors import Cancelled
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.locations import Places

RNG = np.random.default_rng(5)
PLANE = Places.plane(RNG.uniform(0, 1e5, (150, 2)) + 4e6)
GLOBE = Places.sphere(np.column_stack([RNG.uniform(-180, 180, 150), RNG.uniform(-80, 80, 150)]))
LATTICE = Places.plane(np.array([(x, y) for x in range(15) for y in range(10)], float))
VALUES = RNG.normal(size=150)


def with_all_weights(places, values, count):
    hoods = Neighbourhoods(places, Kernel())
    summed = np.empty(len(values))
    for block in hoods.blocks:
        summed[block] = hoods.weights(block, count).sums(np.append(values, 0)[:, None])[:, 0]
    return summed


@pytest.mark.parametrize("places", [PLANE, GLOBE, LATTICE], ids=["plane", "globe", "lattice"])
# Just below, at and just above whole groups of 32 neighbours; 150 is all of them.
@pytest.mark.parametrize("count", [2, 3, 31, 32, 33, 63, 64, 65, 128, 149, 150])
def test_sums_equal_those_with_all_weights(places, count):
    found = RankedNeighbours(places, 1, Log()).sums(VALUES).at(count)
    assert found == pytest.approx(with_all_weights(places, VALUES, count), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_sums_do_not_depend_on_the_number_of_workers(workers):
    one, more = (RankedNeighbours(PLANE, count, Log()) for count in (1, workers))
    assert (one.order == more.order).all() and (one.squared == more.squared).all()
    assert (one.sums(VALUES).at(70) == more.sums(VALUES).at(70)).all()


def test_neighbours_are_ranked_up_to_their_memory():
    """12 bytes for each pair: 4,618 observations take 255.9 MB, 4,619 take 256.02 MB."""
    assert RankedNeighbours.fit_into_memory(4618)
    assert not RankedNeighbours.fit_into_memory(4619)


def test_the_model_is_the_same_without_ranks(monkeypatch):
    def model():
        settings = GwrSettings(multiscale=True)
        drivers = ["PctFB", "PctBlack", "PctRural"]
        places = georgia.columns("X", "Y")
        return fit_models(georgia.table(), places, False, ["PctBach"], drivers, False, settings).analyses[0]

    ranked = model()
    monkeypatch.setattr(ranked_sums, "_MOST_RANKED_BYTES", 0)
    plain = model()
    assert (ranked.multiscale.history == plain.multiscale.history).all()
    assert ranked.local.coefficients == pytest.approx(plain.local.coefficients, rel=1e-9)


def test_ranking_can_be_cancelled():
    class Impatient(Log):
        def is_cancelled(self):
            return True

    with pytest.raises(Cancelled):
        RankedNeighbours(PLANE, 1, Impatient())
