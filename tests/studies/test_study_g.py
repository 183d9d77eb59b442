"""Guiyang 2015 and 2020: published values, recomputed by the algorithm on the bundled sample."""

from __future__ import annotations

from pathlib import Path

import pytest
from layers import column
from qgis.core import QgsVectorLayer

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "guiyang.geojson"
PUBLISHED_SEC_2015 = {"Municipal district": 0.48, "Qingzhen": 1.52, "Xifeng": 1.60, "Kaiyang": 1.50, "Xiuwen": 2.86}
REGION_2015 = {"TOTAL_EMISSION": 7736.23, "TOTAL_SINK": 166.87}


def coefficients(run, year, select="", **more):
    layer = QgsVectorLayer(str(SAMPLE), "guiyang", "ogr")
    layer.setSubsetString(select)
    given = {
        "ZONES": layer,
        "EMISSION": f"emission_{year}_1e4t",
        "EMISSION_UNIT": "10^4 t",
        "SINK_UNIT": "10^4 t",
        "OUTPUT": "memory:",
        **more,
    }
    return run("carbonbalancecoefficients", **given)


def gap_logged(result, name):
    return next(sentence for sentence in result["notes"].warned if sentence.startswith(f"Identity of {name}"))


def test_sec_of_2015_equals_the_published_one_to_two_decimals(run):
    out = coefficients(run, 2015, SINK="sink_2015_1e4t")["OUTPUT"]
    computed = {name: round(value, 2) for name, value in zip(column(out, "name"), column(out, "sec"))}
    assert computed == PUBLISHED_SEC_2015


def test_four_published_rows_of_sec_2020_differ_by_one_common_factor(run):
    out = coefficients(run, 2020, SINK="sink_2020_1e4t")["OUTPUT"]
    factors = {n: p / c for n, p, c in zip(column(out, "name"), column(out, "published_sec_2020"), column(out, "sec"))}
    assert factors.pop("Kaiyang") == pytest.approx(1, abs=0.005)
    assert list(factors.values()) == pytest.approx([0.8265] * 4, abs=0.001)


@pytest.mark.parametrize(("year", "gap"), [(2015, "+9.36"), (2020, "-16.5")])
def test_the_identity_of_the_published_eec_has_a_gap(run, year, gap):
    result = coefficients(run, year, SINK=f"sink_{year}_1e4t", EEC=f"published_eec_{year}")
    assert 100 * result["EEC_GAP"] == pytest.approx(float(gap), abs=0.05)
    assert f"{gap} % from 1" in gap_logged(result, "EEC")
    assert column(result["OUTPUT"], "eec") == column(result["OUTPUT"], f"published_eec_{year}")


def test_the_identity_of_the_published_sec_holds_in_2015_and_not_in_2020(run):
    assert abs(coefficients(run, 2015, SEC="published_sec_2015")["SEC_GAP"]) < 0.001
    assert 1 + coefficients(run, 2020, SEC="published_sec_2020")["SEC_GAP"] == pytest.approx(0.875, abs=5e-4)


def test_a_missing_unit_appears_as_gap_against_regional_totals(run):
    result = coefficients(run, 2015, "name <> 'Kaiyang'", SINK="sink_2015_1e4t", **REGION_2015)
    assert result["SEC_GAP"] == pytest.approx(-46.32 / 166.87)
    assert "-27.8 % from 1" in gap_logged(result, "SEC")
    out = result["OUTPUT"]
    assert [round(value, 2) for value in column(out, "sec")] == [0.48, 1.52, 1.60, 2.86]


def test_a_given_total_of_the_sink_appears_as_gap(run):
    result = coefficients(run, 2015, SINK="sink_2015_1e4t", TOTAL_SINK=200)
    assert result["SEC_GAP"] == pytest.approx(166.87 / 200 - 1)
    assert "-16.6 % from 1" in gap_logged(result, "SEC")


def test_intensities_of_units_with_the_outlines_of_the_study(run):
    out = coefficients(run, 2015, SINK="sink_2015_1e4t")["OUTPUT"]
    emission = dict(zip(column(out, "name"), column(out, "emission_intensity_t_ha")))
    sink = dict(zip(column(out, "name"), column(out, "sink_intensity_t_ha")))
    for name, per_ha, sink_per_ha in (("Xifeng", 55.62, 1.92), ("Kaiyang", 70.71, 2.29), ("Xiuwen", 36, 2.22)):
        assert emission[name] == pytest.approx(per_ha, rel=0.013)
        assert sink[name] == pytest.approx(sink_per_ha, rel=0.013)
