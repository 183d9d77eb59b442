"""The folder with everything: data, made examples, and a project that opens them; tools that need the examples run."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.runtime import i18n
from checkout import ROOT
from layers import column, run_algorithm
from osgeo import gdal
from qgis.core import QgsProcessingException, QgsProject, QgsVectorLayer

SAMPLE = ROOT / "resources" / "sample"


@pytest.fixture(scope="module")
def folder(provider, tmp_path_factory):
    made = tmp_path_factory.mktemp("sample") / "mine"
    found = run_algorithm("loadsample", FOLDER=str(made))
    # Nothing but the folder, and all counties are in it.
    assert {name for name in found if name.isupper()} == {"FOLDER", "COUNTY_COUNT"}
    assert found["COUNTY_COUNT"] == 49
    return made


@pytest.fixture(scope="module")
def example(folder):
    return lambda name: str(folder / "examples" / f"example_{name}")


def contents(folder):
    """Of each example by name: the cells and metadata of a raster, else the bytes.

    Bytes of rasters depend on the library that compresses them.
    """
    found = {}
    for path in sorted(folder.glob("example_*")):
        if path.suffix == ".tif":
            raster = gdal.Open(str(path))
            about = (raster.GetGeoTransform(), raster.GetSpatialRef().ExportToWkt(), raster.GetMetadata())
            bands = [raster.GetRasterBand(number + 1) for number in range(raster.RasterCount)]
            cells = hashlib.sha256(raster.ReadAsArray().tobytes()).hexdigest()
            found[path.name] = (cells, *about, [(band.DataType, band.GetNoDataValue()) for band in bands])
        else:
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.mark.parametrize(("language", "group"), [("en", "Made examples, no data"), ("zh_CN", "虚构示例（非真实数据）")])
def test_the_project_opens_every_file_beside_it(run, tmp_path, language, group):
    i18n.use_language(language)
    try:
        run("loadsample", FOLDER=str(tmp_path / "s"))
    finally:
        i18n.use_language(i18n.ENGLISH)
    project = QgsProject()
    assert project.read(str(tmp_path / "s" / "carbon_balance_sample.qgz"))
    layers = list(project.mapLayers().values())
    shown = {Path(layer.source().split("|")[0]).relative_to(tmp_path / "s") for layer in layers}
    kinds = (".geojson", ".tif", ".csv")
    assert shown == {each.relative_to(SAMPLE) for each in SAMPLE.rglob("*") if each.suffix in kinds}
    assert all(layer.isValid() for layer in layers)
    assert group in [each.name() for each in project.layerTreeRoot().findGroups()]
    # Whatever is in that group says by its name that it is made, and nothing else does.
    made = [layer.name() for layer in project.layerTreeRoot().findGroup(group).findLayers()]
    assert made and all(name.startswith("example_") for name in made)
    assert len(made) == sum(layer.name().startswith("example_") for layer in layers)


def test_examples_are_made_again_as_they_are(tmp_path):
    """By the script that the documentation names, from the other samples alone."""
    for path in SAMPLE.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    done = subprocess.run(
        [sys.executable, "scripts/make_examples.py", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "examples") == contents(SAMPLE / "examples")


def test_examples_say_that_they_are_made():
    for path in (SAMPLE / "examples").iterdir():
        if path.suffix == ".tif":
            assert gdal.Open(str(path)).GetMetadataItem("TIFFTAG_IMAGEDESCRIPTION").startswith("Made example, no data")
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8") as stream:
                assert {row["source"] for row in csv.DictReader(stream)} == {"made example, not statistics"}


def test_population_of_the_example_is_that_of_the_census(example):
    counties = QgsVectorLayer(str(SAMPLE / "central_yunnan.geojson"), "c", "ogr")
    persons = gdal.Open(example("population.tif")).ReadAsArray()
    assert persons[persons >= 0].sum() == pytest.approx(sum(column(counties, "population_2020")), rel=1e-5)


def test_distances_are_zero_in_the_class_and_grow_by_a_cell(example):
    cover = gdal.Open(example("land_cover_2009.tif")).ReadAsArray()
    distance = gdal.Open(example("distance_to_urban_km.tif")).ReadAsArray()
    assert ((distance == 0) == (cover == 13)).all()
    # Cells of 0.05 degree: a step to the north is 5.566 km.
    assert np.abs(np.diff(distance, axis=0)).max() == pytest.approx(5.566, abs=2e-3)


def test_towns_have_grown_and_nothing_is_lost(example):
    now = gdal.Open(str(SAMPLE / "central_yunnan_land_cover_2019.tif")).ReadAsArray()
    dates = [gdal.Open(example(f"land_cover_{year}.tif")).ReadAsArray() for year in (1989, 1999, 2009)] + [now]
    urban = [int((cells == 13).sum()) for cells in dates]
    assert urban == sorted(set(urban))
    assert len({cells.size for cells in dates}) == 1
    assert {int(code) for cells in dates for code in np.unique(cells)} <= set(range(18))


COVER = str(SAMPLE / "central_yunnan_land_cover_2019.tif")
COUNTIES = str(SAMPLE / "central_yunnan.geojson")
DATED = {"PRESET": "henan", "SCHEME": "igbp"}
# Tools that need more than the data of a region: what each is given.
TRIALS = {
    "carbonstoragechange": lambda e: {"LAND_COVER": e("land_cover_2009.tif"), "LAND_COVER_LATER": COVER, **DATED},
    "landusetransition": lambda e: {
        "LAND_COVER": e("land_cover_2009.tif"), "LAND_COVER_LATER": COVER,
        "YEAR": 2009, "LATER_YEAR": 2019, "TARGET_YEAR": 2029,
    },
    "landusesuitability": lambda e: {
        "LAND_COVER": COVER, "EARLIER": e("land_cover_2009.tif"),
        "DRIVERS": [e("distance_to_urban_km.tif"), e("distance_to_water_km.tif")],
    },
    "landusecalibration": lambda e: {
        "LAND_COVER": COVER, "EARLIER": e("land_cover_2009.tif"), "DRIVERS": [e("distance_to_urban_km.tif")],
    },
    "carbontrend": lambda e: {
        "RASTERS": [*(e(f"land_cover_{year}.tif") for year in (1989, 1999, 2009)), COVER],
        "YEARS": "1989; 1999; 2009; 2019",
    },
    "netecosystemproduction": lambda e: {"NPP": [e("npp_g_m2.tif")], "RH": [e("rh_g_m2.tif")]},
    "emissiondemandraster": lambda e: {
        "ZONES": COUNTIES, "EMISSION": "published_demand_t_km2", "WEIGHTS": e("population.tif"),
    },
    "joinstatistics": lambda e: {
        "ZONES": COUNTIES, "ZONE_KEY": "adcode", "TABLE": e("statistics.csv"), "TABLE_KEY": "adcode",
        "FIELDS": ["gdp_1e4yuan_2020", "emission_t_2020"],
    },
    "emissioninventory": lambda e: {
        "ZONES": COUNTIES, "KEY": "adcode", "ENERGY": e("fuels_2020.csv"), "ENERGY_KEY": "adcode", "FUEL": "fuel",
        "AMOUNT": "amount_t",
    },
    "carbonbalanceseries": lambda e: {
        "LAYERS": [e("statistics.csv")], "DATES": "2010; 2020", "KEY": "adcode", "SUPPLY": "sink_t_{date}",
        "DEMAND": "emission_t_{date}", "GDP": "gdp_1e4yuan_{date}",
    },
}  # fmt: skip


@pytest.mark.parametrize("algorithm", TRIALS)
def test_the_examples_suffice_to_try_a_tool(run, provider, example, algorithm):
    outputs = {
        each.name(): "TEMPORARY_OUTPUT"
        for each in provider.algorithm(algorithm).destinationParameterDefinitions()
        if not each.flags() & each.Flag.FlagOptional
    }
    found = run(algorithm, **TRIALS[algorithm](example), **outputs)
    assert found["notes"].logged


def test_a_folder_that_is_a_file_is_refused(run, tmp_path):
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="is a file"):
        run("loadsample", FOLDER=str(tmp_path / "taken"))
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "x"


def test_other_files_of_the_same_names_are_kept(run, tmp_path):
    """As README.md in the folder of a project: the user chose the folder only."""
    run("loadsample", FOLDER=str(tmp_path / "s"))
    run("loadsample", FOLDER=str(tmp_path / "s"))
    for name in ("README.md", "henan.geojson"):
        folder = tmp_path / name.replace(".", "_")
        folder.mkdir()
        (folder / name).write_text("mine")
        layer = tmp_path / f"{name}.gpkg"
        with pytest.raises(QgsProcessingException, match=f"{name} already exists, is not that of the sample"):
            run("loadsample", FOLDER=str(folder), COUNTIES=str(layer))
        assert [each.name for each in folder.iterdir()] == [name]
        assert (folder / name).read_text() == "mine"
        assert not layer.exists()
