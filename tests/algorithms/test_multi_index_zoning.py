"""Tests of zoning by several indices, run as an algorithm."""

from __future__ import annotations

import pytest
from layers import SAMPLE, column, squares
from qgis.core import QgsProcessingException

GUIYANG = str(SAMPLE / "guiyang.geojson")


def zoned(run, **given):
    return run("multiindexzoning", **{"OUTPUT": "memory:", "TABLE": "memory:", **given})


@pytest.fixture
def units():
    return squares(
        {
            "name": list("ABCDEF"),
            "x": [9.0, 9.1, 9.2, 1.0, 1.1, None],
            "y": [1.0, 1.1, 0.9, 5.0, 5.1, 5.0],
            "z": [0.0, 2.0, 2.0, 0.0, 2.0, 2.0],
            "plan": ["key", "key", "farm", "farm", "key", "key"],
        }
    )


def test_nrca_of_guiyang(run, tmp_path):
    report = tmp_path / "r.html"
    fields = ["emission_2015_1e4t", "sink_2015_1e4t"]
    result = zoned(run, ZONES=GUIYANG, FIELDS=fields, MEASURE="nrca", CLUSTERS=2, REPORT=str(report))
    nrca = column(result["OUTPUT"], "nrca_emission_2015_1e4t")
    assert [1e4 * each for each in nrca] == pytest.approx([60.835, -13.397, -9.104, -19.153, -19.182], abs=5e-4)
    assert result["NRCA_GAP"] == pytest.approx(0, abs=1e-15)
    assert column(result["OUTPUT"], "class") == [1, 2, 2, 2, 2]
    assert column(result["OUTPUT"], "zone") == ["zone 1"] + ["zone 2"] * 4
    assert column(result["TABLE"], "count") == [1, 4]
    assert column(result["TABLE"], "members")[0] == "市辖区"
    assert "Identity" in report.read_text(encoding="utf-8")


def test_clusters_with_names_and_an_overlay(run, units):
    result = zoned(run, ZONES=units, FIELDS=["x", "y"], NAMES="city,forest", CLUSTERS=2, OVERLAY="plan")
    out = result["OUTPUT"]
    assert column(out, "class") == [1, 1, 1, 2, 2, None]
    assert column(out, "zone") == ["city"] * 3 + ["forest"] * 2 + [None]
    overlay = ["key | city", "key | city", "farm | city", "farm | forest", "key | forest", None]
    assert column(out, "zone_overlay") == overlay
    assert column(out, "stability") == [1, 1, 1, 1, 1, None]
    assert min(column(out, "silhouette")[:5]) > 0.9
    assert result["CLUSTER_COUNT"] == 2
    assert result["UNZONED"] == 1
    assert result["UNSTABLE"] == 0
    assert result["MEAN_SILHOUETTE"] == pytest.approx(0.97, abs=0.02)
    # z-scores by hand: sums of squares within 0.02 + 0.005 each; variances 15.5576 and 3.9416.
    assert result["WITHIN"] == pytest.approx(0.025 / 15.5576 + 0.025 / 3.9416, rel=1e-3)
    assert any("row 6 (F)" in sentence for sentence in result["notes"].warned)


def test_the_number_of_clusters_by_silhouette(run, units):
    result = zoned(run, ZONES=units, FIELDS=["x", "y"])
    assert result["CLUSTER_COUNT"] == 2
    assert any("Mean silhouette by number" in sentence for sentence in result["notes"].logged)


def test_merged_cells_have_one_zone_name(run, units):
    given = {"ZONES": units, "FIELDS": ["x", "y", "z"], "METHOD": "eight_cells"}
    result = zoned(run, **given, THRESHOLD="mean", MERGE="HLH,HLL=control")
    out = result["OUTPUT"]
    assert column(out, "cell") == ["HLL", "HLH", "HLH", "LHL", "LHH", None]
    assert column(out, "zone") == ["control"] * 3 + ["LHL", "LHH", None]
    assert column(out, "class") == [4, 3, 3, 6, 5, None]
    assert column(result["TABLE"], "zone") == ["control", "LHH", "LHL"]
    assert result["CLUSTER_COUNT"] == 3
    assert result["WITHIN"] is None


def test_refusals(run, units):
    with pytest.raises(QgsProcessingException, match="three indices, but 2"):
        zoned(run, ZONES=units, FIELDS=["x", "y"], METHOD="eight_cells")
    with pytest.raises(QgsProcessingException, match="at least two columns"):
        zoned(run, ZONES=units, FIELDS=["x"], MEASURE="nrca")
    with pytest.raises(QgsProcessingException, match="9 clusters were asked for"):
        zoned(run, ZONES=units, FIELDS=["x", "y"], CLUSTERS=9)
    with pytest.raises(QgsProcessingException, match="need the same number of names"):
        zoned(run, ZONES=units, FIELDS=["x", "y"], CLUSTERS=2, NAMES="a,b,c")


def test_silhouettes_equal_the_manual_calculation(run):
    zones = squares({"x": [0.0, 1.0, 10.0, 11.0]})
    result = zoned(run, ZONES=zones, FIELDS=["x"], CLUSTERS=2)
    expected = [(10.5 - 1) / 10.5, (9.5 - 1) / 9.5, (9.5 - 1) / 9.5, (10.5 - 1) / 10.5]
    assert column(result["OUTPUT"], "silhouette") == pytest.approx(expected)


def test_full_width_signs_in_the_merge_rule_are_read(run, units):
    given = {"ZONES": units, "FIELDS": ["x", "y", "z"], "METHOD": "eight_cells", "THRESHOLD": "median"}
    half = zoned(run, **given, MERGE="HLL,HLH=a; LHL=b")
    full = zoned(run, **given, MERGE="ＨＬＬ，HLH＝a；ＬＨＬ=b")
    assert column(full["OUTPUT"], "zone") == column(half["OUTPUT"], "zone")
    assert "a" in column(full["OUTPUT"], "zone")


def test_a_column_chosen_twice_and_half_a_cluster_are_refused(run, units):
    with pytest.raises(QgsProcessingException, match="column x is chosen more than once"):
        zoned(run, ZONES=units, FIELDS=["x", "x", "y"], METHOD="eight_cells")
    with pytest.raises(QgsProcessingException, match=r"= 2.5: a whole number is needed"):
        zoned(run, ZONES=units, FIELDS=["x", "y"], CLUSTERS=2.5)
