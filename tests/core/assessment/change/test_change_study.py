"""Decomposition and coordination of a series: units, excluded rows, tables."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.change.factors import stated_factors
from carbon_balance.core.assessment.change.study import (
    coordination_columns,
    decomposition_columns,
    decompositions,
    stated_systems,
)
from carbon_balance.core.assessment.series import series
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.table import Table

FACTORS = stated_factors("people; emission/people")
# Emission 2, 4, 8 and 3, 3, 6.
NUMBERS = [[["a", 1, 2], ["b", 3, 3]], [["a", 2, 4], ["b", 3, 3]], [["a", 2, 8], ["b", 2, 6]]]


def study(numbers=NUMBERS, dates=(2000, 2010, 2020), **given):
    tables = [Table("t", ["key", "people", "emission"], rows) for rows in numbers]
    result = series(tables, list(dates), "key", ["people", "emission"], [], Log())
    return result, decompositions(result, FACTORS, **given)


def test_each_unit_and_all_together_between_consecutive_dates():
    _, found = study()
    assert [(each.unit, each.start, each.end) for each in found] == [
        ("a", 2000, 2010),
        ("a", 2010, 2020),
        ("b", 2000, 2010),
        ("b", 2010, 2020),
        ("all", 2000, 2010),
        ("all", 2010, 2020),
    ]
    # a: from 2 to 4 by people alone, then from 4 to 8 by the emission per person alone.
    assert found[0].additive == pytest.approx([2, 0])
    assert found[1].additive == pytest.approx([0, 4])
    assert found[2].additive == pytest.approx([0, 0])
    assert [each.additive.sum() for each in found] == pytest.approx([2, 4, 0, 3, 2, 7])
    assert found[0].ratios == pytest.approx([2, 1])


def test_rows_of_one_unit_are_its_sectors():
    _, found = study(units=["x", "x"])
    assert [each.unit for each in found] == ["x", "x"]
    assert [each.additive.sum() for each in found] == pytest.approx([2, 7])
    _, found = study(units=["x", None])
    assert [each.unit for each in found] == ["x", "x", "all", "all"]


def test_a_row_without_a_factor_is_left_out_of_its_pair_with_a_warning():
    broken = [[["a", 1, 2], ["b", 3, 3]], [["a", 2, 4], ["b", None, 3]], [["a", 2, 8], ["b", 2, 6]]]
    log = Log()
    result, found = study(broken, log=log)
    assert [each.unit for each in found] == ["a", "a", "all", "all"]
    assert log.warnings == ["1 row(s) lack a factor at a date and are left out of the decomposition: b."]
    assert len(result.dates) == 3


def test_factors_whose_product_is_not_the_emission_give_a_warning():
    tables = [
        Table("t", ["key", "people", "emission", "e"], [[*row, e] for row, e in zip(rows, stated)])
        for rows, stated in zip(NUMBERS, ([2, 3], [4, 3], [8, 7.5]))
    ]
    result = series(tables, [2000, 2010, 2020], "key", ["people", "emission", "e"], [], Log())
    log = Log()
    decompositions(result, FACTORS, emission="e", log=log)
    assert log.warnings[0].startswith("The product of the factors differs from column e by up to 20.0% (b)")
    log = Log()
    decompositions(result, FACTORS, emission="emission", log=log)
    assert log.warnings == []


def test_the_table_has_a_row_for_each_factor():
    _, found = study(dates=(2000, 2010), numbers=NUMBERS[:2])
    table = list(decomposition_columns(found[:2], FACTORS).values())
    assert table[:4] == [
        ["a", "a", "b", "b"],
        [2000] * 4,
        [2010] * 4,
        ["people", "emission/people"] * 2,
    ]
    assert table[4] == pytest.approx([2, 0, 0, 0])
    assert table[5] == pytest.approx([2, 2, 0, 0])
    assert table[6] == pytest.approx([2, 1, 1, 1])


def test_one_date_or_a_negative_factor_is_refused():
    with pytest.raises(CarbonBalanceError, match="^A decomposition needs two or more dates"):
        study(NUMBERS[:1], (2000,))
    with pytest.raises(CarbonBalanceError, match="^a, 2000 to 2010: "):
        study([[["a", 1, 2], ["b", 1, 1]], [["a", 2, -4], ["b", 1, 1]]], (2000, 2010))


@pytest.mark.parametrize(("weights", "wrong"), [("0.5; a; b", "a"), ("x; 0.5", "x"), ("1; -1", "-1")])
def test_a_weight_that_is_not_a_number_is_refused(weights, wrong):
    message = f'^The weight "{wrong}" of a system is not a number: give one number per system, such as 0.5; 0.5'
    with pytest.raises(CarbonBalanceError, match=message):
        coordination_columns(study()[0], "people; -emission", weights)


def test_a_minus_sign_before_a_system_means_less_is_better():
    assert stated_systems(" a; - b;−c") == [("a", False), ("b", True), ("c", True)]


def test_coordination_of_two_systems():
    """Values by hand: scaled over all zones and dates a is 0, 1/2, 1, 1; for emission less is better."""
    result, _ = study(NUMBERS[:2], (2000, 2010))
    log = Log()
    found = list(coordination_columns(result, "people; -emission", "0.5; 0.5", log).values())
    u, v = np.array([0, 0.5, 1, 1]), np.array([1, 0, 0.5, 0.5])
    development = (u + v) / 2
    coupling = np.sqrt(u * v) / development
    assert found[0] == pytest.approx(coupling)
    assert found[1] == pytest.approx(development)
    assert found[2] == pytest.approx(np.sqrt(coupling * development))
    assert len(log.notes) == 1
    with pytest.raises(CarbonBalanceError, match='The weight "x" of a system is not a number'):
        coordination_columns(result, "people; -emission", "0.5; x")
