"""Properties that every simulation has, on random small regions, and the rules against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.log import Log
from carbon_balance.core.scenarios import automaton, candidates, landscape, simulation, targets
from carbon_balance.core.scenarios.landscape import Landscape
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import LABELS, Case

relaxed = settings(deadline=None, max_examples=40)


@relaxed
@given(st.integers(0, 10**9))
def test_demand_is_met_and_nothing_forbidden_happens(seed):
    case = Case(seed)
    if not case.free:
        return
    found = case.run()
    valid = case.start < case.k
    np.testing.assert_array_equal(np.bincount(found[valid], minlength=case.k), case.demand)
    np.testing.assert_array_equal(found[~valid], 255)
    np.testing.assert_array_equal(found[case.locked], case.start[case.locked])
    changed = valid & (found != case.start)
    assert case.permitted[case.start[changed], found[changed]].all()


@relaxed
@given(st.integers(0, 10**9))
def test_without_settling_no_class_passes_its_demand(seed):
    case = Case(seed)
    if not case.free:
        return
    found = case.run(settle=False)
    valid = case.start < case.k
    before = np.bincount(case.start[valid], minlength=case.k)
    after = np.bincount(found[valid], minlength=case.k)
    grows = case.demand > before
    assert (after[grows] <= case.demand[grows]).all()
    assert (after[case.demand < before] >= case.demand[case.demand < before]).all()
    assert (after[case.demand == before] == before[case.demand == before]).all()


@pytest.mark.parametrize("inertia", ["deadband", "published"])
def test_same_seed_same_map_whatever_the_workers_and_another_seed_another_map(inertia, monkeypatch):
    monkeypatch.setattr(landscape, "CELLS_A_SPAN", 97)
    for seed in range(100, 106):
        case = Case(seed)
        one = case.run(inertia=inertia)
        np.testing.assert_array_equal(one, case.run(inertia=inertia))
        np.testing.assert_array_equal(one, case.run(workers=4, inertia=inertia))
    rng = np.random.default_rng(0)
    case = Case(100)
    case.start = regions.patches(rng, 60, 60, case.k)
    case.shares = regions.suitability(rng, case.k, 60, 60)
    case.restricted = np.zeros((60, 60), bool)
    case.permitted[:] = True
    case.demand = np.bincount(case.start.ravel(), minlength=case.k)
    case.demand += np.array([100, -100] + [0] * (case.k - 2))
    one, workers, other = case.run(), case.run(workers=3), case.run(seed=2)
    np.testing.assert_array_equal(one, workers)
    assert (one != other).any()


def neighbours_by_loop(classes_map: np.ndarray, k: int, window: int) -> np.ndarray:
    height, width = classes_map.shape
    r = window // 2
    result = np.zeros((height, width, k), int)
    for row in range(height):
        for column in range(width):
            around = classes_map[max(row - r, 0) : row + r + 1, max(column - r, 0) : column + r + 1]
            for c in range(k):
                result[row, column, c] = (around == c).sum() - (classes_map[row, column] == c)
    return result


@pytest.mark.parametrize("window", [3, 5, 15])
@pytest.mark.parametrize("share", [0.01, 0.5])
def test_chances_stay_right_through_changes(window, share):
    """Neighbour counts and sums kept up to date are those counted anew."""
    rng = np.random.default_rng(window)
    k, height, width = 4, 37, 23
    start, shares = regions.patches(rng, height, width, k), regions.suitability(rng, k, height, width)
    start[rng.random((height, width)) < 0.05] = 255
    land = regions.landscape(start, shares, window=window)
    permitted, weights = rng.random((k, k)) < 0.6, rng.random(k)
    land.begin(permitted, weights)
    for _ in range(4):
        free = np.flatnonzero(land.origin < k)
        cells = rng.choice(free, max(1, int(share * len(free))), replace=False)
        land.change(cells, rng.integers(0, k, len(cells)).astype(np.uint8))
    now = land.map()
    around = neighbours_by_loop(now, k, window)
    np.testing.assert_array_equal(land._grid(land.neighbours), around)
    allowed = permitted | np.eye(k, dtype=bool)
    chances = np.moveaxis(shares, 0, -1) * around * weights
    origin = np.where(start < k, start, 0)
    chances = chances * allowed[origin] * (start < k)[..., None]
    own = np.take_along_axis(chances, np.where(now < k, now, 0)[..., None].astype(int), 2)[..., 0]
    np.testing.assert_allclose(land._grid(land.stay), own, rtol=1e-5)
    np.testing.assert_allclose(land._grid(land.others), chances.sum(axis=2) - own, rtol=1e-4, atol=1e-5)


@relaxed
@given(st.integers(0, 10**9))
def test_acceptance_is_that_of_a_loop_with_live_counts(seed):
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


def test_the_roulette_draws_in_proportion_to_the_chances():
    """Many copies of one neighbourhood: the share drawn of each class is its chance (4 sigma)."""
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
    at, drawn, _, _ = automaton.propose(land, np.flatnonzero(land.others), pull, np.ones((k, k), bool), 10**9, (7,))
    chance = np.array([0.2 * 4 * 1.0 * 2, 0.5 * 2 * 0.6, 0.3 * 2 * 0.9])
    chance /= chance.sum()
    for c in (1, 2):
        expected = chance[c] * count
        assert abs((drawn == c).sum() - expected) < 4 * np.sqrt(expected)
    assert len(np.unique(at)) == len(at)


@relaxed
@given(st.integers(0, 10**9), st.booleans(), st.booleans(), st.booleans())
def test_only_cells_that_would_be_refused_take_no_part(seed, once, listing, keeping):
    """Beside every cell looked at alone, through changes, while kinds of change close one after the other."""
    case, rng = Case(seed), np.random.default_rng(seed)
    land = case.land()
    land.begin(case.permitted, case.weights)
    wanted = ~np.eye(case.k, dtype=bool)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landscape, "CELLS_A_SPAN", 97)
        patch.setattr(candidates, "MOST_RENEWED", 0 if keeping else 10**9)
        for round_ in range(6):
            floor = 1 / case.k / (round_ + 1)

            def taking_part(land, span, number, wanted=wanted, floor=floor):
                return land.candidates.of_span(land, span, number, wanted, once, floor, listing)

            found = land.each_span(taking_part)
            at = np.concatenate([part for part, _ in found])
            assert (np.diff(at) > 0).all()
            chances = land.weighted(np.arange(len(land.now)))
            free = (land.origin < case.k) & ((land.now == land.origin) | (not once))
            inside = np.flatnonzero(free)
            could = np.zeros((len(land.now), case.k), bool)
            could[inside] = (chances[inside] > 0) & wanted[land.now[inside]]
            taken = could & (land.suitability > floor)
            assert np.isin(np.flatnonzero(taken.any(axis=1)), at).all()
            assert free[at].all()
            if listing:
                assert at.tolist() == np.flatnonzero(taken.any(axis=1)).tolist()
                waiting = np.setdiff1d(np.flatnonzero(could.any(axis=1)), at)
                assert any(waits for _, waits in found) == (len(waiting) > 0)
            cells = rng.permutation(inside)[: len(inside) // 50 + 1]
            land.change(cells, rng.integers(0, case.k, len(cells)).astype(np.uint8))
            wanted = wanted & (rng.random(wanted.shape) < 0.8)


def test_early_iterations_convert_only_suitable_cells():
    case = Case(3)
    land = case.land()
    land.begin(np.ones((case.k, case.k), bool), np.ones(case.k))
    pull = np.full(256, 1e-6, np.float32)
    at, drawn, _, _ = automaton.propose(
        land, np.flatnonzero(land.others), pull, np.ones((case.k, case.k), bool), 0, (1,)
    )
    assert len(at)
    assert (land.suitability[at, drawn] > 1 / case.k).all()


def test_deadband_inertia_pushes_classes_that_lag():
    """By hand: gaps 100 and -100 hardly move (rate 0.98 / 1.01 > 0.9), then get worse."""
    inertia = automaton.Inertia(np.array([100, -100, 0]))
    inertia.follow_deadband(np.array([98, -98, 0]), 0.1)
    push = 98 / 101 + 0.1
    np.testing.assert_allclose(inertia.values, [push, 1 / push, 1])
    inertia.follow_deadband(np.array([50, -50, 0]), 0.1)
    np.testing.assert_allclose(inertia.values, [push, 1 / push, 1])
    inertia.follow_deadband(np.array([60, -60, 0]), 0.1)
    np.testing.assert_allclose(inertia.values, [push * 1.44, 1 / push / 1.44, 1])
    for gap in range(61, 4000):
        inertia.follow_deadband(np.array([gap**2, -(gap**2), 0]), 0.1)
    np.testing.assert_allclose(inertia.values, [1e3, 1e-3, 1])


def test_a_class_at_its_target_locks_no_one_out():
    """a may only become b, b only c; the iterations alone cannot pass through b, which is at its demand."""
    start = np.repeat(np.array([[0], [0], [1], [1], [2], [2]], np.uint8), 12, axis=1)
    shares = np.full((3, 6, 12), 1 / 3, np.float32)
    permitted = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], bool)
    land = regions.landscape(start, shares)
    rules = automaton.Rules(permitted, np.ones(3))
    results, history = simulation.simulate(land, rules, np.array([[18, 24, 30]]), LABELS[:3], 1.0)
    np.testing.assert_array_equal(results[0].cells, [18, 24, 30])
    assert results[0].settled == 12
    assert history.changed[-1] == 12
    land = regions.landscape(start, shares)
    log = Log()
    stuck = automaton.Rules(permitted, np.ones(3), settle=False)
    simulation.simulate(land, stuck, np.array([[18, 24, 30]]), LABELS[:3], 0.5, log=log)
    assert log.warnings == ["Step 1: the iterations ended short of the demand by a -3.00 ha, c +3.00 ha."]


@relaxed
@given(st.integers(0, 10**9))
def test_demand_by_transition_is_met_change_by_change(seed):
    """Gross flows between classes, restricted cells left out; no cell changes twice over two steps."""
    rng = np.random.default_rng(seed)
    case = Case(seed)
    free = np.bincount(case.start[~case.locked & (case.start < case.k)], minlength=case.k)
    if not case.free:
        return
    allowed = case.permitted | np.eye(case.k, dtype=bool)
    full = np.array([rng.multinomial(n, row / row.sum()) for n, row in zip(free, rng.random(allowed.shape) * allowed)])
    half = full // 2
    half[np.diag_indices(case.k)] += free - half.sum(axis=1)
    held = np.diag(np.bincount(case.start[case.locked & (case.start < case.k)], minlength=case.k))
    flows = np.array([half, full]) + held
    land, maps = case.land(), []
    rules = automaton.Rules(case.permitted, case.weights, iterations=40, base_inertia=0.01)
    simulation.simulate(
        land, rules, flows.sum(axis=1), LABELS[: case.k], 1.0, flows=flows, on_step=lambda step: maps.append(land.map())
    )
    valid = case.start < case.k
    for flow, found in zip(flows, maps):
        pairs = case.start[valid].astype(int) * case.k + found[valid]
        np.testing.assert_array_equal(np.bincount(pairs, minlength=case.k**2).reshape(case.k, -1), flow)
    moved = valid & (maps[0] != case.start)
    np.testing.assert_array_equal(maps[1][moved], maps[0][moved])
    np.testing.assert_array_equal(maps[1][case.locked], case.start[case.locked])


def test_forbidden_transitions_in_the_demand_are_refused():
    start = np.array([[0, 0, 1, 1]] * 4, np.uint8)
    land = regions.landscape(start, np.full((2, 4, 4), 0.5, np.float32))
    rules = automaton.Rules(np.array([[1, 0], [1, 1]], bool), np.ones(2))
    flows = np.array([[[5, 3], [0, 8]]])
    with pytest.raises(CarbonBalanceError, match=r"ask for 3\.00 ha from a to b, which the permission matrix forbids"):
        simulation.simulate(land, rules, flows.sum(axis=1), ["a", "b"], 1.0, flows=flows)


def test_steps_follow_one_another():
    case = Case(100)
    case.permitted[:] = True
    case.restricted[:] = False
    first = np.bincount(case.start[case.start < case.k], minlength=case.k)
    half = first + (np.array([3, -3] + [0] * (case.k - 2)))
    full = first + (np.array([6, -6] + [0] * (case.k - 2)))
    land, maps = case.land(), []
    rules = automaton.Rules(case.permitted, np.ones(case.k))
    results, history = simulation.simulate(
        land, rules, np.array([half, full]), LABELS[: case.k], 1.0, on_step=lambda step: maps.append(land.map())
    )
    np.testing.assert_array_equal(results[1].cells, full)
    np.testing.assert_array_equal(np.bincount(maps[0][maps[0] < case.k], minlength=case.k), half)
    assert set(history.steps) == {0, 1}


def refused(case: Case, sentence: str, **changes) -> None:
    rules = automaton.Rules(**{"permitted": case.permitted, "weights": case.weights, **changes})
    with pytest.raises(CarbonBalanceError, match=sentence):
        simulation.simulate(case.land(), rules, case.demand[None], LABELS[: case.k], 1.0)


def test_bad_input_is_refused_in_one_sentence():
    case = Case(100)
    k = case.k
    refused(case, "permission matrix has 2 x 9 rows", permitted=np.ones((2, 9), bool))
    refused(case, f"There are 1 neighbourhood weights for {k} classes", weights=np.ones(1))
    refused(case, "weights must be numbers of 0 or more", weights=np.full(k, -1.0))
    refused(case, "weights must be numbers of 0 or more", weights=np.full(k, np.nan))
    case.demand = case.demand + 1
    refused(case, "The demand adds up to")
    case = Case(100)
    case.restricted[:] = True
    refused(case, "No cell may change")
    with pytest.raises(CarbonBalanceError, match="4 cells wide: an odd number"):
        Landscape(5, 5, 3, 4)
    with pytest.raises(CarbonBalanceError, match=r"has 1 class\(es\)"):
        Landscape(5, 5, 1)
    with pytest.raises(CarbonBalanceError, match=r"has 3 band\(s\), the land cover 2 classes"):
        regions_land = Landscape(2, 2, 2)
        regions_land.put(slice(0, 2), slice(0, 2), np.zeros((2, 2), np.uint8), np.ones((3, 2, 2)))
    with pytest.raises(CarbonBalanceError, match="negative values"):
        regions.landscape(np.zeros((2, 2), np.uint8), np.full((2, 2, 2), -0.5))


def test_unreachable_demand_is_refused_or_the_nearest_taken():
    start = np.array([[0, 0, 1, 1]] * 4, np.uint8)
    shares = np.full((2, 4, 4), 0.5, np.float32)
    rules = automaton.Rules(np.array([[1, 0], [1, 1]], bool), np.ones(2))
    demand = np.array([[5, 11]])
    with pytest.raises(CarbonBalanceError, match=r"b 3\.00 ha would be lacking, and a 3\.00 ha \(it may become no"):
        simulation.simulate(regions.landscape(start, shares), rules, demand, ["a", "b"], 1.0)
    log = Log()
    results, _ = simulation.simulate(
        regions.landscape(start, shares), rules, demand, ["a", "b"], 1.0, nearest=True, log=log
    )
    np.testing.assert_array_equal(results[0].cells, [8, 8])
    assert len(log.warnings) == 1


def test_cancelling_stops_the_run():
    class Impatient(Log):
        def is_cancelled(self) -> bool:
            return True

    case = Case(100)
    rules = automaton.Rules(case.permitted, case.weights)
    with pytest.raises(Cancelled):
        simulation.simulate(case.land(), rules, case.demand[None], LABELS[: case.k], 1.0, log=Impatient())
