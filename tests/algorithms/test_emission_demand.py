"""Tests of emission demand, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import column, squares
from qgis.core import QgsProcessingException


@pytest.fixture
def zones(qgis_processing):
    return squares({"name": ["A", "B"], "pop": ["114.3", "98.8"], "km2": [386.2, 855.5], "e": [10.0, 20.0]})


def demand(run, zones, **more):
    return run("emissiondemand", **{"ZONES": zones, "AREA": "km2", "OUTPUT": "memory:", **more})


PEOPLE = {"POPULATION": "pop", "POPULATION_UNIT": "10^4 persons"}


def test_population_in_10_thousands_as_text(run, zones, tmp_path):
    result = demand(run, zones, **PEOPLE, PER_PERSON=3.938, REPORT=str(tmp_path / "r.html"))
    assert column(result["OUTPUT"], "emission_t") == pytest.approx([1_143_000 * 3.938, 988_000 * 3.938])
    assert column(result["OUTPUT"], "demand_t_km2")[0] == pytest.approx(1_143_000 * 3.938 / 386.2)
    assert result["DEMAND_T_KM2"] == pytest.approx(2_131_000 * 3.938 / (386.2 + 855.5))
    assert "8,391,878 t of CO2 per year in 2 zones, 6,758.38 t/km2 overall." in result["notes"].logged
    assert "population_later" not in result["OUTPUT"].fields().names()
    assert "Total population of all zones, persons" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_regional_figures_are_converted_by_their_units(run, zones):
    result = demand(run, zones, **PEOPLE, REGION_EMISSION=2, REGION_EMISSION_UNIT="10^8 t", REGION_POPULATION=5000)
    assert result["EMISSION_T_PERSON"] == pytest.approx(4)


def test_emission_by_zone_with_its_unit(run, zones):
    result = demand(run, zones, EMISSION="e", EMISSION_UNIT="10^4 t")
    assert result["EMISSION_T"] == pytest.approx(300_000)
    assert result["POPULATION_SUM"] is None


def test_growth_gives_the_later_year_and_its_population(run, zones):
    result = demand(
        run, zones, **PEOPLE, PER_PERSON=4, YEARS=40, POPULATION_GROWTH=-1, PER_PERSON_TARGET=2, SUFFIX="_2060"
    )
    assert column(result["OUTPUT"], "population_later_2060")[0] == pytest.approx(1_143_000 * 0.99**40)
    assert result["EMISSION_T_PERSON"] == pytest.approx(2)
    assert result["EMISSION_T_NOW"] == pytest.approx(4 * 2_131_000)


def test_a_missing_population_field_is_refused(run, zones):
    with pytest.raises(QgsProcessingException, match="population of the zones is missing"):
        demand(run, zones, PER_PERSON=4)
    with pytest.raises(QgsProcessingException, match="has no column people"):
        demand(run, zones, POPULATION="people", PER_PERSON=4)


def test_negative_population_is_refused(run):
    zones = squares({"name": ["A", "B"], "pop": [5.0, -5.0], "km2": [1.0, 1.0]})
    with pytest.raises(QgsProcessingException, match=r"row 2 \(B\): column pop is negative \(-5\)"):
        demand(run, zones, POPULATION="pop", PER_PERSON=4)


def test_null_zero_population_and_zero_area(run):
    zones = squares({"name": list("ABCD"), "pop": [None, 0.0, 7.0, 8.0], "km2": [1.0, 1.0, 0.0, 2.0]})
    result = demand(run, zones, POPULATION="pop", PER_PERSON=4)
    assert column(result["OUTPUT"], "demand_t_km2") == [None, None, None, 16]
    assert column(result["OUTPUT"], "emission_t") == [None, None, 28, 32]
    assert any("3 zone(s)" in sentence and "row 3 (C)" in sentence for sentence in result["notes"].warned)


def test_population_null_in_every_row_is_refused(run):
    zones = squares({"pop": [None, None], "km2": [1.0, 1.0]})
    with pytest.raises(QgsProcessingException, match="column pop is NULL in every row"):
        demand(run, zones, POPULATION="pop", PER_PERSON=4)


def test_an_existing_column_is_refused(run, zones):
    once = demand(run, zones, **PEOPLE, PER_PERSON=4)["OUTPUT"]
    with pytest.raises(QgsProcessingException, match="already has the column"):
        demand(run, once, **PEOPLE, PER_PERSON=4)


def test_a_number_typed_with_a_comma_is_read_as_typed_or_refused(run, zones):
    exact = demand(run, zones, **PEOPLE, PER_PERSON=3.93)
    for typed in ("3,93", "３．９３", " 3.93 "):
        assert demand(run, zones, **PEOPLE, PER_PERSON=typed)["EMISSION_T"] == pytest.approx(exact["EMISSION_T"])
    with pytest.raises(QgsProcessingException, match=r'"3,938" may contain a decimal comma .*: write 3.938 or 3938'):
        demand(run, zones, **PEOPLE, PER_PERSON="3,938")
    with pytest.raises(QgsProcessingException, match='"3;938" is not a number'):
        demand(run, zones, **PEOPLE, PER_PERSON="3;938")
