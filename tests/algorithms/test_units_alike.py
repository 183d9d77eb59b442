"""Overlapping units and columns of two species, in algorithms that treat each unit separately."""

from __future__ import annotations

import pytest
from layers import squares
from qgis.core import QgsGeometry, QgsRectangle

COLUMNS = {
    "name": list("ABCDEFGHIJ"),
    "x": [1.0, 2.0, 9.0, 4.0, 6.0, 7.5, 8.0, 3.0, 5.0, 11.0],
    "y": [3.0, 1.0, 5.0, 9.0, 2.0, 4.0, 8.0, 6.0, 7.0, 5.5],
    "z": [2.0, 8.0, 1.0, 3.0, 5.0, 4.0, 9.0, 6.0, 8.5, 7.0],
    "emission_co2": [4.0] * 5 + [5.0] * 5,
    "sink_tc": [1.0, 2.0, 3.0, 4.0, 5.0] * 2,
    "carbon_t": [1.0] * 9 + [7.0],
    "uptake_1e4t": [2.0] * 9 + [1.0],
}


def units(city=False):
    """Ten squares; as a ``city`` the last one covers the two first."""
    made = squares(COLUMNS, name="units")
    if city:
        fid = list(made.getFeatures())[-1].id()
        box = QgsGeometry.fromRect(QgsRectangle(500000, 2000000, 502000, 2001000))
        assert made.dataProvider().changeGeometryValues({fid: box})
    return made


RUNS = {
    "k_means": ("multiindexzoning", "ZONES", {"FIELDS": ["x", "y"], "CLUSTERS": 2}),
    "eight_cells": ("multiindexzoning", "ZONES", {"FIELDS": ["x", "y", "z"], "METHOD": "eight_cells"}),
    "natural_breaks": ("naturalbreakszoning", "ZONES", {"FIELD": "x", "CLASSES": 3, "MERGE": "", "PRESET": "numbered"}),
    "correlation": ("factorcorrelation", "INPUT", {"VARIABLES": ["x"], "FACTORS": ["y", "z"]}),
    "regression": ("geographicallyweightedregression", "INPUT", {"DEPENDENT": ["x"], "EXPLANATORY": ["y"]}),
}


@pytest.mark.parametrize("which", RUNS)
def test_overlapping_units_give_a_warning(run, tmp_path, which):
    algorithm, name, given = RUNS[which]
    output = {"CORRELATIONS" if which == "correlation" else "OUTPUT": "memory:"}
    said = [
        [each for each in run(algorithm, **{name: units(city)}, **given, **output)["notes"].warned if "overlap" in each]
        for city in (False, True)
    ]
    assert said[0] == []
    assert len(said[1]) == 1
    assert "A and J (1.00" in said[1][0] and "B and J (1.00" in said[1][0]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (["emission_co2", "sink_tc"], "emission_co2: CO2, sink_tc: C"),
        (["emission_co2", "carbon_t"], "emission_co2: CO2, carbon_t: C"),
        (["carbon_t", "uptake_1e4t"], "state different units (carbon_t: t, uptake_1e4t: 1e4t)"),
    ],
)
def test_columns_that_cannot_be_added_give_a_warning_with_nrca(run, fields, sentence):
    given = {"ZONES": units(), "FIELDS": fields, "CLUSTERS": 2, "OUTPUT": "memory:"}
    assert any(sentence in each for each in run("multiindexzoning", **given, MEASURE="nrca")["notes"].warned)
    assert not any(sentence in each for each in run("multiindexzoning", **given)["notes"].warned)


def test_overlapping_zones_of_a_series_give_a_warning(run):
    """The elasticity of the whole region sums all its zones."""
    given = {"DATES": "2000; 2010", "KEY": "name", "DEMAND": "x", "GDP": "y", "OUTPUT": "memory:"}
    for city in (False, True):
        warned = run("carbonbalanceseries", LAYERS=[units(city), units(city)], **given)["notes"].warned
        assert sum("A and J (1.00" in each for each in warned) == (1 if city else 0)
