"""Columns of class codes and names, misspelt columns, and rows that are no classes."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.class_columns import (
    FLOW_UNIT,
    code_column,
    codes_and_names,
    find_column,
    misspelt_column,
    without_blank_rows,
)
from carbon_balance.core.tables.table import Table


def table(fields, *rows):
    return Table("the table", fields.split(","), [list(row) for row in rows])


@pytest.mark.parametrize(
    ("fields", "rows", "found"),
    [
        ("地类,面积", [("1", 5), ("2.0", 6)], "地类"),
        ("地类,面积", [("1", 5), ("合计", 6)], "地类"),
        ("地类,面积", [("耕地", 5), ("2", 6)], None),
        ("地类,面积", [(None, 5), ("2", 6)], None),
        ("地类,代码", [("1", 5), ("2", 6)], "代码"),
        ("土地利用类型,x", [(1, 5), (20, 6)], "土地利用类型"),
        ("x,y", [(1, 5)], None),
        ("地类,面积", [], None),
    ],
)
def test_a_column_of_names_that_holds_numbers_is_that_of_the_codes(fields, rows, found):
    assert code_column(table(fields, *rows)) == found


def test_codes_without_a_column_of_their_own_are_read_with_totals_left_out():
    codes, names = codes_and_names(table("地类,t", ("1", 5), ("3", 6)), {})
    assert (codes.tolist(), names) == ([1, 3], ["1", "3"])


@pytest.mark.parametrize(
    ("field", "found"),
    [("c_soil", True), ("C_Soil (t/ha)", True), ("c_soil_t_ha", True), ("soil_c", False)],
)
def test_a_unit_per_hectare_behind_a_name_is_ignored(field, found):
    assert find_column(table(field), ["c_soil"]) == (field if found else None)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("kg/m2", "10"),
        ("g/m2", "0.01"),
        ("t/m2", "10000"),
        ("t/km2", "0.01"),
        ("kt/km2", "10"),
        ("kg/ha", "0.001"),
        ("kg/hm2", "0.001"),
        ("kt/ha", "1000"),
    ],
)
def test_another_density_is_refused_with_the_factor_to_tonnes_per_hectare(unit, factor):
    """1 ha is 10,000 m2, 1 km2 is 100 ha."""
    what = rf"states {unit}, but t/ha is needed: multiply its values by {factor} and correct the name\.$"
    with pytest.raises(CarbonBalanceError, match=what):
        find_column(table(f"c_soil ({unit})"), ["c_soil"])
    assert find_column(table("c_soil (Mg/hm2)"), ["c_soil"]) == "c_soil (Mg/hm2)"


def test_a_unit_of_a_flow_may_contain_per_year():
    assert find_column(table("sink (t/ha/yr)"), ["sink"], FLOW_UNIT) == "sink (t/ha/yr)"
    assert find_column(table("sink (t/ha/yr)"), ["sink"]) is None


def test_the_first_matching_column_is_chosen():
    assert find_column(table("b,a"), ["a", "b"]) in ("a", "b")
    assert find_column(table("a (t/ha),a_t_ha"), ["a"]) == "a (t/ha)"


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("c_sol", True),
        ("soil_c", True),
        ("c_soil_sd", False),
        ("sd_c_sol", False),
        ("c_dead", False),
        ("carbon", False),
    ],
)
def test_a_misspelt_name_is_found_by_similarity(field, found):
    given = table(f"code,{field}", (1, "5"), (2, "7.5"))
    assert misspelt_column(given, ["c_soil"], ["c_dead"]) == (field if found else "")


@pytest.mark.parametrize(("values", "found"), [(["5", "6", "x"], True), (["5", "x"], False), ([None, "-"], False)])
def test_a_misspelt_column_must_contain_mostly_numbers(values, found):
    given = table("c_sol", *((value,) for value in values))
    assert bool(misspelt_column(given, ["c_soil"], [])) == found


def test_a_missing_name_is_replaced_by_the_code():
    codes, names = codes_and_names(table("lucode,name", (3, "wood"), (7, None)), {})
    assert (codes.tolist(), names) == ([3, 7], ["wood", "7"])
    codes, names = codes_and_names(table("k,n", (3, "wood")), {"code": "k", "name": "n"})
    assert (codes.tolist(), names) == ([3], ["wood"])
    assert codes_and_names(table("lucode", (3,)), {})[1] == ["3"]


def test_without_codes_the_message_names_the_parameter():
    with pytest.raises(CarbonBalanceError, match=r"lucode \(or code\) or another column chosen in CODE_FIELD; it has"):
        codes_and_names(table("a", (3,)), {})
    with pytest.raises(CarbonBalanceError, match=r"lucode \(or code\); it has a"):
        codes_and_names(table("a", (3,)), {}, "")


def test_blank_rows_and_totals_are_not_read_as_classes():
    given = table("code,name,c", (1, "a", 5), (None, " ", ""), ("合计", "", 5), (None, "total", 5), (9, "total", 5))
    told = []
    given.tell = told.append
    kept = without_blank_rows(given)
    assert [row[0] for row in kept.rows] == [1, 9]
    assert len(told) == 1
    assert told[0].startswith("the table: totals are left out: ")
    plain = table("a,b", ("total", 1))
    assert len(without_blank_rows(plain)) == 1
    only = table("code,name", ("total", "total"))
    assert len(without_blank_rows(only)) == 1
    with pytest.raises(CarbonBalanceError, match=r"^the table has no rows\.$"):
        without_blank_rows(table("a", (None,), (" ",)))
