"""Inequality of supply and demand: which curves are drawn, and the sentences about them."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.inequality import (
    curves,
    figure_per_person,
    inequality_between,
    inequality_sentences,
    lorenz_of,
)
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.tables.table import Table

PEOPLE = [100.0, 100.0, 200.0, 0.0]


def data(supply=None, demand=None, people=PEOPLE, area=(10.0, 10.0, 10.0, 10.0), groups=None, spots=None):
    columns = {"name": ["A", "B", "C", "D"]}
    columns |= {} if supply is None else {"carbon_t": supply}
    columns |= {} if demand is None else {"emission_t": demand}
    columns |= {} if groups is None else {"group": groups}
    columns |= {} if spots is None else {"gi_star_class": spots}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    return read_data(
        table,
        np.array(area),
        AmountSource("", "t", "C", "stock"),
        AmountSource("", "t", "CO2", "flow"),
        group_column="" if groups is None else "group",
        population=None if people is None else np.array(people),
    )


def test_the_curve_takes_the_zones_that_have_both():
    found = lorenz_of(np.array([1.0, 3, np.nan, 5]), np.array([1.0, 1, 1, np.nan]))
    assert found.gini == pytest.approx(0.25)
    assert lorenz_of(np.array([0.0, 0]), np.array([1.0, 1])) is None


@pytest.mark.parametrize(
    ("demand", "figure"),
    [
        ([500.0, 500.0, 1000.0, 7.0], 5),
        ([500.0, 500.0005, 1000.0, 7.0], 5),
        ([500.0, 500.002, 1000.0, 7.0], None),
        ([500.0, 500.0, 900.0, 7.0], None),
        ([0.0, 0.0, 0.0, 0.0], None),
        ([500.0, None, None, None], None),
    ],
)
def test_equal_figures_per_person_are_recognised_within_a_millionth(demand, figure):
    given = data(demand=demand)
    found = figure_per_person(given.demand, given)
    assert found == (None if figure is None else pytest.approx(figure, rel=1e-5))
    assert len(curves(given)) == (0 if figure or not any(demand) else 1)


def test_without_people_the_base_is_land():
    given = data(demand=[1.0, 1.0, 1.0, 5.0], people=None)
    assert figure_per_person(given.demand, given) is None
    said, drawn = inequality_sentences(given)
    assert (said, drawn) == (
        ["Emission demand: Gini coefficient 0.375 relative to area (0: equal; 1: all in one zone)."],
        True,
    )


def test_inequality_of_amounts_derived_from_population_is_not_reported():
    said, drawn = inequality_sentences(data(demand=[500.0, 500.0, 1000.0, 0.0]))
    assert not drawn
    assert said == [
        "Emission demand is the same for every person, 5.000 t CO2 per year: it was derived from population, so it is "
        "equal relative to population by construction; this is not a finding.",
        "Relative to area, its Gini coefficient is 0.375.",
    ]


def test_larger_units_add_a_sentence_on_inequality_between_them():
    given = data(demand=[1.0, 1.0, 3.0, 3.0], groups=["x", "x", "y", "y"], people=None)
    ((amount, theil, count),) = inequality_between(given)
    assert (amount.title, count) == ("Emission demand", 2)
    assert theil.between == pytest.approx(theil.total)
    assert (
        "Emission demand: 100.0 % of the inequality relative to area (Theil T 0.1308)"
        in inequality_sentences(given)[0][1]
    )
    one = data(demand=[1.0, 1.0, 3.0, 3.0], groups=["x"] * 4)
    each = data(demand=[1.0, 1.0, 3.0, 3.0], groups=["a", "b", "c", "d"])
    even = data(demand=[1.0, 1.0, 1.0, 1.0], groups=["x", "x", "y", "y"])
    assert [inequality_between(given) for given in (one, each, even, data(demand=[1.0, 2, 3, 4]))] == [[]] * 4


def test_hot_spots_are_named():
    spots = ["hot spot", None, "hot spot", "cold spot"]
    assert inequality_sentences(data(spots=spots))[0] == ["Hot spots of emissions (Gi*), 2 zone(s): A, C."]
    assert inequality_sentences(data(spots=["cold spot", None, None, None]))[0] == [
        "No zone is a hot spot of emissions (Gi*)."
    ]
    assert inequality_sentences(data())[0] == []


def test_an_amount_per_person_that_overflows_is_unknown():
    given = data(demand=[1e9, 1e9, 1e9, 1e9], people=np.full(4, 1e-307))
    assert figure_per_person(given.demand, given) is None
