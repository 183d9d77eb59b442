"""The sample layers as a newcomer gets them."""

from __future__ import annotations

from pathlib import Path

import pytest
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


def test_the_bundled_files_stay_as_they_are(run):
    before = sorted((path.name, path.stat().st_mtime_ns) for path in SAMPLE.iterdir())
    run("loadsample", COUNTIES="memory:", UNITS="memory:", LAND_COVER="TEMPORARY_OUTPUT")
    assert sorted((path.name, path.stat().st_mtime_ns) for path in SAMPLE.iterdir()) == before


def test_a_refusal_leaves_nothing(run, tmp_path):
    with pytest.raises(QgsProcessingException, match=r"ends in \.tif"):
        run("loadsample", COUNTIES=str(tmp_path / "c.gpkg"), UNITS="memory:", LAND_COVER=str(tmp_path / "x.png"))
    assert not list(tmp_path.iterdir())
