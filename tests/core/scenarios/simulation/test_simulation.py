"""Properties of every simulation, on small random regions."""

from __future__ import annotations

import numpy as np
import pytest
import regions
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.landscape import landscape
from carbon_balance.core.scenarios.simulation import simulation
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
def test_without_settling_no_class_exceeds_its_demand(seed):
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
def test_same_seed_same_map_and_another_seed_another_map(inertia, monkeypatch):
    monkeypatch.setattr(landscape, "SPAN_CELLS", 97)
    for seed in range(100, 106):
        case = Case(seed)
        one = case.run(inertia=inertia)
        np.testing.assert_array_equal(one, case.run(inertia=inertia))
    rng = np.random.default_rng(0)
    case = Case(100)
    case.start = regions.patches(rng, 60, 60, case.k)
    case.shares = regions.suitability(rng, case.k, 60, 60)
    case.restricted = np.zeros((60, 60), bool)
    case.permitted[:] = True
    case.demand = np.bincount(case.start.ravel(), minlength=case.k)
    case.demand += np.array([100, -100] + [0] * (case.k - 2))
    assert (case.run() != case.run(seed=2)).any()


def test_demand_through_a_class_at_its_target_is_met():
    """Class a may only become b, and b only c; iterations alone cannot pass through b, which is at its demand."""
    start = np.repeat(np.array([[0], [0], [1], [1], [2], [2]], np.uint8), 12, axis=1)
    shares = np.full((3, 6, 12), 1 / 3, np.float32)
    permitted = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], bool)
    land = regions.landscape(start, shares)
    rules = Rules(permitted, np.ones(3))
    results, history = simulation.simulate(land, rules, np.array([[18, 24, 30]]), LABELS[:3], 1.0)
    np.testing.assert_array_equal(results[0].cells, [18, 24, 30])
    np.testing.assert_array_equal(land.counts(), [18, 24, 30])
    assert results[0].settled == 12
    assert history.changed[-1] == 12
    land = regions.landscape(start, shares)
    log = Log()
    stuck = Rules(permitted, np.ones(3), settle=False)
    simulation.simulate(land, stuck, np.array([[18, 24, 30]]), LABELS[:3], 0.5, log=log)
    assert log.warnings == [
        "Step 1: at the end of the iterations the demand was not reached by a -3.00 ha, c +3.00 ha."
    ]


@relaxed
@given(st.integers(0, 10**9))
def test_demand_by_transition_is_met_for_each_transition(seed):
    """Gross flows between classes, without restricted cells; no cell changes twice in two steps."""
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
    rules = Rules(case.permitted, case.weights, iterations=40, base_inertia=0.01)
    results, _ = simulation.simulate(
        land, rules, flows.sum(axis=1), LABELS[: case.k], 1.0, flows=flows, on_step=lambda step: maps.append(land.map())
    )
    valid = case.start < case.k
    for result, found in zip(results, maps):
        np.testing.assert_array_equal(result.cells, np.bincount(found[valid], minlength=case.k))
    for flow, found in zip(flows, maps):
        pairs = case.start[valid].astype(int) * case.k + found[valid]
        np.testing.assert_array_equal(np.bincount(pairs, minlength=case.k**2).reshape(case.k, -1), flow)
    moved = valid & (maps[0] != case.start)
    np.testing.assert_array_equal(maps[1][moved], maps[0][moved])
    np.testing.assert_array_equal(maps[1][case.locked], case.start[case.locked])


def by_transition(case: Case, flows: np.ndarray, **more):
    """Run a demand by transition; the cells by class at the start and the end of each step, and the results."""
    land, pairs = case.land(), []
    valid = case.start < case.k

    def keep(step):
        both = case.start[valid].astype(int) * case.k + land.map()[valid]
        pairs.append(np.bincount(both, minlength=case.k**2).reshape(case.k, -1))

    rules = Rules(case.permitted, case.weights)
    results, _ = simulation.simulate(
        land, rules, flows.sum(axis=1), LABELS[: case.k], 1.0, flows=flows, on_step=keep, **more
    )
    return pairs, results


@relaxed
@given(st.integers(0, 10**9))
def test_any_demand_by_transition_is_met_or_reported_as_missing(seed):
    """Any demand in each of three years; restricted and forbidden changes never occur."""
    rng = np.random.default_rng(seed)
    case = Case(seed)
    if not case.free:
        return
    held = np.bincount(case.start[case.start < case.k], minlength=case.k)
    flows = np.array([[rng.multinomial(n, rng.dirichlet(np.ones(case.k))) for n in held] for _ in range(3)])
    log = Log()
    pairs, results = by_transition(case, flows, nearest=True, log=log)
    free = np.bincount(case.start[~case.locked & (case.start < case.k)], minlength=case.k)
    stays = np.eye(case.k, dtype=bool)
    possible = np.where(case.permitted & ~stays, flows, 0).sum(axis=2)
    for pair, result, flow, most in zip(pairs, results, flows, np.minimum(possible, free)):
        np.testing.assert_array_equal(result.found, pair)
        np.testing.assert_array_equal(result.cells, pair.sum(axis=0))
        assert not pair[~(case.permitted | stays)].any()
        changed = np.where(stays, 0, pair)
        assert (changed <= flow).all()
        np.testing.assert_array_equal(changed.sum(axis=1), most)
        assert result.missing == np.where(stays, 0, flow).sum() - most.sum()
    told = any("demand and result by transition differ" in warning for warning in log.warnings)
    assert told == any(result.missing for result in results)


def test_a_class_with_few_free_cells_is_refused_by_transition():
    """Totals by class could be reached through chains of changes, which a demand by transition excludes."""
    case = Case(100)
    case.k, case.start = 3, np.repeat(np.array([[0], [1], [2]], np.uint8), 20, axis=1).repeat(4, axis=0)
    case.shares = np.full((3, 12, 20), 1 / 3, np.float32)
    case.restricted = np.zeros((12, 20), bool)
    case.restricted[8:, 3:] = True
    case.permitted, case.weights = np.ones((3, 3), bool), np.ones(3)
    flows = np.array([[[60, 15, 5], [0, 80, 0], [10, 20, 50]]])
    with pytest.raises(
        CarbonBalanceError, match=r"c>a: demand 10\.00 ha, possible 4\.00 ha, c>b: demand 20\.00 ha, poss"
    ):
        by_transition(case, flows)
    pairs, results = by_transition(case, flows, nearest=True)
    np.testing.assert_array_equal(pairs[0], [[60, 15, 5], [0, 80, 0], [4, 8, 68]])
    assert results[0].missing == 18


def test_forbidden_transitions_in_the_demand_are_refused():
    start = np.array([[0, 0, 1, 1]] * 4, np.uint8)
    land = regions.landscape(start, np.full((2, 4, 4), 0.5, np.float32))
    rules = Rules(np.array([[1, 0], [1, 1]], bool), np.ones(2))
    flows = np.array([[[5, 3], [0, 8]]])
    with pytest.raises(CarbonBalanceError, match=r"require 3\.00 ha from a to b, which the permission matrix forbids"):
        simulation.simulate(land, rules, flows.sum(axis=1), ["a", "b"], 1.0, flows=flows)


def test_steps_follow_one_another():
    case = Case(100)
    case.permitted[:] = True
    case.restricted[:] = False
    first = np.bincount(case.start[case.start < case.k], minlength=case.k)
    half = first + (np.array([3, -3] + [0] * (case.k - 2)))
    full = first + (np.array([6, -6] + [0] * (case.k - 2)))
    land, maps = case.land(), []
    rules = Rules(case.permitted, np.ones(case.k))
    results, history = simulation.simulate(
        land, rules, np.array([half, full]), LABELS[: case.k], 1.0, on_step=lambda step: maps.append(land.map())
    )
    np.testing.assert_array_equal(results[1].cells, full)
    np.testing.assert_array_equal(land.counts(), full)
    np.testing.assert_array_equal(np.bincount(maps[0][maps[0] < case.k], minlength=case.k), half)
    assert set(history.steps) == {0, 1}


def refused(case: Case, sentence: str, **changes) -> None:
    rules = Rules(**{"permitted": case.permitted, "weights": case.weights, **changes})
    with pytest.raises(CarbonBalanceError, match=sentence):
        simulation.simulate(case.land(), rules, case.demand[None], LABELS[: case.k], 1.0)


def test_bad_input_is_refused_in_one_sentence():
    case = Case(100)
    k = case.k
    refused(case, "permission matrix has 2 x 9 rows", permitted=np.ones((2, 9), bool))
    refused(case, f"There are 1 neighbourhood weights for {k} classes", weights=np.ones(1))
    refused(case, "weights must be numbers of at least 0", weights=np.full(k, -1.0))
    refused(case, "weights must be numbers of at least 0", weights=np.full(k, np.nan))
    case.demand = case.demand + 1
    refused(case, "The demand adds up to")
    case = Case(100)
    case.restricted[:] = True
    refused(case, "No cell can change")


def test_unreachable_demand_is_refused_or_replaced_by_the_nearest():
    start = np.array([[0, 0, 1, 1]] * 4, np.uint8)
    shares = np.full((2, 4, 4), 0.5, np.float32)
    rules = Rules(np.array([[1, 0], [1, 1]], bool), np.ones(2))
    demand = np.array([[5, 11]])
    with pytest.raises(
        CarbonBalanceError, match=r"b 3\.00 ha would fall short, and a 3\.00 ha \(it cannot change to any"
    ):
        simulation.simulate(regions.landscape(start, shares), rules, demand, ["a", "b"], 1.0)
    log = Log()
    land = regions.landscape(start, shares)
    results, _ = simulation.simulate(land, rules, demand, ["a", "b"], 1.0, nearest=True, log=log)
    np.testing.assert_array_equal(results[0].cells, [8, 8])
    np.testing.assert_array_equal(land.counts(), [8, 8])
    assert len(log.warnings) == 1


def test_cancelling_stops_the_run():
    class Impatient(Log):
        def is_cancelled(self) -> bool:
            return True

    case = Case(100)
    rules = Rules(case.permitted, case.weights)
    with pytest.raises(Cancelled):
        simulation.simulate(case.land(), rules, case.demand[None], LABELS[: case.k], 1.0, log=Impatient())


def test_the_final_allocation_proceeds_in_portions(monkeypatch):
    """Each takes a quarter of the missing cells, at least 256 or the rest: 4,000 cells take nine portions."""
    from carbon_balance.core.scenarios.automaton import final_allocation

    amounts = []
    usual = final_allocation._convert

    def convert(land, target, here, there, amount, origins, key):
        amounts.append(amount)
        return usual(land, target, here, there, amount, origins, key)

    monkeypatch.setattr(final_allocation, "_convert", convert)
    start = np.zeros((80, 100), np.uint8)
    start[:, 50:] = 1
    land = regions.landscape(start, np.full((2, 80, 100), 0.5, np.float32))
    rules = Rules(np.ones((2, 2), bool), np.ones(2), iterations=0)
    simulation.simulate(land, rules, np.array([[0, 8000]]), LABELS[:2], 1.0)
    assert amounts == [1000, 750, 562, 422, 316, 256, 256, 256, 182]
