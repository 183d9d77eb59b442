"""Changes in patches: transitions are met, sizes are near those observed, parts equal the whole."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.options.scenarios import RANKED
from carbon_balance.core.raster.components import patch_sizes
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton import patch_growth, patches
from carbon_balance.core.scenarios.automaton.ranking import key_of
from carbon_balance.core.scenarios.automaton.rules import PatchSizes, Rules
from carbon_balance.core.scenarios.calibration.observed_patches import observed_patches
from carbon_balance.core.scenarios.landscape import distributed_landscape as spread
from carbon_balance.core.scenarios.landscape import landscape
from carbon_balance.core.scenarios.simulation import simulation
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import LABELS, Arrays, Case, map_of
from test_ranking import flows_of, pairs

SOME = PatchSizes(((1, 6), (2, 3), (5, 1)), ((1, 4), (3, 1)), 0.4)


def simulated(case: Case, land, flows: np.ndarray, **rules) -> None:
    every = {(here, there): SOME for here in range(case.k) for there in range(case.k)}
    how = Rules(case.permitted, case.weights, allocation=RANKED, patches=every, **rules)
    simulation.simulate(land, how, flows.sum(axis=1), LABELS[: case.k], 1.0, flows=flows)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**9), st.sampled_from([0.0, 0.5]), st.sampled_from([0.0, 0.5, 1.0]))
def test_every_transition_is_met_and_nothing_forbidden_happens(seed, noise, share):
    case = Case(seed)
    if not case.free:
        return
    flows = flows_of(case, np.random.default_rng(seed))
    half = flows // 2
    half[np.diag_indices(case.k)] += (flows - half).sum(axis=1)
    land = case.land()
    simulated(case, land, np.array([half, flows]), noise=noise, patch_share=share)
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


def region_with(columns: list[int], cells: int, side: int = 200):
    """A square of class 0 with columns of class 1 in it, random suitability, and demand of 0 -> 1."""
    start = np.zeros((side, side), np.uint8)
    start[:, columns] = 1
    shares = np.random.default_rng(5).random((2, side, side)).astype(np.float32)
    lands = {window: regions.landscape(start, shares, window=window) for window in (3, 5)}
    zeros, ones = np.bincount(start.ravel(), minlength=2)
    return start, lands, np.array([[[zeros - cells, cells], [0, ones]]])


def run(land, flows, observed, **rules):
    how = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, patches={(0, 1): observed}, **rules)
    simulation.simulate(land, how, flows.sum(axis=1), LABELS[:2], 1.0, flows=flows)
    return land.map()


@pytest.mark.parametrize("window", [3, 5])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_where_there_is_room_patches_have_exactly_the_drawn_sizes(window, noise):
    start, lands, flows = region_with([0], 600)
    observed = PatchSizes((), ((1, 90), (3, 30), (10, 10), (40, 2)), 1.0)
    later = run(lands[window], flows, observed, noise=noise, seed=3)
    sizes = patch_sizes((later != start).astype(int), 0)[2]
    drawn = patches.drawn_sizes(np.array([1, 3, 10, 40]), np.array([90, 30, 10, 2]), 600, key_of(3, 0, 0, 1, 1, 0))
    assert sorted(sizes.tolist()) == sorted(drawn.tolist())
    # All of them are away from the class, so that they are its new patches.
    assert len(patch_sizes(later, 0)[2]) == len(drawn) + 1


@pytest.mark.parametrize(("cells", "size"), [(1, 1), (600, 6), (601, 6), (599, 600), (600, 600)])
def test_patches_of_one_size_are_as_many_as_fill_the_demand(cells, size):
    """Their number is the demand over the size, rounded up."""
    start, lands, flows = region_with([0], cells)
    later = run(lands[3], flows, PatchSizes((), ((size, 1),), 1.0))
    sizes = patch_sizes((later != start).astype(int), 0)[2]
    assert len(sizes) == -(-cells // size)
    assert sizes.sum() == cells
    assert sizes.max() == min(size, cells)


def test_patches_beside_the_class_and_away_from_it_have_the_drawn_sizes_and_the_observed_proportion():
    start, lands, flows = region_with([40, 80, 120, 160], 600)
    observed = PatchSizes(((1, 60), (2, 20), (10, 10), (40, 2)), ((1, 30), (4, 10), (25, 2)), 120 / 400)
    later = run(lands[3], flows, observed, noise=0.5)
    beside = patches.drawn_sizes(np.array([1, 2, 10, 40]), np.array([60, 20, 10, 2]), 420, key_of(1, 0, 0, 1, 0, 0))
    apart = patches.drawn_sizes(np.array([1, 4, 25]), np.array([30, 10, 2]), 180, key_of(1, 0, 0, 1, 1, 0))
    found = observed_patches(start, later, 2)[0, 1]
    assert found.share_apart == 180 / 600
    for part, drawn in ((found.beside, beside), (found.apart, apart)):
        assert np.repeat(*np.transpose(part)).tolist() == sorted(drawn.tolist())
    # Columns that become one by their patches are fewer patches of the class: none here.
    assert len(patch_sizes(np.where(later == 1, 1, 0), 0)[2]) == 4 + len(apart)


def test_without_a_share_in_patches_changes_beside_the_class_are_ranked_by_cells():
    observed = PatchSizes(((1, 60), (40, 2)), (), 0.0)
    start, lands, flows = region_with([100], 300)
    by_patches = run(lands[3], flows, observed, noise=0.0, patch_share=0.0)
    start, lands, flows = region_with([100], 300)
    how = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, noise=0.0)
    simulation.simulate(lands[3], how, flows.sum(axis=1), LABELS[:2], 1.0, flows=flows)
    np.testing.assert_array_equal(by_patches, lands[3].map())


@pytest.mark.parametrize(("share", "number"), [(0.0, 0), (0.5, 12), (1.0, 24)])
def test_the_share_in_patches_is_of_the_changes_beside_the_class(share, number):
    """Of 300 cells 60 are away from the class, in 20 patches of 3; of 240 beside it the share is in patches of 10."""
    start, lands, _ = region_with([60, 140], 300)
    land = lands[3]
    land.begin(np.ones((2, 2), bool), np.ones(2))
    how = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, patch_share=share)
    kind = patch_growth.KindOfChange(0, 1, how, 5)
    cells = patches._patches_of_kind(land, kind, 300, PatchSizes(((10, 1),), ((3, 1),), 0.2), (1, 2))
    land.change(cells, np.ones(len(cells), np.uint8))
    found = observed_patches(start, land.map(), 2)[0, 1]
    assert found.apart == ((3, 20),)
    assert found.beside == (((10, number),) if number else ())


def placed(runs_of_cells: list[int], best: list[float], sizes, quota: int) -> list[int]:
    """Cells of patches away from the class in each of several separate runs of cells in a row."""
    row = np.concatenate([np.r_[np.zeros(length, int), 255] for length in runs_of_cells])
    value = np.concatenate([np.r_[np.full(length, level), 0] for length, level in zip(runs_of_cells, best)])
    land = regions.landscape(row[None].astype(np.uint8), np.stack([1 - value, value])[:, None].astype(np.float32))
    land.begin(np.ones((2, 2), bool), np.ones(2))
    how = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, noise=0.0)
    cells = patches._patches_of_kind(
        land, patch_growth.KindOfChange(0, 1, how, 5), quota, PatchSizes((), sizes, 1.0), (1,)
    )
    number = np.full(len(land.now), -1)
    number[land.now == 0] = np.repeat(np.arange(len(runs_of_cells)), runs_of_cells)
    return np.bincount(number[cells], minlength=len(runs_of_cells)).tolist()


def test_a_patch_that_does_not_reach_its_size_begins_elsewhere():
    """Runs that suit better have no room for five cells: two seeds fail, the third does not."""
    assert placed([1, 1, 12], [0.9, 0.8, 0.5], ((5, 1),), 5) == [0, 0, 5]
    assert placed([2, 12], [0.9, 0.5], ((5, 1),), 5) == [0, 5]
    assert placed([5, 12], [0.9, 0.5], ((5, 1),), 5) == [5, 0]


def test_cells_that_found_no_room_are_drawn_again():
    """No run has room for five cells: two in the third try, two of the missing three in the next draw, then one."""
    assert sorted(placed([2, 2, 2, 2], [0.9, 0.8, 0.7, 0.6], ((5, 1),), 5)) == [0, 1, 2, 2]


def test_where_there_is_no_room_the_demand_is_met_all_the_same():
    """All but one of the cells of a small region change."""
    start, lands, flows = region_with([0], 8 * 7 - 1, side=8)
    later = run(lands[3], flows, PatchSizes(((3, 1),), ((5, 1),), 0.5))
    assert (later == 0).sum() == 1
    assert later[:, 0].all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**9), st.integers(1, 6))
def test_seeds_of_a_try_lie_in_different_squares_and_do_not_touch(seed, side):
    rng = np.random.default_rng(seed)
    cells = rng.permutation(np.arange(20 * 30))[: rng.integers(1, 400)]
    seeds = patches.spaced(cells, 30, side, 1000)
    rows, columns = np.divmod(seeds, 30)
    far = np.maximum(abs(rows[:, None] - rows), abs(columns[:, None] - columns))
    assert (far + 2 * np.eye(len(seeds)) >= 2).all()
    if side > 1:
        for shift in (0, side // 2):
            squares = set(zip(((rows + shift) // side).tolist(), ((columns + shift) // side).tolist()))
            assert len(squares) == len(seeds)
    assert seeds[0] == cells[0]
    np.testing.assert_array_equal(patches.spaced(cells, 30, side, 2), seeds[:2])
    assert np.isin(seeds, cells).all()


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


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 3000), st.dictionaries(st.integers(1, 60), st.integers(1, 50), min_size=1), st.integers(0, 99))
def test_drawn_sizes_fill_the_cells_with_as_many_patches_as_their_mean_size_says(cells, observed, key):
    """Their number is the demand over the mean size, and one more or fewer patches only to arrive at the total."""
    sizes, counts = (np.array(part) for part in zip(*sorted(observed.items())))
    drawn = patches.drawn_sizes(sizes, counts, cells, key)
    assert drawn.sum() == cells
    assert (drawn[:-1] >= drawn[1:]).all()
    assert drawn[-1] >= 1
    assert drawn[0] <= sizes[-1]
    many = max(round(cells / np.average(sizes, weights=counts)), 1)
    # A systematic sample differs from its expected total by less than the range of the sizes and half a mean.
    assert many <= len(drawn) <= many + 2 + cells // sizes[-1] * (many == 1)


def test_drawn_sizes_come_as_often_as_they_were_observed():
    """A systematic sample has every proportion exactly, up to one patch."""
    for key in range(5):
        drawn = patches.drawn_sizes(np.array([1, 4, 9]), np.array([50, 30, 20]), 3500, key)
        assert [(drawn == size).sum() for size in (1, 4, 9)] == pytest.approx([500, 300, 200], abs=2)


def test_drawn_sizes_at_their_limits():
    nothing = np.zeros(0, int)
    assert len(patches.drawn_sizes(nothing, nothing, 5, 3)) == 0
    assert len(patches.drawn_sizes(np.array([1]), np.array([1]), 0, 3)) == 0
    assert patches.drawn_sizes(np.array([3]), np.array([2]), 1, 3).tolist() == [1]
    assert patches.drawn_sizes(np.array([3]), np.array([2]), 7, 3).tolist() == [3, 3, 1]
    assert patches.drawn_sizes(np.array([3]), np.array([2]), 8, 3).tolist() == [3, 3, 2]
    # Of observed patches of 1 and 100 cells one is drawn, whichever it is.
    found = {tuple(patches.drawn_sizes(np.array([1, 100]), np.array([1, 1]), 50, key).tolist()) for key in range(20)}
    assert found == {(50,), (49, 1)}
