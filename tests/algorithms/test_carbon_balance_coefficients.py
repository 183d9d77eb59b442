"""Tests of coefficients, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import column, squares
from qgis.core import QgsProcessingException


@pytest.fixture
def units(qgis_processing):
    return squares(
        {
            "name": list("ABC"),
            "e": [60.0, 30.0, 10.0],
            "a": [6.0, 3.0, 3.0],
            "g": [50.0, 40.0, 10.0],
            "km2": [1.0, 2.0, 4.0],
        }
    )


def coefficients(run, units, **more):
    given = {"ZONES": units, "EMISSION": "e", "EMISSION_UNIT": "10^4 t", "AREA": "km2", "OUTPUT": "memory:", **more}
    return run("carbonbalancecoefficients", **given)


def test_all_columns_in_their_units(run, units, tmp_path):
    result = coefficients(
        run,
        units,
        SINK="a",
        SINK_UNIT="10^4 t",
        SINK_SPECIES="CO2",
        GDP="g",
        GDP_UNIT="10^8 yuan",
        REPORT=str(tmp_path / "r.html"),
    )
    out = result["OUTPUT"]
    assert column(out, "eec") == pytest.approx([0.5 / 0.6, 0.4 / 0.3, 1])
    assert column(out, "sec") == pytest.approx([0.5 / 0.6, 0.25 / 0.3, 2.5])
    assert column(out, "emission_intensity_t_ha") == pytest.approx([6000, 1500, 250])
    assert column(out, "sink_intensity_t_ha") == pytest.approx([600, 150, 75])
    assert column(out, "emission_intensity_t_1e4gdp") == pytest.approx([1.2, 0.75, 1])
    assert column(out, "budget_t") == pytest.approx([540_000, 270_000, 70_000])
    assert column(out, "offset_rate") == pytest.approx([0.1, 0.1, 0.3])
    assert result["EEC_GAP"] == pytest.approx(0, abs=1e-12)
    assert (result["EMISSION_T"], result["SINK_T"]) == (1_000_000, 120_000)
    assert result["notes"].warned == []
    assert "EEC gap" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_regional_gdp_that_is_not_the_sum_gives_a_warning_with_the_gap(run, units):
    result = coefficients(run, units, GDP="g", TOTAL_GDP=125)
    assert result["EEC_GAP"] == pytest.approx(-0.2)
    assert any("-20.0 % from 1" in sentence for sentence in result["notes"].warned)
    assert column(result["OUTPUT"], "sec") == [None] * 3


def test_an_unstated_species_gives_a_warning(run, units):
    result = coefficients(run, units, SINK="a")
    assert any("unstated" in sentence for sentence in result["notes"].warned)


def test_zero_gdp_and_emission_are_null_and_named(run):
    units = squares({"name": list("ABC"), "e": [60.0, 0.0, 10.0], "g": [50.0, 40.0, 0.0], "km2": [1.0, 1.0, 1.0]})
    result = coefficients(run, units, GDP="g")
    assert [value is None for value in column(result["OUTPUT"], "eec")] == [False, True, True]
    warned = " ".join(result["notes"].warned)
    assert "Emission is NULL, zero or negative in 1 unit(s)" in warned and "row 2 (B)" in warned
    assert "GDP is NULL, zero or negative in 1 unit(s)" in warned and "row 3 (C)" in warned


def test_refusals(run, units):
    with pytest.raises(QgsProcessingException, match=r"give a sink \(SINK\), a GDP \(GDP\)"):
        coefficients(run, units)
    with pytest.raises(QgsProcessingException, match="existing EEC"):
        coefficients(run, units, GDP="g", EEC="a")
    with pytest.raises(QgsProcessingException, match="has no column gdp"):
        coefficients(run, units, GDP="gdp")
    with pytest.raises(QgsProcessingException, match="sink of the region is 0"):
        coefficients(run, units, SINK="a", TOTAL_SINK=0)
    taken = squares({"e": [1.0], "a": [1.0], "km2": [1.0], "SEC": [1.0]})
    with pytest.raises(QgsProcessingException, match="already has the column.*sec"):
        coefficients(run, taken, SINK="a")
