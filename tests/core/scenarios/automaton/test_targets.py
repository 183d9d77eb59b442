"""Acceptance of drawn changes."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.automaton import targets
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**9))
def test_acceptance_equals_a_loop_with_current_counts(seed):
    rng = np.random.default_rng(seed)
    k, n = int(rng.integers(2, 6)), int(rng.integers(0, 60))
    before, after = rng.integers(0, k, n), rng.integers(0, k, n)
    gaps = rng.integers(-6, 7, k)
    live, expected = gaps.copy(), []
    for number in range(n):
        if before[number] != after[number] and live[before[number]] and live[after[number]]:
            live[after[number]] -= 1
            live[before[number]] += 1
            expected.append(number)
    different = np.flatnonzero(before != after)
    target = targets.ClassTarget(gaps, np.zeros(k, int))
    found = different[target.accept(before[different], after[different])]
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(target.gaps, live)


def test_transitions_are_reached_when_no_change_is_left():
    cells, demand = np.array([5, 5]), np.array([3, 7])
    flows = np.array([[3, 2], [0, 5]])
    assert not targets.TransitionTarget(flows, flows, demand, cells).is_reached
    kept = np.array([[5, 0], [0, 5]])
    assert targets.TransitionTarget(kept, kept, cells, cells).is_reached


def test_changes_are_open_only_between_classes_that_miss_their_demand():
    target = targets.ClassTarget(np.array([5, 6, 4]), np.array([5, 5, 5]))
    assert target.open_changes.tolist() == [[False, False, False], [False, True, True], [False, True, True]]
    by_one_cell = targets.ClassTarget(np.array([1, 2]), np.array([2, 1]))
    assert by_one_cell.open_changes.all()
    assert not by_one_cell.is_reached
