"""Tests of loading the sample layers."""

from __future__ import annotations

from pathlib import Path

import pytest
from carbon_balance.core.runtime import i18n
from layers import column
from osgeo import gdal
from qgis.core import QgsProcessingException, QgsRasterLayer, QgsVectorLayer

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"


def test_copies_with_all_columns_and_styles(run, tmp_path):
    names = {"COUNTIES": "counties.gpkg", "UNITS": "units.gpkg", "LAND_COVER": "cover.tif"}
    found = run("loadsample", **{name: str(tmp_path / file) for name, file in names.items()})
    assert found["COUNTY_COUNT"] == 49
    source = QgsVectorLayer(str(SAMPLE / "central_yunnan.geojson"), "s", "ogr")
    copy = QgsVectorLayer(str(tmp_path / "counties.gpkg"), "c", "ogr")
    for name in source.fields().names():
        assert column(copy, name) == column(source, name)
    assert copy.crs().authid() == "EPSG:4326"
    labels = [item.label() for item in copy.renderer().legendSymbolItems()]
    assert labels[0] == "low-carbon maintenance"
    drawn = {each.value() for each in copy.renderer().categories()}
    assert drawn == set(column(copy, "published_zone"))
    first, second = (gdal.Open(str(path)).ReadAsArray() for path in (
        SAMPLE / "central_yunnan_land_cover_2019.tif", tmp_path / "cover.tif"))  # fmt: skip
    assert (first == second).all()
    cover = QgsRasterLayer(str(tmp_path / "cover.tif"))
    classes = {each.value: each.label for each in cover.renderer().classes()}
    assert classes[9] == "savanna"
    units = QgsVectorLayer(str(tmp_path / "units.gpkg"))
    assert len(units.renderer().ranges()) == 5


@pytest.mark.parametrize("cover", ["LAND_COVER", "UNITS_LAND_COVER", "HENAN_LAND_COVER", "BEIBU_GULF_LAND_COVER"])
def test_drivers_cover_the_land_cover_of_their_region(run, tmp_path, cover):
    """Elevation everywhere, NDVI on every cell of land."""
    start = cover[: -len("LAND_COVER")]
    names = {cover: "cover.tif", f"{start}ELEVATION": "elevation.tif", f"{start}NDVI_MAX": "ndvi.tif"}
    files = {name: str(tmp_path / file) for name, file in names.items()}
    run("loadsample", **files)
    cover, elevation, ndvi = (gdal.Open(path) for path in files.values())
    boxes = []
    for each in (cover, elevation, ndvi):
        left, width, _, top, _, height = each.GetGeoTransform()
        boxes.append((left, top + height * each.RasterYSize, left + width * each.RasterXSize, top))
    assert boxes[2] == pytest.approx(boxes[0])
    assert all(a <= b for a, b in zip(boxes[1][:2], boxes[0][:2]))
    assert all(a >= b for a, b in zip(boxes[1][2:], boxes[0][2:]))
    # Cells of 5 minutes have their centres at multiples of 5 minutes.
    assert (12 * boxes[1][0] + 0.5) % 1 == pytest.approx(0, abs=1e-6)
    assert elevation.GetGeoTransform()[1] == pytest.approx(1 / 12, rel=1e-12)
    classes, values = cover.ReadAsArray(), ndvi.ReadAsArray()
    there = values != ndvi.GetRasterBand(1).GetNoDataValue()
    assert ((values[there] >= -0.2) & (values[there] <= 1)).all()
    # Mixed cells of a coast have either.
    assert (there | (classes == 0)).mean() > 0.98
    forest = (classes >= 1) & (classes <= 5) & there
    assert forest.sum() == 0 or values[forest].mean() > 0.7


def test_elevations_of_known_places():
    """Elevations of ETOPO5: Kunming 1,890 m, Zhengzhou 110 m, Guiyang 1,070 m, and the Gulf of Tonkin."""
    places = {
        "central_yunnan": (102.72, 25.04, 1700, 2200), "henan": (113.62, 34.75, 80, 250),
        "guiyang": (106.71, 26.65, 900, 1400), "beibu_gulf": (108.2, 20.5, -80, -20),
    }  # fmt: skip
    for region, (longitude, latitude, least, most) in places.items():
        raster = gdal.Open(str(SAMPLE / f"{region}_elevation.tif"))
        left, width, _, top, _, height = raster.GetGeoTransform()
        column, row = int((longitude - left) / width), int((latitude - top) / height)
        assert least <= raster.ReadAsArray()[row, column] <= most, region


def test_published_zones_are_named_in_the_users_language(run, tmp_path):
    i18n.use_language("zh_CN")
    try:
        run("loadsample", COUNTIES=str(tmp_path / "c.gpkg"))
    finally:
        i18n.use_language(i18n.ENGLISH)
    counties = QgsVectorLayer(str(tmp_path / "c.gpkg"), "c", "ogr")
    labels = {each.value(): each.label() for each in counties.renderer().categories()}
    # What the study calls them stands beside.
    for zone, name in zip(column(counties, "published_zone"), column(counties, "published_zone_zh")):
        assert labels[zone] == name


# Areas of the published studies, km2: the sum of Henan's classes in 1995, and the ecological land of the Beibu Gulf in
# 2020 (66,241 km2, 56.62 % of all). The land cover and the outlines are others than theirs.
@pytest.mark.parametrize(("region", "units", "area_km2", "near"), [
    ("henan", 18, 165_558, 0.003), ("beibu_gulf", 15, 66_241 / 0.5662, 0.03),
])  # fmt: skip
def test_the_other_regions_have_their_cities_and_land_covers(run, tmp_path, region, units, area_km2, near):
    name = region.upper()
    files = {name: str(tmp_path / "cities.gpkg"), f"{name}_LAND_COVER": str(tmp_path / "cover.tif")}
    run("loadsample", **files)
    cities = QgsVectorLayer(files[name], "c", "ogr")
    assert cities.featureCount() == units
    assert sum(column(cities, "polygon_km2")) == pytest.approx(area_km2, rel=near)
    assert len(cities.renderer().ranges()) == 5
    cover = gdal.Open(files[f"{name}_LAND_COVER"])
    left, width, _, top, _, height = cover.GetGeoTransform()
    west, south, east, north = (
        getattr(cities.extent(), side)() for side in ("xMinimum", "yMinimum", "xMaximum", "yMaximum")
    )
    assert left <= west < left + width
    assert top + cover.RasterYSize * height <= south < top + (cover.RasterYSize - 1) * height
    assert top + height < north <= top
    assert left + (cover.RasterXSize - 1) * width < east <= left + cover.RasterXSize * width
    assert set(cover.ReadAsArray().ravel().tolist()) <= set(range(18))


def test_cities_of_the_sample_add_up_to_the_census(run):
    cities = run("loadsample", HENAN="memory:")
    # Henan in the seventh national census.
    assert sum(column(cities["HENAN"], "population_2020")) == 99_365_519


def test_the_bundled_files_are_not_changed(run):
    before = sorted((path.name, path.stat().st_mtime_ns) for path in SAMPLE.iterdir())
    run("loadsample", COUNTIES="memory:", UNITS="memory:", LAND_COVER="TEMPORARY_OUTPUT")
    assert sorted((path.name, path.stat().st_mtime_ns) for path in SAMPLE.iterdir()) == before


def test_a_refused_run_leaves_no_file(run, tmp_path):
    with pytest.raises(QgsProcessingException, match=r"ends in \.tif"):
        run("loadsample", COUNTIES=str(tmp_path / "c.gpkg"), LAND_COVER=str(tmp_path / "x.png"))
    assert not list(tmp_path.iterdir())


def test_a_run_without_anything_to_load_says_what_to_give(run):
    with pytest.raises(QgsProcessingException, match=r"Nothing is asked for: give a folder for everything \(FOLDER\)"):
        run("loadsample")


def test_dialogs_offer_the_layers_that_show_the_tool(provider):
    """Layers and land covers of the four regions; drivers and the folder on request."""
    shown = {
        each.name()
        for each in provider.algorithm("loadsample").destinationParameterDefinitions()
        if each.createByDefault()
    }
    regions = ("UNITS_", "HENAN_", "BEIBU_GULF_", "")
    assert shown == {"COUNTIES", "UNITS", "HENAN", "BEIBU_GULF", *(f"{each}LAND_COVER" for each in regions)}
