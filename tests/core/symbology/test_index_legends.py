"""Titles of index legends, classes of a zoning, and what is told of the balance point."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.balance.indices import INDICES
from carbon_balance.core.symbology.index_legends import (
    balance_note,
    class_limits,
    class_numbers,
    index_title,
    only_side,
)

NAN = np.nan


@pytest.mark.parametrize(
    ("index", "column", "title"),
    [
        ("demand/supply", "ratio", "Demand / supply (balance at 1; smaller values mean surplus)"),
        ("supply/demand", "ratio_2020", "Supply / demand (balance at 1; larger values mean surplus) (2020)"),
        ("budget", "ratio", "Supply minus demand (balance at 0; larger values mean surplus)"),
        ("budget", "budget_t_km2", "Supply minus demand, t/km² (balance at 0; larger values mean surplus)"),
        ("ESDR", "ratio", "Ecological supply-demand ratio (balance at 0; larger values mean surplus)"),
        ("my index", "ratio", "my index"),
    ],
)
def test_titles(index, column, title):
    assert index_title(index, column) == title


def test_values_only_in_surplus_or_deficit_are_described():
    index = INDICES["demand/supply"]
    assert only_side(index, np.array([0.5, NAN])) == "all in surplus"
    assert only_side(index, np.array([1.5, 2])) == "all in deficit"
    assert only_side(index, np.array([0.5, 2])) == ""
    assert only_side(index, np.array([1.0])) == ""
    assert only_side(index, np.array([NAN])) == ""


def test_classes_that_are_not_numbers_give_none():
    assert class_numbers([1, None, "3"]).tolist() == pytest.approx([1, NAN, 3], nan_ok=True)
    assert len(class_numbers(["a", 1])) == 0


@pytest.mark.parametrize(
    ("values", "classes", "limits"),
    [
        ([0.1, 0.2, 0.5, 0.9], [1, 1, 2, 3], [0.2, 0.5]),
        ([0.1, NAN, 0.5], [1, NAN, 2], [0.1]),
        ([0.1, NAN, 0.5], [1, 7, 2], [0.1]),
        ([0.1, 0.2], [1, 1], []),
        ([0.1, 0.2], [1, NAN], []),
        ([0.1, 0.2, 0.2], [1, 1, 2], []),
        ([0.1, 0.3, 0.2], [1, 1, 2], []),
        ([0.1, 0.2], [1], []),
        (list(range(12)), list(range(12)), list(range(11))),
        (list(range(13)), list(range(13)), []),
    ],
)
def test_limits_are_the_highest_values_of_ascending_classes(values, classes, limits):
    assert class_limits(np.array(values, float), np.array(classes, float)) == limits


@pytest.mark.parametrize(
    ("values", "classes", "note"),
    [
        ([0.5, 0.9, 1.1, 2], [1, 2, 2, 3], "Class 2 extends from surplus to deficit: the map splits it at the balance"),
        (
            [0.5, 0.9, 1.1, 2],
            [1, 1, 2, 2],
            "The colours of the map change at the balance point of 1: there is no val",
        ),
        ([0.5, 0.9, 1.0, 2], [1, 1, 2, 2], ""),
        ([0.5, 1.0, 1.1, 2], [1, 1, 2, 2], ""),
        ([1.1, 1.2, 1.3, 2], [1, 1, 2, 2], ""),
        ([0.5, 0.6, 0.7, 0.8], [1, 1, 2, 2], ""),
        ([0.5, 0.5, 0.7, 0.8], [1, 2, 1, 2], ""),
    ],
)
def test_the_note_describes_the_balance_point_among_the_values(values, classes, note):
    found = balance_note(np.array(values), np.array(classes, float), 1.0)
    assert found.startswith(note)
    assert bool(found) == bool(note)
    assert "between 0.900 and" in found if "no val" in note else True
