"""Units of area in the names of columns."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.spelling.area_units import (
    area_unit_ha,
    latin_density,
    may_be_area_unit,
    split_area_unit,
)


@pytest.mark.parametrize(
    "text, ha",
    [
        ("km²", 100), ("km^2", 100), ("KM2", 100), ("sq. km", 100), ("平方 公里", 100), ("平方千米", 100), ("㎢", 100),
        ("hm²", 1), ("公顷", 1), ("千公顷", 1e3), ("万公顷", 1e4), ("10^3 ha", 1e3), ("1e4_ha", 1e4), ("104hm2", 1e4),
        ("kha", 1e3), ("100 ha", 100), ("1000 ha", 1e3), ("m2", 1e-4), ("㎡", 1e-4), ("万平方米", 1),
        ("亩", 1 / 15), ("mu", 1 / 15), ("万亩", 1e4 / 15), ("10⁴亩", 1e4 / 15), ("acres", 0.40468564224),
    ],
)  # fmt: skip
def test_units_of_area(text, ha):
    assert area_unit_ha(text) == pytest.approx(ha, rel=1e-12)


@pytest.mark.parametrize("text", ["", "t", "人", "2020", "m", "km", "month", "t/ha", "forest"])
def test_other_texts_are_not_read_as_units_of_area(text):
    assert area_unit_ha(text) is None
    assert not may_be_area_unit(text)


def test_unknown_units_of_area_have_no_factor():
    assert all(may_be_area_unit(text) and area_unit_ha(text) is None for text in ("sq mi", "平方英里", "ft2", "坪"))


@pytest.mark.parametrize(
    "name, title, unit, ha",
    [
        ("面积(万亩)", "面积", "万亩", 1e4 / 15),
        ("面积（km²）", "面积", "km2", 100),
        ("面积/km2", "面积", "km2", 100),
        ("面积公顷", "面积", "公顷", 1),
        ("Area km2", "area", "km2", 100),
        ("areaHa", "area", "ha", 1),
        ("forest_1e4_ha", "forest", "1e4_ha", 1e4),
        ("area (sq mi)", "area", "sq_mi", None),
        ("面积(2030年)", "面积", "", None),
        ("forest", "forest", "", None),
        ("km2", "km2", "", None),
    ],
)
def test_names_with_a_unit(name, title, unit, ha):
    found = split_area_unit(name)
    assert found[:2] == (title, unit)
    assert found[2] == (ha if ha is None else pytest.approx(ha))


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("系数（吨/公顷）", "系数(t/ha)"),
        ("系数(千克/(公顷·年))", "系数(kg/ha·年)"),
        ("碳汇系数（t/(hm²·a)）", "碳汇系数(t/hm2·a)"),
        ("地上(吨碳/公顷)", "地上(tc/ha)"),
        ("x(吨二氧化碳/平方公里)", "x(tco2/km2)"),
        ("人口(万人)", "人口(万人)"),
        ("耕地(公顷)", "耕地(公顷)"),
        ("a/(b)", "a/(b)"),
    ],
)
def test_densities_in_latin_letters(name, latin):
    assert latin_density(name) == latin
