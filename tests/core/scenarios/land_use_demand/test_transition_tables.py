"""Demand by transition: area missing from a table persists, and units are those stated."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.land_use_demand.demand_tables import read_demand
from carbon_balance.core.scenarios.land_use_demand.transition_tables import read_transitions
from carbon_balance.core.tables.table import Table

# Two classes of 40 and 60 cells of 2 ha.
CODES, CELLS = np.array([1, 2]), np.array([40, 60])
AREA_HA = CELLS * 2.0


def flows(name, *rows, more=()):
    table = Table("t", ["from_code", "to_code", name, *more], rows)
    return read_transitions(table, CODES, CELLS, AREA_HA).flows[0].tolist()


@pytest.mark.parametrize(
    "name, amount",
    [("area_ha", 10), ("area", 10), ("area_km2", 0.1), ("面积(亩)", 150), ("面积（平方公里）", 0.1), ("cells", 5)],
)
def test_area_missing_from_the_table_is_unchanged(name, amount):
    assert flows(name, [1, 2, amount]) == [[35, 5], [0, 60]]


def test_a_table_with_unchanged_areas_may_be_in_any_unit():
    assert flows("area_ha", [1, 2, 3.0], [1, 1, 9.0]) == [[30, 10], [0, 60]]
    assert flows("share", [1, 2, 0.25], [1, 1, 0.75]) == [[30, 10], [0, 60]]


def test_a_class_may_be_converted_completely():
    assert flows("area_ha", [1, 2, 80]) == [[0, 40], [0, 60]]
    assert flows("cells", [1, 2, 40]) == [[0, 40], [0, 60]]


def test_demand_above_the_area_of_a_class_is_refused():
    with pytest.raises(CarbonBalanceError, match="converts 1,000.00 ha of class 1, but the land cover has 80.00"):
        flows("area_km2", [1, 2, 10])


def test_shares_without_a_row_for_the_unchanged_part_are_refused():
    with pytest.raises(CarbonBalanceError, match=r"no row for what stays \(from 1 to 1\)"):
        flows("share", [1, 2, 0.25])


def test_a_transition_in_several_scenarios_is_not_added_up():
    with pytest.raises(CarbonBalanceError, match=r"more than once \(1>2\).*scenario \(a, b\): choose with ROW_FILTER"):
        flows("area_ha", [1, 2, 10, "a"], [1, 2, 20, "b"], more=["scenario"])


def test_codes_must_be_whole_numbers():
    with pytest.raises(CarbonBalanceError, match="code 1.5 in column from_code is not a whole number"):
        flows("area_ha", [1.5, 2, 10])


@pytest.mark.parametrize("name", ["area_km2", "面积(km²)", "Area (sq. km)", "面积平方公里"])
@pytest.mark.parametrize("chosen", [True, False])
def test_demand_by_class_in_the_unit_that_its_column_states(name, chosen):
    table = Table("t", ["code", name], [[1, 0.5], [2, 1.5]])
    found = read_demand(table, CODES, CELLS, AREA_HA, field=name if chosen else None)
    assert found.cells.tolist() == [[25, 75]]


def test_demand_in_an_unknown_unit_is_refused():
    table = Table("t", ["code", "面积(平方英里)"], [[1, 0.5], [2, 1.5]])
    with pytest.raises(CarbonBalanceError, match="states the unit 平方英里, but areas must be in ha, km2"):
        read_demand(table, CODES, CELLS, AREA_HA, field="面积(平方英里)")


@pytest.mark.parametrize("name", ["percent", "占比(%)", "share_2030", "面积占比", "像元数", "pixel count"])
def test_demand_in_cells_and_shares_by_other_names(name):
    table = Table("t", ["地类编码", name], [[1, 25], [2, 75]])
    assert read_demand(table, CODES, CELLS, AREA_HA).cells.tolist() == [[25, 75]]


def test_a_code_above_the_largest_exact_float64_is_refused():
    """2^53 is the largest whole number below which each has its own float64."""
    with pytest.raises(CarbonBalanceError, match="code 9007199254740994.0 in column from_code is not a whole number"):
        flows("area_ha", [2.0**53 + 2, 2, 10])
    with pytest.raises(CarbonBalanceError, match="code -9007199254740994.0 in column to_code"):
        flows("area_ha", [1, -(2.0**53) - 2, 10])
    with pytest.raises(CarbonBalanceError, match="the land cover has no cell of them"):
        flows("area_ha", [2.0**53, 2, 10])


def test_shares_that_do_not_sum_to_one_give_a_warning():
    told: list[str] = []
    table = Table("t", ["code", "year", "share"], [[1, 2030, 0.2], [2, 2030, 0.75], [1, 2040, 0.4], [2, 2040, 0.6]])
    table.warn = told.append
    assert read_demand(table, CODES, CELLS, AREA_HA).cells.tolist() == [[21, 79], [40, 60]]
    assert [sentence[:60] for sentence in told] == ["t: the shares of 2030 add up to 0.95 instead of 1, and are s"]
    with pytest.raises(CarbonBalanceError, match="the shares add up to 12: they must add up to 1"):
        read_demand(Table("t", ["code", "share"], [[1, 4], [2, 8]]), CODES, CELLS, AREA_HA)


def test_shares_of_a_class_that_do_not_sum_to_one_give_a_warning():
    told: list[str] = []
    rows = [[1, 2, 20], [1, 1, 75], [2, 2, 1]]
    read_transitions(Table("t", ["from_code", "to_code", "share"], rows, warn=told.append), CODES, CELLS, AREA_HA)
    assert [sentence[:60] for sentence in told] == ["t: the shares of class 1 add up to 95 instead of 100, and ar"]
    with pytest.raises(CarbonBalanceError, match="the shares of class 2 add up to 0.25: they must"):
        flows("share", [2, 1, 0.05], [2, 2, 0.2])


def test_demand_in_the_wrong_form_is_refused_with_the_parameter_that_takes_it():
    by_transition = Table("t", ["year", "from_code", "to_code", "area_ha"], [[2030, 1, 2, 4.0]])
    with pytest.raises(CarbonBalanceError, match=r"give it as demand by transition \(TRANSITIONS\)"):
        read_demand(by_transition, CODES, CELLS, AREA_HA)
    by_class = Table("t", ["code", "area_ha"], [[1, 80.0], [2, 120.0]])
    with pytest.raises(CarbonBalanceError, match=r"give it as demand by class \(DEMAND\)"):
        read_transitions(by_class, CODES, CELLS, AREA_HA)
    with pytest.raises(CarbonBalanceError, match="has no column from_code"):
        read_transitions(Table("t", ["to_code", "area_ha"], [[1, 80.0]]), CODES, CELLS, AREA_HA)


@pytest.mark.parametrize("whole", [1, 100])
def test_amounts_that_look_like_shares_are_refused_with_the_unit(whole):
    table = Table("t", ["code", "demand"], [[1, 0.25 * whole], [2, 0.75 * whole]])
    with pytest.raises(CarbonBalanceError, match=f"adds up to {whole}, but the region has 200.00 ha: .*UNIT = share"):
        read_demand(table, CODES, CELLS, AREA_HA, "demand")
    assert read_demand(table, CODES, CELLS, AREA_HA, "demand", "share").cells.tolist() == [[25, 75]]
    tiny = read_demand(table, CODES, CELLS, CELLS * 0.01 * whole, "demand")
    assert tiny.cells.tolist() == [[25, 75]], "a region of this area"


def test_demand_by_class_may_have_its_codes_in_a_column_of_names():
    table = Table("t", ["地类", "面积(公顷)"], [["1", 90.0], ["2", 110.0]])
    assert read_demand(table, CODES, CELLS, AREA_HA).cells.tolist() == [[45, 55]]
    with pytest.raises(CarbonBalanceError, match="has no column code"):
        read_demand(Table("t", ["地类", "面积(公顷)"], [["耕地", 90.0], ["林地", 110.0]]), CODES, CELLS, AREA_HA)
