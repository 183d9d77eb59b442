"""Acceptance of drawn changes."""

from __future__ import annotations

import copy

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


def counted(before: np.ndarray, after: np.ndarray, k: int) -> np.ndarray:
    """Changes by earlier and later class."""
    return np.bincount(before * k + after, minlength=k * k).reshape(k, k)


def random_target(rng: np.random.Generator, by_class: bool):
    """A target that some hundred changes hardly reach, or exceed."""
    k = int(rng.integers(2, 5))
    if by_class:
        return k, targets.ClassTarget(rng.integers(-90, 91, k), np.zeros(k, int))
    quotas = rng.integers(0, 60, (k, k))
    return k, targets.TransitionTarget(quotas, quotas, quotas.sum(axis=0), quotas.sum(axis=1))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**9), st.booleans())
def test_all_changes_are_accepted_at_once_only_if_every_order_accepts_them(seed, by_class):
    rng = np.random.default_rng(seed)
    k, target = random_target(rng, by_class)
    n = int(rng.integers(0, 120))
    before = rng.integers(0, k, n)
    after = (before + rng.integers(1, k, n)) % k
    gaps = target.gaps.copy()
    loops = []
    # In random order, and losses of a class before its gains or after them, when it may reach its demand on the way.
    orders = [rng.permutation(n), *(np.argsort(before != c, kind="stable") for c in range(k))]
    for order in [*orders, *(each[::-1] for each in orders)]:
        copied = copy.deepcopy(target)
        loops.append((len(copied.accept(before[order], after[order])), copied))
    if target.accept_all(counted(before, after, k)):
        for many, copied in loops:
            assert many == n
            np.testing.assert_array_equal(copied.gaps, target.gaps)
            assert by_class or np.array_equal(copied.quotas, target.quotas)
    else:
        np.testing.assert_array_equal(target.gaps, gaps)


def test_changes_that_are_far_from_the_demand_are_accepted_at_once():
    moved = np.array([[0, 2], [1, 0]])
    far = targets.ClassTarget(np.array([1, 9]), np.array([5, 5]))
    assert far.accept_all(moved)
    assert far.gaps.tolist() == [-3, 3]
    for gaps in ([-2, 9], [-9, 2], [0, 5], [5, 0]):
        near = targets.ClassTarget(np.array(gaps), np.zeros(2, int))
        assert not near.accept_all(moved)
        assert near.gaps.tolist() == gaps
    assert targets.ClassTarget(np.array([-3, 3]), np.zeros(2, int)).accept_all(moved)
    quotas = np.array([[0, 2], [1, 0]])
    exact = targets.TransitionTarget(quotas, quotas, np.array([1, 2]), np.array([2, 1]))
    assert exact.accept_all(moved)
    assert exact.is_reached
    assert exact.gaps.tolist() == [0, 0]
    short = targets.TransitionTarget(quotas - [[0, 1], [0, 0]], quotas, np.array([1, 2]), np.array([2, 1]))
    assert not short.accept_all(moved)
