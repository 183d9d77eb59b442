"""Tables of a report: by class, by zone with subtotals, by zone of the plan."""

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
from carbon_balance.core.tables.table import Table

COLUMNS = {
    "name": ["A", "B", "C", "D"],
    "city": ["x", "y", "x", None],
    "carbon_t": [100.0, 200, 300, 400],
    "emission_t": [10.0, None, 30, 40],
    "ratio": [0.1, None, 3.0, 2.0],
    "class": [1, None, 3, 2],
    "zone": ["low", None, "high", "low"],
}


def data(groups=True, people=(1000.0, 2000.0, 3000.0, 4000.4), **changed):
    columns = {**COLUMNS, **changed}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    return read_data(
        table,
        np.array([10.0, 20, 30, 40]),
        AmountSource("", "t", "C", "stock"),
        AmountSource("", "t", "CO2", "flow"),
        group_column="city" if groups else "",
        population=None if people is None else np.array(people),
    )


def test_classes_are_added_up_the_largest_first():
    table = Table("c", ["name", "area_ha", "carbon_t"], [["a", 1, 5], ["b", 2, 7], ["a", 3, 4], ["c", 1, None]])
    totals = class_totals(table)
    assert totals == {"a": (4, 9), "b": (2, 7), "c": (1, 0)}
    found = land_class_table(totals)
    assert list(found.columns.values()) == [
        ["a", "b", "c", "all"],
        [4, 2, 1, 7],
        [9, 7, 0, 16],
        [56.25, 43.75, 0, 100],
    ]
    assert (found.strong, found.decimals) == (frozenset({3}), {"Share, %": 2})
    bare = class_totals(Table("c", ["code", "carbon_t"], [[1, 5.0], [2, 7.0]]))
    assert list(land_class_table(bare).columns) == ["Land-cover class", "Carbon supply, t C", "Share, %"]


def test_zones_with_subtotals_and_the_sum_of_all():
    found = county_table(data())
    made = found.columns
    assert made["Zone"] == ["A", "C", "x, sum", "B", "y, sum", "D", "(none), sum", "all"]
    assert found.strong == frozenset({2, 4, 6, 7})
    assert made["Area, km²"] == [10, 30, 40, 20, 20, 40, 40, 100]
    assert made["Population"] == [1000, 3000, 4000, 2000, 2000, 4000.4, 4000.4, 10000.4]
    assert made["Carbon supply, t C"] == [100, 300, 400, 200, 200, 400, 400, 1000]
    assert made["Carbon supply: share, %"] == [10, 30, 40, 20, 20, 40, 40, 100]
    assert made["Carbon supply, t C/km²"] == [10, 10, 10, 10, 10, 10, 10, 10]
    assert made["Emission demand, t CO2 per year"] == pytest.approx(
        [10, 30, 40, *[np.nan] * 2, 40, 40, 80], nan_ok=True
    )
    # 80 t on the 80 km2 that have an emission; nothing for a group without.
    density = made["Emission demand, t CO2/km² per year"]
    assert density[:3] + density[5:] == [1, 1, 1, 1, 1, 1]
    assert density[4] is None
    assert made["Index"][:3] == [0.1, 3.0, None]
    assert made["Class"] == [1, 3, None, None, None, 2, None, None]
    assert made["Planning zone"] == ["low", "high", None, None, None, "low", None, None]
    assert found.zone_rows == (0, 2, None, 1, None, 3, None, None)
    assert found.decimals == {"Population": 0, "Carbon supply: share, %": 2, "Emission demand: share, %": 2}


def test_without_groups_or_people_there_are_fewer_rows_and_columns():
    found = county_table(data(groups=False, people=None))
    assert found.columns["Zone"] == ["A", "B", "C", "D", "all"]
    assert found.strong == frozenset({4})
    assert "Population" not in found.columns
    quadrants = county_table(data(eec=[1.0] * 4, sec=[1.0] * 4))
    assert "Class" not in quadrants.columns


def test_zones_that_overlap_count_once_in_sums():
    found = county_table(replace(data(groups=False), counted=np.array([True, True, False, False])))
    assert found.columns["Carbon supply, t C"][-1] == 300
    assert found.columns["Carbon supply: share, %"][:4] == pytest.approx([100 / 3, 200 / 3, 100, 400 / 3])
    assert found.columns["Carbon supply, t C/km²"][-1] == 10


def test_a_mapped_area_has_its_column_and_a_note():
    found = county_table(data(groups=False, mapped_km2=[5.0, 20, 30, 40]))
    assert found.columns["Mapped area, km²"] == [5, 20, 30, 40, 95]
    assert found.note.startswith("Supply per km² refers to the mapped area")


def test_zones_of_the_plan_by_their_lowest_class():
    found = zone_table(data())
    assert found.columns["Planning zone"] == ["low", "high"]
    assert found.columns["Lowest index"] == [0.1, 3]
    assert found.columns["Highest index"] == [2, 3]
    assert found.columns["Number"] == [2, 1]
    assert found.columns["Area, km²"] == [50, 30]
    assert found.columns["Population"] == [5000.4, 3000]
    assert found.columns["Members"] == ["A, D", "C"]
    limits = Table(
        "l", ["class", "lower", "upper", "zone"], [[1, 0, 1, "low"], [2, 1, 2.5, "low"], [3, 2.5, 9, "high"]]
    )
    given = zone_table(data(), limits)
    assert (given.columns["Index greater than"], given.columns["Index up to"]) == ([None, 2.5], [2.5, 9])
    assert zone_table(data(zone=[None] * 4)) is None


@pytest.mark.parametrize(("zones", "named"), [(150, 150), (151, 40)])
def test_of_many_zones_forty_are_named(zones, named):
    names = [f"n{at}" for at in range(zones)]
    table = Table("zones", ["name", "zone"], [[name, "z"] for name in names])
    source = AmountSource("", "t", "C", "stock")
    (members,) = zone_table(read_data(table, np.ones(zones), source, source)).columns["Members"]
    assert members.count("n") == named
    assert ("(+111 more)" in members) == (zones == 151)


def test_coefficients_have_three_decimals_at_most():
    found = eec_sec_table(data(eec=[0.12345, 1.0, 2.0, None], sec=[1.43, 1.2, 0.5, None]))
    assert found.decimals == {"EEC": 3, "SEC": 2}
    assert found.columns["Planning zone"] == ["low", None, "high", "low"]
    assert found.zone_rows == (0, 1, 2, 3)
    assert eec_sec_table(data()) is None
    assert eec_sec_table(data(eec=[1.0] * 4)) is None


def test_plain_tables_show_years_as_text_and_shares_in_percent():
    table = Table(
        "t", ["from_date", "share", "carbon_t", "empty", "note"], [[2005, 0.25, 5, None, "a"], [None, 1, 6, None, None]]
    )
    found = plain_table(table, "title")
    assert list(found.columns.values()) == [["2005", None], [25, 100], [5, 6], ["a", None]]
    assert list(found.decimals.values()) == [2]
    assert found.most == 200
