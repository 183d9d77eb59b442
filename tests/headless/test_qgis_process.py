"""The plugin in qgis_process, as called by scripts: exit codes, numbers, and no leftover files."""

from __future__ import annotations

import json

import made_region
import numpy as np
import pytest
from osgeo import gdal
from rasters import write_raster

CELLS = np.array([[1, 1, 2], [2, 0, 1]], np.uint8)
INVEST = "lucode,c_above,c_below,c_soil,c_dead\n1,5,1,80,0\n2,50,10,150,2\n"


@pytest.fixture
def qgis_process(qgis_process_call):
    """Runs an algorithm by its id."""
    return lambda algorithm, **given: qgis_process_call(
        "--json", "run", f"carbonbalance:{algorithm}", *(f"--{name}={value}" for name, value in given.items())
    )


@pytest.fixture
def inputs(tmp_path):
    (tmp_path / "pools.csv").write_text(INVEST, encoding="utf-8")
    cover = write_raster(tmp_path / "cover.tif", CELLS, 0)
    (tmp_path / "out").mkdir()
    return {"LAND_COVER": cover, "POOLS": str(tmp_path / "pools.csv")}, tmp_path / "out"


def test_storage_gives_its_numbers_and_files(qgis_process, inputs):
    given, folder = inputs
    done = qgis_process(
        "carbonstorage", **given, OUTPUT=folder / "c.tif", CLASSES=folder / "c.csv", REPORT=folder / "r.html"
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    assert results["TOTAL_CARBON_T"] == pytest.approx(3 * 86 + 2 * 212)
    assert results["AREA_HA"] == 5
    assert {path.name for path in folder.iterdir()} == {"c.tif", "c.qml", "c.csv", "r.html"}
    assert gdal.Open(str(folder / "c.tif")).ReadAsArray()[0].tolist() == [86, 86, 212]


def test_a_zone_smaller_than_a_cell_is_computed_without_a_crash(qgis_process, inputs):
    """Its cells are read in a second pass; files left open could crash the program at its end."""
    given, folder = inputs
    zones = folder.parent / "zones.geojson"
    ring = [[500110, 1999990], [500120, 1999990], [500120, 1999980], [500110, 1999980], [500110, 1999990]]
    feature = {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32648"}}
    zones.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}), encoding="utf-8")
    done = qgis_process("zonalcarbonsupply", **given, ZONES=zones, OUTPUT=folder / "z.gpkg")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["results"]["TOTAL_CARBON_T"] == pytest.approx(0.01 * 86)
    assert {path.name for path in folder.iterdir()} == {"z.gpkg", "z.qml"}


def test_refused_runs_exit_with_1_and_leave_no_file(qgis_process, inputs):
    given, folder = inputs
    (folder.parent / "pools.csv").write_text(INVEST.replace("\n2,", "\n9,"), encoding="utf-8")
    done = qgis_process("carbonstorage", **given, OUTPUT=folder / "c.tif", CLASSES=folder / "c.csv")
    assert done.returncode == 1
    assert "without a row in" in done.stderr + done.stdout
    assert "2: 2 ha in 2 cells" in done.stderr + done.stdout
    assert list(folder.iterdir()) == []


def test_an_output_over_its_input_exits_with_1(qgis_process, inputs):
    given, _ = inputs
    done = qgis_process("carbonstorage", **given, OUTPUT=given["LAND_COVER"])
    assert done.returncode == 1
    assert "would be overwritten" in done.stderr + done.stdout
    assert gdal.Open(given["LAND_COVER"]).ReadAsArray().tolist() == CELLS.tolist()


def test_omitted_inputs_of_scenarios_equal_explicit_defaults(qgis_process, tmp_path):
    """On the command line: only required inputs, compared with every default given by name."""
    region = made_region.Region(tmp_path)
    zones = tmp_path / "zones.geojson"
    ring = [[500000, 2597300], [502700, 2597300], [502700, 2600000], [500000, 2600000], [500000, 2597300]]
    feature = {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32648"}}
    zones.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}), encoding="utf-8")
    given = {
        "ZONES": zones,
        "LAND_COVER": region.first_path,
        "TODAY": region.later_path,
        "DRIVERS": region.slope_path,
        "YEAR": 2010,
        "LATER_YEAR": 2015,
        "TARGET_YEAR": 2020,
        "PRESET": "henan",
    }
    rules = {"RULES_1": "urbanised", "RULES_2": "agricultural", "RULES_3": "ecological", "SEED": 1, "RUNS": 5}
    found = []
    for more in ({}, {**rules, "SCHEME": "six_classes"}):
        done = qgis_process("scenariocarbon", **given, **more)
        assert done.returncode == 0, done.stderr
        found.append(json.loads(done.stdout)["results"])
    assert found[0] == found[1]
    assert found[0]["RUN_COUNT"] == 5
    assert len({found[0][f"carbon{number}:NET_T"] for number in (1, 2, 3)}) == 3
