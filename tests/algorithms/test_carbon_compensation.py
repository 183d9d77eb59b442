"""Tests of compensation, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import SAMPLE, column, squares
from qgis.core import QgsProcessingException

GUIYANG = {
    "ZONES": str(SAMPLE / "guiyang.geojson"),
    "EMISSION": "emission_2015_1e4t",
    "EMISSION_UNIT": "10^4 t",
    "SINK": "sink_2015_1e4t",
    "SINK_UNIT": "10^4 t",
}


def compensation(run, **given):
    return run("carboncompensation", **{"OUTPUT": "memory:", **given})


def test_payments_of_guiyang_with_a_baseline_by_area(run, tmp_path):
    report = tmp_path / "r.html"
    result = compensation(run, **GUIYANG, PRICE=60, CURRENCY="CNY", REPORT=str(report))
    out = result["OUTPUT"]
    assert column(out, "budget_t") == pytest.approx([43319000, 9405900, 5510500, 13842200, 3616000])
    assert column(out, "offset_rate") == pytest.approx([0.01035, 0.03269, 0.03445, 0.03238, 0.06175], abs=5e-6)
    excess = column(out, "excess_t")
    assert sum(excess) == pytest.approx(0, abs=1e-3)
    assert column(out, "role") == ["pays" if each > 0 else "receives" for each in excess]
    assert column(out, "role") == ["pays", "receives", "receives", "receives", "receives"]
    assert result["PAYERS"] == 1
    assert result["RECEIVERS"] == 4
    assert column(out, "compensation") == pytest.approx([60 * each for each in excess])
    # Shares of the mean per area by hand: 7569.36 / 8049.721 x 2519.252 = 2368.92 of 4331.90 (10^4 t).
    paid = (4331.90 - 7569.36 / 8049.721 * 2519.252) * 1e4
    assert excess[0] == pytest.approx(paid, rel=1e-4)
    assert result["PAID_T"] == pytest.approx(paid, rel=1e-4)
    assert result["RECEIVED_T"] == pytest.approx(paid, rel=1e-4)
    assert result["PAID"] == pytest.approx(60 * paid, rel=1e-4)
    assert result["RECEIVED"] == pytest.approx(60 * paid, rel=1e-4)
    assert result["NET_EMISSION_T"] == pytest.approx(75693600)
    assert result["SPECIES"] == "unstated"
    assert any("sink is unstated" in sentence for sentence in result["notes"].warned)
    text = report.read_text(encoding="utf-8")
    assert "adds up to" in text and "CNY" in text and "unstated" in text


def test_with_baseline_zero_all_units_of_guiyang_pay(run):
    result = compensation(run, **GUIYANG, BASELINE="zero")
    assert column(result["OUTPUT"], "role") == ["pays"] * 5
    assert column(result["OUTPUT"], "compensation") == [None] * 5
    assert any("relative baseline" in sentence for sentence in result["notes"].warned)


def test_baselines_by_person_gdp_and_own_column(run):
    zones = squares(
        {"e": [10.0, 5.0, 5.0], "a": [1.0, 1.0, 3.0], "p": [1.0, 1.0, 2.0], "g": [8.0, 4.0, 4.0], "b": [8.0, 8.0, 1.0]}
    )
    given = {"ZONES": zones, "EMISSION": "e", "SINK": "a", "SINK_SPECIES": "CO2"}
    by_person = compensation(run, **given, BASELINE="person", POPULATION="p", POPULATION_UNIT="10^4 persons")
    assert column(by_person["OUTPUT"], "baseline_t") == pytest.approx([3.75, 3.75, 7.5])
    by_gdp = compensation(run, **given, BASELINE="gdp", GDP="g")
    assert column(by_gdp["OUTPUT"], "baseline_t") == pytest.approx([7.5, 3.75, 3.75])
    assert by_gdp["COMPENSATION_GAP_T"] == pytest.approx(0, abs=1e-9)
    own = compensation(run, **given, BASELINE="column", BASELINE_FIELD="b")
    assert column(own["OUTPUT"], "excess_t") == pytest.approx([1, -4, 1])
    assert own["COMPENSATION_GAP_T"] == pytest.approx(-2)
    assert own["SPECIES"] == "CO2"


def test_refusals(run):
    zones = squares({"e": [10.0, -5.0], "a": [1.0, 1.0]})
    with pytest.raises(QgsProcessingException, match="negative"):
        compensation(run, ZONES=zones, EMISSION="e", SINK="a")
    for kind, parameter in (("person", "POPULATION"), ("gdp", "GDP"), ("column", "BASELINE_FIELD")):
        with pytest.raises(QgsProcessingException, match=f"The baseline {kind} needs .*{parameter}"):
            compensation(run, **GUIYANG, BASELINE=kind)
    with pytest.raises(QgsProcessingException, match="same column"):
        compensation(run, ZONES=zones, EMISSION="e", SINK="e")


def test_a_zone_with_null_is_excluded(run):
    zones = squares({"e": [10.0, 5.0, 6.0], "a": [1.0, None, 3.0]})
    result = compensation(run, ZONES=zones, EMISSION="e", SINK="a", SINK_SPECIES="CO2")
    assert column(result["OUTPUT"], "excess_t") == pytest.approx([3, None, -3])
    assert column(result["OUTPUT"], "role") == ["pays", None, "receives"]
    assert any("row 2" in sentence for sentence in result["notes"].warned)


def test_only_zones_with_some_land_cover_are_said_to_be_extrapolated(run):
    zones = squares(
        {"name": list("ABC"), "e": [5.0, 3.0, 4.0], "sink_t": [1.0, 1.0, None], "sink_coverage_share": [1.0, 0.5, 0.0]}
    )
    result = run("carboncompensation", ZONES=zones, EMISSION="e", SINK="sink_t", OUTPUT="memory:")
    (said,) = (each for each in result["notes"].logged if "refers to a part of the zone" in each)
    assert "sink_t of 1 zone(s) refers" in said and "(B) (50 %)" in said and "(C)" not in said
    assert any("take no part: row 3 (C)" in each for each in result["notes"].warned)
