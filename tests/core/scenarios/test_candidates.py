"""Which cells take part in an iteration."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.scenarios import candidates, landscape
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import Case


@settings(deadline=None, max_examples=40)
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
