"""Scenarios given as a table, and the meaning of each column."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.scenario_runs import scenario_table as scenarios
from carbon_balance.core.scenarios.scenario_runs.scenario_table import ScenarioRow
from carbon_balance.core.tables.bundled import resource_table
from carbon_balance.core.tables.table import Table

CODES = np.array([1, 2, 5])


def of_rows(**columns) -> Table:
    return Table("own", list(columns), list(zip(*columns.values())))


def test_the_bundled_scenarios_are_those_of_the_study():
    rows = scenarios.read_scenarios(resource_table("scenarios/beibu_gulf.csv"))
    assert rows == [ScenarioRow(name, name) for name in ("urbanised", "agricultural", "ecological")]


def test_given_factors_and_rules_replace_the_bundled_ones():
    table = resource_table("scenarios/beibu_gulf.csv")
    rows = scenarios.default_scenarios({1: "1>5:2"}, {1: "none", 2: "ecological"}, table)
    assert [(row.name, row.rules, row.factors) for row in rows] == [
        ("scenario 1", "none", "1>5:2"),
        ("ecological 2", "ecological", ""),
        ("ecological 3", "ecological", ""),
    ]


def test_columns_are_found_in_both_languages_and_may_be_left_out():
    (row,) = scenarios.read_scenarios(of_rows(情景=["城市化"], 禁止=[" 2>* "]))
    assert row == ScenarioRow("城市化", forbid="2>*")
    (row,) = scenarios.read_scenarios(of_rows(name=["a"], rules=[None], masks=["m:*>5:0"]))
    assert row == ScenarioRow("a", masks="m:*>5:0")


def test_changes_are_read_with_asterisks_and_chinese_punctuation():
    found = scenarios.parse_changes("1>5，2＞*; *>1", CODES, "a")
    np.testing.assert_array_equal(found, [[0, 0, 1], [1, 0, 1], [1, 0, 0]])
    assert not scenarios.parse_changes("", CODES, "a").any()
    for text in ("1>", "1", "1>2>5", "x>1", "1>9"):
        with pytest.raises(
            CarbonBalanceError, match="Scenario a: .* is not of the form from>to with codes from 1, 2, 5"
        ):
            scenarios.parse_changes(text, CODES, "a")


def test_layer_names_of_masks_may_contain_colons():
    first, second = scenarios.parse_masks("reserve:*>5:0, new: town:1>5:2.5", ["reserve", "new: town"], CODES, "a")
    assert (first.layer, first.factor, second.layer, second.factor) == ("reserve", 0, "new: town", 2.5)
    np.testing.assert_array_equal(first.changes, [[0, 0, 1], [0, 0, 1], [0, 0, 0]])
    np.testing.assert_array_equal(second.changes, [[0, 0, 1], [0, 0, 0], [0, 0, 0]])
    for text in ("reserve", "reserve:*>5", "reserve:*>5:many", "reserve:*>5:-1"):
        with pytest.raises(CarbonBalanceError, match="is not of the form layer:from>to:factor"):
            scenarios.parse_masks(text, ["reserve"], CODES, "a")
    with pytest.raises(CarbonBalanceError, match=r"uses the mask park, but the masks given .MASKS. are: none"):
        scenarios.parse_masks("park:*>5:0", [], CODES, "a")


def test_rules_apply_in_order_preset_matrix_permitted_forbidden():
    codes = np.array([1, 2])
    preset, weights = scenarios.rules_of(ScenarioRow("a", "agricultural"), None, "six_classes", codes)
    # Study B: cropland stays; forest may become cropland. Weights 0.2 and 0.01.
    np.testing.assert_array_equal(preset, [[1, 0], [1, 1]])
    np.testing.assert_array_equal(weights, [0.2, 0.01])
    changed = ScenarioRow("a", "agricultural", permit="1>2", forbid="2>1", weights="2:0.5")
    matrix, weights = scenarios.rules_of(changed, None, "six_classes", codes)
    np.testing.assert_array_equal(matrix, [[1, 1], [0, 1]])
    np.testing.assert_array_equal(weights, [0.2, 0.5])
    own = of_rows(code=[1, 2], **{"1": [1, 1], "2": [0, 1]})
    matrix, weights = scenarios.rules_of(ScenarioRow("a", "ecological"), own, "six_classes", codes)
    np.testing.assert_array_equal(matrix, [[1, 0], [1, 1]])
    np.testing.assert_array_equal(weights, [0.2, 0.01])


def test_a_table_of_all_scenarios_is_split_by_scenario():
    table = of_rows(scenario=["a", "b", "a"], code=[1, 1, 2], cells=[3, 4, 5])
    own = scenarios.of_scenario(table, "a")
    assert (own.values("code"), own.values("cells")) == ([1, 2], [3, 5])
    assert scenarios.of_scenario(table, "c") is None
    shared = of_rows(code=[1], cells=[3])
    assert scenarios.of_scenario(shared, "c") is shared
    scenarios.check_names(table, ["a", "b", "c"])
    with pytest.raises(CarbonBalanceError, match=r"rows for the scenario.s. b, but the scenarios are a"):
        scenarios.check_names(table, ["a"])


def test_own_demand_is_by_class_or_by_transition():
    cells, area = np.array([6, 4, 0]), np.array([0.6, 0.4, 0])
    flows = scenarios.own_demand(of_rows(from_code=[1, 1], to_code=[1, 5], cells=[2, 1]), CODES, cells, area)
    np.testing.assert_array_equal(flows.flows, [[[4, 0, 2], [0, 4, 0], [0, 0, 0]]])
    by_class = scenarios.own_demand(of_rows(code=[1, 2, 5], cells=[5, 3, 2]), CODES, cells, area)
    assert by_class.flows is None
    np.testing.assert_array_equal(by_class.cells, [[5, 3, 2]])
    assert scenarios.own_demand(None, CODES, cells, area) is None
