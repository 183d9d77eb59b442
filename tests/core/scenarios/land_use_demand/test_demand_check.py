"""Reachability of a demand, against SciPy's linear programming and the published scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.land_use_demand import demand_check, presets


def least_missing(free, locked, permitted, demand) -> float:
    """Cells that any allocation misses at least, by linear programming."""
    optimize = pytest.importorskip("scipy.optimize")
    k = len(free)
    allowed = permitted | np.eye(k, dtype=bool)
    # Flows f[i, j], then what each class lacks; minimise the lacking.
    cost = np.r_[np.zeros(k * k), np.ones(k)]
    rows = np.zeros((k, k * k + k))
    columns = np.zeros((k, k * k + k))
    for i in range(k):
        rows[i, i * k : (i + 1) * k] = 1
        columns[i, i : k * k : k] = -1
        columns[i, k * k + i] = -1
    bounds = [(0, None if ok else 0) for ok in allowed.ravel()] + [(0, None)] * k
    result = optimize.linprog(cost, A_ub=columns, b_ub=locked - demand, A_eq=rows, b_eq=free, bounds=bounds)
    return result.fun


@pytest.mark.parametrize("seed", range(40))
def test_nearest_demand_misses_no_more_than_the_linear_programme(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 7))
    free, locked = rng.integers(0, 1000, k), rng.integers(0, 100, k) * (rng.random(k) < 0.4)
    permitted = rng.random((k, k)) < 0.35
    demand = rng.multinomial((free + locked).sum(), rng.dirichlet(np.ones(k)))
    found = demand_check.reach(free, locked, permitted, demand)
    assert found.nearest.sum() == demand.sum()
    assert np.maximum(demand - found.nearest, 0).sum() == pytest.approx(
        least_missing(free, locked, permitted, demand), abs=1e-6
    )
    np.testing.assert_array_equal(found.flows.sum(axis=1), free)
    np.testing.assert_array_equal(found.flows.sum(axis=0) + locked, found.nearest)
    assert not found.flows[~(permitted | np.eye(k, dtype=bool))].any()


def test_a_chain_of_changes_is_found():
    """Class A may only become B, B only C; A gains for C by way of B, whose own count is constant."""
    permitted = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], bool)
    found = demand_check.reach(np.array([10, 10, 10]), np.zeros(3, int), permitted, np.array([4, 10, 16]))
    assert found.is_reachable
    np.testing.assert_array_equal(found.flows, [[4, 6, 0], [0, 4, 6], [0, 0, 10]])


# Beibu Gulf, shares of 2020 and of the 2060 scenarios, km2 (order as in presets.CLASSES).
REGION_KM2 = 116_993
SHARES_2020 = [0.3854, None, None, 0.0484, None, None]
AREAS = {
    "2020": (60667, 2162, 3401, 11, 38.54, 4.84),
    "urbanised": (58260, 2080, 3061, 7, 37.48, 8.31),
    "agricultural": (61576, 1968, 3119, 7, 40.64, 2.38),
    "ecological": (62010, 2241, 3373, 7, 36.83, 5.36),
}


def cells(name: str) -> np.ndarray:
    forest, grass, water, unutilised, crop_pct, built_pct = AREAS[name]
    rest = REGION_KM2 - forest - grass - water - unutilised
    crop = round(rest * crop_pct / (crop_pct + built_pct))
    return np.array([crop, forest, grass, rest - crop, water, unutilised])


@pytest.mark.parametrize(
    "scenario, missing_km2, stuck",
    [("urbanised", 0, None), ("agricultural", 2880, "construction"), ("ecological", 28, "water")],
)
def test_two_of_the_published_scenarios_cannot_be_reached(scenario, missing_km2, stuck):
    permitted = presets.PERMISSIONS[scenario]
    found = demand_check.reach(cells("2020"), np.zeros(6, int), permitted, cells(scenario))
    assert np.maximum(found.demand - found.nearest, 0).sum() == pytest.approx(missing_km2, rel=0.02, abs=1)
    assert found.is_reachable == (missing_km2 == 0)
    if stuck:
        sentence = demand_check.unreachable(found, permitted, presets.CLASSES, 100.0)
        assert f"and {stuck} " in sentence
        assert "it cannot change to any other class" in sentence


def test_demand_that_does_not_add_up_is_refused():
    with pytest.raises(CarbonBalanceError, match=r"adds up to 0\.90 ha, but the region has 0\.81 ha"):
        demand_check.check_demand(np.array([4, 6]), 9, ["a", "b"], 0.09)
    with pytest.raises(CarbonBalanceError, match="demand for b is negative"):
        demand_check.check_demand(np.array([10, -1]), 9, ["a", "b"], 0.09)
    with pytest.raises(CarbonBalanceError, match="has 1 class, the land cover has 2"):
        demand_check.check_demand(np.array([9]), 9, ["a", "b"], 0.09)
