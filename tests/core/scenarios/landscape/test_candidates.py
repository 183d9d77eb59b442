"""Which cells take part in an iteration."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.scenarios.landscape import candidates, landscape
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import Case
from regions import landscape as landscape_of


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**9), st.booleans(), st.booleans(), st.booleans())
def test_only_cells_that_would_be_refused_are_skipped(seed, once, listing, keeping):
    """Compared with checking every cell, during changes and while transitions are closed one by one."""
    case, rng = Case(seed), np.random.default_rng(seed)
    land = case.land()
    land.begin(case.permitted, case.weights)
    wanted = ~np.eye(case.k, dtype=bool)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landscape, "SPAN_CELLS", 97)
        patch.setattr(candidates, "MOST_RENEWED", 0 if keeping else 10**9)
        for round_ in range(6):
            # That of an iteration, or one that hardly any cell of a span exceeds.
            floor = float(rng.choice([1 / case.k / (round_ + 1), *rng.choice(land.suitability.max(axis=1), 2)]))

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
            if round_ % 3 == 2:
                wanted = wanted & (rng.random(wanted.shape) < 0.8)


def test_a_listed_cell_becomes_a_candidate_with_a_better_neighbour():
    start = np.ones((80, 80), np.uint8)
    start[20, 20] = 0
    shares = np.zeros((3, 80, 80), np.float32)
    shares[:, 20, 20] = 0.1, 0.4, 0.9
    land = landscape_of(start, shares)
    land.begin(np.ones((3, 3), bool), np.ones(3))
    wanted, whole, cell = ~np.eye(3, dtype=bool), slice(0, len(land.now)), 21 * land.stride + 21

    def taking_part() -> list[int]:
        return land.candidates.of_span(land, whole, 0, wanted, True, 0.5, True)[0].tolist()

    assert land.now[cell] == 0
    assert taking_part() == []
    land.change(np.array([cell + 1]), np.array([2], np.uint8))
    assert taking_part() == [cell]


@pytest.mark.parametrize(("others", "ready", "waits"), [([0, 0.4, 0.6], [2], True), ([0, 0, 0.6], [2], False)])
def test_cells_below_the_threshold_wait_and_unsuitable_ones_are_dropped(others, ready, waits):
    land = SimpleNamespace(
        others=np.array(others), least_weight=1.0, now=np.array([0, 0, 0]), origin=np.array([0, 0, 0])
    )
    wanted = np.array([[False, True], [False, False]])
    found = candidates.Candidates().of_span(land, slice(0, 3), 0, wanted, False, 0.5, False)
    assert (found[0].tolist(), found[1]) == (ready, waits)
