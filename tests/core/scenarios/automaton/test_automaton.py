"""The draw of an iteration."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.automaton.step import propose, run_step
from carbon_balance.core.scenarios.automaton.targets import ClassTarget, TransitionTarget
from regions import Case


def test_the_roulette_draws_in_proportion_to_the_chances():
    """Many copies of one neighbourhood: the share drawn of each class equals its chance within 4 sigma."""
    k, count = 3, 20_000
    tile = np.array([[0, 1, 1], [2, 0, 0], [0, 0, 2]], np.uint8)
    start = np.full((3, 4 * count), 255, np.uint8)
    for column in range(3):
        start[:, column::4] = tile[:, [column]]
    shares = np.broadcast_to(np.array([0.2, 0.5, 0.3], np.float32)[:, None, None], (k, 3, 4 * count))
    restricted = np.ones(start.shape, bool)
    restricted[1, 1::4] = False
    land = regions.landscape(start, shares, restricted)
    weights = np.array([1.0, 0.6, 0.9])
    land.begin(np.ones((k, k), bool), weights)
    pull = np.ones(256, np.float32) * 2
    at, drawn, _, _ = propose(land, np.flatnonzero(land.others), pull, np.ones((k, k), bool), 10**9, (7,))
    chance = np.array([0.2 * 4 * 1.0 * 2, 0.5 * 2 * 0.6, 0.3 * 2 * 0.9])
    chance /= chance.sum()
    for c in (1, 2):
        expected = chance[c] * count
        assert abs((drawn == c).sum() - expected) < 4 * np.sqrt(expected)
    assert len(np.unique(at)) == len(at)


def test_early_iterations_convert_only_suitable_cells():
    case = Case(3)
    land = case.land()
    land.begin(np.ones((case.k, case.k), bool), np.ones(case.k))
    pull = np.full(256, 1e-6, np.float32)
    at, drawn, _, _ = propose(land, np.flatnonzero(land.others), pull, np.ones((case.k, case.k), bool), 0, (1,))
    assert len(at)
    assert (land.suitability[at, drawn] > 1 / case.k).all()


@pytest.mark.parametrize(
    ("iteration", "suits", "share"),
    [(0, 0.5, 0), (0, 0.75, 0.25), (1, 0.25, 0), (1, 0.5, 0.5), (3, 0.3, 0.7), (3, 0.375, 1)],
)
def test_the_threshold_falls_from_iteration_to_iteration(iteration, suits, share):
    """A change needs a suitability above (u + 1/k) / (iteration + 1), u uniform; k is 2 (4 sigma)."""
    count = 10_000
    start = np.full((3, 4 * count), 255, np.uint8)
    for column in range(3):
        start[:, column::4] = 1
    start[1, 1::4] = 0
    shares = np.broadcast_to(np.array([1 - suits, suits], np.float32)[:, None, None], (2, *start.shape))
    restricted = start != 0
    land = regions.landscape(start, shares, restricted)
    land.begin(np.ones((2, 2), bool), np.ones(2))
    every = np.flatnonzero(land.others)
    at, _, _, waiting = propose(land, every, np.full(256, 1e-9, np.float32), ~np.eye(2, dtype=bool), iteration, (3,))
    assert len(at) + waiting == count
    assert abs(len(at) - share * count) <= 4 * np.sqrt(count * share * (1 - share))


def test_changes_beyond_the_demand_are_refused_in_random_order():
    """Thousands of equal cells are drawn in one iteration and a tenth accepted: evenly from all parts (4 sigma)."""
    count, demand = 10_000, 500
    start = np.full((3, 4 * count), 255, np.uint8)
    for column in range(3):
        start[:, column::4] = 1
    start[1, 1::4] = 0
    shares = np.ones((2, *start.shape), np.float32)
    land = regions.landscape(start, shares, restricted=start != 0)
    rules = Rules(np.ones((2, 2), bool), np.ones(2), iterations=1, base_inertia=1e-9, settle=False)
    land.begin(rules.permitted, rules.weights)
    cells = np.array([count, 8 * count])
    run_step(land, rules, ClassTarget(cells + [-demand, demand], cells))
    taken = np.flatnonzero((land.map() != start)[1, 1::4])
    assert len(taken) == demand
    assert abs(taken.mean() - count / 2) < 4 * count / np.sqrt(12 * demand)


@pytest.mark.parametrize(("patience", "iterations", "run"), [(3, 50, 3), (1, 50, 1), (10, 4, 4)])
def test_a_step_ends_after_as_many_iterations_without_a_change_as_it_has_patience(patience, iterations, run):
    """Nothing suits the class that is to grow, so that no cell changes and none waits for a lower threshold."""
    start = np.zeros((4, 4), np.uint8)
    shares = np.broadcast_to(np.array([1, 0], np.float32)[:, None, None], (2, 4, 4))
    land = regions.landscape(start, shares)
    rules = Rules(np.ones((2, 2), bool), np.ones(2), iterations=iterations, patience=patience, settle=False)
    land.begin(rules.permitted, rules.weights)
    seen = []
    target = ClassTarget(np.array([10, 6]), np.array([16, 0]))
    assert run_step(land, rules, target, step=0, on_iteration=lambda *entry: seen.append(entry[0])) == 0
    assert seen == list(range(run))
    assert not land.map().any()


@pytest.mark.parametrize("kind", [ClassTarget, TransitionTarget])
def test_only_with_demand_by_class_may_a_cell_change_twice_in_a_step(kind):
    case = Case(12)
    land, taken = case.land(), []
    before = np.bincount(case.start[case.start < case.k], minlength=case.k)
    permitted = np.ones((case.k, case.k), bool)
    rules = Rules(permitted, np.ones(case.k), iterations=100, settle=False)
    land.begin(permitted, rules.weights)
    usual = land.change
    land.change = lambda cells, classes: (taken.append(cells.copy()), usual(cells, classes))
    demand = np.roll(before, 1)
    if kind is ClassTarget:
        target = ClassTarget(demand, before)
    else:
        flows = np.zeros((case.k, case.k), np.int64)
        np.fill_diagonal(flows, before - before.min() // 2)
        flows[np.arange(case.k), (np.arange(case.k) + 1) % case.k] = before.min() // 2
        target = TransitionTarget(flows, flows.copy(), before, before)
    run_step(land, rules, target, step=0)
    changed = np.concatenate(taken)
    assert len(changed) > 20
    assert (len(np.unique(changed)) < len(changed)) == (kind is ClassTarget)
