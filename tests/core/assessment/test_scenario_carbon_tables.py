"""Means and ranges over the runs of a scenario, in the last year unless another is asked for."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.assessment.scenario_carbon_tables import CARBON_AMOUNTS, RunCarbon, ScenarioCarbon
from carbon_balance.core.tables import columns

NO_CELLS = np.zeros((3, 1, 1), np.int64)


def run(*ends, missing=0):
    """A run with these amounts in its years; the zones have a tenth and nine tenths of each."""
    totals = [dict.fromkeys(CARBON_AMOUNTS, end) for end in ends]
    zones = [
        {
            columns.MAPPED_KM2: np.array([1.0, 2]),
            **dict.fromkeys((*CARBON_AMOUNTS, columns.CARBON_CHANGE_T_KM2), np.array([0.1, 0.9]) * end),
        }
        for end in ends
    ]
    return RunCarbon(totals, zones, NO_CELLS, None, missing)


SCENARIO = ScenarioCarbon(
    "s", ["2025", "2030", "2035"], np.array([1]), [run(10, 20, 40), run(30, 60, 50, missing=7)], 2
)


def test_the_last_year_is_the_default():
    found = SCENARIO.total()
    assert [found[name] for name in CARBON_AMOUNTS] == [45] * 5
    assert (found[columns.CARBON_END_MIN_T], found[columns.CARBON_END_MAX_T]) == (40, 50)
    assert (found[columns.CARBON_CHANGE_MIN_T], found[columns.CARBON_CHANGE_MAX_T]) == (40, 50)
    zones = SCENARIO.zone_columns()
    assert zones[columns.CARBON_END_T].tolist() == [4.5, 40.5]
    assert zones[columns.CARBON_END_MIN_T].tolist() == [4, 36]
    assert zones[columns.CARBON_END_MAX_T].tolist() == [5, 45]
    assert zones[columns.MAPPED_KM2].tolist() == [1, 2]


def test_another_year():
    assert SCENARIO.total(0)[columns.CARBON_END_T] == 20
    assert SCENARIO.total(1)[columns.CARBON_END_MAX_T] == 60
    assert SCENARIO.zone_columns(0)[columns.CARBON_END_MAX_T].tolist() == [3, 27]


def test_the_largest_unmet_demand_counts():
    """7 cells of 2 ha."""
    assert SCENARIO.missing_ha == 14
