"""Files that belong to a source, and files written along with an output."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.runtime.files import files_read, files_written, layers_in, on_disk, same_as
from osgeo import gdal
from rasters import write_raster


def test_files_of_a_mosaic_are_listed_without_opening_tiles(tmp_path, monkeypatch):
    tiles = []
    for number in range(30):
        place = (500000.0 + 400 * number, 2000000.0)
        tiles.append(write_raster(tmp_path / f"t{number}.tif", np.full((4, 4), 2, np.uint8), origin=place))
    gdal.BuildVRT(str(tmp_path / "m.vrt"), tiles).FlushCache()
    gdal.BuildVRT(str(tmp_path / "outer.vrt"), [str(tmp_path / "m.vrt")]).FlushCache()
    opened = []
    own = gdal.OpenEx
    monkeypatch.setattr(gdal, "OpenEx", lambda name, *more: opened.append(name) or own(name, *more))
    found = files_read(str(tmp_path / "outer.vrt"), True)
    assert found == {tmp_path / "outer.vrt", tmp_path / "m.vrt", *map(Path, tiles)}
    assert opened == [str(tmp_path / "outer.vrt"), str(tmp_path / "m.vrt")]


def test_archives_subdatasets_and_memory(tmp_path):
    cover = Path(write_raster(tmp_path / "c.tif", np.full((4, 4), 2, np.uint8)))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.write(cover, "in/c.tif")
    archive = tmp_path / "a.zip"
    for name in (f"/vsizip/{archive}/in/c.tif", f"/vsizip/{{{archive}}}/in/c.tif", f"/vsizip//vsizip/{archive}/x/y"):
        assert on_disk(name) == archive
    assert on_disk(f"/vsisubfile/0_100,{cover}") == cover
    assert files_read(f"GTIFF_DIR:1:{cover}", True) == {cover}
    assert on_disk("/vsimem/none.tif") is None
    assert files_read("a\0b", False) == set()


def test_circular_vrts_are_followed_once(tmp_path):
    layer = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.vrt").write_text(layer.format(tmp_path / f"{other}.vrt"), encoding="utf-8")
    assert tmp_path / "a.vrt" in files_read(str(tmp_path / "a.vrt"), False)


def test_side_files(tmp_path):
    for name in ("z.shp", "z.DBF", "z.prj", "z.qml", "other.dbf", "t.csv", "t.csvt"):
        (tmp_path / name).touch()
    assert {path.name for path in files_read(str(tmp_path / "z.shp"), False)} == {"z.shp", "z.DBF", "z.prj"}
    assert {path.name for path in files_read(str(tmp_path / "t.csv"), False)} == {"t.csv", "t.csvt"}
    assert tmp_path / "z.dbf" in files_written(tmp_path / "z.shp")
    assert files_written(tmp_path / "o.gpkg") == [tmp_path / "o.gpkg"]
    assert tmp_path / "o.tif.ovr" in files_written(tmp_path / "o.tif", True)


def test_links_to_one_file_are_recognised_as_equal(tmp_path):
    (tmp_path / "a").touch()
    os.link(tmp_path / "a", tmp_path / "hard")
    (tmp_path / "soft").symlink_to(tmp_path / "a")
    assert same_as(tmp_path / "a") & same_as(tmp_path / "hard")
    assert same_as(tmp_path / "a") & same_as(tmp_path / "soft")
    assert not same_as(tmp_path / "a") & same_as(tmp_path / "A")
    (tmp_path / "x").symlink_to(tmp_path / "y")
    (tmp_path / "y").symlink_to(tmp_path / "x")
    with pytest.raises(OSError, match="symbolic links"):
        same_as(tmp_path / "x")


def test_a_file_that_is_not_a_database_has_no_layers(tmp_path):
    (tmp_path / "a.gpkg").write_text("none", encoding="utf-8")
    assert layers_in(tmp_path / "a.gpkg") == []
    assert layers_in(tmp_path / "a.csv") == []
