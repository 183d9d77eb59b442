"""Areas by class from tables: each column in the unit stated by its name."""

from __future__ import annotations

import pytest
from carbon_balance.core.land_cover.class_areas import read_area_fields, read_class_areas
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.table import Table


@pytest.mark.parametrize(
    "name, ha",
    [("面积(km²)", 100), ("area km2", 100), ("面积(万亩)", 1e4 / 15), ("area_1e4_ha", 1e4), ("面积(千公顷)", 1e3)],
)
@pytest.mark.parametrize("chosen", [True, False])
def test_the_unit_of_area_is_read_from_the_column_name(name, ha, chosen):
    table = Table("areas", ["code", name], [[1, 2.0], [2, 3.0]])
    codes, found = read_class_areas(table, name if chosen else None, "ha")
    assert codes.tolist() == [1, 2]
    assert found.tolist() == pytest.approx([2 * ha, 3 * ha])


def test_the_chosen_unit_applies_if_the_name_states_none():
    table = Table("areas", ["code", "面积(2030年)"], [[1, 2.0]])
    assert read_class_areas(table, None, "km2")[1].tolist() == [200]


@pytest.mark.parametrize(
    "name, unit",
    [
        ("面积(平方英里)", "平方英里"),
        ("area (%)", "%"),
        ("面积占比", "%"),
        ("area_share", "%"),
        ("carbon_t", "t"),
        ("carbon_t_ha", "t/ha"),
        ("人口(万人)", "万人"),
    ],
)
def test_another_unit_is_refused(name, unit):
    table = Table("areas", ["code", name], [[1, 2.0]])
    with pytest.raises(CarbonBalanceError, match=f"areas: the name of column .* states the unit {unit}, but areas"):
        read_class_areas(table, name, "ha")


def test_areas_of_several_columns_are_read():
    both = Table("areas", ["code", "area_km2", "area_ha"], [[1, 2.0, 200.0]])
    assert read_class_areas(both, None, "ha")[1].tolist() == [200]
    unclear = Table("areas", ["code", "area", "面积(亩)"], [[1, 2.0, 200.0]])
    with pytest.raises(CarbonBalanceError, match=r"several columns of areas, area, 面积\(亩\)"):
        read_class_areas(unclear, None, "ha")


def test_one_column_per_class_is_read():
    table = Table("zones", ["林地(亩)", "cropland_km2", "area_3"], [[15.0, 1.0, 7.0]])
    codes, found = read_area_fields(
        table, table.fields, "ha", [1, 2, 3, 2], ["cropland", "forest", "grassland", "林地"]
    )
    assert codes.tolist() == [2, 1, 3]
    assert found.tolist() == [pytest.approx([1, 100, 7])]
