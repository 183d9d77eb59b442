"""Sentences and figures on decoupling, decomposition and coordination."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.assessment.change.page import (
    change_page_parts,
    contribution_bars,
    coordination_parts,
    decomposition_parts,
    decomposition_sentence,
    decoupling_parts,
    decoupling_sentence,
)
from carbon_balance.core.assessment.change.study import ALL_ROWS, UnitDecomposition
from carbon_balance.core.tables.names import space_columns

TITLES = ["population", "gdp/population", "emission/gdp"]
RESULT = SimpleNamespace(dates=[2010.0, 2015.0, 2020.0])
STRONG, WEAK, COUPLED = "strong decoupling", "weak decoupling", "expansive coupling"


def decomposition(unit, start, end):
    return UnitDecomposition(unit, start, end, np.array([10.0, 250.0, -60.0]), np.array([1.1, 2.0, 0.7]))


def test_contributions_are_listed_from_largest_to_smallest():
    assert decomposition_sentence(decomposition("A", 2010, 2015), TITLES) == (
        "A, 2010 to 2015: change +200.0, of which gdp/population +250.0; emission/gdp −60.00; population +10.00."
    )


def test_the_bars_end_with_the_change_as_a_sum():
    picture = contribution_bars(decomposition("A", 2010, 2015), TITLES)
    assert picture.count("<rect") == 4
    assert picture.count('fill="#666666"') == 1
    assert ">change</text>" in picture
    assert ">+200.0</text>" in picture


def test_only_requested_analyses_have_a_section():
    assert change_page_parts(RESULT, (0.0, None), [], TITLES, {}, {}) == []
    whole = change_page_parts(
        RESULT,
        (0.4, WEAK),
        [decomposition("A", 2010, 2015)],
        TITLES,
        {"date": [2010.0], space_columns.COORDINATION: [0.95], "coordination_level": ["high-quality coordination"]},
        {"from_date": [2010.0], "to_date": [2015.0], "decoupling_state": [WEAK]},
    )
    text = "".join(whole)
    assert [title in text for title in ("Decoupling", "What changed the emission", "Coupling coordination")] == [
        True
    ] * 3


def test_decoupling_of_all_zones_from_the_first_date_to_the_last():
    assert decoupling_sentence(RESULT, 0.4567, WEAK).startswith(
        "From 2010 to 2020, all zones together: weak decoupling, "
    )
    assert decoupling_sentence(RESULT, 0.4567, WEAK).endswith(" 0.457.")


def test_strong_and_weak_decoupling_are_counted_together_in_each_interval():
    first, second = (2010.0, 2015.0), (2015.0, 2020.0)
    of = [(first, STRONG), (second, COUPLED), (first, WEAK), (second, None), (first, COUPLED), (second, WEAK)]
    said, _, picture = decoupling_parts(
        [each[0] for each, _ in of], [each[1] for each, _ in of], [state for _, state in of]
    )
    assert "2010–2015: in 2 of 3 zones" in said
    assert "2015–2020: in 1 of 2 zones" in said
    assert picture.index(">2010–2015<") < picture.index(">2015–2020<")
    assert decoupling_parts([2010.0], [2015.0], [None]) == []


@pytest.mark.parametrize(("intervals", "told"), [(3, ["0–1", "1–2", "2–3"]), (4, ["0–1", "3–4"]), (6, ["0–1", "5–6"])])
def test_of_more_than_three_intervals_only_the_first_and_the_last_are_described(intervals, told):
    starts = [float(at) for at in range(intervals)]
    said, _, picture = decoupling_parts(starts, [at + 1 for at in starts], [WEAK] * intervals)
    assert re.findall(r"(\d–\d): in 1 of 1 zone", said) == told
    assert len(set(re.findall(r">(\d–\d)<", picture))) == intervals


def test_the_chart_shows_the_total_if_decomposed_otherwise_the_first_unit():
    own = [decomposition("A", 2010, 2015), decomposition("A", 2015, 2020), decomposition("B", 2010, 2015)]
    text = "".join(decomposition_parts(own, TITLES))
    assert "A, 2010 to 2015: change" in text
    assert "A, 2015 to 2020: change" in text
    assert "B, " not in text
    text = "".join(decomposition_parts([*own, decomposition(ALL_ROWS, 2010, 2015)], TITLES))
    assert text.count("change +200.0") == 1
    assert "A, 2010" not in text


def test_zones_are_counted_by_level_at_each_date():
    dates = [2010.0, 2015.0, 2010.0, 2015.0]
    levels = ["severe imbalance", "good coordination", "severe imbalance", "extreme imbalance"]
    text = "".join(coordination_parts(dates, levels))
    assert "2010, zones by level: severe imbalance 2." in text
    assert "2015, zones by level: extreme imbalance 1; good coordination 1." in text
    assert coordination_parts(dates, [None] * 4) == []
