"""The tables of a report: shares, subtotals, densities of sums, zones of the plan, limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.assessment.report.tables import (
    class_totals,
    county_table,
    eec_sec_table,
    land_class_table,
    plain_table,
    zone_table,
)
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.table import Table

STOCK, FLOW = AmountSource("", "t", "C", "stock"), AmountSource("", "t", "CO2", "flow")


def data_of(area=(10.0, 20.0, 30.0), population=(5, 6, 7), group="city", **changed):
    """Three zones, the first two in city X."""
    columns = {
        "name": ["A", "B", "C"],
        "city": ["X", "X", "Y"],
        "carbon_t": [100.0, 300.0, 600.0],
        "emission_t": [50.0, None, 90.0],
        "ratio": [0.5, 2.0, 3.0],
        "class": [1, 2, 2],
        "zone": ["ecological conservation", "mine", "mine"],
        **changed,
    }
    columns = {name: values for name, values in columns.items() if values is not None}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    people = None if population is None else np.array(population, float)
    return read_data(table, np.array(area), STOCK, FLOW, group_column=group, population=people)


def test_land_classes_are_added_up_largest_first():
    rows = [["crop", 10, 50], ["wood", 5, 80], ["crop", 1, None], ["bare", 2, 0]]
    totals = class_totals(Table("t", ["name", "area_ha", "carbon_t"], rows))
    assert list(totals.items()) == [("wood", (5, 80)), ("crop", (11, 50)), ("bare", (2, 0))]
    table = land_class_table(totals)
    assert table.columns["Land-cover class"] == ["wood", "crop", "bare", "all"]
    assert table.columns["Area, ha"] == [5, 11, 2, 18]
    assert table.columns["Carbon supply, t C"] == [80, 50, 0, 130]
    assert table.columns["Share, %"] == [61.54, 38.46, 0, 100]
    assert (table.strong, table.decimals) == ({3}, {"Share, %": 2})


def test_land_classes_without_area_or_name():
    totals = class_totals(Table("t", ["code", "carbon_t"], [["7", 80]]))
    assert "Area, ha" not in land_class_table(totals).columns
    with pytest.raises(CarbonBalanceError, match="carbon_t"):
        class_totals(Table("t", ["name"], [["a"]]))


def test_zones_with_subtotals_and_the_sum_of_all():
    table = county_table(data_of())
    made = table.columns
    assert made["Zone"] == ["A", "B", "X, sum", "C", "Y, sum", "all"]
    assert table.strong == {2, 4, 5}
    assert table.zone_rows == (0, 1, None, 2, None, None)
    assert made["Area, km²"] == [10, 20, 30, 30, 30, 60]
    assert made["Population"] == [5, 6, 11, 7, 7, 18]
    assert made["Carbon supply, t C"] == [100, 300, 400, 600, 600, 1000]
    assert made["Carbon supply: share, %"] == [10, 30, 40, 60, 60, 100]
    # Sums over the area with a value: 400 t on 30 km2, 1,000 t on 60 km2; 50 t on 10 km2, 140 t on 40 km2.
    assert made["Carbon supply, t C/km²"] == pytest.approx([10, 15, 400 / 30, 20, 20, 1000 / 60])
    assert made["Emission demand, t CO2/km² per year"] == pytest.approx([5, np.nan, 5, 3, 3, 3.5], nan_ok=True)
    assert made["Emission demand, t CO2 per year"] == pytest.approx([50, np.nan, 50, 90, 90, 140], nan_ok=True)
    assert made["Index"] == [0.5, 2, None, 3, None, None]
    assert made["Class"] == [1, 2, None, 2, None, None]
    assert made["Planning zone"] == ["ecological conservation", "mine", None, "mine", None, None]
    assert table.decimals == {"Population": 0, "Carbon supply: share, %": 2, "Emission demand: share, %": 2}
    assert table.note == ""


def test_a_group_of_one_zone_has_no_index_in_its_subtotal():
    """The index is given in the row of the zone itself and not repeated in its subtotal."""
    data = data_of(city=["X", "Y", "Y"])
    assert county_table(data).columns["Index"] == [0.5, None, 2, 3, None, None]


def test_the_mapped_area_is_shown_beside_the_area_of_zones():
    table = county_table(data_of(mapped_km2=[8.0, 20.0, 30.0], carbon_t_km2=[12.5, 15.0, 20.0]))
    assert table.columns["Mapped area, km²"] == [8, 20, 28, 30, 30, 58]
    assert table.columns["Carbon supply, t C/km²"] == pytest.approx([12.5, 15, 400 / 28, 20, 20, 1000 / 58])
    assert "Supply per km² refers to the mapped area" in table.note


def test_quadrant_zones_are_identified_by_name():
    assert "Class" not in county_table(data_of(eec=[1.0, 2, 3])).columns


def test_without_groups_there_is_only_a_total():
    table = county_table(data_of(group="", population=None))
    assert table.columns["Zone"] == ["A", "B", "C", "all"]
    assert table.strong == {3}
    assert "Population" not in table.columns


def test_zones_that_overlap_are_left_out_of_sums():
    data = replace(data_of(), counted=np.array([True, False, True]))
    made = county_table(data).columns
    assert made["Carbon supply, t C"] == [100, 300, 100, 600, 600, 700]
    assert made["Carbon supply: share, %"] == pytest.approx([100 / 7, 300 / 7, 100 / 7, 600 / 7, 600 / 7, 100])
    assert made["Carbon supply, t C/km²"] == pytest.approx([10, 15, 10, 20, 20, 700 / 40])


def test_zones_of_the_plan():
    table = zone_table(data_of())
    made = table.columns
    assert made["Planning zone"] == ["ecological conservation", "mine"]
    assert made["Number"] == [1, 2]
    assert made["Area, km²"] == [10, 50]
    assert made["Population"] == [5, 13]
    assert made["Carbon supply, t C"] == [100, 900]
    assert made["Emission demand, t CO2 per year"] == [50, 90]
    assert made["Members"] == ["A", "B, C"]
    assert zone_table(data_of(zone=[None] * 3)) is None


def test_limits_of_zones_come_from_the_table_of_limits_or_from_their_values():
    made = zone_table(data_of()).columns
    assert (made["Lowest index"], made["Highest index"]) == ([0.5, 2.0], [0.5, 3.0])
    limits = Table("t", ["zone", "lower", "upper"], [["ecological conservation", 0, 1], ["mine", 1, 2], ["mine", 2, 4]])
    made = zone_table(data_of(), limits).columns
    assert (made["Index greater than"], made["Index up to"]) == ([None, 1], [1, 4])
    # A table that lacks a zone is not of this plan.
    made = zone_table(data_of(), limits.kept([0])).columns
    assert (made["Lowest index"], made["Highest index"]) == ([0.5, 2.0], [0.5, 3.0])
    made = zone_table(data_of(ratio=[None, 2.0, 3.0])).columns
    assert (made["Lowest index"], made["Highest index"]) == ([None, 2.0], [None, 3.0])
    assert not [name for name in zone_table(data_of(ratio=None)).columns if "ndex" in name]


@pytest.mark.parametrize(("zones", "named"), [(150, 150), (151, None)])
def test_members_are_all_named_up_to_150_zones(zones, named):
    columns = {"name": [f"N{at:03d}" for at in range(zones)], "zone": ["mine"] * zones}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    members = zone_table(read_data(table, np.ones(zones), STOCK, FLOW)).columns["Members"][0]
    assert (members.count("N") == zones) == (named is not None)


def test_coefficients():
    table = eec_sec_table(data_of(eec=[1.23456, 0.5, 2.0], sec=[1.0, 2.0, None]))
    assert table.columns["Zone"] == ["A", "B", "C"]
    assert table.columns["EEC"] == [1.23456, 0.5, 2]
    assert table.columns["SEC"] == pytest.approx([1, 2, np.nan], nan_ok=True)
    assert table.columns["Planning zone"] == ["ecological conservation", "mine", "mine"]
    assert table.decimals == {"EEC": 3, "SEC": 0}
    assert table.zone_rows == (0, 1, 2)
    assert eec_sec_table(data_of(eec=[1.0, 2, 3])) is None
    assert eec_sec_table(data_of(sec=[1.0, 2, 3])) is None


def test_a_given_table_has_years_as_years_and_shares_in_percent():
    rows = [[2005, 0.25, "a", None, 1.5], [2010, 0.75, "b", None, None]]
    table = plain_table(Table("t", ["date", "share", "unit", "empty", "area_ha"], rows), "title")
    made = list(table.columns.values())
    assert made[:3] == [["2005", "2010"], [25, 75], ["a", "b"]]
    assert made[3] == pytest.approx([1.5, np.nan], nan_ok=True)
    assert len(made) == 4
    assert list(table.decimals.values()) == [2]
