"""The first paragraph of a report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.assessment.report.sentences import comparable_densities, key_sentences, regional_index
from carbon_balance.core.tables.table import Table

SUPPLY, DEMAND = AmountSource("", "t", "C", "stock"), AmountSource("", "t", "CO2", "flow")


def data(population=None, area=(10.0, 20.0, 30.0), demand=DEMAND, **columns):
    columns = {"name": ["A", "B", "C"], **columns}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    rows = len(table)
    return read_data(
        table, np.array(area)[:rows], SUPPLY, demand, population=None if population is None else np.array(population)
    )


def test_zones_area_and_people():
    assert key_sentences(data(population=[1000.0, 2000.0, 3000.4])) == [
        "3 zones with a total area of 60.000 km².",
        "Their population is 6,000.",
    ]
    assert key_sentences(data(area=[np.nan] * 3))[0] == "3 zones with a total area of unknown km²."
    assert key_sentences(data(name=["A"], carbon_t=[5000.0])) == ["One zone of 10.000 km².", "They store 5,000 t C."]


def test_the_largest_amount_has_its_share_and_the_highest_density_its_zone():
    said = key_sentences(data(carbon_t=[1e6, 6e6, 1e6], emission_t=[2e6, 3e6, 3e6]))
    assert said[1:] == [
        "They store 8,000,000 t C.",
        "B has the largest amount, 6,000,000 t C (75.00 %).",
        "Emission demand is 8,000,000 t CO2 per year.",
        "The highest density is in A, 200,000 t CO2/km² per year.",
    ]
    assert key_sentences(data(sink_t=[1e6, None, 1e6]))[1] == "They take up 2,000,000 t C per year."
    assert len(key_sentences(data(carbon_t=[0.0, 0, 0]))) == 2


def test_a_single_zone_is_not_called_the_largest():
    said = key_sentences(data(name=["A"], emission_t=[5000.0]))
    assert said == ["One zone of 10.000 km².", "Emission demand is 5,000 t CO2 per year."]


def indexed(converted, demand=DEMAND, factor=1.0):
    supply, emitted = np.array([1e6, 6e6, 3e6]), np.array([3e6, 6e6, 8e6])
    return data(
        carbon_t=supply.tolist(),
        emission_t=emitted.tolist(),
        ratio=[*(factor * emitted / (supply * (44 / 12 if converted else 1)))[:2].tolist(), None],
        demand=demand,
    )


def test_an_unconverted_index_is_described_with_its_value_in_co2():
    """D/S of 3 and 1 is deficit and balance; in CO2 supply is 3.67 and 22 Mt, and the first two are in surplus."""
    said = key_sentences(indexed(False))
    assert "For the region as a whole, D/S is 1.7000; the balance point is 1." in said
    assert "0 zones are in surplus and 1 in deficit." in said
    assert (
        "Supply, in C, and demand, in CO2, are compared without conversion: the balance point is shifted by a factor "
        "of 44/12." in said
    )
    assert "With both counted in CO2, 3 zones are in surplus and 0 in deficit." in said
    assert "1 zone has no index." in said
    assert any(each.startswith("Annual demand is compared with a stock") for each in said)
    assert regional_index(indexed(False)) == pytest.approx(1.7)


def test_a_converted_index_is_described_as_converted():
    said = key_sentences(indexed(True))
    assert "For the index, tonnes of C were converted to tonnes of CO2 (x 44/12)." in said
    assert "2 zones are in surplus and 0 in deficit." in said
    assert regional_index(indexed(True)) == pytest.approx(1.7 * 12 / 44)


def test_an_index_of_other_amounts_is_not_explained():
    said = key_sentences(indexed(False, factor=1.01))
    assert "Supply is counted in C and demand in CO2; how the two were converted is not known here." in said
    assert not any("region as a whole" in each for each in said)
    assert np.isnan(regional_index(indexed(False, factor=1.01)))
    assert regional_index(indexed(False, factor=1.004)) == pytest.approx(1.7)


def test_conversion_is_not_mentioned_for_amounts_of_one_species():
    said = key_sentences(indexed(False, demand=AmountSource("", "t", "C", "flow")))
    assert not any("conver" in each for each in said)


def test_densities_may_refer_to_the_mapped_area():
    whole = indexed(False)
    mapped = replace(whole, mapped_km2=whole.area_km2 / 2, ratio=whole.ratio / 2)
    supply, demand = comparable_densities(mapped, mapped.supply, mapped.demand, mapped.ratio)
    assert supply[0] == pytest.approx(1e6 / 5)
    assert demand[0] == pytest.approx(3e6 / 10)


def test_zones_excluded_from_totals_are_not_counted():
    counted = replace(indexed(False), counted=np.array([True, True, False]))
    assert regional_index(counted) == pytest.approx(9 / 7)
    assert key_sentences(counted)[0] == "3 zones with a total area of 30.000 km²."


def test_planning_zones_are_counted():
    said = key_sentences(data(zone=["x", "y", "x"], **{"class": [2, 1, 2]}))
    assert said[-1] == "Planning zones: y 1, x 2."
