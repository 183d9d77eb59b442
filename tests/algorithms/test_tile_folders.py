"""Land covers given as a folder or a list of tiles."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsProcessingException
from rasters import write_raster

CODES = np.random.default_rng(1).integers(1, 7, (40, 60)).astype(np.uint8)
CELL = 100.0
ORIGIN = (500000.0, 4000000.0)


@pytest.fixture
def tiles(provider, tmp_path):
    """The codes whole, and as 2 x 3 tiles of 20 x 20 cells; all without a nodata value."""
    folder = tmp_path / "clcd_2020"
    folder.mkdir()
    paths = []
    for row in range(2):
        for column in range(3):
            part = CODES[row * 20 : row * 20 + 20, column * 20 : column * 20 + 20]
            origin = (ORIGIN[0] + column * 20 * CELL, ORIGIN[1] - row * 20 * CELL)
            paths.append(write_raster(folder / f"{row}_{column}.tif", part, None, origin=origin, cell=CELL))
    whole = write_raster(tmp_path / "whole.tif", CODES, None, origin=ORIGIN, cell=CELL)
    return str(folder), paths, whole


def storage(run, cover, **more):
    return run("carbonstorage", LAND_COVER=cover, PRESET="henan", CLASSES="memory:", **more)


def test_tiles_of_a_folder_or_list_equal_the_whole_raster(run, tiles):
    folder, paths, whole = tiles
    expected = storage(run, whole)["TOTAL_CARBON_T"]
    found = storage(run, folder)
    assert found["TOTAL_CARBON_T"] == pytest.approx(expected, rel=1e-12)
    assert any("6 tiles are read as one raster" in note for note in found["notes"].logged)
    assert storage(run, ";".join(paths))["TOTAL_CARBON_T"] == pytest.approx(expected, rel=1e-12)


def test_gaps_between_tiles_are_nodata_not_class_0(run, tiles):
    folder, paths, whole = tiles
    holed = CODES.copy()
    holed[20:, 20:40] = 255
    expected = storage(run, write_raster(whole.replace("whole", "holed"), holed, 255, origin=ORIGIN, cell=CELL))
    found = storage(run, ";".join(path for path in paths if not path.endswith("1_1.tif")))
    assert found["TOTAL_CARBON_T"] == pytest.approx(expected["TOTAL_CARBON_T"], rel=1e-12)


def test_class_0_of_tiles_is_kept_as_a_class(run, tiles):
    folder, paths, whole = tiles
    dataset = gdal.Open(paths[0], gdal.GA_Update)
    values = dataset.ReadAsArray()
    values[0, 0] = 0
    dataset.GetRasterBand(1).WriteArray(values)
    dataset = None
    with pytest.raises(QgsProcessingException, match="0: 1 ha in 1 cell"):
        storage(run, folder)
    assert storage(run, folder, NODATA_CODES="0")["TOTAL_CARBON_T"] < storage(run, whole)["TOTAL_CARBON_T"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cell": 50.0}, "cells of another size"),
        ({"origin": (ORIGIN[0] + 30.0, ORIGIN[1])}, "cells that lie between"),
        ({"values": CODES.astype(np.int16)}, "another data type"),
        ({"nodata": 0}, "another nodata value"),
        ({"epsg": 32650}, "another CRS"),
    ],
)
def test_tiles_of_different_rasters_are_refused(run, tiles, tmp_path, change, message):
    given = {"values": CODES[:20, :20], "nodata": None, "origin": ORIGIN, "cell": CELL, **change}
    values, nodata = given.pop("values"), given.pop("nodata")
    write_raster(tmp_path / "clcd_2020" / "9_9.tif", values, nodata, **given)
    with pytest.raises(QgsProcessingException, match=f"0_0.tif and 9_9.tif.*{message}"):
        storage(run, tiles[0])


def test_an_empty_folder_is_refused(run, tmp_path, provider):
    with pytest.raises(QgsProcessingException, match="has no rasters"):
        storage(run, str(tmp_path))
