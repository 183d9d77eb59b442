"""What is said of a simulation: its figures beside those of no change and of uniform suitability."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.accuracy.simulation_accuracy import assess_simulation
from carbon_balance.core.scenarios.class_maps import Crossing

CODES = np.array([1, 2])


def counts(hits, misses, wrong, stayed=90):
    """Cells that were 1 at the start: changed in both, in the reference alone, in the simulation alone, in neither."""
    cells = np.zeros((2, 2, 2), int)
    cells[0, 1, 1], cells[0, 1, 0], cells[0, 0, 1], cells[0, 0, 0] = hits, misses, wrong, stayed
    return cells


def said_of(cells, uniform=()):
    log, said = Log(), []
    log.info = said.append
    found = assess_simulation(Crossing(CODES, cells, cells * 1.0, 0), log, uniform)
    return said, log.warnings, found


def test_a_simulation_worse_than_no_change_gives_a_warning():
    """2 hits, 3 misses, 5 false alarms of 100 cells: figure of merit 2 / 10; 92 cells correct, 95 without change."""
    said, warned, _ = said_of(counts(2, 3, 5))
    assert said == [
        "Figure of merit 0.2000.",
        "Overall accuracy 92.0000%; without any change it would be 95.0000%.",
    ]
    assert len(warned) == 1 and "no change would have been correct more often" in warned[0]


@pytest.mark.parametrize(("hits", "warned"), [(3, True), (4, False), (5, False)])
def test_a_simulation_as_good_as_no_change_gives_no_warning(hits, warned):
    """Of 10 changes 4 are missed: as many as the false alarms, with 4 hits."""
    _, warnings, _ = said_of(counts(hits, 10 - hits, 4, 86))
    assert bool(warnings) == warned


def test_results_are_compared_with_uniform_suitability():
    said, _, found = said_of(counts(2, 3, 5), [counts(1, 4, 5), counts(1, 4, 5)])
    assert found.uniform_merit == pytest.approx(0.1)
    assert "with uniform suitability, by their neighbours alone, have a figure of merit of 0.1000" in said[1]
    assert "no change at all has 0" in said[1]


def test_without_change_there_is_no_figure_of_merit():
    said, warned, _ = said_of(counts(0, 0, 0), [counts(0, 0, 0)])
    assert said[0] == "Nothing changed in the reference or in the simulation: there is no figure of merit."
    assert not any("uniform" in each for each in said)
    assert warned == []
