"""Columns chosen by mistake are refused, or give a warning, in every algorithm."""

from __future__ import annotations

import re

import numpy as np
import pytest
from layers import squares
from qgis.core import QgsProcessingException
from rasters import write_raster

ZONES = {
    "carbon_t": [100.0, 200, 300, 7],
    "carbon_t_km2": [100.0, 200, 300, 7],
    "emission_t": [30.0, 20, 10, 7],
    "demand_t_km2": [30.0, 20, 10, 7],
    "sink_t": [3.0, 2, 1, 7],
    "gdp": [5.0, 6, 8, 7],
    "persons": [500.0, 600, 800, 7],
    "eec": [0.5, 1, 2, 7],
    "sec": [2.0, 1, 0.5, 7],
    "emission_kt": [30.0, 20, 10, 7],
    "uptake_co2": [30.0, 20, 10, 7],
    "人口(万人)": [30.0, 20, 10, 7],
}


@pytest.fixture
def on_squares(run):
    def on(algorithm, **parameters):
        return run(algorithm, ZONES=squares(ZONES), OUTPUT="memory:", SUFFIX="_new", **parameters)["notes"].warned

    return on


@pytest.mark.parametrize(
    "algorithm, given, parameters, column",
    [
        ("coefficientzoning", {"EEC": "gdp", "SEC": "GDP"}, r"EEC field \(EEC\), SEC field \(SEC\)", "gdp"),
        ("supplydemandratio", {"SUPPLY": "gdp", "DEMAND": "gdp"}, r"Supply \(SUPPLY\), Demand \(DEMAND\)", "gdp"),
        (
            "emissiondemand",
            {"POPULATION": "gdp", "EMISSION": "gdp"},
            r"Population \(POPULATION\), Emissions of each zone \(EMISSION\)",
            "gdp",
        ),
        (
            "carbonbalancecoefficients",
            {"EMISSION": "emission_t", "SINK": "emission_t"},
            r"Emission \(EMISSION\), Sink \(SINK\)",
            "emission_t",
        ),
    ],
)
def test_one_column_for_two_parameters_is_refused(on_squares, algorithm, given, parameters, column):
    with pytest.raises(
        QgsProcessingException, match=f"{parameters} are the same column, {column}: choose a different column"
    ):
        on_squares(algorithm, **given)


def test_a_dependent_variable_among_the_drivers_is_refused(run):
    for algorithm, first, second in (
        ("geographicallyweightedregression", "DEPENDENT", "EXPLANATORY"),
        ("factorcorrelation", "VARIABLES", "FACTORS"),
    ):
        given = {first: ["gdp"], second: ["persons", "gdp"]}
        with pytest.raises(QgsProcessingException, match=rf"\({first}\), .*\({second}\) are the same column, gdp"):
            run(algorithm, INPUT=squares(ZONES), OUTPUT="memory:", CORRELATIONS="memory:", **given)


def test_units_of_names_truncated_by_a_shapefile_are_checked(run):
    values = {"emission_1": [30.0, 20, 10, 7], "demand_t_k": [3.0, 2, 1, 7], "emission_t": [30.0, 20, 10, 8]}
    zones = {"ZONES": squares(values), "OUTPUT": "memory:"}
    with pytest.raises(QgsProcessingException, match="column demand_t_k is in t/km2, but t is needed"):
        run("carbonconcentration", **zones, EMISSION="demand_t_k")
    (sentence,) = run("carbonconcentration", **zones, EMISSION="emission_1", PERMUTATIONS=0)["notes"].warned
    assert "emission_1 seems to be cut by a Shapefile and may be " in sentence
    assert "emission_t_person (t/person)" in sentence
    assert run("carbonconcentration", **zones, EMISSION="emission_t", PERMUTATIONS=0)["notes"].warned == []


def test_one_column_may_be_key_and_name(run):
    zones = squares({"place": ["A", "B"], "value": [1.0, 2]})
    table = squares({"place": ["A", "B"], "people": [1.0, 2]}, geometry=False, name="t")
    given = {"ZONE_KEY": "place", "TABLE_KEY": "place", "FIELDS": "people", "MATCH": "name"}
    assert run("joinstatistics", ZONES=zones, TABLE=table, OUTPUT="memory:", **given)["MATCHED"] == 2


@pytest.mark.parametrize(
    "algorithm, given, said",
    [
        (
            "supplydemandratio",
            {"SUPPLY": "carbon_t_km2", "DEMAND": "demand_t_km2"},
            r"Supply \(SUPPLY\): column carbon_t_km2 is in t/km2, but t is needed: set SUPPLY_UNIT = t/km2, or",
        ),
        (
            "supplydemandratio",
            {"SUPPLY": "carbon_t", "DEMAND": "emission_t"},
            r"Demand \(DEMAND\): column emission_t is in t, but t/km2 is needed: set DEMAND_UNIT = t, or choose",
        ),
        (
            "emissiondemand",
            {"POPULATION": "emission_t", "PER_PERSON": 4},
            r"column emission_t is in t, but persons is needed: choose a column in persons",
        ),
        ("coefficientzoning", {"EEC": "sec", "SEC": "eec"}, "column sec is in SEC, but EEC is needed"),
        ("carbonconcentration", {"EMISSION": "demand_t_km2"}, "column demand_t_km2 is in t/km2, but t is needed"),
    ],
)
def test_a_column_of_the_plugin_in_another_unit_is_refused(on_squares, algorithm, given, said):
    with pytest.raises(QgsProcessingException, match=said):
        on_squares(algorithm, **given)


def test_a_unit_in_the_name_of_a_user_column_gives_a_warning(on_squares):
    first = on_squares("emissiondemand", POPULATION="人口(万人)", PER_PERSON=4)[0]
    assert first == (
        "Population (POPULATION): the name of column 人口(万人) indicates 万人, but it is read as persons: if the name "
        "is correct, set POPULATION_UNIT = 10^4 persons, or choose another column."
    )
    assert "indicates kt, but it is read as t" in on_squares("emissiondemand", EMISSION="emission_kt")[0]
    logged = on_squares("carbonbalancecoefficients", EMISSION="emission_t", SINK="uptake_co2", SINK_SPECIES="C")
    named = "uptake_co2 indicates CO2, but it is counted as C: if the name is correct, set SINK_SPECIES = CO2"
    assert named in logged[0]


def test_matching_units_give_no_warning(on_squares):
    logged = on_squares("supplydemandratio", SUPPLY="carbon_t", DEMAND="demand_t_km2")
    logged += on_squares("emissiondemand", POPULATION="人口(万人)", POPULATION_UNIT="10^4 persons", PER_PERSON=4)
    logged += on_squares("carbonconcentration", EMISSION="emission_kt", PERMUTATIONS=0)
    assert not [each for each in logged if "the name of column" in each]


def test_a_flow_counted_as_stock_gives_a_warning(on_squares):
    given = {"SUPPLY": "sink_t", "DEMAND": "demand_t_km2"}
    logged = on_squares("supplydemandratio", **given)
    assert logged[0] == (
        "Supply (SUPPLY): the name of column sink_t indicates flow, but it is counted as stock: if the name is "
        "correct, set SUPPLY_BASIS = flow."
    )
    logged = on_squares("supplydemandratio", **given, SUPPLY_BASIS="flow")
    assert not [each for each in logged if "the name of column" in each]


def test_columns_given_as_text_are_checked(run):
    given = {"DATES": "2000", "KEY": "gdp", "SUPPLY": "carbon_t", "DEMAND": "carbon_t", "OUTPUT": "memory:"}
    with pytest.raises(QgsProcessingException, match=r"\(SUPPLY\), .*\(DEMAND\) are the same column, carbon_t"):
        run("carbonbalanceseries", LAYERS=[squares(ZONES)], **given)


def test_one_raster_for_two_parameters_gives_a_warning(run, tmp_path):
    rasters = [write_raster(tmp_path / f"{name}.tif", np.full((1, 4, 4), 60, np.float32)) for name in "ab"]
    given = {"SUPPLY": rasters[0], "OUTPUT": str(tmp_path / "o.tif")}
    same = "Supply (SUPPLY), Demand (DEMAND) are the same raster: comparing it with itself is meaningless."
    assert run("supplydemandratioraster", **given, DEMAND=rasters[0])["notes"].warned[0] == same
    assert same not in run("supplydemandratioraster", **given, DEMAND=rasters[1])["notes"].warned


def test_the_land_cover_among_its_own_drivers_gives_a_warning(run, tmp_path):
    """It predicts itself with a skill of 100 %."""
    codes = np.random.default_rng(1).integers(1, 4, (20, 20)).astype(np.uint8)
    cover, other = (write_raster(tmp_path / f"{name}.tif", codes) for name in ("cover", "other"))
    given = {"LAND_COVER": cover, "OUTPUT": str(tmp_path / "s.tif"), "SAMPLES": 100, "NETWORKS": 1}
    itself = "Drivers (DRIVERS) include Land cover (LAND_COVER) itself"
    assert run("landusesuitability", **given, DRIVERS=[cover])["notes"].warned[0].startswith(itself)
    assert not any(
        each.startswith(itself) for each in run("landusesuitability", **given, DRIVERS=[other])["notes"].warned
    )


def test_a_unit_that_contradicts_the_brackets_gives_a_warning(run):
    zones, table = squares({"k": ["A"]}), squares({"k": ["A"], "人口(万人)": [5.0]}, geometry=False, name="t")
    given = {"ZONE_KEY": "k", "TABLE_KEY": "k", "FIELDS": "人口(万人)", "OUTPUT": "memory:"}
    logged = run("joinstatistics", ZONES=zones, TABLE=table, UNITS="persons", **given)["notes"].warned
    assert "人口(万人) indicates 万人, but it is read as persons, as UNITS specifies" in logged[0]
    for units in ("", "万人", "10^4 persons"):
        assert run("joinstatistics", ZONES=zones, TABLE=table, UNITS=units, **given)["notes"].warned == []


@pytest.mark.parametrize(
    ("column", "role", "said", "advice"),
    [
        ("排放(万吨CO2)", "EMISSION", "万吨CO2", "EMISSION_UNIT = 10^4 t"),
        ("emission (Gg)", "EMISSION", "gg", "column in t"),
        ("emission_tc", "EMISSION", "tonnes of C", "44/12"),
        ("碳排放(t C)", "EMISSION", "tonnes of C", "44/12"),
        ("人均排放(t)", "EMISSION", "a relative figure", "column of amounts"),
        ("emission (%)", "EMISSION", "a relative figure", "column of amounts"),
        ("人口_万", "POPULATION", "万", r"POPULATION_UNIT = 10\^4 persons"),
        ("population (thousand)", "POPULATION", "thousand", r"POPULATION_UNIT = 10\^3 persons"),
        ("pop (10,000)", "POPULATION", "10,000", r"POPULATION_UNIT = 10\^4 persons"),
        ("pop_density", "POPULATION", "a relative figure", "column of amounts"),
    ],
)
def test_powers_species_and_relative_figures_in_a_name_give_a_warning(run, column, role, said, advice):
    more = {"PER_PERSON": 4} if role == "POPULATION" else {}
    given = {"ZONES": squares({column: [3e6, 2e6, 1e6, 7e6]}), role: column, "OUTPUT": "memory:", **more}
    warned = run("emissiondemand", **given)["notes"].warned
    assert len([each for each in warned if "indicates " in each]) == 1, warned
    (sentence,) = [each for each in warned if "indicates " in each]
    assert f"name of column {column} indicates" in sentence
    assert re.search(said.replace("^", r"\^") if "\\" not in said else said, sentence)
    assert re.search(advice.replace("10^4 t", r"10\^4 t"), sentence)


def test_a_power_of_ten_that_fits_its_unit_gives_no_warning(run):
    squares_of = {"人口_万": [3.0, 2, 1, 7], "GDP(亿)": [3.0, 2, 1, 7], "e": [3.0, 2, 1, 7], "s": [1.0, 2, 3, 7]}
    given = {"ZONES": squares(squares_of), "OUTPUT": "memory:"}
    warned = run("emissiondemand", **given, POPULATION="人口_万", POPULATION_UNIT="10^4 persons", PER_PERSON=4)
    warned = (
        warned["notes"].warned
        + run("carbonbalancecoefficients", **given, EMISSION="e", SINK="s", GDP="GDP(亿)", GDP_UNIT="10^8 yuan")[
            "notes"
        ].warned
    )
    assert not [each for each in warned if "indicates" in each]
