"""Figures on the data of a report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.data import total
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.tables.table import Table


@pytest.mark.parametrize(("values", "expected"), [(None, np.nan), ([np.nan, np.nan], np.nan), ([1.0, np.nan, 2.0], 3)])
def test_sums_are_of_known_values_only(values, expected):
    found = total(None if values is None else np.array(values))
    assert found == pytest.approx(expected, nan_ok=True)


def test_zones_classified_differently_by_the_other_method_are_found():
    table = Table("zones", ["zone", "zone_other"], [["a", "a"], ["a", "b"], [None, "b"], ["b", None], [None, None]])
    source = AmountSource("", "t", "C", "stock")
    data = read_data(table, np.ones(5), source, source)
    assert data.moved() == [1]
    assert replace(data, zones=None).moved() == replace(data, zones_other=None).moved() == []


def test_zones_of_the_plan_are_listed_by_their_lowest_class():
    table = Table("zones", ["zone", "class"], [["z", 3], ["a", 2], ["z", 1], ["own", None], [None, 1], ["b", 2]])
    source = AmountSource("", "t", "C", "stock")
    data = read_data(table, np.ones(6), source, source)
    assert data.zone_names() == ["z", "a", "b", "own"]
    assert replace(data, zones=None).zone_names() == []
    assert replace(data, classes=None).zone_names() == ["a", "b", "own", "z"]


def test_sums_omit_zones_excluded_from_totals():
    source = AmountSource("", "t", "C", "stock")
    data = read_data(Table("zones", ["carbon_t"], [[1], [2], [4]]), np.ones(3), source, source)
    values = np.array([1.0, 2.0, 4.0])
    assert (data.sum_of(values), data.sum_of(values, [0, 2])) == (7, 5)
    part = replace(data, counted=np.array([True, True, False]))
    assert (part.sum_of(values), part.sum_of(values, [0, 2])) == (3, 1)
    assert np.isnan([data.sum_of(None), part.sum_of(values, [2])]).all()
    assert not data.is_empty()
    nothing = replace(data, supply=None)
    assert nothing.is_empty()
    assert not replace(nothing, ratio=np.ones(3)).is_empty()
