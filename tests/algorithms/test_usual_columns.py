"""Successive steps need no column names: the defaults of each are the columns that the previous one writes."""

from __future__ import annotations

import pytest
from layers import CENTRAL_YUNNAN, SAMPLE, column, squares
from qgis.core import QgsProcessingException


def test_the_workflow_runs_without_column_names(run):
    given = {name: CENTRAL_YUNNAN[name] for name in ("ZONES", "LAND_COVER", "PRESET", "SCHEME")}
    zones = run("zonalcarbonsupply", **given, OUTPUT="memory:")["OUTPUT"]
    people = {"POPULATION": "population_2020", "PER_PERSON": 3.938}
    zones = run("emissiondemand", ZONES=zones, **people, OUTPUT="memory:")["OUTPUT"]
    zones = run("supplydemandratio", ZONES=zones, OUTPUT="memory:")["OUTPUT"]
    zones = run("naturalbreakszoning", ZONES=zones, OUTPUT="memory:")["OUTPUT"]
    whole = run("regionalcarbonbalance", **CENTRAL_YUNNAN, **{"zoning:Zones": "memory:"})["zoning:Zones"]
    for name in ("ratio", "class", "zone"):
        assert column(zones, name) == column(whole, name)


def test_coefficient_zoning_and_flows_run_without_column_names(run):
    figures = {"EMISSION": "emission_2015_1e4t", "SINK": "sink_2015_1e4t", "EMISSION_UNIT": "10^4 t"}
    figures |= {"SINK_UNIT": "10^4 t", "ZONES": str(SAMPLE / "guiyang.geojson")}
    coefficients = run("carbonbalancecoefficients", **figures, EEC="published_eec_2015", OUTPUT="memory:")["OUTPUT"]
    by_name = {"EEC": "eec", "SEC": "sec"}
    plain, named = (
        run("coefficientzoning", ZONES=coefficients, **given, OUTPUT="memory:")["OUTPUT"] for given in ({}, by_name)
    )
    assert column(plain, "zone") == column(named, "zone")
    paid = run("carboncompensation", **figures, OUTPUT="memory:")["OUTPUT"]
    lines = {"FLOWS": "memory:", "OUTPUT": "memory:"}
    plain, named = (
        run("carbonserviceflow", ZONES=paid, **given, **lines)["FLOWS"] for given in ({}, {"AMOUNT": "excess_t"})
    )
    assert column(plain, "flow_t") == column(named, "flow_t")


@pytest.mark.parametrize(
    ("algorithm", "missing"),
    [
        ("supplydemandratio", "carbon_t"),
        ("naturalbreakszoning", "ratio"),
        ("coefficientzoning", "eec"),
        ("carbonserviceflow", "excess_t"),
        ("carbonconcentration", "emission_t"),
    ],
)
def test_a_missing_default_column_is_named(run, algorithm, missing):
    places = {"OUTPUT": "memory:", "FLOWS": "memory:"} if algorithm == "carbonserviceflow" else {"OUTPUT": "memory:"}
    with pytest.raises(QgsProcessingException, match=missing):
        run(algorithm, ZONES=squares({"name": ["a", "b"], "other": [1.0, 2.0]}), **places)
