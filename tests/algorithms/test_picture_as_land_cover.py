"""A picture instead of class codes is refused by whatever takes a land cover."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsProcessingException
from rasters import write_raster

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


def test_so_is_one_of_a_later_date(run, tmp_path, picture):
    cover = write_raster(tmp_path, CODES)
    with pytest.raises(QgsProcessingException, match=r'Later land cover \(LAND_COVER_LATER\) "map" is a picture'):
        run("landusetransition", LAND_COVER=cover, LAND_COVER_LATER=picture, **YEARS)
