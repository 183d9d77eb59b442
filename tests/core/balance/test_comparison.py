"""Numerator and denominator of an index: stored, read again, and named on maps."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from carbon_balance.core.balance.comparison import Comparison, read_comparison
from carbon_balance.core.balance.indices import INDICES
from carbon_balance.core.options.tables import BASES
from carbon_balance.core.runtime import i18n
from carbon_balance.core.symbology.legends import column_legend
from carbon_balance.core.symbology.raster_legends import theme_of_band
from carbon_balance.core.tables.units import CO2_PER_C
from carbon_balance.core.text.vocabulary import shown

STOCK_FLOW = Comparison("C", "stock", "CO2", "flow")


@pytest.mark.parametrize("parts", product(["C", "CO2", "unstated"], BASES, ["C", "CO2", "unstated"], BASES))
def test_a_stored_comparison_is_read_back(parts):
    assert read_comparison(Comparison(*parts).text()) == Comparison(*parts)


@pytest.mark.parametrize("text", ["", "demand/supply", "supply: stock, t X; demand: flow, t CO2 a year", None])
def test_other_texts_are_not_read_as_a_comparison(text):
    assert read_comparison(text or "") is None


def test_conversion_changes_the_species_of_the_converted_side():
    sides = ("C", "stock"), ("CO2", "flow")
    assert Comparison.of(*sides, (1.0, 1.0)) == STOCK_FLOW
    assert Comparison.of(*sides, (CO2_PER_C, 1.0)) == Comparison("CO2", "stock", "CO2", "flow")


@pytest.mark.parametrize(("index", "terms"), [
    ("demand/supply", "t CO2 emitted per year / t C stored"),
    ("supply/demand", "t C stored / t CO2 emitted per year"),
    ("log ratio", "t C stored / t CO2 emitted per year"),
    ("budget", "t C stored − t CO2 emitted per year"),
    ("ESDR", "t C stored compared with t CO2 emitted per year"),
])  # fmt: skip
def test_terms_follow_the_order_of_the_formula(index, terms):
    assert STOCK_FLOW.terms(INDICES[index]) == terms
    title = column_legend("ratio_2020", [0.5, 2, 3], index, comparison=STOCK_FLOW.text()).title
    assert terms in title and "(2020)" in title


def test_a_sink_is_described_as_uptake_and_an_unstated_species_as_either():
    terms = Comparison("unstated", "flow", "CO2", "flow").terms(INDICES["demand/supply"])
    assert terms == "t CO2 emitted per year / t C or CO2 taken up per year"


def test_only_sides_that_differ_in_species_or_kind_give_a_caution():
    assert len(STOCK_FLOW.cautions()) == 2
    assert len(Comparison("CO2", "stock", "CO2", "flow").cautions()) == 1
    assert Comparison("CO2", "flow", "CO2", "flow").cautions() == []


def test_without_a_stored_comparison_titles_and_notes_are_general():
    legend = column_legend("ratio", [0.5, 2, 3])
    assert legend.title == "Demand / supply (balance at 1; smaller values mean surplus)"
    assert legend.notes == ()


def test_terms_are_shown_in_chinese():
    i18n.use_language("zh")
    try:
        assert shown("compared_2020", STOCK_FLOW.text()) == "供给：存量，吨 C；需求：流量，吨 CO2/年"
        assert STOCK_FLOW.terms(INDICES["demand/supply"]) == "年碳排放量（吨 CO2） / 碳储量（吨 C）"
    finally:
        i18n.use_language(i18n.ENGLISH)


def test_band_descriptions_with_and_without_a_comparison_give_a_title():
    described = f"demand/supply = D/S; {STOCK_FLOW.text()}"
    assert "t CO2 emitted per year / t C stored" in theme_of_band(described)[1]
    assert theme_of_band("demand/supply = D/S")[1] == "Demand / supply (balance at 1; smaller values mean surplus)"
    budget = theme_of_band(f"S - D (t/km2); {STOCK_FLOW.text()}")[1]
    assert "t/km²" in budget and "t C stored − t CO2 emitted per year" in budget


def test_a_ratio_is_drawn_in_the_classes_of_its_zoning():
    values = np.array([0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 1.5, 1.6])
    classes = [1, 1, 2, 2, 2, 3, 4, 4]
    legend = column_legend("ratio", values, classes=classes)
    assert [each.upper for each in legend.intervals] == [0.2, 0.6, 0.7, 1.6]
    assert legend.places(values).tolist() == [number - 1 for number in classes]
    assert legend.notes == (
        "The colours of the map change at the balance point of 1: there is no value between 0.700 and it.",
    )
    assert column_legend("ratio", values[:6], classes=classes[:6]).notes == ()


def test_a_class_containing_the_balance_point_is_split_with_a_note():
    values = np.array([0.1, 0.2, 0.8, 0.9, 1.2, 3, 4])
    legend = column_legend("ratio", values, classes=[1, 1, 2, 2, 2, 3, 3])
    assert [each.upper for each in legend.intervals] == [0.2, 1.0, 1.2, 4.0]
    assert legend.places(values).tolist() == [0, 0, 1, 1, 2, 3, 3]
    assert legend.notes == ("Class 2 extends from surplus to deficit: the map splits it at the balance point of 1.",)


@pytest.mark.parametrize("classes", [
    [1, 2, 1, 2, 1, 2, 1],  # of another column
    ["a", "b", "c", "d", "e", "f", "g"],
    [1, 1, None, 2, 2, 3, 3],
    [1, 1, 1, 1, 1, 1, 1],
    (),
])  # fmt: skip
def test_classes_that_do_not_fit_the_ratio_do_not_change_the_legend(classes):
    values = np.array([0.1, 0.2, 0.8, 0.9, 1.2, 3, 4])
    assert column_legend("ratio", values, classes=classes) == column_legend("ratio", values)
