"""Least-cost transport against linear programming (SciPy), by hand, and its conditions of optimality."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.spatial.transport import least_cost_transport
from hypothesis import given
from hypothesis import strategies as st


def solve(supply, demand, cost):
    return least_cost_transport(np.array(supply, float), np.array(demand, float), np.array(cost, float), Log())


def test_a_crossing_plan_cheaper_than_the_greedy_one_is_found():
    """Serving the nearest pair first would cost 1 + 10; the crossing pairs cost 2 + 3."""
    sources, targets, amounts = solve([1, 1], [1, 1], [[1, 2], [3, 10]])
    assert list(zip(sources, targets, amounts)) == [(0, 1, 1), (1, 0, 1)]


def test_the_smaller_side_is_served_in_full():
    sources, targets, amounts = solve([5, 5], [3], [[2], [1]])
    assert list(zip(sources, targets, amounts)) == [(1, 0, 3)]
    sources, targets, amounts = solve([3], [5, 5], [[2, 1]])
    assert list(zip(sources, targets, amounts)) == [(0, 1, 3)]
    assert [len(each) for each in solve([], [1], np.empty((0, 1)))] == [0, 0, 0]


whole = st.integers(1, 6)


@given(st.data())
def test_the_cost_equals_that_of_linear_programming(data):
    linprog = pytest.importorskip("scipy.optimize").linprog
    supply = np.array(data.draw(st.lists(whole, min_size=1, max_size=7)), float)
    demand = np.array(data.draw(st.lists(whole, min_size=1, max_size=7)), float)
    m, n = len(supply), len(demand)
    cost = np.array(data.draw(st.lists(st.integers(0, 5), min_size=m * n, max_size=m * n)), float).reshape(m, n)
    sources, targets, amounts = least_cost_transport(supply, demand, cost, Log())
    total = min(supply.sum(), demand.sum())
    sums = np.vstack([np.kron(np.eye(m), np.ones(n)), np.kron(np.ones(m), np.eye(n))])
    best = linprog(
        cost.ravel(), A_ub=sums, b_ub=[*supply, *demand], A_eq=np.ones((1, m * n)), b_eq=[total], method="highs"
    )
    assert (cost[sources, targets] * amounts).sum() == pytest.approx(best.fun, abs=1e-7)
    assert amounts.sum() == pytest.approx(total, abs=1e-9)
    assert (np.bincount(sources, amounts, m) <= supply + 1e-9).all()
    assert (np.bincount(targets, amounts, n) <= demand + 1e-9).all()
    assert (amounts > 0).all()


def test_a_large_plan_meets_the_conditions_of_optimality():
    """Complementary slackness of a plan of 300 x 250: with prices from its arcs, no arc is cheaper than its prices."""
    rng = np.random.default_rng(4)
    supply, demand = rng.lognormal(0, 1, 300), rng.lognormal(0, 1, 250)
    first, second = rng.random((300, 2)), rng.random((250, 2))
    cost = np.hypot(first[:, None, 0] - second[None, :, 0], first[:, None, 1] - second[None, :, 1])
    sources, targets, amounts = least_cost_transport(supply, demand, cost, Log())
    linprog = pytest.importorskip("scipy.optimize").linprog
    sparse = pytest.importorskip("scipy.sparse")
    sums = sparse.vstack(
        [sparse.kron(sparse.eye(300), np.ones((1, 250))), sparse.kron(np.ones((1, 300)), sparse.eye(250))]
    )
    total = min(supply.sum(), demand.sum())
    best = linprog(
        cost.ravel(), A_ub=sums, b_ub=[*supply, *demand], A_eq=np.ones((1, cost.size)), b_eq=[total], method="highs"
    )
    assert (cost[sources, targets] * amounts).sum() == pytest.approx(best.fun, rel=1e-7)
    assert amounts.sum() == pytest.approx(total, rel=1e-12)


def optimum(supply, demand, cost):
    """The least total cost by HiGHS, with sparse sums."""
    linprog, sparse = pytest.importorskip("scipy.optimize").linprog, pytest.importorskip("scipy.sparse")
    m, n = cost.shape
    sums = sparse.vstack(
        [sparse.kron(sparse.eye(m), np.ones((1, n))), sparse.kron(np.ones((1, m)), sparse.eye(n))], format="csr"
    )
    smaller = min(supply.sum(), demand.sum())
    found = linprog(
        cost.ravel(), A_ub=sums, b_ub=[*supply, *demand], A_eq=np.ones((1, cost.size)), b_eq=[smaller], method="highs"
    )
    return found.fun


@pytest.mark.parametrize("case", ["ties", "short supply", "unlike amounts", "no cost", "crowded"])
def test_degenerate_cases_have_the_optimal_cost(case):
    """Equal amounts and distances, where most pivots move nothing; amounts without prices; nothing to choose.

    Targets so close together that the plan needs more than the nearest of each source.
    """
    rng = np.random.default_rng(11)
    supply, demand = np.ones(60), np.ones(60)
    cost = rng.integers(0, 6, (60, 60)).astype(float)
    if case == "short supply":
        supply, demand = rng.random(40), 3 * rng.random(70)
        cost = rng.random((40, 70))
    elif case == "unlike amounts":
        supply, demand = 10.0 ** rng.uniform(-2, 6, 50), 10.0 ** rng.uniform(-2, 6, 60)
        cost = rng.random((50, 60))
    elif case == "crowded":
        supply = 10.0 ** rng.uniform(-1, 1, 60)
        cost = np.hypot(*(rng.random((2, 60, 1)) - 0.1 * rng.random((2, 1, 60))))
    elif case == "no cost":
        cost = np.zeros((60, 60))
    sources, targets, amounts = least_cost_transport(supply, demand, cost, Log())
    assert (cost[sources, targets] * amounts).sum() == pytest.approx(optimum(supply, demand, cost), rel=1e-7, abs=1e-9)
    assert amounts.sum() == pytest.approx(min(supply.sum(), demand.sum()), rel=1e-12)
    assert (np.bincount(sources, amounts, len(supply)) <= supply * (1 + 1e-12)).all()
    assert (np.bincount(targets, amounts, len(demand)) <= demand * (1 + 1e-12)).all()
