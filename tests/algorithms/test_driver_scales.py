"""Drivers whose bands state a scale and an offset: networks learn and predict from values, not stored numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from rasters import write_raster
from scenario_runs import halves, read, suitability

ORIGIN = {"origin": (500000, 2600000), "cell": 30}


@pytest.fixture
def distances(region, tmp_path):
    """The same distances three times: as values, and as stored numbers of two scales and offsets."""
    halves = np.round(2 * region.distance).astype(np.int16)
    return {
        "values": write_raster(tmp_path / "values.tif", (halves / 2).astype(np.float32), **ORIGIN),
        "stored": write_raster(tmp_path / "stored.tif", halves + 20, scale_offset=(0.5, -10), **ORIGIN),
        "fine": write_raster(tmp_path / "fine.tif", halves * 8 - 80, scale_offset=(0.0625, 5), **ORIGIN),
    }


@pytest.mark.parametrize("networks", [1, 2])
def test_a_network_predicts_the_same_from_drivers_of_any_scale(run, region, distances, tmp_path, networks):
    saved = str(tmp_path / "network.json")
    few = {"SAMPLES": 2000, "NETWORKS": networks}
    first = suitability(run, region, DRIVERS=[distances["stored"]], SAVED_NETWORK=saved, **few)
    assert any("stored numbers x 0.5 - 10" in told for told in first["notes"].logged)
    bands = read(first["OUTPUT"])
    assert np.ptp(bands[0]) > 0.5, "the driver explains the classes"
    for name, path in distances.items():
        again = suitability(run, region, DRIVERS=[path], NETWORK=saved, OUTPUT=str(tmp_path / f"by_{name}.tif"))
        np.testing.assert_array_equal(read(again["OUTPUT"]), bands, err_msg=name)
        assert not any("earlier version" in told for told in again["notes"].warned)


def test_a_network_of_an_earlier_version_predicts_from_stored_numbers(run, region, distances, tmp_path):
    saved, old = str(tmp_path / "network.json"), tmp_path / "old.json"
    numbers = write_raster(tmp_path / "numbers.tif", read(distances["stored"]), **ORIGIN)
    bands = read(suitability(run, region, DRIVERS=[numbers], SAVED_NETWORK=saved, SAMPLES=2000)["OUTPUT"])
    content = json.loads(Path(saved).read_text(encoding="utf-8"))
    old.write_text(json.dumps({**content, "version": content["version"] - 2}), encoding="utf-8")
    outputs = {"OUTPUT": str(tmp_path / "by_old.tif"), "SAVED_NETWORK": str(tmp_path / "saved_again.json")}
    found = suitability(run, region, DRIVERS=[distances["stored"]], NETWORK=str(old), **outputs)
    np.testing.assert_array_equal(read(found["OUTPUT"]), bands)
    assert any("state a scale or an offset, which are not applied" in told for told in found["notes"].warned)
    again = json.loads(Path(outputs["SAVED_NETWORK"]).read_text(encoding="utf-8"))
    assert again == json.loads(old.read_text(encoding="utf-8")), "it stays a network of stored numbers"
    silent = suitability(run, region, DRIVERS=[numbers], NETWORK=str(old), OUTPUT=str(tmp_path / "unscaled.tif"))
    assert not any("scale" in told for told in silent["notes"].warned)


def test_earlier_drivers_may_have_another_scale(run, region, distances, tmp_path):
    given = {"EARLIER": region.first_path, "SAMPLES": 2000, "NETWORKS": 1}
    bands = [
        read(
            suitability(
                run,
                region,
                DRIVERS=[distances[later]],
                EARLIER_DRIVERS=[distances[earlier]],
                OUTPUT=str(tmp_path / f"{later}_{earlier}.tif"),
                **given,
            )["OUTPUT"]
        )
        for later, earlier in (("values", "values"), ("stored", "fine"), ("values", "stored"))
    ]
    np.testing.assert_array_equal(bands[1], bands[0])
    np.testing.assert_array_equal(bands[2], bands[0])


def test_calibration_learns_from_the_values_of_drivers(run, region, distances, tmp_path):
    found = run(
        "landusecalibration",
        LAND_COVER=region.later_path,
        EARLIER=region.first_path,
        DRIVERS=[distances["stored"]],
        EARLIER_DRIVERS=[distances["fine"]],
        BLOCK=10,
        SAMPLES=1000,
        NETWORKS=1,
        TRY_CLASS_DRIVERS=False,
        SETTINGS=str(tmp_path / "settings.json"),
    )
    for told in ("values are the stored numbers x 0.5 - 10", "values are the stored numbers x 0.0625 + 5"):
        assert any(told in logged for logged in found["notes"].logged)


def test_scenarios_learn_from_the_values_of_drivers(run, region, distances):
    found = run(
        "scenariocarbon",
        ZONES=halves(),
        LAND_COVER=region.first_path,
        TODAY=region.later_path,
        DRIVERS=[distances["fine"]],
        YEAR=2010,
        LATER_YEAR=2015,
        TARGET_YEAR=2020,
        PRESET="henan",
        RUNS=1,
    )
    assert any("values are the stored numbers x 0.0625 + 5" in told for told in found["notes"].logged)
