"""The methods of a report: a formula appears only if its results do."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.amounts import AmountSource
from carbon_balance.core.assessment.report.methods import methods_html, sources_table
from carbon_balance.core.assessment.report.reading import read_data
from carbon_balance.core.tables.table import Table

BY_CHAIN = AmountSource("", "t", "C", "stock")
STORED = "Carbon stored = sum over classes"
SINK = "Sink = sum over classes"
DEMAND = "Demand density D"
INDEX = "Index: "
NEVER_ADDED = "are never added."
COEFFICIENTS = "EEC = share of GDP"
BREAKS = "Zones: classes of the index"
QUADRANTS = "Zones: quadrants of EEC and SEC with thresholds 0.9 and 1."
ALWAYS = ["Classes of the maps: natural breaks", "Printed shares are rounded"]


def data(**columns):
    columns = {"name": ["A", "B"], **columns}
    table = Table("zones", list(columns), [list(row) for row in zip(*columns.values())])
    return read_data(table, np.full(2, 10.0), BY_CHAIN, AmountSource("", "t", "CO2", "flow"))


def formulas(**columns):
    found = sources_table(data(**columns), {}, {}, [], "").columns
    return [value for what, value in zip(found["What"], found["Value"]) if what == "Formulas"]


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        ({}, []),
        ({"carbon_t": [1.0, 2]}, [STORED]),
        ({"sink_t": [1.0, 2]}, [SINK]),
        ({"emission_t": [1.0, 2]}, [DEMAND]),
        ({"ratio": [0.5, 2]}, [INDEX, NEVER_ADDED]),
        ({"zone": ["x", "y"]}, [BREAKS]),
        ({"eec": [1.0, 2], "sec": [1.0, 2]}, [COEFFICIENTS]),
        ({"eec": [1.0, 2], "zone": ["x", "y"], "eec_distance": [0.1, 1.1]}, [COEFFICIENTS, QUADRANTS]),
    ],
)
def test_formulas_of_existing_results_only_are_shown(columns, wanted):
    said = formulas(**columns)
    assert len(said) == len([*wanted, *ALWAYS])
    assert all(text in sentence for text, sentence in zip([*wanted, *ALWAYS], said))


def test_the_classification_of_the_zoning_is_described():
    said = formulas(ratio=[0.5, 2], zone=["x", "y"], **{"class": [1, 2]})
    assert said[-2].startswith("The index map uses the classes of the zoning")


def test_units_are_given_with_species_kind_year_and_column():
    found = sources_table(data(carbon_t=[1.0, 2], emission_t=[1.0, 2]), {"A": "1"}, {"QGIS": "3"}, ["survey"], "2020")
    rows = list(zip(found.columns["What"], found.columns["Value"]))
    assert rows[0] == (
        "Units of measurement",
        "Carbon supply: tonnes of carbon (C), a stock, the amount at one point in time, year 2020.",
    )
    assert rows[1][1] == "Emission demand: tonnes of carbon dioxide (CO2), a flow, the amount per year, year 2020."
    assert rows[2][1] == "Areas in km², population in persons. 1 t/ha = 100 t/km²; 1 t C = 44/12 t CO2."
    assert rows[-3:] == [("Sources", "survey"), ("A", "1"), ("QGIS", "3")]


def test_an_own_column_is_named_with_its_unit():
    table = Table("zones", ["name", "c"], [["A", 5.0], ["B", 6.0]])
    own = read_data(table, np.full(2, 10.0), AmountSource("c", "t/ha", "unstated", "flow"), BY_CHAIN)
    said = sources_table(own, {}, {}, [], "").columns["Value"][0]
    assert said == "Carbon supply: tonnes of unstated species (C or CO2), a flow, the amount per year (c, t/ha)."


def test_empty_lists_are_omitted():
    whole = data(carbon_t=[1.0, 2], emission_t=[1.0, 2], ratio=[0.5, 2], zone=["x", "y"])
    bare = methods_html(whole, {}, {}, [], "", [])
    for title in ("Sources", "Not in this report", "Warnings"):
        assert f"<h3>{title}</h3>" not in bare
    full = methods_html(data(), {"P<": "v"}, {"QGIS": "3"}, ["s"], "", ["careful"])
    for title in ("Sources", "Not in this report", "Warnings"):
        assert f"<h3>{title}</h3>" in full
    assert '<ul class="warn"><li>careful</li></ul>' in full
    assert '<ul class="said"><li>s</li></ul>' in full
    assert "<tr><td>P&lt;</td><td>v</td></tr><tr><td>QGIS</td><td>3</td></tr>" in full
