"""The record of every step is stored with its outputs in any format, and appears in the report."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from carbon_balance.algorithms.shared.cartography.layer_styles import MARK
from carbon_balance.algorithms.shared.records import PROPERTY
from carbon_balance.core.assessment.provenance.carrier import read_inside
from carbon_balance.core.assessment.provenance.record import from_json
from layers import CENTRAL_YUNNAN, SAMPLE, run_algorithm
from pages import Page

SUPPLY = {name: CENTRAL_YUNNAN[name] for name in ("ZONES", "LAND_COVER", "PRESET", "SCHEME")}
DEMAND = {"POPULATION": "population_2020", "PER_PERSON": 3.938}


def algorithms_of(text):
    return [step.algorithm.partition(":")[2] for step in from_json(text).steps]


@pytest.mark.parametrize("kind", ["gpkg", "shp", "geojson", "memory"])
def test_each_step_is_added_to_the_record(run, tmp_path, kind):
    def place(name):
        return "memory:" if kind == "memory" else str(tmp_path / f"{name}.{kind}")

    first = run("zonalcarbonsupply", **SUPPLY, OUTPUT=place("supply"))["OUTPUT"]
    # A Shapefile cuts names to ten characters.
    given = {**DEMAND, "POPULATION": "population"} if kind == "shp" else DEMAND
    second = run("emissiondemand", ZONES=first, **given, OUTPUT=str(tmp_path / "demand.gpkg"))["OUTPUT"]
    found = from_json(read_inside(second))
    supply, demand = found.steps
    assert (supply.algorithm, demand.algorithm) == ("carbonbalance:zonalcarbonsupply", "carbonbalance:emissiondemand")
    assert supply.parameters == {"PRESET": "henan", "SCHEME": "igbp"}
    assert supply.defaults["CELL_RULE"] == "cell_centre"
    assert {each.parameter: each.name for each in supply.inputs} == {
        "ZONES": "central_yunnan.geojson",
        "LAND_COVER": "central_yunnan_land_cover_2019.tif",
    }
    assert all(len(each.sha256) == 64 for each in supply.inputs)
    assert supply.class_values["5 mixed forest"] == pytest.approx(149.95)
    assert supply.class_unit == "t C/ha"
    assert demand.parameters == given
    assert [(each.parameter, each.step, each.output) for each in demand.inputs] == [("ZONES", supply.id, "OUTPUT")]
    assert demand.numbers["EMISSION_T"] == pytest.approx(run_total(second), rel=1e-12)


def run_total(path):
    """The emission of all zones, straight from the layer."""
    from osgeo import ogr

    dataset = ogr.Open(path)
    return sum(feature["emission_t"] for feature in dataset.GetLayer(0))


def test_the_record_of_a_raster_is_passed_on(run, tmp_path):
    cover = {name: SUPPLY[name] for name in ("LAND_COVER", "PRESET", "SCHEME")}
    stored = run("carbonstorage", **cover, OUTPUT=str(tmp_path / "c.tif"))["OUTPUT"]
    assert algorithms_of(read_inside(stored, is_raster=True)) == ["carbonstorage"]
    ratio = run("supplydemandratioraster", SUPPLY=stored, DEMAND=stored, OUTPUT=str(tmp_path / "r.tif"))["OUTPUT"]
    found = from_json(read_inside(ratio, is_raster=True))
    assert [step.algorithm for step in found.steps][:1] == ["carbonbalance:carbonstorage"]
    assert {each.step for each in found.steps[-1].inputs} == {found.steps[0].id}


def test_the_properties_of_a_memory_layer_list_the_steps(run):
    layer = run("zonalcarbonsupply", **SUPPLY, OUTPUT="memory:")["OUTPUT"]
    assert algorithms_of(layer.customProperty(PROPERTY)) == ["zonalcarbonsupply"]
    assert layer.metadata().history()[0] == "carbonbalance:zonalcarbonsupply: Carbon supply by zone"
    second = run("emissiondemand", ZONES=layer, **DEMAND, OUTPUT="memory:")["OUTPUT"]
    assert algorithms_of(second.customProperty(PROPERTY)) == ["zonalcarbonsupply", "emissiondemand"]


def test_a_foreign_metadata_file_is_kept(run, tmp_path):
    (tmp_path / "supply.qmd").write_text("<qgis>mine</qgis>")
    run("zonalcarbonsupply", **SUPPLY, OUTPUT=str(tmp_path / "supply.shp"))
    assert (tmp_path / "supply.qmd").read_text() == "<qgis>mine</qgis>"
    run("zonalcarbonsupply", **SUPPLY, OUTPUT=str(tmp_path / "other.shp"))
    assert MARK in (tmp_path / "other.qmd").read_bytes()


def test_a_metadata_file_without_a_record_gives_no_message(run, tmp_path):
    for name in ("central_yunnan.geojson",):
        shutil.copy(SAMPLE / name, tmp_path / name)
    (tmp_path / "central_yunnan.qmd").write_text("<qgis><history>{broken carbon_balance_record</history></qgis>")
    given = {**SUPPLY, "ZONES": str(tmp_path / "central_yunnan.geojson")}
    layer = run("zonalcarbonsupply", **given, OUTPUT="memory:")["OUTPUT"]
    assert algorithms_of(layer.customProperty(PROPERTY)) == ["zonalcarbonsupply"]


def test_the_report_lists_earlier_steps_and_their_warnings(run, tmp_path):
    """The published coefficients of Guiyang are inconsistent, which only the step of the coefficients can detect."""
    zones = tmp_path / "coefficients.gpkg"
    run(
        "carbonbalancecoefficients",
        ZONES=str(SAMPLE / "guiyang.geojson"),
        EMISSION="emission_2015_1e4t",
        SINK="sink_2015_1e4t",
        EEC="published_eec_2015",
        OUTPUT=str(zones),
    )
    warned = [each for each in from_json(read_inside(str(zones))).steps[0].warnings if "EEC" in each]
    assert warned
    found = run("carbonbalancereport", ZONES=str(zones), OUTPUT=str(tmp_path / "r.html"))
    text = Page((tmp_path / "r.html").read_text(encoding="utf-8")).text
    for sentence in warned:
        assert sentence in text
        assert any(sentence in each for each in found["notes"].warned)
    assert "guiyang.geojson → emission_2015_1e4t, sink_2015_1e4t, published_eec_2015" in text


def test_the_summary_of_steps_states_index_and_classes(run, tmp_path):
    zones = run("regionalcarbonbalance", **CENTRAL_YUNNAN, **{"zoning:Zones": "memory:"})["zoning:Zones"]
    run("carbonbalancereport", ZONES=zones, OUTPUT=str(tmp_path / "r.html"))
    text = Page((tmp_path / "r.html").read_text(encoding="utf-8")).text
    chain = "Henan, IGBP (MODIS) → population_2020, 3.938 → demand / supply → 7, 1-2,3,4,5-7"
    assert f"central_yunnan.geojson, central_yunnan_land_cover_2019.tif → {chain}" in text


def test_the_bundle_repeats_all_steps(run, tmp_path):
    supply = run("zonalcarbonsupply", **SUPPLY, OUTPUT="memory:")["OUTPUT"]
    zones = run("emissiondemand", ZONES=supply, **DEMAND, OUTPUT=str(tmp_path / "zones.gpkg"))["OUTPUT"]
    given = {"ZONES": zones, "OUTPUT": str(tmp_path / "r.html"), "BUNDLE": str(tmp_path / "b.zip")}
    found = run("carbonbalancereport", **given)
    assert any("central_yunnan.geojson" in each and "BUNDLE_FOLDER" in each for each in found["notes"].warned)
    found = run("carbonbalancereport", **given, BUNDLE_FOLDER=str(SAMPLE))
    assert not any("BUNDLE_FOLDER" in each for each in found["notes"].warned)
    assert Path(found["BUNDLE"]) == tmp_path / "b.zip"
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        script = packed.read("run.sh").decode()
        assert {"inputs/central_yunnan.geojson", "inputs/central_yunnan_land_cover_2019.tif"} <= set(packed.namelist())
    order = ["zonalcarbonsupply", "emissiondemand", "carbonbalancereport"]
    assert [script.index(f"run carbonbalance:{name} ") for name in order] == sorted(
        script.index(f"run carbonbalance:{name} ") for name in order
    )
    assert "BUNDLE" not in script


def test_without_a_record_the_bundle_contains_the_report_only(run, tmp_path):
    given = {"ZONES": str(SAMPLE / "guiyang.geojson"), "OUTPUT": str(tmp_path / "r.html")}
    found = run_algorithm("carbonbalancereport", **given, BUNDLE=str(tmp_path / "b.zip"))
    assert any("the bundle repeats only this report" in each for each in found["notes"].warned)
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert packed.read("run.sh").decode().count(" run carbonbalance:") == 1
    assert "Steps" not in Page((tmp_path / "r.html").read_text(encoding="utf-8")).text
