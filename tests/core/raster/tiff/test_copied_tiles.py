"""One GeoTIFF of the files of workers: encoded tiles are copied where they can be, else decoded and encoded again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block, blocks
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.tiff.copied_tiles import CopiedFile, checksum_of, copy_tiles, tiles_of_file
from carbon_balance.core.raster.writing import mosaic as joining
from carbon_balance.core.raster.writing.block_output import Form, tile_files
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.mosaic import Mosaic, write_cog
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from osgeo import gdal
from osgeo_utils.samples import validate_cloud_optimized_geotiff
from rasters import wkt

STATISTICS = {1: [0.0, 9.0, 4.0, 1.0]}
TAGS = {"LEARNED": "a < b"}
DEFLATE = tuple(creation_options())


def grid(width=4700, height=1700):
    return Grid(width, height, (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), wkt(32648))


def written(folder, form, cells=1 << 20, options_of_last=None):
    """The mosaic of what workers wrote, some blocks of which have no data; the last may have other options."""
    where, rng = form.grid, np.random.default_rng(3)
    values = rng.integers(0, 9, (len(form.bands), where.height, where.width)).astype(form.dtype)
    values[:, :600, :1200] = -1
    mosaic = Mosaic(tile_files(folder / "joined.tif", form))
    parts = blocks(where.width, where.height, cells)
    for part in parts:
        own = form if options_of_last is None or part is not parts[-1] else replace(form, options=options_of_last)
        here = values[:, part.row : part.row + part.height, part.column : part.column + part.width]
        mosaic.add(part, replace(mosaic.tiles, form=own).put(part, here))
    return mosaic, values


def again(mosaic, path):
    """All cells decoded and encoded again by GDAL."""
    mosaic.join(path.with_suffix(".vrt"), STATISTICS, TAGS)
    write_cog(path.with_suffix(".vrt"), path, mosaic.tiles.form, Log())
    path.with_suffix(".vrt").unlink()


@pytest.fixture
def encoded_again(monkeypatch):
    """Counts how often all cells are encoded again."""
    calls = []

    def counted(source, path, form, log, sparse=False):
        calls.append(sparse)
        write_cog(source, path, form, log, sparse)

    monkeypatch.setattr(joining, "write_cog", counted)
    return lambda: calls.count(False)


FORMS = {
    "classes": {},
    "in parts side by side": {"cells": 600 * 512},
    "numbers": {"options": tuple(creation_options(continuous=True)), "continuous": True},
    "two bands": {"bands": ("supply", "demand")},
    "bytes": {"dtype": np.dtype(np.int16)},
    "64 bits": {"dtype": np.dtype(np.float64)},
    "LZW": {"options": tuple(creation_options("LZW"))},
    "uncompressed": {"options": tuple(creation_options("NONE"))},
    "BigTIFF": {"options": (*(each for each in DEFLATE if "BIGTIFF" not in each), "BIGTIFF=YES")},
}


@pytest.mark.parametrize("kind", FORMS)
def test_copied_tiles_give_the_file_that_gdal_writes(tmp_path, encoded_again, kind):
    settings = {"dtype": np.dtype(np.float32), "bands": ("carbon",), "options": DEFLATE, **FORMS[kind]}
    cells = settings.pop("cells", 1 << 20)
    form = Form(grid(), nodata=-1.0, **settings)
    mosaic, values = written(tmp_path, form, cells)
    mosaic.write_geotiff(tmp_path / "joined.tif", STATISTICS, TAGS, Log())
    assert encoded_again() == 0
    again(mosaic, tmp_path / "again.tif")
    path = str(tmp_path / "joined.tif")
    one, other = gdal.Open(path), gdal.Open(str(tmp_path / "again.tif"))
    np.testing.assert_array_equal(one.ReadAsArray().reshape(values.shape), values)
    assert one.GetMetadata("IMAGE_STRUCTURE") == other.GetMetadata("IMAGE_STRUCTURE")
    for number in range(1, len(form.bands) + 1):
        mine, theirs = one.GetRasterBand(number), other.GetRasterBand(number)
        assert mine.GetMetadata() == theirs.GetMetadata()
        assert mine.GetMetadataItem("LEARNED") == "a < b"
        assert (mine.GetDescription(), mine.GetNoDataValue()) == (form.bands[number - 1], -1)
        assert mine.GetOverviewCount() == theirs.GetOverviewCount() > 1
        for level in range(mine.GetOverviewCount()):
            np.testing.assert_array_equal(
                mine.GetOverview(level).ReadAsArray(), theirs.GetOverview(level).ReadAsArray()
            )
    # Nothing is there twice.
    assert (tmp_path / "joined.tif").stat().st_size <= (tmp_path / "again.tif").stat().st_size
    warnings, errors, _ = validate_cloud_optimized_geotiff.validate(path, full_check=True)
    assert (warnings, errors) == ([], [])
    assert {each.name for each in tmp_path.iterdir()} == {mosaic.tiles.folder.name, "joined.tif", "again.tif"}


@pytest.mark.parametrize(
    "options",
    [creation_options("LZW"), creation_options(continuous=True), [each.replace("512", "256") for each in DEFLATE]],
)
def test_other_tiles_are_encoded_again(tmp_path, encoded_again, options):
    mosaic, values = written(
        tmp_path, Form(grid(), np.dtype(np.float32), -1.0, ("",), DEFLATE), options_of_last=tuple(options)
    )
    mosaic.write_geotiff(tmp_path / "joined.tif", STATISTICS, TAGS, Log())
    assert encoded_again() == 1
    np.testing.assert_array_equal(gdal.Open(str(tmp_path / "joined.tif")).ReadAsArray(), values[0])


def test_rasters_without_overviews_are_left_to_gdal(tmp_path, encoded_again):
    mosaic, values = written(tmp_path, Form(grid(1200, 700), np.dtype(np.float32), -1.0, ("",), DEFLATE), 600 * 512)
    mosaic.write_geotiff(tmp_path / "joined.tif", STATISTICS, TAGS, Log())
    dataset = gdal.Open(str(tmp_path / "joined.tif"))
    np.testing.assert_array_equal(dataset.ReadAsArray(), values[0])
    assert encoded_again() == 1
    assert dataset.GetRasterBand(1).GetOverview(0).ReadAsArray().any()


@pytest.mark.parametrize("damage", ["changed", "cut off", "directory", "rewritten"])
def test_a_damaged_file_is_not_copied(tmp_path, encoded_again, damage):
    mosaic, values = written(tmp_path, Form(grid(), np.dtype(np.float32), -1.0, ("",), DEFLATE))
    file = sorted(mosaic.tiles.folder.glob("*_0.tif"))[-1]
    content = bytearray(file.read_bytes())
    if damage == "changed":
        with file.open("rb") as opened:
            first = opened.read().find(bytes(tiles_of_file(file).tiles[2]))
        content[first + 700] ^= 255
    elif damage == "cut off":
        content = content[: len(content) // 2]
    elif damage == "directory":
        at = int.from_bytes(content[4:8], "little")
        content[at : at + 60] = bytes(60)
    file.write_bytes(content)
    if damage == "rewritten":
        # As the same task does again, on a worker whose library compresses differently.
        part = next(each for each in blocks(4700, 1700, 1 << 20) if f"{each.row}_{each.column}.tif" == file.name)
        other = replace(mosaic.tiles.form, options=(*(each for each in DEFLATE if "ZLEVEL" not in each), "ZLEVEL=6"))
        here = values[:, part.row : part.row + part.height, part.column : part.column + part.width]
        replace(mosaic.tiles, form=other).put(part, here)
        mosaic.write_geotiff(tmp_path / "joined.tif", STATISTICS, TAGS, Log())
        np.testing.assert_array_equal(gdal.Open(str(tmp_path / "joined.tif")).ReadAsArray(), values[0])
        assert encoded_again() == 1
        return
    expected = (
        (CarbonBalanceError, "512_0.tif, which a worker wrote, has been damaged since: check")
        if damage == ("changed")
        else (RuntimeError, "512_0.tif")
    )
    with pytest.raises(expected[0], match=expected[1]):
        mosaic.write_geotiff(tmp_path / "joined.tif", STATISTICS, TAGS, Log())


def test_tiles_are_copied_only_in_order_and_whole(tmp_path):
    mosaic, _ = written(tmp_path, Form(grid(), np.dtype(np.float32), -1.0, ("",), DEFLATE))
    files = [
        CopiedFile(mosaic.tiles.folder / f"{part.row}_{part.column}.tif", part, None)
        for part in blocks(4700, 1700, 1 << 20)
    ]
    files = [each._replace(checksum=checksum_of(each.path)) for each in files]
    path = tmp_path / "joined.tif"
    mosaic.join(tmp_path / "joined.vrt", {}, with_cells=False)

    def copied(some):
        write_cog(tmp_path / "joined.vrt", path, mosaic.tiles.form, Log(), sparse=True)
        return copy_tiles(path, 4700, 1700, some, Log())

    assert len(files) > 2
    assert copied(files)
    assert not copied(files[::-1])
    assert not copied(files[:-1])
    assert not copied([*files[:-1], files[-1]._replace(checksum=None)])
    first = files[0].block
    inside = Block(first.column, first.row + 5, first.width, first.height)
    assert not copied([files[0]._replace(block=inside), *files[1:]])
    for less in (5, 512):
        assert not copied([files[0]._replace(block=replace(first, height=first.height - less)), *files[1:]])


def test_a_file_without_tiles_has_no_checksum(tmp_path):
    for options, has in ((["TILED=YES"], True), ([], False)):
        gdal.GetDriverByName("GTiff").Create(str(tmp_path / "a.tif"), 40, 30, 1, gdal.GDT_Byte, options).FlushCache()
        assert (checksum_of(tmp_path / "a.tif") is not None) is has


def test_a_file_that_is_cut_off_has_no_tiles(tmp_path):
    path = tmp_path / "a.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 40, 30, 1, gdal.GDT_Byte, ["TILED=YES"])
    dataset.WriteArray(np.ones((30, 40), np.uint8))
    del dataset
    assert len(tiles_of_file(path).tiles) == 1
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RuntimeError, match="a.tif does not contain all of its tiles"):
        tiles_of_file(path)
