"""Runs of an ensemble equal single runs, and the results are their mean and range."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.simulation import ensemble, simulation
from regions import LABELS, Case


@pytest.mark.parametrize("workers", [1, 3])
def test_each_run_is_the_one_of_its_seed_alone(workers):
    case = Case(100)
    case.permitted[:] = True
    rules = Rules(case.permitted, case.weights, iterations=60)
    land = case.land()
    before = land.map()

    def simulate_one(own, how, log):
        return simulation.simulate(own, how, case.demand[None], LABELS[: case.k], 1.0, log=log)

    found = ensemble.run_ensemble(None, land, rules, [5, 6, 7], simulate_one, Log(), workers)
    np.testing.assert_array_equal(land.map(), before)
    maps = []
    for seed, change in zip((5, 6, 7), found):
        alone = case.run(seed=seed)
        flat = land.now.copy()
        flat[change.cells] = change.classes
        radius = land.radius
        grid = flat.reshape(-1, land.stride)
        np.testing.assert_array_equal(grid[radius : radius + land.height, radius : radius + land.width], alone)
        maps.append(alone)
    assert (maps[0] != maps[1]).any()


def test_a_copy_shares_the_suitability_and_nothing_that_changes():
    case = Case(100)
    land = case.land()
    land.begin(np.ones((case.k, case.k), bool), np.ones(case.k))
    other = ensemble.forked(land)
    assert other.suitability is land.suitability
    kept = {name: getattr(land, name).copy() for name in ("now", "origin", "neighbours", "others", "stay")}
    cell = int(np.flatnonzero(land.origin < case.k)[0])
    other.change(np.array([cell]), np.array([(land.now[cell] + 1) % case.k], np.uint8))
    other.take_as_origin()
    for name, values in kept.items():
        np.testing.assert_array_equal(getattr(land, name), values)
    assert other.now[cell] != land.now[cell]


def test_ranges_are_those_of_the_runs():
    region = type("Region", (), {"codes": np.array([1, 5])})
    found = ensemble.SimulationEnsemble((1, 2, 3), (), 1, 1, region)
    start = np.array([[10.0, 5], [4, 0]])
    ends = np.array([[[8.0, 7], [4, 0]], [[8, 7], [3, 1]], [[8, 7], [2, 2]]])
    table = ensemble.range_columns(found, start, ends, ["east"], np.array([2.0, 10]))
    rows = {
        (quantity, zone, code): values
        for quantity, zone, code, *values in zip(*(table[name] for name in table if name != "runs"))
    }
    assert rows["area_ha", None, 1] == [10, 8, 0, 8, 8]
    assert rows["area_ha", "east", 5] == [0, 1, 1, 0, 2]
    assert rows["carbon_t", None, None] == [70, 86, 0, 86, 86]
    # 8, 16 and 24 t in the runs.
    assert rows["carbon_t", "east", None] == [8, 16, 8, 8, 24]
    assert set(table["runs"]) == {3}
