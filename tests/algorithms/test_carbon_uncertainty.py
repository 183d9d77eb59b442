"""Tests of ``carbonuncertainty``, run as an algorithm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster

GRID = {"origin": (500000.0, 2001000.0), "cell": 500.0}
MAPS = {
    "first": [[1, 1, 2, 2], [3, 3, 3, 3]],
    "city": [[1, 2, 2, 2], [3, 3, 3, 2]],
    "wood": [[1, 1, 3, 2], [3, 3, 3, 3]],
}
TABLE = (
    "lucode,lulc_name,c_above,c_below,c_soil,c_dead{more}\n"
    "1,crop,4,1,55,0{a}\n2,city,1,1,2,0{b}\n3,wood,100,20,60,0{c}\n"
)


@pytest.fixture
def inputs(provider, tmp_path):
    """Land covers of 2 x 4 cells of 25 ha over two square zones, and a pool table with SDs for all pools."""
    sd = {"more": ",sd_above,sd_below,sd_soil,sd_dead", "a": ",1,0,5,0", "b": ",0,0,0,0", "c": ",20,5,6,0"}
    for name, text in (("pools", TABLE.format(**sd)), ("plain", TABLE.format(more="", a="", b="", c=""))):
        (tmp_path / f"{name}.csv").write_text(text)
    covers = {
        name: write_raster(tmp_path / f"{name}.tif", np.array(each, np.uint8), 0, **GRID) for name, each in MAPS.items()
    }
    return {"LAND_COVER": covers["first"], "POOLS": str(tmp_path / "pools.csv")}


def test_zone_classes_of_fixed_limits_need_no_merge_rule(run, inputs):
    """Three limits make four classes; the default rule is one of seven."""
    given = {
        **inputs,
        "ZONES": squares({"name": ["west", "east"], "demand_t_km2": [50.0, 300.0]}),
        "DEMAND": "demand_t_km2",
        "FIXED_LIMITS": "0.01,0.02,0.1",
    }
    alone, stated = (run("carbonuncertainty", **given, **more, OUTPUT="memory:") for more in ({}, {"MERGE": "1,2,3,4"}))
    assert any("Merge rule for 4 classes: 1,2,3,4" in told for told in alone["notes"].logged)
    assert column(alone["OUTPUT"], "zone") == column(stated["OUTPUT"], "zone")


def test_stock_change_best_and_classes(run, inputs, tmp_path):
    results = run(
        "carbonuncertainty",
        **inputs,
        SCENARIOS=[str(tmp_path / "city.tif"), str(tmp_path / "wood.tif")],
        ZONES=squares({"name": ["west", "east"], "demand_t_km2": [50.0, 300.0]}),
        DEMAND="demand_t_km2",
        AREA=None,
        FIXED_LIMITS="0.01,0.02,0.1",
        MERGE="",
        CORRELATION=0,
        REPORT=str(tmp_path / "report.html"),
        **dict.fromkeys(("OUTPUT", "SUMMARY", "TORNADO", "ZONE_CLASSES"), "memory:"),
    )
    crop, wood = (1 + 25) ** 0.5, (400 + 25 + 36) ** 0.5
    assert results["MEAN_T"] == pytest.approx(25 * (2 * 60 + 2 * 4 + 4 * 180), rel=0.01)
    assert results["SD_CLOSED_T"] == pytest.approx(25 * ((2 * crop) ** 2 + (4 * wood) ** 2) ** 0.5, rel=1e-3)
    assert results["SD_T"] == pytest.approx(results["SD_CLOSED_T"], rel=0.03)
    # First change: a cell of crop and one of wood become city.
    assert results["CHANGE_MEAN_T"] == pytest.approx(25 * (-60 - 180 + 8), rel=0.01)
    assert results["CHANGE_SD_CLOSED_T"] == pytest.approx(25 * (crop**2 + wood**2) ** 0.5, rel=1e-3)
    assert results["P_GAIN"] == 0
    assert results["LOW_T"] < results["MEAN_T"] < results["HIGH_T"]
    assert (results["BEST"], results["P_BEST"]) == ("wood", 1)
    zones = results["OUTPUT"]
    assert column(zones, "name") == ["west", "east"]
    assert column(zones, "p_gain_1") == [0, 0]
    assert column(zones, "p_gain_2") == [None, 1]
    assert column(zones, "best") == ["wood", "wood"]
    assert column(zones, "p_best") == [1, 1]
    assert len(column(zones, "zone")) == 2 and all(0 <= p <= 1 for p in column(zones, "p_zone"))
    assert sum(column(results["ZONE_CLASSES"], "p_zone")) == pytest.approx(2)
    summary = results["SUMMARY"]
    assert column(summary, "zone_name") == ["west", "east", "all"] * 3
    assert column(summary, "land_cover") == [*[""] * 3, *["city"] * 3, *["wood"] * 3]
    assert column(summary, "carbon_sd_closed_t")[2] == pytest.approx(results["SD_CLOSED_T"])
    tornado = results["TORNADO"]
    assert (column(tornado, "name")[0], column(tornado, "pool")[0]) == ("wood", "above")
    assert column(tornado, "variance_share")[0] == pytest.approx(
        (4 * 20) ** 2 / ((2 * crop) ** 2 + (4 * wood) ** 2), rel=1e-3
    )
    assert "probability of being the best" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_one_seed_one_result_and_a_confusion_matrix(run, inputs, tmp_path):
    matrix = tmp_path / "matrix.csv"
    matrix.write_text("map,1,2,3\n1,90,5,5\n2,2,48,0\n3,6,0,194\n")
    given = {**inputs, "POOLS": str(tmp_path / "plain.csv"), "CV": 20, "DRAWS": 2000}
    one, again, other = (run("carbonuncertainty", **given, SEED=seed)["SD_T"] for seed in (7, 7, 8))
    assert one == again != other
    results = run("carbonuncertainty", **given, CONFUSION=str(matrix), DISTRIBUTION="lognormal")
    # 5 % of crop is wood, 3 % of wood is crop, 4 % of city is crop ...
    true = np.array([50, 50, 100]) @ np.array([[0.9, 0.05, 0.05], [0.04, 0.96, 0], [0.03, 0, 0.97]])
    assert results["MEAN_T"] == pytest.approx(true @ [60, 4, 180], rel=0.02)
    assert any("overall accuracy" in note for note in results["notes"].logged)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"POOLS": "plain.csv"}, "no standard deviation for crop above.*or a coefficient of variation for all"),
        ({"POOLS": "plain.csv", "CV": -1}, "CV|coefficient of variation"),
        ({"OUTPUT": "memory:"}, "Results by zone were requested, but no zones are given"),
        ({"CORRELATION": 2}, "correlation between pools is 2"),
        ({"SCENARIOS": ["nowhere.tif"]}, "SCENARIOS.: no such file: nowhere.tif"),
        ({"CONFUSION": "map,1\n1,5\n2,6\n"}, "is not square"),
        ({"CONFUSION": "map,1,9\n1,5,1\n9,1,5\n"}, "has class 9, which is not in the pool table"),
    ],
)
def test_refused(run, inputs, tmp_path, parameters, message):
    parameters = dict(parameters)
    if "POOLS" in parameters:
        parameters["POOLS"] = str(tmp_path / parameters["POOLS"])
    if "CONFUSION" in parameters:
        (tmp_path / "m.csv").write_text(parameters["CONFUSION"])
        parameters["CONFUSION"] = str(tmp_path / "m.csv")
    with pytest.raises(QgsProcessingException, match=message):
        run("carbonuncertainty", **{**inputs, **parameters})


def test_zone_classes_need_a_demand(run, inputs):
    zones = squares({"name": ["west", "east"]})
    with pytest.raises(QgsProcessingException, match="no demand field is given"):
        run("carbonuncertainty", **inputs, ZONES=zones, ZONE_CLASSES="memory:")


def test_a_suffix_keeps_an_existing_column(run, inputs):
    zones = squares({"name": ["west", "east"], "carbon_sd_t": [1.0, 2.0]})
    with pytest.raises(QgsProcessingException, match="already has the column.* carbon_sd_t"):
        run("carbonuncertainty", **inputs, ZONES=zones, OUTPUT="memory:")
    results = run("carbonuncertainty", **inputs, ZONES=zones, OUTPUT="memory:", SUFFIX="_2020")
    assert column(results["OUTPUT"], "carbon_sd_t") == [1, 2]
    assert column(results["OUTPUT"], "carbon_mean_t_2020")[0] > 0


def test_judgement_by_the_bundled_table_on_real_counties(run, tmp_path):
    """Savanna covers most of Central Yunnan: the judgement dominates, and three counties change zone with it."""
    sample = Path(__file__).parents[2] / "resources" / "sample"
    given = {
        "LAND_COVER": str(sample / "central_yunnan_land_cover_2019.tif"),
        "ZONES": str(sample / "central_yunnan.geojson"),
        "PRESET": "henan",
        "SCHEME": "igbp",
        "CV": 20,
        "DEMAND": "published_demand_t_km2",
        "DRAWS": 2000,
        "AREA": "polygon_km2",
    }
    report = tmp_path / "report.html"
    results = run(
        "carbonuncertainty", **given, BUNDLED_JUDGEMENTS=True, OUTPUT="memory:", SUMMARY="memory:", JUDGED="memory:",
        REPORT=str(report),
    )  # fmt: skip
    shares = [results[f"VARIANCE_{source}"] for source in ("JUDGEMENT", "DENSITIES", "AREAS")]
    assert sum(shares) == pytest.approx(1)
    assert shares[0] > 0.5 and shares[2] == 0
    kept, moved_by = column(results["OUTPUT"], "zone_kept"), column(results["OUTPUT"], "moved_by")
    assert kept.count("yes") == results["ZONES_KEPT"]
    assert {name for name, stays in zip(moved_by, kept) if stays == "no"} <= {
        "savanna (9)", "woody savanna (8)", "cropland and natural vegetation mosaic (14)", "several together",
    }  # fmt: skip
    told = column(results["SUMMARY"], "zone_kept")
    assert told[:-1] == kept and not told[-1]
    rows = list(zip(column(results["JUDGED"], "code"), column(results["JUDGED"], "class_name")))
    assert (9, "forest") in rows and (9, "grassland") in rows
    assert "Judgements" in report.read_text(encoding="utf-8")
    # Decided, a code is no judgement; without the bundled table nothing is drawn.
    decided = run("carbonuncertainty", **given, BUNDLED_JUDGEMENTS=True, REASSIGN="9=3", OUTPUT="memory:")
    assert decided["VARIANCE_JUDGEMENT"] < shares[0] / 2
    plain = run("carbonuncertainty", **given, OUTPUT="memory:")
    assert plain["VARIANCE_JUDGEMENT"] == 0
    assert "zone_kept" not in plain["OUTPUT"].fields().names()


def test_an_own_table_of_judgements(run, inputs, tmp_path):
    """Half of the draws count city as wood: 2 cells of 25 ha between 4 and 180 t/ha."""
    own = tmp_path / "judgements.csv"
    own.write_text("code,class,weight\n2,2,1\n2,3,1\n")
    given = {**inputs, "POOLS": str(tmp_path / "plain.csv"), "CV": 0, "DRAWS": 4000}
    results = run("carbonuncertainty", **given, JUDGEMENTS=str(own))
    assert results["SD_T"] == pytest.approx(50 * 176 / 2, rel=0.01)
    assert results["VARIANCE_JUDGEMENT"] == pytest.approx(1)
    for more, message in (
        ({"JUDGEMENTS": str(own), "BUNDLED_JUDGEMENTS": True}, "both given"),
        ({"BUNDLED_JUDGEMENTS": True}, "needs a bundled table of the classes"),
        ({"BUNDLED_JUDGEMENTS": True, "POOLS": None, "PRESET": "henan"}, "No code of the scheme six_classes"),
    ):
        with pytest.raises(QgsProcessingException, match=message):
            run("carbonuncertainty", **{**given, **more})
