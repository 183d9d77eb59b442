"""Tests of the accuracy measures of a simulation, run as an algorithm."""

from __future__ import annotations

import made_region as made
import pytest
from carbon_balance.compat import is_null
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings
from layers import column
from osgeo import gdal
from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer
from scenario_runs import read, simulation, suitability, transition


def test_accuracy_shows_the_null_model_and_the_map(run, region, tmp_path):
    simulated = region.first.copy()
    simulated[40:50, 40:60] = 5
    path = made.write(tmp_path / "simulated.tif", simulated, 0)
    results = run(
        "simulationaccuracy",
        LAND_COVER=region.first_path,
        REFERENCE=region.later_path,
        SIMULATED=path,
        OUTPUT=str(tmp_path / "map.tif"),
        MEASURES="memory:",
        CLASSES="memory:",
        REPORT=str(tmp_path / "report.html"),
    )
    valid = region.first > 0
    changed, moved = region.first != region.later, region.first != simulated
    hits = (changed & (region.later == simulated) & valid).sum()
    assert results["HITS"] == hits
    assert results["FIGURE_OF_MERIT"] == pytest.approx(hits / (changed | moved)[valid].sum())
    assert results["NULL_OVERALL_ACCURACY"] == pytest.approx((~changed)[valid].mean())
    codes = read(results["OUTPUT"])
    assert (codes == 1).sum() == hits
    assert (codes[~valid] == 0).all()
    measures = results["MEASURES"]
    found = dict(zip(zip(column(measures, "model"), column(measures, "measure")), column(measures, "value")))
    assert found["null model", "hits"] == 0
    assert found["simulation", "figure_of_merit"] == pytest.approx(results["FIGURE_OF_MERIT"])
    assert "null model" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_without_change_there_is_no_figure_of_merit(run, region, tmp_path):
    same = dict.fromkeys(("LAND_COVER", "REFERENCE", "SIMULATED"), region.first_path)
    results = run("simulationaccuracy", **same, MEASURES="memory:", REPORT=str(tmp_path / "report.html"))
    logged = results["notes"].logged
    assert any("Nothing changed in the reference or in the simulation" in each for each in logged)
    assert not any("nan" in each.split() for each in logged)
    assert results["OVERALL_ACCURACY"] == 1
    measures = results["MEASURES"]
    found = dict(zip(zip(column(measures, "model"), column(measures, "measure")), column(measures, "value")))
    assert is_null(found["simulation", "figure_of_merit"])
    assert ">nan<" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_results_include_the_run_with_uniform_suitability(run, region, tmp_path):
    given = {"LAND_COVER": region.first_path, "REFERENCE": region.later_path, "SIMULATED": region.later_path}
    found = run("simulationaccuracy", **given, MEASURES="memory:", UNIFORM_RUNS=2)
    models, measures, values = (column(found["MEASURES"], name) for name in ("model", "measure", "value"))
    rows = dict(zip(zip(models, measures), values))
    merits = [rows[f"uniform suitability{number}", "figure_of_merit"] for number in ("", " 2")]
    assert found["UNIFORM_FIGURE_OF_MERIT"] == pytest.approx(sum(merits) / 2)
    assert 0 < found["UNIFORM_FIGURE_OF_MERIT"] < 0.8
    assert any("times that; no change at all has 0" in note for note in found["notes"].logged)
    assert run("simulationaccuracy", **given)["UNIFORM_FIGURE_OF_MERIT"] == pytest.approx(merits[0])
    assert run("simulationaccuracy", **given, UNIFORM_RUNS=0)["UNIFORM_FIGURE_OF_MERIT"] is None


def test_parts_zones_and_landscape_metrics(run, region, tmp_path):
    simulated = region.first.copy()
    simulated[40:50, 40:60] = 5
    path = made.write(tmp_path / "simulated.tif", simulated, 0)
    left, width, _, top, _, height = gdal.Open(region.first_path).GetGeoTransform()
    zones = QgsVectorLayer("Polygon?crs=EPSG:32648&field=name:string", "zones", "memory")
    west = QgsFeature(zones.fields())
    west.setGeometry(QgsGeometry.fromRect(QgsRectangle(left, top + 90 * height, left + 45 * width, top)))
    west.setAttributes(["west"])
    zones.dataProvider().addFeatures([west])
    results = run(
        "simulationaccuracy",
        LAND_COVER=region.first_path,
        REFERENCE=region.later_path,
        SIMULATED=path,
        PARTS="memory:",
        LANDSCAPE="memory:",
        ZONES=zones,
        REPORT=str(tmp_path / "report.html"),
    )
    parts = results["PARTS"]
    names = ("part", "zone_name", "cells_a_side", "hit_cells", "figure_of_merit")
    rows = list(zip(*(column(parts, name) for name in names)))
    merits = {row[2]: row[4] for row in rows if row[0] == "resolution"}
    assert merits[1] == pytest.approx(results["FIGURE_OF_MERIT"])
    assert merits[64] > merits[1]
    hits = (region.first != region.later) & (region.later == simulated) & (region.first > 0)
    assert [row[3] for row in rows if row[0] == "zone"] == [hits[:, :45].sum()]
    landscape = results["LANDSCAPE"]
    changed = dict(zip(zip(column(landscape, "map"), column(landscape, "code")), column(landscape, "patches")))
    assert changed["changes, simulation", 5] >= 1
    assert changed["start", 1] >= 1
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Aggregation index" in report
    assert "Squares of so many cells a side" in report


def test_the_uniform_run_uses_the_allocation_of_the_simulation(run, region, tmp_path):
    suits = suitability(run, region, EARLIER=region.first_path, LAND_COVER=region.later_path)
    flows = transition(run, region, TARGET_YEAR=2020)["TRANSITIONS"]
    ranked = {"ALLOCATION": "ranked", "NOISE": 0, "STRENGTH": 2, "WINDOW": 7}
    maps = simulation(run, region, suits, TRANSITIONS=flows, OUTPUT=str(tmp_path / "ranked.tif"), **ranked)
    given = {"LAND_COVER": region.later_path, "REFERENCE": region.first_path, "SIMULATED": maps["OUTPUT"]}
    found = run("simulationaccuracy", **given)
    notes = found["notes"].logged
    assert any("allocation of the simulation: ranked; 7 x 7 cells; strength 2, noise 0, passes 1" in n for n in notes)
    published = tmp_path / "published.json"
    published.write_text(LandUseSettings().to_text(), encoding="utf-8")
    other = run("simulationaccuracy", **given, SETTINGS=str(published))
    assert other["UNIFORM_FIGURE_OF_MERIT"] != found["UNIFORM_FIGURE_OF_MERIT"]
    copied = made.write(tmp_path / "copied.tif", read(maps["OUTPUT"]), 255)
    silent = run("simulationaccuracy", **{**given, "SIMULATED": copied})
    assert any("does not state how its changes were allocated" in each for each in silent["notes"].warned)
    assert silent["UNIFORM_FIGURE_OF_MERIT"] == other["UNIFORM_FIGURE_OF_MERIT"]
