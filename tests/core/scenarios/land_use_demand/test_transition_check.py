"""Reachability of a demand by transition, against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.scenarios.land_use_demand.transition_check import missing_cells, new_changes, reach_transitions


def least_missing(free: int, changes: np.ndarray, allowed: np.ndarray) -> int:
    """Cells of one class's changes that any allocation misses, by trying every one."""
    options = [range(amount + 1) if ok else [0] for amount, ok in zip(changes, allowed)]
    fitting = (sum(taken) for taken in itertools.product(*options) if sum(taken) <= free)
    return int(sum(changes)) - max(fitting)


@pytest.mark.parametrize("seed", range(30))
def test_the_nearest_demand_misses_no_more_than_any_allocation(seed):
    rng = np.random.default_rng(seed)
    wanted = rng.integers(0, 6, (1, 3, 3))
    held = wanted[0].sum(axis=1)
    free = rng.integers(0, held + 1)
    permitted = rng.random((3, 3)) < 0.7
    found = reach_transitions(free, permitted, wanted)
    np.testing.assert_array_equal(found.nearest.sum(axis=2)[0], held)
    assert (found.nearest >= 0).all()
    others = ~np.eye(3, dtype=bool)
    assert not found.nearest[0][~permitted & others].any()
    least = [least_missing(free[k], wanted[0, k, others[k]], permitted[k, others[k]]) for k in range(3)]
    assert missing_cells(wanted, found.nearest).tolist() == [sum(least)]
    assert found.is_reachable == (sum(least) == 0)


def test_unreachable_demand_is_reduced_in_proportion_and_logged():
    wanted = np.array([[[50, 30, 20], [0, 80, 20], [0, 0, 10]]])
    permitted = np.array([[1, 1, 1], [1, 1, 0], [1, 1, 1]], bool)
    found = reach_transitions(np.array([10, 100, 10]), permitted, wanted)
    np.testing.assert_array_equal(found.nearest, [[[90, 6, 4], [0, 100, 0], [0, 0, 10]]])
    assert missing_cells(wanted, found.nearest).tolist() == [24 + 16 + 20]
    assert found.sentence(["a", "b", "c"], 0.5).startswith(
        "The demand by transition cannot be reached under the permission matrix and the restricted cells: "
        "a>b: demand 15.00 ha, possible 3.00 ha, a>c: demand 10.00 ha, possible 2.00 ha, "
        "b>c: demand 10.00 ha, possible 0.00 ha (forbidden by the permission matrix) "
        "(class a has only 5.00 ha that can change); "
    )


def test_new_changes_leave_room_for_cells_that_must_change_again():
    before = np.array([[60, 40], [0, 10]])
    np.testing.assert_array_equal(new_changes(before, np.array([[50, 50], [0, 10]])), [[0, 10], [0, 0]])
    np.testing.assert_array_equal(new_changes(before, np.array([[70, 30], [0, 10]])), np.zeros((2, 2)))
    three = np.array([[60, 40, 0], [0, 5, 0], [0, 0, 5]])
    later = np.array([[55, 35, 10], [0, 5, 0], [0, 0, 5]])
    np.testing.assert_array_equal(new_changes(three, later)[0], [0, 0, 5])
