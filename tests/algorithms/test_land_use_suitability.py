"""Tests of suitability and its networks, run as an algorithm."""

from __future__ import annotations

import json
from pathlib import Path

import made_region as made
import numpy as np
from layers import column, squares
from osgeo import gdal
from rasters import write_raster
from scenario_runs import read, refused, simulation, suitability, transition


def test_suitability_sums_to_one_and_has_skill(run, region, tmp_path):
    results = suitability(
        run, region, CLASSES="memory:", IMPORTANCE="memory:", SAVED_NETWORK=str(tmp_path / "network.json")
    )
    bands = read(results["OUTPUT"])
    valid = region.later > 0
    assert bands.shape == (3, *region.later.shape)
    np.testing.assert_allclose(bands[:, valid].sum(axis=0), 1, atol=1e-5)
    assert (bands[:, ~valid] < 0).all()
    assert results["LOG_LOSS"] < 0.7 * results["NO_SKILL_LOG_LOSS"]
    assert (np.array(column(results["IMPORTANCE"], "importance")) > 0.05).all()
    assert column(results["IMPORTANCE"], "driver") == ["slope", "distance"]
    assert column(results["CLASSES"], "code") == [1, 2, 5]
    again = suitability(run, region, NETWORK=str(tmp_path / "network.json"), OUTPUT=str(tmp_path / "again.tif"))
    np.testing.assert_array_equal(read(again["OUTPUT"]), bands)
    assert again["LOG_LOSS"] is None


def test_several_networks_are_averaged_and_saved_together(run, region, tmp_path):
    saved = str(tmp_path / "networks.json")
    several = suitability(run, region, NETWORKS=3, SAMPLES=6000, SAVED_NETWORK=saved, IMPORTANCE="memory:")
    bands = read(several["OUTPUT"])
    alone = suitability(run, region, NETWORKS=1, SAMPLES=2000, SAVED_NETWORK=str(tmp_path / "one.json"))
    members = json.loads(Path(saved).read_text(encoding="utf-8"))["networks"]
    first = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert len(members) == 3
    assert members[0] == {key: first[key] for key in members[0]}, "the first is that of the seed itself"
    assert len({json.dumps(member) for member in members}) == 3
    assert several["SAMPLES_HELD_OUT"] == alone["SAMPLES_HELD_OUT"], "cells that none has seen, each once"
    assert several["LOG_LOSS"] < 0.7 * several["NO_SKILL_LOG_LOSS"]
    assert (np.array(column(several["IMPORTANCE"], "importance")) > 0.05).all()
    np.testing.assert_allclose(bands[:, region.later > 0].sum(axis=0), 1, atol=1e-5)
    again = suitability(run, region, NETWORK=saved, OUTPUT=str(tmp_path / "again.tif"))
    np.testing.assert_array_equal(read(again["OUTPUT"]), bands)


def test_too_few_samples_for_validation_are_refused(run, region):
    refused("200 samples divided among 5 networks give 40", suitability, run, region, SAMPLES=200, NETWORKS=5)


def test_a_constant_driver_excludes_no_cell(run, region, tmp_path, recwarn):
    """1 within a reserve and nodata elsewhere, as float64 with the lowest number as nodata value."""
    low = float(np.finfo(np.float64).min)
    reserve = np.full(region.slope.shape, low)
    reserve[5:15, 5:25] = 1
    path = write_raster(tmp_path / "reserve.tif", reserve, low, geotransform=(500000, 30, 0, 2600000, 0, -30))
    outputs = {"SAVED_NETWORK": str(tmp_path / "network.json"), "IMPORTANCE": "memory:"}
    plain = suitability(run, region)
    results = suitability(run, region, DRIVERS=[region.slope_path, path, region.distance_path], **outputs)
    assert results["CELLS_WITHOUT"] == plain["CELLS_WITHOUT"] == 0
    assert results["SAMPLES_HELD_OUT"] == plain["SAMPLES_HELD_OUT"]
    assert any("are not used: reserve" in sentence for sentence in results["notes"].warned)
    assert not any("gaps" in sentence for sentence in results["notes"].warned)
    assert column(results["IMPORTANCE"], "importance")[1] == 0
    again = suitability(
        run,
        region,
        DRIVERS=[region.slope_path, path, region.distance_path],
        NETWORK=outputs["SAVED_NETWORK"],
        OUTPUT=str(tmp_path / "again.tif"),
    )
    np.testing.assert_array_equal(read(again["OUTPUT"]), read(results["OUTPUT"]))
    assert again["CELLS_WITHOUT"] == 0
    assert [str(each.message) for each in recwarn if issubclass(each.category, RuntimeWarning)] == []


def test_a_driver_constant_among_complete_cells_excludes_no_cell(run, region, tmp_path):
    """Where both drivers have data the second is constant; without it only the gaps of the first are excluded."""
    gappy = region.slope.copy()
    gappy[:, 20:] = np.nan
    other = np.where(np.indices(gappy.shape)[1] < 20, 3, region.slope)
    other[:10] = np.nan
    paths = [made.write(tmp_path / "gappy.tif", gappy), made.write(tmp_path / "other.tif", other)]
    results = suitability(run, region, DRIVERS=[*paths, region.distance_path])
    assert results["CELLS_WITHOUT"] == int((region.later[:, 20:] > 0).sum())
    assert any("are not used: other" in sentence for sentence in results["notes"].warned)


def test_drivers_that_are_constant_or_have_gaps_are_named(run, region, tmp_path):
    region.slope[10:20, 10:20] = np.nan
    gappy = made.write(tmp_path / "gappy.tif", region.slope)
    flat = made.write(tmp_path / "flat.tif", np.full_like(region.slope, 7))
    results = suitability(run, region, DRIVERS=[gappy, flat, region.distance_path])
    assert any("are not used: flat" in sentence for sentence in results["notes"].warned)
    assert any("gappy 100 cells" in sentence for sentence in results["notes"].warned)
    assert results["CELLS_WITHOUT"] == 100
    simulated = simulation(run, region, results, DEMAND=transition(run, region, TARGET_YEAR=2020)["DEMAND"])
    assert any("100 cells have no suitability" in sentence for sentence in simulated["notes"].warned)
    found = read(simulated["OUTPUT"])
    np.testing.assert_array_equal(found[10:20, 10:20], region.later[10:20, 10:20])


def test_a_saved_network_of_other_drivers_is_refused(run, region, tmp_path):
    path = tmp_path / "network.json"
    suitability(run, region, SAVED_NETWORK=str(path), SAMPLES=500)
    refused("trained with 2 drivers", suitability, run, region, NETWORK=str(path), DRIVERS=[region.slope_path])
    path.write_text('{"format": "something else"}', encoding="utf-8")
    refused("is not a suitability network", suitability, run, region, NETWORK=str(path))


def test_swapped_dates_are_refused_or_noticed_in_the_simulation(run, region, tmp_path):
    swapped = {"LAND_COVER": region.first_path, "EARLIER": region.later_path}
    dates = {"YEAR": 2010, "EARLIER_YEAR": 2015, "OUTPUT": str(tmp_path / "refused.tif")}
    refused(
        r"\(EARLIER\) is from 2015, the land cover from 2010.*swap the two",
        suitability,
        run,
        region,
        **swapped,
        **dates,
    )
    assert not list(tmp_path.glob("*refused*"))
    suits = suitability(run, region, **swapped)
    assert any("cannot be checked" in told for told in suits["notes"].logged)
    flows = transition(run, region, TARGET_YEAR=2020)["TRANSITIONS"]
    found = simulation(run, region, suits, TRANSITIONS=flows)
    assert any("were the dates swapped?" in told for told in found["notes"].warned)
    right = suitability(run, region, EARLIER=region.first_path, YEAR=2015, EARLIER_YEAR=2010)
    found = simulation(run, region, right, TRANSITIONS=flows)
    assert not any("suitability" in told for told in found["notes"].warned)
    by_class = transition(run, region, TARGET_YEAR=2020)["DEMAND"]
    found = simulation(run, region, right, DEMAND=by_class)
    assert any("but demand is by class" in told for told in found["notes"].warned)
    before = {"year": [2015] * 3, "code": [1, 2, 5], "share": [0.4, 0.4, 0.2]}
    target = str(tmp_path / "refused.tif")
    demand = squares(before, geometry=False)
    refused("demand is for 2015", simulation, run, region, right, DEMAND=demand, OUTPUT=target)


def test_every_band_describes_its_training(run, region):
    path = suitability(run, region, EARLIER=region.first_path, YEAR=2015, EARLIER_YEAR=2010)["OUTPUT"]
    count = np.bincount(region.later.ravel(), minlength=6)
    raster = gdal.OpenEx(path, gdal.OF_RASTER)
    for number in (1, 2, 3):
        tags = raster.GetRasterBand(number).GetMetadata()
        assert tags["CARBONBALANCE_LEARNED_FROM"] == "transitions"
        assert (tags["CARBONBALANCE_YEAR"], tags["CARBONBALANCE_EARLIER_YEAR"]) == ("2015", "2010")
        assert tags["CARBONBALANCE_CLASS_CELLS"] == f"1:{count[1]},2:{count[2]},5:{count[5]}"


def test_drivers_from_the_land_cover_are_those_of_each_date(run, region, tmp_path):
    """Compared with the same cells given as rasters: the earlier date for training, the later one for prediction."""
    from carbon_balance.core.land_cover.codes import LandCover
    from carbon_balance.core.raster.blocks import Block
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.scenarios.suitability.class_drivers import DistanceDriver

    whole = Block(0, 0, 90, 90)
    rasters = {}
    for date, cover in (("earlier", region.first_path), ("later", region.later_path)):
        (tmp_path / date).mkdir()
        rasters[date] = [
            made.write(
                tmp_path / date / f"distance_{code}.tif",
                DistanceDriver(LandCover(RasterSource(cover)), code).read_float(whole, np.float32),
            )
            for code in made.CODES
        ]
    path = str(tmp_path / "given.tif")

    def bands(**more) -> np.ndarray:
        return read(suitability(run, region, EARLIER=region.first_path, OUTPUT=path, **more)["OUTPUT"])

    given = {
        "later": bands(DRIVERS=rasters["later"], EARLIER_DRIVERS=rasters["earlier"]),
        "earlier": bands(DRIVERS=rasters["earlier"]),
    }
    given["both"] = given["later"] / 2 + given["earlier"] / 2
    assert np.abs(given["later"] - given["earlier"])[:, region.later > 0].max() > 0.01
    for dates, wanted in given.items():
        found = bands(DRIVERS=[], CLASS_DRIVERS="distances", CLASS_DRIVERS_OF=dates)
        np.testing.assert_allclose(found[:, region.later > 0], wanted[:, region.later > 0], atol=1e-6)
    alone = {"DRIVERS": [], "CLASS_DRIVERS": "distances", "IMPORTANCE": "memory:"}
    own = suitability(run, region, EARLIER=region.first_path, **alone)
    assert column(own["IMPORTANCE"], "driver") == [f"distance to class {code}" for code in made.CODES]


def test_invalid_drivers_of_two_dates_are_refused(run, region):
    refused("CLASS_DRIVERS = shares needs an earlier land cover", suitability, run, region, CLASS_DRIVERS="shares")
    one = {"EARLIER_DRIVERS": [region.slope_path]}
    refused(
        "There are 1 earlier drivers .slope. and 2 drivers", suitability, run, region, EARLIER=region.first_path, **one
    )
    refused("EARLIER_DRIVERS are given without an earlier land cover", suitability, run, region, **one)
    refused("No driver was given", suitability, run, region, DRIVERS=[])


def test_earlier_drivers_in_another_order_are_refused(run, region, tmp_path):
    paths = {}
    for name, path in (("slope", region.slope_path), ("distance", region.distance_path)):
        for year in (2010, 2015):
            paths[name, year] = str(tmp_path / f"{name}_{year}.tif")
            Path(paths[name, year]).write_bytes(Path(path).read_bytes())
    now, before = ([paths[name, year] for name in ("slope", "distance")] for year in (2015, 2010))
    given = {"DRIVERS": now, "EARLIER": region.first_path, "SAMPLES": 2000, "NETWORKS": 1}
    told = r"The earlier drivers \(distance_2010, slope_2010\) are in another order than the drivers"
    refused(told, suitability, run, region, **given, EARLIER_DRIVERS=before[::-1])
    suitability(run, region, **given, EARLIER_DRIVERS=before)
    # Names that do not show which belong together are accepted in any order.
    other = str(tmp_path / "ways_2010.tif")
    Path(other).write_bytes(Path(region.distance_path).read_bytes())
    plain = [other, paths["slope", 2010]]
    suitability(run, region, **given, EARLIER_DRIVERS=plain)


def test_calibrated_settings_determine_the_computed_drivers(run, region, tmp_path):
    from carbon_balance.core.scenarios.calibration.settings import LandUseSettings

    path = tmp_path / "settings.json"
    path.write_text(LandUseSettings(class_drivers="shares").to_text(), encoding="utf-8")
    results = suitability(run, region, EARLIER=region.first_path, SETTINGS=str(path), IMPORTANCE="memory:")
    shares = [f"share of class {code} in 9 x 9" for code in made.CODES]
    assert column(results["IMPORTANCE"], "driver") == ["slope", "distance", *shares]


def test_expansion_analysis_by_transition_and_by_class(run, region, tmp_path):
    outputs = {"EXPANSION": "memory:", "RESPONSES": "memory:", "REPORT": str(tmp_path / "report.html")}
    results = suitability(run, region, EARLIER=region.first_path, **outputs)
    table = results["EXPANSION"]
    kinds = set(zip(column(table, "from_code"), column(table, "to_code")))
    assert kinds
    assert all(here != there for here, there in kinds)
    assert set(column(table, "driver")) == {"slope", "distance"}
    assert max(column(table, "importance")) > 0.02
    probabilities = column(results["RESPONSES"], "probability")
    assert len(probabilities) == len(kinds) * 2 * 21
    assert 0 <= min(probabilities) <= max(probabilities) <= 1
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("<svg") == len(kinds)
    by_class = suitability(run, region, **outputs)
    assert set(column(by_class["EXPANSION"], "from_code")) == {None}
