"""Growth of patches: to their sizes by the best cells, without touching each other."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.options.scenarios import RANKED
from carbon_balance.core.raster.components import patch_sizes
from carbon_balance.core.scenarios.automaton import patch_growth
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.calibration.observed_patches import beside_class
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**9))
def test_the_first_cells_that_do_not_touch_are_those_of_a_loop(seed):
    rng = np.random.default_rng(seed)
    stride = 9
    inside = [row * stride + column for row in range(1, 8) for column in range(1, 8)]
    cells = rng.permutation(inside)[: rng.integers(1, 40)]
    rows, columns = np.divmod(cells, stride)
    kept: list[int] = []
    for number in range(len(cells)):
        away = [max(abs(rows[number] - rows[k]), abs(columns[number] - columns[k])) for k in kept]
        if min(away, default=2) > 1:
            kept.append(number)
    assert patch_growth.first_apart(cells, stride, 100).tolist() == kept
    assert patch_growth.first_apart(cells, stride, 3).tolist() == kept[:3]


def row_of(shares_of_class_1):
    """A region of one row of class 0, from its suitability for class 1; and where its cells are."""
    second = np.array([shares_of_class_1], np.float32)
    land = regions.landscape(np.zeros(second.shape, np.uint8), np.stack([1 - second, second]))
    land.begin(np.ones((2, 2), bool), np.ones(2))
    return land, np.flatnonzero(land.origin < 2)


KIND = patch_growth.KindOfChange(
    0, 1, Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, noise=0.0, strength=0.0), 5
)


def grown(shares, seeds, sizes, closed=()):
    """The cells that each patch takes, by their columns."""
    land, at = row_of(shares)
    found = patch_growth.grow(land, at[seeds], np.array(sizes), at[list(closed)], False, KIND)
    return [np.flatnonzero(np.isin(at, found.cells[found.owners == number])).tolist() for number in range(len(seeds))]


def test_patches_grow_to_the_best_cells_beside_them():
    assert grown([0.1, 0.2, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [1]) == [[2]]
    assert grown([0.1, 0.2, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [3]) == [[2, 3, 4]]
    assert grown([0.1, 0.6, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [3]) == [[1, 2, 3]]


def test_a_cell_between_two_patches_is_left_and_both_grow_elsewhere():
    """The best cell of both lies between them: it would join them."""
    assert grown([0.1, 0.2, 0.5, 0.9, 0.5, 0.2, 0.1], [2, 4], [2, 2]) == [[1, 2], [4, 5]]
    assert grown([0.1, 0.2, 0.5, 0.9, 0.5, 0.2, 0.1], [2, 4], [9, 9]) == [[0, 1, 2], [4, 5, 6]]


def test_of_two_patches_that_want_touching_cells_in_one_round_the_earlier_gets_its_cell():
    """Both seeds prefer the cell towards the other; with both the patches would be one of four cells."""
    shares = [0.2, 0.5, 0.9, 0.9, 0.5, 0.2]
    assert grown(shares, [1, 4], [2, 2]) == [[1, 2], [4, 5]]
    assert grown(shares, [4, 1], [2, 2]) == [[3, 4], [0, 1]]
    assert grown(shares, [1, 4], [3, 3]) == [[0, 1, 2], [4, 5]]


def test_a_cell_that_is_lost_to_an_earlier_patch_is_wanted_again_if_that_one_does_not_take_it():
    """Cell 3 of the second patch touches cell 2, which the first wants but may not take: 2 touches the third patch."""
    start = np.zeros((3, 7), np.uint8)
    shares = np.full((2, 3, 7), 0.1, np.float32)
    shares[1] = [[0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0], [0.0] * 7, [0.2, 0.5, 0.9, 0.9, 0.5, 0.2, 0.0]]
    land = regions.landscape(start, shares)
    land.begin(np.ones((2, 2), bool), np.ones(2))
    at = np.flatnonzero(land.origin < 2).reshape(3, 7)
    seeds = np.array([at[2, 1], at[2, 4], at[0, 2]])
    found = patch_growth.grow(land, seeds, np.array([2, 2, 1]), at[0, :0], False, KIND)
    assert [np.sort(found.cells[found.owners == n]).tolist() for n in range(3)] == [
        [at[2, 1], at[2, 2]],
        [at[2, 4], at[2, 5]],
        [at[0, 2]],
    ]


def test_closed_cells_are_not_taken():
    assert grown([0.1, 0.2, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [3], closed=[3]) == [[0, 1, 2]]
    assert grown([0.1, 0.2, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [3], closed=[1, 3]) == [[2]]


@pytest.mark.parametrize("window", [3, 5])
def test_patches_apart_do_not_touch_the_class_that_they_become(window):
    start = np.array([[0, 0, 0, 0, 1, 0, 0]], np.uint8)
    shares = np.full((2, 1, 7), 0.5, np.float32)
    land = regions.landscape(start, shares, window=window)
    land.begin(np.ones((2, 2), bool), np.ones(2))
    at = np.flatnonzero(land.origin < 2)
    for apart, expected in ((True, [0, 1, 2]), (False, [0, 1, 2, 3])):
        found = patch_growth.grow(land, at[[2]], np.array([9]), at[:0], apart, KIND)
        assert found.cells.tolist() == at[expected].tolist()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from([3, 5]))
def test_the_patches_of_the_map_are_the_grown_ones(seed, window):
    """The components of the map are found without the growth: each is one patch, no larger than asked for."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(4, 30, 2)
    start = (rng.random((height, width)) < 0.1).astype(np.uint8)
    start[rng.random((height, width)) < 0.1] = 255
    land = regions.landscape(start, regions.suitability(rng, 2, height, width), window=window)
    land.begin(np.ones((2, 2), bool), np.ones(2))
    every = np.flatnonzero(land.origin == 0)
    cells = rng.permutation(every)
    seeds = cells[patch_growth.first_apart(cells, land.stride, int(rng.integers(1, 12)))]
    sizes = rng.integers(1, 30, len(seeds))
    found = patch_growth.grow(land, seeds, sizes, every[:0], False, KIND)
    assert np.isin(found.cells, every).all()
    assert len(np.unique(found.cells)) == len(found.cells)
    picture = np.zeros(len(land.now), np.uint8)
    picture[found.cells] = 1
    drawn = patch_sizes(picture.reshape(-1, land.stride), 0)[2]
    own = np.bincount(found.owners, minlength=len(seeds))
    assert sorted(drawn.tolist()) == sorted(own.tolist())
    assert (own <= sizes).all()
    assert (own >= 1).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**9), st.sampled_from([3, 5, 7]))
def test_beside_a_class_means_one_of_the_eight_neighbours_for_any_window(seed, window):
    rng = np.random.default_rng(seed)
    start = regions.patches(rng, 12, 9, 3)
    land = regions.landscape(start, regions.suitability(rng, 3, 12, 9), window=window)
    land.begin(np.ones((3, 3), bool), np.ones(3))
    at = np.flatnonzero(land.origin < 3)
    np.testing.assert_array_equal(patch_growth.is_beside(land, at, 1), beside_class(start, 1).ravel())


def test_the_first_of_cells_that_touch_are_kept():
    """On a grid of 10 columns: 11 touches 12 and 22, 12 touches 22 and 13."""
    assert patch_growth.first_apart(np.array([12, 11, 22, 14, 50]), 10, 9).tolist() == [0, 3, 4]
    assert patch_growth.first_apart(np.array([11, 12, 13, 14]), 10, 9).tolist() == [0, 2]
    assert patch_growth.first_apart(np.array([12, 11, 13, 14]), 10, 9).tolist() == [0, 3]
    for touching in (11, 12, 13, 21, 23, 31, 32, 33):
        assert patch_growth.first_apart(np.array([22, touching]), 10, 9).tolist() == [0]
    for apart in (20, 24, 2, 42, 10):
        assert patch_growth.first_apart(np.array([22, apart]), 10, 9).tolist() == [0, 1]
    assert patch_growth.first_apart(np.array([10, 20, 40, 60]), 10, 2).tolist() == [0, 2]


def test_owners_of_cells():
    found = patch_growth.Grown(np.zeros(0, int), np.zeros(0, int))
    assert found.owner_of(np.array([3, 4])).tolist() == [-1, -1]
    found.add(np.array([9, 3]), np.array([0, 1]))
    found.add(np.array([5]), np.array([2]))
    assert found.cells.tolist() == [3, 5, 9]
    assert found.owner_of(np.array([2, 3, 4, 5, 9, 10])).tolist() == [-1, 1, -1, 2, 0, -1]
