"""Changes in patches: transitions are met, sizes are near those observed, parts equal the whole."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.options.scenarios import RANKED
from carbon_balance.core.raster.components import patch_sizes
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton import distributed_landscape as spread
from carbon_balance.core.scenarios.automaton import landscape, patches
from carbon_balance.core.scenarios.automaton.rules import PatchSizes, Rules
from carbon_balance.core.scenarios.calibration.observed_patches import observed_patches
from carbon_balance.core.scenarios.simulation import simulation
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import LABELS, Case
from test_distributed_landscape import Arrays, map_of
from test_ranking import flows_of, pairs

SOME = PatchSizes(((1, 6), (2, 3), (5, 1)), ((1, 4), (3, 1)), 0.4)


def simulated(case: Case, land, flows: np.ndarray, **rules) -> None:
    every = {(here, there): SOME for here in range(case.k) for there in range(case.k)}
    how = Rules(case.permitted, case.weights, allocation=RANKED, patches=every, **rules)
    simulation.simulate(land, how, flows.sum(axis=1), LABELS[: case.k], 1.0, flows=flows)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**9), st.sampled_from([0.0, 0.5]))
def test_every_transition_is_met_and_nothing_forbidden_happens(seed, noise):
    case = Case(seed)
    if not case.free:
        return
    flows = flows_of(case, np.random.default_rng(seed))
    half = flows // 2
    half[np.diag_indices(case.k)] += (flows - half).sum(axis=1)
    land = case.land()
    simulated(case, land, np.array([half, flows]), noise=noise)
    np.testing.assert_array_equal(pairs(case, land.map()), flows)
    np.testing.assert_array_equal(land.map()[case.locked], case.start[case.locked])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from([13, 97]))
def test_parts_end_as_the_whole(seed, span):
    case = Case(seed)
    if not case.free:
        return
    flows = flows_of(case, np.random.default_rng(seed))[None]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(landscape, "SPAN_CELLS", span)
        patched.setattr(spread, "PART_CELLS", 3 * span)
        whole = case.land()
        simulated(case, whole, flows)
        parts = spread.DistributedLandscape(Arrays(case), Log())
        simulated(case, parts, flows)
        np.testing.assert_array_equal(map_of(parts, case.start, parts.happened), whole.map())
        parts.close()


def test_number_and_size_of_patches_and_single_cells_come_near_those_observed():
    """Away from any cell of the class there is room: what is asked for is what comes."""
    rng = np.random.default_rng(5)
    start = np.zeros((200, 200), np.uint8)
    start[:, 100:103] = 1
    shares = rng.random((2, 200, 200)).astype(np.float32)
    observed = PatchSizes(((1, 60), (2, 20), (10, 10), (40, 2)), ((1, 30), (4, 10), (25, 2)), 120 / 400)
    cells, mean = 600, (60 + 40 + 100 + 80 + 30 + 40 + 50) / (92 + 42)
    land = regions.landscape(start, shares)
    flows = np.array([[[200 * 197 - cells, cells], [0, 600]]])
    rules = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, noise=0.5, patches={(0, 1): observed})
    simulation.simulate(land, rules, flows.sum(axis=1), LABELS[:2], 1.0, flows=flows)
    changed = (land.map() != start).astype(int)
    assert changed.sum() == cells
    sizes = patch_sizes(changed, 0)[2]
    assert sizes.mean() == pytest.approx(mean, rel=0.3)
    assert (sizes == 1).mean() == pytest.approx(90 / 134, abs=0.12)
    found = observed_patches(start, land.map(), 2)[0, 1]
    assert found.share_apart == pytest.approx(0.3, abs=0.12)


def test_sizes_are_drawn_as_observed_and_cut_to_fit():
    drawn = patches.drawn_sizes(np.array([1, 7]), np.array([3, 1]), 10_000, 5)
    assert drawn.sum() == 10_000
    assert set(drawn[:-1].tolist()) == {1, 7}
    assert (drawn == 1).mean() == pytest.approx(0.75, abs=0.03)
    assert len(patches.drawn_sizes(np.zeros(0, int), np.zeros(0, int), 5, 1)) == 0
    assert len(patches.drawn_sizes(np.array([3]), np.array([2]), 0, 1)) == 0


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
    assert patches.first_apart(cells, stride, 100).tolist() == kept
    assert patches.first_apart(cells, stride, 3).tolist() == kept[:3]


def test_observed_patches_of_a_drawn_map():
    start = np.zeros((6, 9), np.uint8)
    start[:, 8] = 1
    start[0, 0] = 9
    end = start.copy()
    end[1:3, 6:8] = 1
    end[4, 4] = end[5, 5] = 1
    end[0, 2] = 1
    end[5, 0] = 2
    end[3, 8] = 0
    found = observed_patches(start, end, 3)
    assert set(found) == {(0, 1), (0, 2), (1, 0)}
    assert found[0, 1] == PatchSizes(((4, 1),), ((1, 1), (2, 1)), 3 / 7)
    assert found[0, 2] == PatchSizes((), ((1, 1),), 1.0)
    assert found[1, 0] == PatchSizes(((1, 1),), (), 0.0)


def row_of(shares_of_class_1):
    """A region of one row of class 0, from its suitability for class 1; and where its cells are."""
    second = np.array([shares_of_class_1], np.float32)
    land = regions.landscape(np.zeros(second.shape, np.uint8), np.stack([1 - second, second]))
    land.begin(np.ones((2, 2), bool), np.ones(2))
    return land, np.flatnonzero(land.origin < 2)


def grown(shares, seeds, sizes):
    """The cells that each patch takes, by their columns."""
    land, at = row_of(shares)
    rules = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, noise=0.0)
    found = patches.grow(land, at[seeds], np.array(sizes), 0, 1, rules, 5)
    return [np.flatnonzero(np.isin(at, found.cells[found.owners == number])).tolist() for number in range(len(seeds))]


def test_patches_grow_to_the_best_cells_beside_them():
    assert grown([0.1, 0.2, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [1]) == [[2]]
    assert grown([0.1, 0.2, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [3]) == [[2, 3, 4]]
    assert grown([0.1, 0.6, 0.9, 0.5, 0.4, 0.1, 0.1], [2], [3]) == [[1, 2, 3]]


def test_a_cell_between_two_patches_is_left_and_both_grow_elsewhere():
    """The best cell of both lies between them: it would join them."""
    assert grown([0.1, 0.2, 0.5, 0.9, 0.5, 0.2, 0.1], [2, 4], [2, 2]) == [[1, 2], [4, 5]]
    assert grown([0.1, 0.2, 0.5, 0.9, 0.5, 0.2, 0.1], [2, 4], [9, 9]) == [[0, 1, 2], [4, 5, 6]]


def test_the_first_of_cells_that_touch_are_kept():
    """On a grid of 10 columns: 11 touches 12 and 22, 12 touches 22 and 13."""
    assert patches.first_apart(np.array([12, 11, 22, 14, 50]), 10, 9).tolist() == [0, 3, 4]
    assert patches.first_apart(np.array([11, 12, 13, 14]), 10, 9).tolist() == [0, 2]
    assert patches.first_apart(np.array([12, 11, 13, 14]), 10, 9).tolist() == [0, 3]
    for touching in (11, 12, 13, 21, 23, 31, 32, 33):
        assert patches.first_apart(np.array([22, touching]), 10, 9).tolist() == [0]
    for apart in (20, 24, 2, 42, 10):
        assert patches.first_apart(np.array([22, apart]), 10, 9).tolist() == [0, 1]
    assert patches.first_apart(np.array([10, 20, 40, 60]), 10, 2).tolist() == [0, 2]


@pytest.mark.parametrize("cells", [1, 7, 100, 12_345])
def test_drawn_sizes_are_observed_ones_but_the_last_and_fill_the_cells(cells):
    drawn = patches.drawn_sizes(np.array([1, 4, 9]), np.array([50, 30, 20]), cells, 3)
    assert drawn.sum() == cells
    assert set(drawn[:-1].tolist()) <= {1, 4, 9}
    assert 0 < drawn[-1] <= 9


def test_drawn_sizes_come_as_often_as_they_were_observed():
    drawn = patches.drawn_sizes(np.array([1, 4, 9]), np.array([50, 30, 20]), 100_000, 3)[:-1]
    shares = [(drawn == size).mean() for size in (1, 4, 9)]
    assert shares == pytest.approx([0.5, 0.3, 0.2], abs=0.01)
    assert len(patches.drawn_sizes(np.zeros(0, int), np.zeros(0, int), 5, 3)) == 0
    assert len(patches.drawn_sizes(np.array([1]), np.array([1]), 0, 3)) == 0


def test_owners_of_cells():
    found = patches.Grown(np.zeros(0, int), np.zeros(0, int))
    assert found.owner_of(np.array([3, 4])).tolist() == [-1, -1]
    found.add(np.array([9, 3]), np.array([0, 1]))
    found.add(np.array([5]), np.array([2]))
    assert found.cells.tolist() == [3, 5, 9]
    assert found.owner_of(np.array([2, 3, 4, 5, 9, 10])).tolist() == [-1, 1, -1, 2, 0, -1]
