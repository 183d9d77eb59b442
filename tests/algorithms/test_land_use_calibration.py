"""Tests of the calibration, run as an algorithm, and of its settings in later runs."""

from __future__ import annotations

import json
from pathlib import Path

import made_region as made
import numpy as np
from layers import column
from osgeo import gdal
from scenario_runs import read, refused, simulation, suitability, transition


def calibration(run, region, **more):
    given = {
        "LAND_COVER": region.later_path,
        "EARLIER": region.first_path,
        "DRIVERS": [region.slope_path, region.distance_path],
        "BLOCK": 10,
        "SAMPLES": 2000,
        "NETWORKS": 1,
        "SETTINGS": str(Path(region.first_path).with_name("settings.json")),
        "TRIALS": "memory:",
    }
    return run("landusecalibration", **{**given, **more})


def test_calibrated_settings_are_used_by_later_runs(run, region, tmp_path):
    results = calibration(run, region)
    settings = json.loads(Path(results["SETTINGS"]).read_text(encoding="utf-8"))
    merits = column(results["TRIALS"], "figure_of_merit")
    assert results["FIGURE_OF_MERIT"] == settings["found"]["figure_of_merit"]
    assert merits[0] >= results["FIGURE_OF_MERIT"] >= merits[0] - results["STANDARD_ERROR"] * 2
    assert results["TRIALS_RUN"] == len(merits) - 2
    assert results["FIGURE_OF_MERIT"] >= results["DEFAULT_FIGURE_OF_MERIT"]
    assert results["FIGURE_OF_MERIT"] > results["UNIFORM_FIGURE_OF_MERIT"] == merits[-2]
    demand = transition(run, region, TARGET_YEAR=2020)
    same = {"EARLIER": region.first_path, "SETTINGS": results["SETTINGS"]}
    suits = suitability(run, region, **same)
    by_file = simulation(run, region, suits, TRANSITIONS=demand["TRANSITIONS"], SETTINGS=results["SETTINGS"])
    spelled = {name.upper(): settings[name] for name in ("allocation", "window", "noise", "strength", "passes")}
    spelled["WEIGHTS"] = ", ".join(f"{code}:{weight}" for code, weight in settings["weights"].items())
    path = str(tmp_path / "spelled.tif")
    by_hand = simulation(run, region, suits, TRANSITIONS=demand["TRANSITIONS"], OUTPUT=path, **spelled)
    np.testing.assert_array_equal(read(by_file["OUTPUT"]), read(by_hand["OUTPUT"]))
    passed_over = simulation(
        run, region, suits, TRANSITIONS=demand["TRANSITIONS"], SETTINGS=results["SETTINGS"], WINDOW=9
    )
    assert any("WINDOW" in told or "Neighbourhood" in told for told in passed_over["notes"].warned)


def test_an_impossible_calibration_is_refused_without_output(run, region):
    target = Path(region.first_path).with_name("settings.json")
    refused(
        "^Nothing changed between the two dates: .* two different dates",
        calibration,
        run,
        region,
        EARLIER=region.later_path,
    )
    refused("block.s. of 90 x 90", calibration, run, region, BLOCK=90)
    refused("No driver was given", calibration, run, region, DRIVERS=[], TRY_CLASS_DRIVERS=False)
    assert not target.exists()


def test_calibrated_patch_sizes_are_used_by_the_simulation(run, region, tmp_path):
    results = calibration(run, region, PATCHES=True, TRY_CLASS_DRIVERS=False)
    settings = json.loads(Path(results["SETTINGS"]).read_text(encoding="utf-8"))
    assert {(item["from_code"], item["to_code"]) for item in settings["patches"]} >= {(1, 5), (2, 5)}
    demand = transition(run, region, TARGET_YEAR=2020)
    suits = suitability(run, region, EARLIER=region.first_path)
    flows = np.array(column(demand["TRANSITIONS"], "area_ha")).reshape(3, 3) / 0.09
    found = simulation(run, region, suits, TRANSITIONS=demand["TRANSITIONS"], SETTINGS=results["SETTINGS"])
    later = read(found["OUTPUT"])
    cells = [[((region.later == i) & (later == j)).sum() for j in (1, 2, 5)] for i in (1, 2, 5)]
    np.testing.assert_allclose(cells, flows, atol=1)
    settings["patches"], settings["passes"] = [], 1
    path = tmp_path / "cells.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    by_cells = simulation(
        run, region, suits, TRANSITIONS=demand["TRANSITIONS"], SETTINGS=str(path), OUTPUT=str(tmp_path / "cells.tif")
    )
    assert (read(by_cells["OUTPUT"]) != later).any()


def test_a_third_land_cover_validates_without_changing_the_choice(run, region, tmp_path):
    third = region.later.copy()
    rng = np.random.default_rng(5)
    built = np.zeros_like(third, bool)
    built[1:-1, 1:-1] = (third == 5)[:-2, 1:-1] | (third == 5)[2:, 1:-1]
    third[built & (third != 0) & (region.slope < 0.9) & (rng.random(third.shape) < 0.5)] = 5
    path = made.write(tmp_path / "third.tif", third, 0)
    without = calibration(run, region)
    chosen = Path(without["SETTINGS"]).read_text(encoding="utf-8")
    years = {"EARLIER_YEAR": 2010, "YEAR": 2015, "VALIDATION_YEAR": 2020}
    results = calibration(run, region, VALIDATION=path, VALIDATION_TABLE="memory:", **years)
    settings = json.loads(Path(results["SETTINGS"]).read_text(encoding="utf-8"))
    found = settings.pop("found")
    before = json.loads(chosen)
    before.pop("found")
    assert settings == before
    table = results["VALIDATION_TABLE"]
    assert column(table, "model") == ["chosen", "default", "uniform suitability", "null model", "observed"]
    merits = column(table, "figure_of_merit")
    assert results["VALIDATION_FIGURE_OF_MERIT"] == merits[0] == found["validation_figure_of_merit"]
    assert results["VALIDATION_DEFAULT_FIGURE_OF_MERIT"] == merits[1] > 0
    assert results["VALIDATION_UNIFORM_FIGURE_OF_MERIT"] == merits[2] < merits[0]
    assert merits[3] == 0
    valid = third > 0
    assert column(table, "overall_accuracy")[3] == (region.later == third)[valid].mean()
    assert without["VALIDATION_FIGURE_OF_MERIT"] is None
    # The demand is the chain's, for the years between: half as long, about half the changes.
    shorter = calibration(
        run, region, VALIDATION=path, VALIDATION_TABLE="memory:", **{**years, "VALIDATION_YEAR": 2017.5}
    )
    assert column(shorter["VALIDATION_TABLE"], "patches")[0] < column(table, "patches")[0]
    refused("each must be later", calibration, run, region, VALIDATION=path, **{**years, "VALIDATION_YEAR": 2015})


def test_a_third_land_cover_of_another_scheme_or_with_a_background_gives_a_warning(run, region, tmp_path):
    recoded = np.where(region.later == 5, 50, region.later)
    background = np.where(region.later == 0, 255, region.later)
    background[:20] = 255
    for third, told in ((recoded, "(5), "), (background, "255 (")):
        path = made.write(tmp_path / f"{third.max()}.tif", third.astype(np.uint8), 0)
        warned = calibration(run, region, VALIDATION=path)["notes"].warned
        assert any(told in each and ("same scheme" in each or "NODATA_CODES" in each) for each in warned)
    assert not any("scheme" in each for each in calibration(run, region, VALIDATION=region.later_path)["notes"].warned)


def test_gaps_of_a_constant_driver_exclude_no_cells(run, region, tmp_path):
    """A reserve that is 1 in a corner and nodata elsewhere gives the same as a driver that is 1 everywhere."""
    grid = gdal.Open(region.slope_path)
    reserve = {}
    for name, side in (("corner", 20), ("everywhere", 10**6)):
        cells = np.full((grid.RasterYSize, grid.RasterXSize), -9999, np.float32)
        cells[:side, :side] = 1
        made_of = gdal.GetDriverByName("GTiff").CreateCopy(str(tmp_path / f"{name}.tif"), grid)
        made_of.GetRasterBand(1).WriteArray(cells)
        made_of.GetRasterBand(1).SetNoDataValue(-9999)
        del made_of
        drivers = [region.slope_path, region.distance_path, str(tmp_path / f"{name}.tif")]
        reserve[name] = calibration(run, region, DRIVERS=drivers)
        assert any("Constant drivers" in told and name in told for told in reserve[name]["notes"].warned)
    numbers = [name for name, value in reserve["corner"].items() if isinstance(value, float)]
    assert "UNIFORM_FIGURE_OF_MERIT" in numbers
    assert [reserve["corner"][name] for name in numbers] == [reserve["everywhere"][name] for name in numbers]
