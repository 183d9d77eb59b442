"""Carbon by class in the bars of a report: by zone, by larger unit, by zone of the plan."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.page import MOST_BARS, _bars
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.tables.table import Table

STOCK = AmountSource("", "t", "C", "stock")


def data_of(zones, **columns):
    columns = {"name": [f"N{at}" for at in range(1, zones + 1)], **columns}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    return read_data(table, np.ones(zones), STOCK, STOCK, group_column="city" if "city" in columns else "")


def bars(data, *rows):
    fields = ["zone_row", "name", "carbon_t"]
    labels, amounts = _bars(data, Table("t", fields, [list(row) for row in rows]), ["crop", "wood"])
    return labels, {name: values.tolist() for name, values in amounts.items()}


def test_rows_are_counted_from_one_and_others_are_other():
    rows = [(1, "crop", 5), (2, "crop", 7), (1, "wood", 3), (0, "crop", 11), (3, "wood", 13), (None, "wood", 17)]
    labels, amounts = bars(data_of(2), *rows)
    assert labels == ["N1", "N2", "other"]
    assert amounts == {"crop": [5, 7, 11], "wood": [3, 0, 30]}


def test_zones_with_equal_names_share_one_bar():
    labels, amounts = bars(data_of(3, name=["A", "B", "A"]), (1, "crop", 5), (3, "crop", 6), (2, "wood", None))
    assert labels == ["A", "B"]
    assert amounts == {"crop": [11, 0], "wood": [0, 0]}


def test_many_zones_are_combined_into_groups():
    """By larger unit if there is one, otherwise by zone of the plan, otherwise into one bar."""
    many = MOST_BARS + 1
    rows = [(1, "crop", 5), (2, "crop", 7)]
    assert bars(data_of(MOST_BARS, city=["X"] * MOST_BARS), *rows)[0] == ["N1", "N2"]
    assert bars(data_of(many, city=["X"] * many), *rows) == (["X"], {"crop": [12], "wood": [0]})
    assert bars(data_of(many, zone=["mine", None] + ["mine"] * (many - 2)), *rows)[0] == ["mine", "no value"]
    assert bars(data_of(many), *rows) == (["all"], {"crop": [12], "wood": [0]})


def test_a_table_without_zones_is_one_bar():
    labels, amounts = _bars(data_of(2), Table("t", ["name", "carbon_t"], [["crop", 5], ["wood", 6]]), ["crop", "wood"])
    assert labels == ["all"]
    assert [values.tolist() for values in amounts.values()] == [[5], [6]]
