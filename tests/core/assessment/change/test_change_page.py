"""Sentences on decoupling, decomposition and coordination."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from carbon_balance.core.assessment.change.factors import stated_factors
from carbon_balance.core.assessment.change.page import change_page_parts, contribution_bars, decomposition_sentence
from carbon_balance.core.assessment.change.study import ALL_ROWS, UnitDecomposition
from carbon_balance.core.tables.names import space_columns

FACTORS = stated_factors("population; gdp/population; emission/gdp")
RESULT = SimpleNamespace(dates=[2010.0, 2015.0, 2020.0])


def decomposition(unit, start, end):
    return UnitDecomposition(unit, start, end, np.array([10.0, 250.0, -60.0]), np.array([1.1, 2.0, 0.7]))


def parts(regional=(0.0, None), decomposed=(), long=None):
    return "".join(change_page_parts(RESULT, regional, decomposed, FACTORS, long or {}))


def test_the_contributions_come_in_the_order_of_their_size():
    assert decomposition_sentence(decomposition("A", 2010, 2015), FACTORS) == (
        "A, 2010 to 2015: change +200.0, of which gdp/population +250.0; emission/gdp −60.00; population +10.00."
    )


def test_the_bars_end_with_the_change_as_a_sum():
    picture = contribution_bars(decomposition("A", 2010, 2015), FACTORS)
    assert picture.count("<rect") == 4
    assert picture.count('fill="#666666"') == 1
    assert ">change</text>" in picture
    assert ">+200.0</text>" in picture


def test_nothing_is_said_that_was_not_asked():
    assert parts() == ""


def test_decoupling_of_all_zones_from_the_first_date_to_the_last():
    text = parts((0.4567, "weak decoupling"))
    assert "From 2010 to 2020, all zones together: weak decoupling, elasticity of emission to GDP 0.457." in text
    assert "What changed the emission" not in text


def test_all_rows_together_are_shown_if_they_were_decomposed_else_the_first_unit():
    own = [decomposition("A", 2010, 2015), decomposition("A", 2015, 2020), decomposition("B", 2010, 2015)]
    text = parts(decomposed=own)
    assert "A, 2010 to 2015: change" in text
    assert "A, 2015 to 2020: change" in text
    assert "B, " not in text
    text = parts(decomposed=[*own, decomposition(ALL_ROWS, 2010, 2015)])
    assert text.count("change +200.0") == 1
    assert "A, 2010" not in text


def test_zones_are_counted_by_level_at_each_date():
    levels = ["severe imbalance", "good coordination", None, "severe imbalance", "severe imbalance", "x"]
    text = parts(long={space_columns.COORDINATION: [0.1] * 6, space_columns.COORDINATION_LEVEL: levels})
    assert "2010, zones by level: severe imbalance 2." in text
    assert "2015, zones by level: severe imbalance 1; good coordination 1." in text
    assert "2020, zones by level: ." in text
