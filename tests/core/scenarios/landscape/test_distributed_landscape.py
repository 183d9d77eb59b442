"""A region divided into parts ends with the same cells as one held in memory as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.landscape import distributed_landscape as distributed
from carbon_balance.core.scenarios.landscape import landscape
from carbon_balance.core.scenarios.simulation import simulation
from hypothesis import given, settings
from hypothesis import strategies as st
from regions import LABELS, Arrays, Case, map_of


def simulated(land, case: Case, lose=lambda: None, **rules):
    """Two steps: half of the demand, all of it; maps after both, and the history."""
    before = np.bincount(case.start[case.start < case.k], minlength=case.k)
    steps, histories = [], []
    for demand in (case.demand, before):
        how = Rules(case.permitted, case.weights, **{"iterations": 40, **rules})
        try:
            results, history = simulation.simulate(
                land, how, demand[None], LABELS[: case.k], 1.0, nearest=True, on_step=lambda step: lose()
            )
        except CarbonBalanceError as error:
            return [str(error)], histories
        histories.append((results[0].settled, np.array(history.cells), np.array(history.inertia), history.changed))
        steps.append(land.happened if isinstance(land, distributed.DistributedLandscape) else land.map())
    return steps, histories


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**9), st.sampled_from([13, 50, 97, 1000]), st.booleans(), st.booleans())
def test_a_region_in_parts_gives_the_same_cells_as_the_whole(seed, span, settle, losing):
    case = Case(seed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(landscape, "SPAN_CELLS", span)
        patched.setattr(distributed, "PART_CELLS", 3 * span)
        whole = case.land()
        maps, histories = simulated(whole, case, settle=settle)
        parts = distributed.DistributedLandscape(Arrays(case), Log())
        assert parts.unsuitable_cells == whole.unsuitable_cells
        found, others = simulated(parts, case, parts.close if losing else lambda: None, settle=settle)
    assert len(found) == len(maps)
    for one, other in zip(maps, found):
        if isinstance(one, str):
            assert one == other
        else:
            np.testing.assert_array_equal(one, map_of(parts, case.start, other))
    for one, other in zip(histories, others):
        for first, second in zip(one, other):
            np.testing.assert_array_equal(first, second)
    parts.close()


def test_a_part_lost_during_a_run_is_read_again(monkeypatch):
    monkeypatch.setattr(landscape, "SPAN_CELLS", 97)
    monkeypatch.setattr(distributed, "PART_CELLS", 97)
    case = Case(5)
    expected = case.run()
    reads = []

    class Counting(Arrays):
        def part(self, *rows):
            reads.append(rows)
            return super().part(*rows)

    parts = distributed.DistributedLandscape(Counting(case), Log())
    assert len(parts.parts) > 2
    once = len(reads)

    class Losing(Log):
        """Forgets what is kept each time that the run looks whether to stop."""

        def progress(self, fraction):
            parts.close()

    rules = Rules(case.permitted, case.weights, iterations=60)
    simulation.simulate(parts, rules, case.demand[None], LABELS[: case.k], 1.0, log=Losing())
    assert len(reads) > 3 * once
    np.testing.assert_array_equal(map_of(parts, case.start, parts.happened), expected)
    read = len(reads)
    parts.counts()
    assert len(reads) == read
    parts.close()
    parts.counts()
    assert len(reads) == read + once
    parts.close()


def _within(land, span, _number):
    return span.start + land.first, span.stop + land.first


@pytest.mark.parametrize("span", [13, 97, 1000])
def test_the_spans_of_a_part_are_looked_at_together(monkeypatch, span):
    monkeypatch.setattr(landscape, "SPAN_CELLS", span)
    monkeypatch.setattr(distributed, "PART_CELLS", 3 * span)
    case = Case(5)
    whole = case.land()
    assert whole.each_part(_within) == [(0, len(whole.now))]
    parts = distributed.DistributedLandscape(Arrays(case), Log())
    found = parts.each_part(_within)
    assert len(found) == len(parts.parts)
    assert [stop for _, stop in found[:-1]] == [start for start, _ in found[1:]]
    inside = np.flatnonzero(whole.now != 255)
    assert found[0][0] <= inside[0]
    assert inside[-1] < found[-1][1]
    assert sum(stop - start for start, stop in found) >= len(inside)
    parts.close()
