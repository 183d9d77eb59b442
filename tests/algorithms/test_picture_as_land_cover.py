"""A picture instead of class codes is refused by whatever takes a land cover."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsProcessingException
from rasters import write_raster
from scenario_runs import halves

CODES = np.random.default_rng(3).integers(1, 7, (20, 30), np.uint8)

YEARS = {"YEAR": 2010, "LATER_YEAR": 2020, "TARGET_YEAR": 2030}


@pytest.fixture
def picture(tmp_path):
    colours = np.random.default_rng(4).integers(0, 256, (7, 3), np.uint8)
    made = gdal.Open(write_raster(tmp_path, np.moveaxis(colours[CODES], 2, 0)))
    gdal.GetDriverByName("PNG").CreateCopy(str(tmp_path / "map.png"), made)
    return str(tmp_path / "map.png")


def test_a_picture_is_refused(run, tmp_path, picture):
    with pytest.raises(QgsProcessingException, match=r'Land cover \(LAND_COVER\) "map" is a picture with bands red'):
        run("carbonstorage", LAND_COVER=picture, PRESET="henan", SCHEME="six_classes", OUTPUT=str(tmp_path / "c.tif"))
    assert not (tmp_path / "c.tif").exists()


def test_it_is_a_picture_even_without_georeference(run, picture):
    """As a map that was exported without a world file."""
    Path(f"{picture}.aux.xml").unlink()
    assert gdal.Open(picture).GetGeoTransform(can_return_null=True) is None
    with pytest.raises(QgsProcessingException, match="is a picture with bands red"):
        run("carbonstorage", LAND_COVER=picture, PRESET="henan", SCHEME="six_classes")


def test_so_are_those_of_scenarios(run, region, picture):
    given = {"ZONES": halves(), "DRIVERS": [region.slope_path], "PRESET": "henan", **YEARS}
    for name, covers in (
        ("Present land cover", {"LAND_COVER": region.first_path, "TODAY": picture}),
        ("Earlier land cover", {"LAND_COVER": picture, "TODAY": region.later_path}),
    ):
        with pytest.raises(QgsProcessingException, match=rf'{name} \(\w+\) "map" is a picture'):
            run("scenariocarbon", **given, **covers)


def test_so_is_one_of_a_later_date(run, tmp_path, picture):
    cover = write_raster(tmp_path, CODES)
    with pytest.raises(QgsProcessingException, match=r'Later land cover \(LAND_COVER_LATER\) "map" is a picture'):
        run("landusetransition", LAND_COVER=cover, LAND_COVER_LATER=picture, **YEARS)
