"""Land plans: closed forms, whole cells, both solvers, and every plan of a small region by enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.land_use_demand.demand_check import reach
from carbon_balance.core.scenarios.optimisation import land_plan, linear_program
from carbon_balance.core.scenarios.optimisation.land_plan import ClassBounds, Floor, Land, before, best_plan
from carbon_balance.core.scenarios.optimisation.pareto import pareto_front


def land_of(free, locked=None, permitted=None, cell_ha=1.0):
    free = np.array(free, np.int64)
    locked = np.zeros_like(free) if locked is None else np.array(locked, np.int64)
    permitted = np.ones((len(free),) * 2, bool) if permitted is None else np.array(permitted, bool)
    return Land([str(k + 1) for k in range(len(free))], free, locked, permitted, cell_ha)


def bounds_of(least, most):
    return ClassBounds(np.array(least, float), np.array(most, float))


def random_case(rng, classes=4, cells=60):
    permitted = rng.random((classes, classes)) < 0.6
    np.fill_diagonal(permitted, True)
    land = land_of(rng.integers(0, cells, classes), rng.integers(0, cells // 3, classes), permitted)
    return land, bounds_of(np.floor(land.cells * 0.7), np.ceil(land.cells * 1.3))


def test_the_densest_class_grows_to_its_bound_from_the_least_dense():
    """100 cells each of 1, 2 and 3 t/ha: class 3 takes 20 from class 1, which falls to its least."""
    land = land_of([100, 100, 100], cell_ha=2.0)
    plan = best_plan(land, bounds_of([80, 0, 0], [300, 300, 120]), np.array([1.0, 2.0, 3.0]))
    assert plan.cells.tolist() == [80, 100, 120]
    assert plan.flows[0].tolist() == [80, 0, 20]
    assert plan.value(np.array([1.0, 2.0, 3.0])) == 2.0 * (80 + 200 + 360)
    assert plan.changed_cells == 20


def test_forbidden_changes_are_not_made_and_restricted_cells_are_unchanged():
    land = land_of([50, 100], [50, 0])
    free = bounds_of([0, 0], [np.inf, np.inf])
    assert best_plan(land, free, np.array([0.0, 1.0])).cells.tolist() == [50, 150]
    land = land_of([100, 100], permitted=[[1, 0], [1, 1]])
    assert best_plan(land, free, np.array([0.0, 1.0])).cells.tolist() == [100, 100]
    assert best_plan(land, free, np.array([1.0, 0.0])).cells.tolist() == [200, 0]


def test_of_equally_good_plans_the_one_with_least_change_is_chosen():
    land = land_of([100, 100, 100])
    plan = best_plan(land, bounds_of([0, 0, 110], [300] * 3), np.array([1.0, 1.0, 1.0]))
    assert plan.changed_cells == 10 and plan.cells[2] == 110
    unchanged = best_plan(land, bounds_of([0] * 3, [300] * 3), np.zeros(3))
    assert unchanged.changed_cells == 0


def test_contradictory_bounds_give_no_plan():
    land = land_of([100, 100])
    assert best_plan(land, bounds_of([0, 0], [99, 100]), np.ones(2)) is None
    assert best_plan(land, bounds_of([0, 0], [100, 100]), np.ones(2)) is not None


@pytest.mark.parametrize("solver", [linear_program.solve_by_simplex, linear_program.solve_by_highs])
def test_no_reachable_area_vector_of_a_small_region_is_better(solver, monkeypatch):
    """Compared with all area vectors that ``reach`` enumerates, with and without a second aim."""
    monkeypatch.setattr(land_plan, "solve", solver)
    rng = np.random.default_rng(3)
    seen = 0
    for _ in range(12):
        land, bounds = random_case(rng, 3, 9)
        gain, other = rng.normal(size=3), rng.integers(-3, 4, 3).astype(float)
        total = land.cells.sum()
        plans = [
            (a, b, total - a - b)
            for a, b in product(range(total + 1), repeat=2)
            if (np.array([a, b, total - a - b]) >= bounds.least).all()
            and (np.array([a, b, total - a - b]) <= bounds.most).all()
            and reach(land.free, land.locked, land.permitted, np.array([a, b, total - a - b])).is_reachable
        ]
        found = best_plan(land, bounds, gain)
        assert (found is None) == (not plans)
        if found is None:
            continue
        seen += 1
        areas = np.array(plans)
        assert found.value(gain) == pytest.approx((areas @ gain).max())
        for wanted in np.unique(areas @ other):
            plan = best_plan(land, bounds, gain, Floor(other, wanted))
            assert plan.value(other) >= wanted - 1e-9
            best = (areas[areas @ other >= wanted] @ gain).max()
            # Whole cells: at most as good as the best, and less by no more than an exchange for each class.
            assert best - 3 * np.ptp(gain) <= plan.value(gain) <= best + 1e-9
    assert seen > 8


def test_both_solvers_give_the_same_plan(monkeypatch):
    rng = np.random.default_rng(11)
    for _ in range(25):
        land, bounds = random_case(rng, 6, 100_000)
        gain, other = rng.normal(size=6), rng.normal(size=6)
        plans = []
        for solver in (linear_program.solve_by_simplex, linear_program.solve_by_highs):
            monkeypatch.setattr(land_plan, "solve", solver)
            best = best_plan(land, bounds, gain)
            value = best.value(other)
            plans.append([best, best_plan(land, bounds, gain, Floor(other, value + abs(value) * 0.001))])
        for own, highs, apart in zip(*plans, (0, 1)):
            assert (own is None) == (highs is None)
            if own is not None:
                # A plan that is rounded may round another class where two serve equally within rounding.
                np.testing.assert_allclose(own.cells, highs.cells, atol=apart)
                assert own.changed_cells == pytest.approx(highs.changed_cells, abs=apart)
                assert (own.flows.sum(axis=1) == land.cells).all()
                assert (own.cells >= bounds.least).all() and (own.cells <= bounds.most).all()
                assert not own.flows[~land.permitted].any()


def test_combined_gains_rank_the_first_aim_before_the_second():
    combined = before(np.array([1.0, 1.0, 2.0]), np.array([-100.0, 300.0, -1000.0]))
    assert combined.argsort().tolist() == [0, 1, 2]
    assert before(np.zeros(2), np.array([3.0, 5.0])).tolist() == [3, 5]


def test_a_pareto_front_of_two_classes_is_a_line():
    """Each cell that changes from class 1 to class 2 gains 3 of the first aim and loses 1 of the second."""
    land = land_of([100, 100], cell_ha=0.5)
    first, second = np.array([0.0, 3.0]), np.array([1.0, 0.0])
    front = pareto_front(land, bounds_of([0, 100], [100, 200]), first, second, 5, Log())
    assert [plan.cells[1] for _, plan in front] == [200, 175, 150, 125, 100]
    assert [wanted for wanted, _ in front] == [0, 12.5, 25, 37.5, 50]


def test_no_plan_of_a_front_is_worse_in_both_aims():
    rng = np.random.default_rng(5)
    for _ in range(10):
        land, bounds = random_case(rng, 5, 5000)
        first, second = rng.normal(size=(2, 5))
        front = pareto_front(land, bounds, first, second, 7, Log())
        values = np.array([(plan.value(first), plan.value(second)) for _, plan in front])
        assert (np.diff(values[:, 0]) < 0).all() and (np.diff(values[:, 1]) > 0).all()
        assert all(plan.value(second) >= wanted - 1e-6 for wanted, plan in front)


def test_aims_that_agree_have_one_plan():
    land = land_of([100, 100])
    gain = np.array([0.0, 1.0])
    assert len(pareto_front(land, bounds_of([0, 0], [200, 200]), gain, 2 * gain, 9, Log())) == 1


def test_contradictory_bounds_give_no_front():
    gain = np.array([1.0, 2.0])
    assert pareto_front(land_of([10, 10]), bounds_of([15, 15], [20, 20]), gain, -gain, 3, Log()) == []


def test_a_front_of_two_points_has_both_ends():
    """20 cells of two classes: all of the second for the first aim, all of the first for the second."""
    first, second = np.array([1.0, 2.0]), np.array([4.0, 1.0])
    front = pareto_front(land_of([10, 10]), bounds_of([0, 0], [20, 20]), first, second, 2, Log())
    assert [(wanted, plan.cells.tolist()) for wanted, plan in front] == [(20, [0, 20]), (80, [20, 0])]
    front = pareto_front(land_of([10, 10]), bounds_of([0, 0], [20, 20]), first, second, 3, Log())
    assert [(wanted, plan.cells.tolist()) for wanted, plan in front] == [(20, [0, 20]), (50, [10, 10]), (80, [20, 0])]
