"""Patches of observed changes: their sizes, and whether they lie beside the class they became."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.automaton.rules import PatchSizes
from carbon_balance.core.scenarios.calibration.observed_patches import beside_class, observed_patches


def test_neighbours_are_the_eight_surrounding_cells():
    start = np.zeros((4, 5), np.uint8)
    start[1, 1] = 1
    found = beside_class(start, 1)
    expected = np.zeros((4, 5), bool)
    expected[:3, :3] = True
    expected[1, 1] = False
    assert found.tolist() == expected.tolist()
    start[3, 4] = 1
    assert beside_class(start, 1)[2:, 3:].tolist() == [[True, True], [True, False]]
    start[1, 2] = 1
    assert beside_class(start, 1)[1, 1:3].tolist() == [True, True]


def test_patches_by_kind_of_change():
    """Class 1 gains two cells beside itself and one, at the right, apart; class 0 gains one apart; 9 is nodata."""
    start = np.array([[1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 2], [0, 0, 0, 0, 0, 9]])
    end = np.array([[1, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 9, 1]])
    assert observed_patches(start, end, 3) == {
        (0, 1): PatchSizes(((2, 1),), ((1, 1),), 1 / 3),
        (2, 0): PatchSizes(((1, 1),), (), 0.0),
    }


def test_patches_touch_by_corners_and_equal_sizes_are_counted():
    start = np.zeros((3, 7), int)
    end = start.copy()
    end[0, 0] = end[1, 1] = end[0, 3] = end[2, 5] = end[2, 6] = end[0, 6] = 1
    assert observed_patches(start, end, 2) == {(0, 1): PatchSizes((), ((1, 2), (2, 2)), 1.0)}


def test_a_patch_of_one_class_may_touch_one_of_another():
    start = np.array([[0, 0, 0, 0]])
    end = np.array([[1, 1, 2, 0]])
    assert observed_patches(start, end, 3) == {
        (0, 1): PatchSizes((), ((2, 1),), 1.0),
        (0, 2): PatchSizes((), ((1, 1),), 1.0),
    }


def test_no_change_gives_no_patches():
    assert observed_patches(np.zeros((2, 2), int), np.zeros((2, 2), int), 1) == {}
