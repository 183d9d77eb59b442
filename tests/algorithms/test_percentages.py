"""Percentages given as fractions, and fractions given as percentages, in every such parameter."""

from __future__ import annotations

import numpy as np
import pytest
from layers import squares
from qgis.core import QgsApplication, QgsProcessingException
from rasters import write_raster

ZONES = {"population": [1e4, 2e4, 3e4, 4e4], "emission_t": [5.0, 9, 1, 2]}


@pytest.fixture
def change(tmp_path):
    first, second = (write_raster(tmp_path, np.full((5, 5), code, np.uint8)) for code in (1, 2))
    return {"LAND_COVER": first, "LAND_COVER_LATER": second, "PRESET": "henan", "YEAR": 2000, "YEAR_LATER": 2020}


def warned(result, name):
    return [sentence for sentence in result["notes"].warned if f"({name}) = " in sentence]


@pytest.mark.parametrize(("value", "meant"), [(0.2, 20), (0.5, 50)])
def test_a_coefficient_of_variation_given_as_a_fraction_gives_a_warning(run, change, value, meant):
    given = {"LAND_COVER": change["LAND_COVER"], "PRESET": "henan", "DRAWS": 100}
    (sentence,) = warned(run("carbonuncertainty", **given, CV=value), "CV")
    assert f"means {value:g} %, which is almost nothing: if {meant} % is meant, set CV = {meant}." in sentence
    result = run("carbonuncertainty", **given, CV=20)
    assert warned(result, "CV") == []
    assert "Standard deviation of every density without its own: 20 % of it." in result["notes"].logged


@pytest.mark.parametrize("name", ["DISCOUNT", "PRICE_CHANGE"])
def test_rates_given_as_fractions_give_a_warning(run, change, name):
    (sentence,) = warned(run("carbonstoragechange", **change, PRICE=50, **{name: 0.05}), name)
    assert sentence.endswith(f"if 5 % is meant, set {name} = 5.")
    assert warned(run("carbonstoragechange", **change, PRICE=50, **{name: 5}), name) == []
    assert warned(run("carbonstoragechange", **change, PRICE=50), name) == []


@pytest.mark.parametrize("name", ["POPULATION_GROWTH", "PER_PERSON_GROWTH"])
def test_growth_given_as_a_fraction_gives_a_warning(run, name):
    given = {"ZONES": squares(ZONES), "POPULATION": "population", "PER_PERSON": 4, "YEARS": 40}
    given |= {"OUTPUT": "memory:", "SUFFIX": "_2060"}
    (sentence,) = warned(run("emissiondemand", **given, **{name: -0.02}), name)
    assert sentence.endswith(f"if -2 % is meant, set {name} = -2.")
    assert warned(run("emissiondemand", **given, **{name: -2}), name) == []


def test_a_level_given_in_percent_is_refused(run):
    given = {"ZONES": squares(ZONES), "EMISSION": "emission_t", "OUTPUT": "memory:"}
    with pytest.raises(QgsProcessingException, match=r"\(ALPHA\) = 5 must lie below 1: for 5 % set ALPHA = 0.05."):
        run("carbonconcentration", **given, ALPHA=5)


def test_every_parameter_in_percent_is_checked(provider):
    """Every parameter whose title contains percent is checked; shares of soil must sum to 100 %."""
    said = {
        definition.name(): "percent" in definition.metadata()
        for algorithm in QgsApplication.processingRegistry().providerById("carbonbalance").algorithms()
        if algorithm.name() != "carbonpooltable"
        for definition in algorithm.parameterDefinitions()
        if "%" in definition.description() and definition.type() == "number"
    }
    assert {"CV", "DISCOUNT", "PRICE_CHANGE", "POPULATION_GROWTH", "PER_PERSON_GROWTH"} <= set(said)
    assert [name for name, is_checked in said.items() if not is_checked] == []
