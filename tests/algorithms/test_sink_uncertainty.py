"""Tests of ``sinkuncertainty``, run as an algorithm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster

GRID = {"origin": (500000.0, 2001000.0), "cell": 500.0}
SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
GUIYANG = {
    "ZONES": str(SAMPLE / "guiyang.geojson"),
    "LAND_COVER": str(SAMPLE / "guiyang_land_cover_2019.tif"),
    "PRESET": "guiyang",
    "SCHEME": "igbp",
}


@pytest.fixture
def inputs(provider, tmp_path):
    """Two square zones of 2 x 2 cells of 25 ha: 4 of crop; 2 of city and 2 of wood."""
    cover = write_raster(tmp_path / "cover.tif", np.array([[1, 1, 2, 3], [1, 1, 2, 3]], np.uint8), 0, **GRID)
    (tmp_path / "sinks.csv").write_text("code,name,sink_t_ha,sd_sink\n1,crop,1.2,0.3\n2,city,0,0\n3,wood,4,0.5\n")
    (tmp_path / "plain.csv").write_text("code,name,sink_t_ha\n1,crop,1.2\n2,city,0\n3,wood,4\n")
    zones = squares({"name": ["west", "east"], "e": [3.0, 1.0], "gdp": [2.0, 2.0], "eec": [1.5, 0.5]})
    return {"LAND_COVER": cover, "SINKS": str(tmp_path / "sinks.csv"), "ZONES": zones, "OUTPUT": "memory:"}


def test_sinks_sec_and_zones(run, inputs, tmp_path):
    results = run(
        "sinkuncertainty", **inputs, EMISSION="e", GDP="gdp", REPORT=str(tmp_path / "report.html"),
        **dict.fromkeys(("SUMMARY", "TORNADO", "ZONE_CLASSES"), "memory:"),
    )  # fmt: skip
    closed = ((100 * 0.3) ** 2 + (50 * 0.5) ** 2) ** 0.5
    assert results["SINK_MEAN_T"] == pytest.approx(100 * 1.2 + 50 * 4, rel=0.01)
    assert results["SINK_SD_CLOSED_T"] == pytest.approx(closed, rel=1e-3)
    assert results["SINK_SD_T"] == pytest.approx(closed, rel=0.03)
    assert results["SINK_LOW_T"] == pytest.approx(320 - 1.96 * closed, rel=0.02)
    assert results["SINK_HIGH_T"] == pytest.approx(320 + 1.96 * closed, rel=0.02)
    assert results["SINK_LEAST_T"] == results["SINK_MOST_T"] == pytest.approx(320)
    assert {name: results[f"VARIANCE_{name}"] for name in ("JUDGEMENT", "COEFFICIENTS", "AREAS")} == {
        "JUDGEMENT": 0, "COEFFICIENTS": pytest.approx(1), "AREAS": 0,
    }  # fmt: skip
    assert results["SPECIES"] == "unstated"
    zones = results["OUTPUT"]
    np.testing.assert_allclose(column(zones, "sink_mean_t"), [120, 200], rtol=0.01)
    np.testing.assert_allclose(column(zones, "sink_sd_t"), [30, 25], rtol=0.03)
    np.testing.assert_allclose(column(zones, "sink_low_t"), [120 - 58.8, 200 - 49], rtol=0.03)
    np.testing.assert_allclose(column(zones, "sink_median_t"), [120, 200], rtol=0.01)
    np.testing.assert_allclose(column(zones, "sink_high_t"), [120 + 58.8, 200 + 49], rtol=0.03)
    np.testing.assert_allclose(column(zones, "sec"), [120 / 320 / 0.75, 200 / 320 / 0.25])
    np.testing.assert_allclose(column(zones, "p_sec_reached"), [0, 1], atol=1e-3)
    # Half of the GDP each: EEC 2/3 and 2, SEC 0.5 and 2.5.
    assert (column(zones, "class"), column(zones, "zone")) == (
        [4, 1],
        ["low-carbon optimisation", "carbon budget balance"],
    )
    np.testing.assert_allclose(column(zones, "p_zone"), [1, 1], atol=1e-3)
    np.testing.assert_allclose(column(zones, "sink_coverage_share"), [1, 1])
    # SEC = S_1/(S_1 + S_2)/e_1 by the delta method.
    sd = [200 * 30 / 320**2, 120 * 25 / 320**2]
    expected = np.hypot(*sd) / np.array([0.75, 0.25])
    np.testing.assert_allclose(column(zones, "sec_sd"), expected, rtol=0.05)
    np.testing.assert_allclose(column(zones, "sec_median"), [0.5, 2.5], rtol=0.01)
    assert all(
        low < mid < high for low, mid, high in zip(*(column(zones, f"sec_{x}") for x in ("low", "median", "high")))
    )
    summary = results["SUMMARY"]
    assert column(summary, "zone_name") == ["west", "east", "all"]
    np.testing.assert_allclose(column(summary, "sink_sd_closed_t"), [30, 25, closed], rtol=1e-3)
    assert column(summary, "sec")[2] is None and column(summary, "zone")[2] in (None, "")
    tornado = results["TORNADO"]
    assert column(tornado, "name") == ["crop", "wood"]
    np.testing.assert_allclose(column(tornado, "sink_t"), [120, 200], rtol=1e-3)
    np.testing.assert_allclose(column(tornado, "variance_share"), [900 / 1525, 625 / 1525], rtol=1e-3)
    chances = results["ZONE_CLASSES"]
    assert len(column(chances, "p_zone")) == 8 and sum(column(chances, "p_zone")) == pytest.approx(2)
    assert "Annual sink" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_confusion_matrix_moves_areas(run, inputs, tmp_path):
    matrix = tmp_path / "matrix.csv"
    matrix.write_text("map,1,2,3\n1,90,0,10\n2,0,50,0\n3,0,20,180\n")
    results = run("sinkuncertainty", **inputs, CONFUSION=str(matrix))
    assert results["SINK_MEAN_T"] == pytest.approx(100 * (0.9 * 1.2 + 0.1 * 4) + 50 * 0.9 * 4, rel=0.01)
    assert 0 < results["VARIANCE_AREAS"] < 1
    assert results["VARIANCE_AREAS"] + results["VARIANCE_COEFFICIENTS"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"SINKS": "plain.csv"}, "standard deviation for crop, wood: give columns such as sd_sink"),
        ({"GDP": "gdp"}, "GDP or EEC is given, but no emission"),
        ({"EMISSION": "e", "GDP": "gdp", "EEC": "eec"}, "both given"),
        ({"EMISSION": "e", "ZONE_CLASSES": "memory:"}, "Zones of EEC and SEC were requested"),
        ({"BUNDLED_JUDGEMENTS": True}, "needs a bundled table of the classes"),
        ({"SINKS": None}, "None of .* is given"),
    ],
)
def test_refused(run, inputs, tmp_path, parameters, message):
    given = {**inputs, **parameters}
    if given["SINKS"] == "plain.csv":
        given["SINKS"] = str(tmp_path / "plain.csv")
    with pytest.raises(QgsProcessingException, match=message):
        run("sinkuncertainty", **given)


def test_partly_overlapping_units_are_refused(run, inputs):
    from qgis.core import QgsFeature, QgsGeometry

    zones = squares({"name": ["west", "east"], "e": [3.0, 1.0]})
    box = next(zones.getFeatures()).geometry().boundingBox()
    extra = QgsFeature(zones.fields())
    extra.setAttributes(["across", 2.0])
    box.set(box.xMinimum(), box.yMinimum() + box.height() / 2, box.xMaximum(), box.yMaximum() + box.height())
    extra.setGeometry(QgsGeometry.fromRect(box))
    zones.dataProvider().addFeatures([extra])
    with pytest.raises(QgsProcessingException, match="units overlap .*SEC is undefined"):
        run("sinkuncertainty", **{**inputs, "ZONES": zones}, EMISSION="e")
    alone = run("sinkuncertainty", **{**inputs, "ZONES": zones})
    assert alone["SINK_MEAN_T"] == pytest.approx(320, rel=0.01)


def by_reassigning(run, savanna):
    """The same results by separate steps: the sink of units and in total, t, and SEC."""
    sinks = run("annualcarbonsink", **GUIYANG, REASSIGN=f"9={savanna}", OUTPUT="memory:")
    found = run(
        "carbonbalancecoefficients", ZONES=sinks["OUTPUT"], EMISSION="emission_2015_1e4t", SINK="sink_t",
        OUTPUT="memory:",
    )["OUTPUT"]  # fmt: skip
    return sinks["TOTAL_SINK_T"], column(found, "sink_t"), column(found, "sec")


def test_guiyang_between_savanna_as_grassland_and_as_forest(run, tmp_path):
    """The judgement changes the sink from 85 to 226 x 10^4 t (published 166.87) and one unit's SEC across 1."""
    own = tmp_path / "savanna.csv"
    own.write_text("code,class,weight\n9,3,1\n9,2,1\n")
    given = {**GUIYANG, "JUDGEMENTS": str(own), "EMISSION": "emission_2015_1e4t", "EEC": "published_eec_2015"}
    results = run("sinkuncertainty", **given, CV=0, OUTPUT="memory:", JUDGED="memory:")
    low, high = by_reassigning(run, 3), by_reassigning(run, 2)
    assert results["SINK_LEAST_T"] == pytest.approx(low[0]) == pytest.approx(85.4e4, rel=0.001)
    assert results["SINK_MOST_T"] == pytest.approx(high[0]) == pytest.approx(226.3e4, rel=0.001)
    assert results["VARIANCE_JUDGEMENT"] == pytest.approx(1)
    zones = results["OUTPUT"]
    np.testing.assert_allclose(column(zones, "sink_least_t"), low[1])
    np.testing.assert_allclose(column(zones, "sink_most_t"), high[1])
    both = np.sort([low[2], high[2]], axis=0)
    np.testing.assert_allclose(column(zones, "sec_low"), both[0])
    np.testing.assert_allclose(column(zones, "sec_high"), both[1])
    np.testing.assert_allclose(column(zones, "sec"), low[2])
    sides = [(a >= 1) == (b >= 1) for a, b in zip(low[2], high[2])]
    assert [each == "yes" for each in column(zones, "zone_kept")] == sides
    assert results["ZONES_KEPT"] == sum(sides) == 4
    moved = dict(zip(column(zones, "name"), column(zones, "moved_by")))
    assert {name: code for name, code in moved.items() if code} == {"Qingzhen": "savanna (9)"}
    right = [
        sum((mine >= 1) == (printed >= 1) for mine, printed in zip(sec, column(zones, "published_sec_2015")))
        for sec in (low[2], high[2])
    ]
    assert right == [4, 5]
    assert column(results["JUDGED"], "sink_t") == pytest.approx([399317.5 * 0.021, 399317.5 * 3.55], rel=1e-5)
    drawn = run("sinkuncertainty", **given, CV=20, OUTPUT="memory:")
    for before in ("", "sec_"):
        shares = [column(drawn["OUTPUT"], f"{before}variance_{x}") for x in ("judgement", "coefficients", "areas")]
        np.testing.assert_allclose(np.sum(shares, axis=0), 1)
    assert drawn["VARIANCE_JUDGEMENT"] == pytest.approx(0.92, abs=0.005)
