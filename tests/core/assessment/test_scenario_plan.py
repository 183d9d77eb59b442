"""Where the weights and the demand of a scenario come from."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.assessment.scenario_carbon import _scenario_plan
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings
from carbon_balance.core.scenarios.class_maps import Crossing
from carbon_balance.core.scenarios.scenario_runs.scenario_table import ScenarioRow, preset_rules
from carbon_balance.core.tables.table import Table

CODES, CELLS = np.arange(1, 7), np.array([50, 10, 10, 10, 10, 10])
START = Crossing(CODES, CELLS, CELLS * 1.0, 0)
DEMAND = Table("demand", ["code", "cells"], [[code, int(cells)] for code, cells in zip(CODES, CELLS)])
TODAY = SimpleNamespace(source=SimpleNamespace(grid=None, name="today"))
CALIBRATED = LandUseSettings(weights={1: 0.25, 5: 0.75})


def plan(log=None, **row):
    inputs = SimpleNamespace(demand=DEMAND, permissions=None, masks=None, scheme="six_classes", settings=CALIBRATED)
    return _scenario_plan(ScenarioRow("s", **row), inputs, TODAY, None, START, log or Log())


@pytest.mark.parametrize(
    ("row", "weights"),
    [
        ({}, [0.25, 1, 1, 1, 0.75, 1]),
        ({"weights": "2:0.5"}, [1, 0.5, 1, 1, 1, 1]),
        ({"rules": "urbanised"}, preset_rules("urbanised", CODES, "six_classes")[1].tolist()),
        ({"rules": "urbanised", "weights": "1:0.125"}, None),
    ],
)
def test_a_scenario_without_weights_uses_the_calibrated_ones(row, weights):
    found = plan(**row).weights.tolist()
    if weights is None:
        assert found == [0.125, *preset_rules("urbanised", CODES, "six_classes")[1][1:]]
    else:
        assert found == weights


def test_factors_beside_a_given_demand_are_ignored_with_a_warning():
    log = Log()
    found = plan(log, factors="1>5:2")
    assert found.demand.cells[-1].tolist() == CELLS.tolist()
    assert len(log.warnings) == 1 and "factors are ignored" in log.warnings[0]
    quiet = Log()
    plan(quiet)
    assert quiet.warnings == []
