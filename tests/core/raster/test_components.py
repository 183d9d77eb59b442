"""Patches against a flood fill."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.raster.components import components, joined_nodes, patch_sizes
from hypothesis import given, settings
from hypothesis import strategies as st


def flooded(values: np.ndarray, ignore: int) -> list[set]:
    left = {(int(row), int(column)) for row, column in np.argwhere(values != ignore)}
    found = []
    while left:
        todo = [left.pop()]
        patch = set(todo)
        while todo:
            row, column = todo.pop()
            for near in [(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)]:
                if near in left and values[near] == values[row, column]:
                    left.discard(near)
                    patch.add(near)
                    todo.append(near)
        found.append(patch)
    return found


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**9))
def test_patches_equal_those_of_a_flood_fill(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, rng.integers(2, 5), (rng.integers(1, 14), rng.integers(1, 14)))
    numbers, of_patch, cells = patch_sizes(values, 0)
    wanted = flooded(values, 0)
    found = [set(map(tuple, np.argwhere(numbers == number).tolist())) for number in range(len(cells))]
    assert sorted(map(sorted, found)) == sorted(map(sorted, wanted))
    assert cells.tolist() == [len(patch) for patch in found]
    assert of_patch.tolist() == [values[next(iter(patch))] for patch in found]
    assert (numbers[values == 0] == -1).all()


def test_a_spiral_is_one_patch_and_corners_connect():
    spiral = np.array([[1, 1, 1, 1, 1], [0, 0, 0, 0, 1], [1, 1, 1, 0, 1], [1, 0, 0, 0, 1], [1, 1, 1, 1, 1]])
    assert components(spiral, 0)[1] == 1
    assert components(np.eye(6, dtype=int), 0)[1] == 1
    assert components(np.array([[1, 0, 1]]), 0)[1] == 2


def test_components_of_a_graph():
    assert joined_nodes(np.array([4, 1, 2]), np.array([3, 2, 0]), 6).tolist() == [0, 0, 0, 1, 1, 2]
    assert joined_nodes(np.zeros(0, int), np.zeros(0, int), 3).tolist() == [0, 1, 2]
