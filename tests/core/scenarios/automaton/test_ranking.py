"""The ranked allocation against a loop over all cells, and properties of every allocation."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.options.scenarios import RANKED
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton import ranking
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.landscape import distributed_landscape as spread
from carbon_balance.core.scenarios.landscape import landscape
from carbon_balance.core.scenarios.simulation import simulation
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import LABELS, Arrays, Case, map_of


def flows_of(case: Case, rng: np.random.Generator) -> np.ndarray:
    """Changes that the free cells and the permission matrix allow, (classes, classes); the diagonal is what stays."""
    free = np.bincount(case.start[~case.locked & (case.start < case.k)], minlength=case.k)
    allowed = case.permitted | np.eye(case.k, dtype=bool)
    wanted = np.array(
        [rng.multinomial(n, row / row.sum()) for n, row in zip(free, rng.random(allowed.shape) * allowed)]
    )
    held = np.bincount(case.start[case.locked & (case.start < case.k)], minlength=case.k)
    return wanted + np.diag(held)


def simulated(case: Case, land, flows: np.ndarray, **rules) -> None:
    how = Rules(case.permitted, case.weights, allocation=RANKED, **rules)
    simulation.simulate(land, how, flows.sum(axis=1), LABELS[: case.k], 1.0, flows=flows)


def pairs(case: Case, found: np.ndarray) -> np.ndarray:
    valid = case.start < case.k
    kinds = case.start[valid].astype(int) * case.k + found[valid]
    return np.bincount(kinds, minlength=case.k**2).reshape(case.k, case.k)


def test_random_numbers_are_those_of_splitmix64():
    """The first five numbers of its public reference implementation for the seed 1234567."""
    known = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    numbers = ranking.uniform(np.arange(1, 6), 1234567)
    assert numbers.tolist() == [((each >> 11) + 0.5) / 2**53 for each in known]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**9), st.sampled_from([0.0, 0.5, 1.0]), st.integers(1, 3), st.sampled_from([0.0, 0.5, 1.0]))
def test_every_transition_is_met_and_nothing_forbidden_happens(seed, noise, passes, strength):
    case = Case(seed)
    if not case.free:
        return
    flows = flows_of(case, np.random.default_rng(seed))
    half = flows // 2
    half[np.diag_indices(case.k)] += (flows - half).sum(axis=1)
    land = case.land()
    simulated(case, land, np.array([half, flows]), noise=noise, passes=passes, strength=strength)
    np.testing.assert_array_equal(pairs(case, land.map()), flows)
    np.testing.assert_array_equal(land.map()[case.locked], case.start[case.locked])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from([13, 97]), st.sampled_from([0.0, 0.7]))
def test_ranking_in_parts_gives_the_same_cells_as_the_whole(seed, span, noise):
    case = Case(seed)
    if not case.free:
        return
    flows = flows_of(case, np.random.default_rng(seed))[None]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(landscape, "SPAN_CELLS", span)
        patched.setattr(spread, "PART_CELLS", 3 * span)
        whole = case.land()
        simulated(case, whole, flows, noise=noise, passes=2)
        parts = spread.DistributedLandscape(Arrays(case), Log())
        simulated(case, parts, flows, noise=noise, passes=2)
        np.testing.assert_array_equal(map_of(parts, case.start, parts.happened), whole.map())
        parts.close()


def test_without_noise_the_highest_product_is_taken():
    """Suitability x share of neighbours, computed by a loop over the cells."""
    rng = np.random.default_rng(4)
    start = regions.patches(rng, 20, 30, 2)
    shares = regions.suitability(rng, 2, 20, 30)
    products = {}
    for row, column in np.argwhere(start == 0):
        around = start[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        products[row, column] = float(shares[1, row, column]) * (around == 1).sum() / 8
    best = sorted(products, key=products.get, reverse=True)[:40]
    assert products[best[-1]] > sorted(products.values(), reverse=True)[40]
    land = regions.landscape(start, shares)
    flow = np.array([[int((start == 0).sum()) - 40, 40], [0, int((start == 1).sum())]])
    rules = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, noise=0.0)
    simulation.simulate(land, rules, flow[None].sum(axis=1), LABELS[:2], 1.0, flows=flow[None])
    assert {tuple(cell) for cell in np.argwhere(land.map() != start)} == set(best)


def test_noise_of_one_draws_in_proportion_to_the_product():
    """Two kinds of cells, one rated three times the other: three of four cells taken first are of that kind."""
    width = 30000
    start = np.zeros((3, width), np.uint8)
    start[1] = 1
    shares = np.zeros((2, 3, width), np.float32)
    shares[1, 0], shares[1, 2] = 0.75, 0.25
    land = regions.landscape(start, shares)
    flow = np.array([[2 * width - 2000, 2000], [0, width]])
    rules = Rules(np.ones((2, 2), bool), np.ones(2), allocation=RANKED, noise=1.0)
    simulation.simulate(land, rules, flow[None].sum(axis=1), LABELS[:2], 1.0, flows=flow[None])
    first, last = ((land.map()[row] == 1).sum() for row in (0, 2))
    assert first + last == 2000
    # The share of 2,000 draws has a standard deviation of 0.0097; what is drawn is missing afterwards, which is little.
    assert first / 2000 == pytest.approx(0.75, abs=0.04)


def test_random_numbers_of_cells_are_uniform_and_independent_of_neighbours():
    drawn = ranking.uniform(np.arange(200_000), ranking.key_of(1, 2, 3))
    counts = np.bincount((drawn * 20).astype(int), minlength=20)
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 43.8  # chi-square, 19 degrees of freedom, 0.1 %
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.01
    assert (drawn > 0).all()
    assert (drawn < 1).all()
    other = ranking.uniform(np.arange(200_000), ranking.key_of(1, 2, 4))
    assert abs(np.corrcoef(drawn, other)[0, 1]) < 0.01


def test_a_cell_claimed_by_two_classes_is_given_to_one_and_both_demands_are_met():
    found = {
        (0, 1): (np.array([5, 6, 7, 9]), np.array([9.0, 8, 3, 2])),
        (0, 2): (np.array([5, 6, 9, 7]), np.array([4.0, 3.5, 0, -1])),
    }
    portion = np.array([[0, 2, 2], [0, 0, 0], [0, 0, 0]])
    cells, before, after = ranking.chosen(found, portion)
    assert before.tolist() == [0] * 4
    # At worst class 1 takes an 8 and class 2 a 3.5: cell 5 lies 1 above for class 1 and 0.5 for class 2.
    assert dict(zip(cells.tolist(), after.tolist())) == {5: 1, 6: 1, 9: 2, 7: 2}


def test_ratings_fall_into_1024_bins_from_minus_60_to_20():
    ratings = np.array([-99, -60, -59.93, -59.91, -20, 19.93, 20, 99], np.float32)
    bins, counts = ranking.rating_bins(ratings)
    assert bins.tolist() == [0, 0, 0, 1, 512, 1023, 1023, 1023]
    assert (len(counts), counts[[0, 1, 512, 1023]].tolist(), counts.sum()) == (1024, [3, 1, 1, 3], 8)


@pytest.mark.parametrize(("wanted", "bin_"), [(1, 1023), (3, 1023), (4, 512), (5, 1), (6, 0), (8, 0), (9, 0)])
def test_the_lowest_bin_with_enough_cells_is_found(wanted, bin_):
    counts = np.zeros(1024, np.int32)
    counts[[0, 1, 512, 1023]] = [3, 1, 1, 3]
    assert ranking.top_bin(counts, wanted) == bin_
