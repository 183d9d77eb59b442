"""Directories of TIFF files as GDAL writes them, read and changed."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from carbon_balance.core.raster.tiff.tiff_directory import directories
from osgeo import gdal, gdal_array

WIDTH, HEIGHT = 300, 200
CELLS = np.random.default_rng(1).integers(0, 200, (HEIGHT, WIDTH)).astype(np.uint8)


def made(path, cells=CELLS, overviews=(), **options):
    asked = {"TILED": "YES", "BLOCKXSIZE": 64, "BLOCKYSIZE": 64, **options}
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path), cells.shape[1], cells.shape[0], 1, gdal.GDT_Byte, [f"{name}={asked[name]}" for name in asked]
    )
    dataset.GetRasterBand(1).WriteArray(cells)
    if overviews:
        dataset.BuildOverviews("NEAREST", list(overviews))
    del dataset
    return path


@pytest.mark.parametrize("big", ["NO", "YES"])
@pytest.mark.parametrize("compression", ["NONE", "DEFLATE"])
def test_places_equal_those_that_gdal_names(tmp_path, big, compression):
    path = made(tmp_path / "a.tif", BIGTIFF=big, COMPRESS=compression)
    with path.open("rb") as file:
        offsets, sizes = directories(file)[0].tiles(file)
    dataset = gdal.Open(str(path))
    band = dataset.GetRasterBand(1)
    named = [
        [int(band.GetMetadataItem(f"BLOCK_{what}_{column}_{row}", "TIFF")) for row in range(4) for column in range(5)]
        for what in ("OFFSET", "SIZE")
    ]
    assert [offsets.tolist(), sizes.tolist()] == named


@pytest.mark.parametrize("big", ["NO", "YES"])
@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (64, 60), (64, 128)])
def test_moved_tiles_are_found_by_gdal(tmp_path, big, shape):
    """One tile is named in the entry itself; several, in numbers elsewhere."""
    cells = CELLS[: shape[0], : shape[1]]
    path = made(tmp_path / "a.tif", cells, overviews=[2], BIGTIFF=big)
    with path.open("r+b") as file:
        for directory in directories(file):
            offsets, sizes = directory.tiles(file)
            file.seek(0)
            old, moved = file.read(), []
            for offset, size in zip(offsets, sizes):
                moved.append(file.seek(0, 2))
                file.write(old[offset : offset + size])
                file.seek(offset)
                file.write(b"\0" * size)
            file.seek(0, 2)
            file.write(b"odd"[: 1 + file.tell() % 2])
            directory.enter(file, np.array(moved), sizes)
        for directory in directories(file):
            for position, _, count in (directory.entries[tag] for tag in (324, 325)):
                file.seek(position + (12 if big == "YES" else 8))
                assert count == 1 or file.read(1)[0] % 2 == 0, "numbers begin at even addresses"
    dataset = gdal.Open(str(path))
    np.testing.assert_array_equal(dataset.ReadAsArray(), cells)
    assert dataset.GetRasterBand(1).GetOverview(0).ReadAsArray().any()


@pytest.mark.parametrize("big", ["NO", "YES"])
@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (64, 60)])
def test_places_are_entered_where_they_stand_if_they_fit(tmp_path, big, shape):
    cells = CELLS[: shape[0], : shape[1]]
    path = made(tmp_path / "a.tif", cells, BIGTIFF=big)
    before = path.read_bytes()
    with path.open("r+b") as file:
        directory = directories(file)[0]
        offsets, sizes = directory.tiles(file)
        assert not directory.enter_in_place(file, offsets[:-1], sizes[:-1]) or len(offsets) == 1
        assert directory.enter_in_place(file, offsets + ((1 << 33) - offsets.max()), sizes) is (big == "YES")
        assert big == "YES" or path.read_bytes() == before
        assert directory.enter_in_place(file, offsets[::-1].copy(), sizes[::-1].copy())
        swapped = directory.tiles(file)
    np.testing.assert_array_equal(swapped, [offsets[::-1], sizes[::-1]])
    assert path.stat().st_size == len(before)


def test_every_overview_has_a_directory(tmp_path):
    path = made(tmp_path / "a.tif", overviews=[2, 4])
    with path.open("rb") as file:
        found = [int(directory.numbers(file, 256)[0]) for directory in directories(file)]
    assert found == [300, 150, 75]


def test_coding_differs_by_compression_predictor_tile_and_kind_of_number(tmp_path):
    options = [{}, {"COMPRESS": "DEFLATE"}, {"COMPRESS": "DEFLATE", "PREDICTOR": 2}, {"BLOCKXSIZE": 128}]
    found = set()
    for number, each in enumerate(options):
        with made(tmp_path / f"{number}.tif", **each).open("rb") as file:
            found.add(directories(file)[0].coding(file))
    kinds = (np.float32, np.float64)
    for kind in kinds:
        dataset = gdal.GetDriverByName("MEM").Create("", 64, 64, 1, gdal_array.NumericTypeCodeToGDALTypeCode(kind))
        gdal.Translate(str(tmp_path / "kind.tif"), dataset, creationOptions=["TILED=YES"])
        with (tmp_path / "kind.tif").open("rb") as file:
            found.add(directories(file)[0].coding(file))
    assert len(found) == len(options) + len(kinds)


@pytest.mark.parametrize("content", [b"", b"II", b"MM\0*\0\0\0\x08", b"GIF89a..", b"II\x2c\0\x08\0\0\0"])
def test_other_files_are_refused(content):
    with pytest.raises(RuntimeError, match="not a little-endian TIFF file"):
        directories(BytesIO(content))


def test_a_file_of_more_than_4_gb_needs_bigtiff(tmp_path):
    for big, too_large in (("NO", True), ("YES", False)):
        with made(tmp_path / f"{big}.tif", BIGTIFF=big).open("r+b") as file:
            directory = directories(file)[0]
            offsets, sizes = directory.tiles(file)
            if too_large:
                directory.enter(file, offsets + (1 << 32) - 1 - offsets.max(), sizes)
                with pytest.raises(RuntimeError, match="cannot be larger than 4 GB"):
                    directory.enter(file, offsets + (1 << 32) - offsets.max(), sizes)
            else:
                directory.enter(file, offsets + (1 << 32), sizes)
                assert directories(file)[0].tiles(file)[0].tolist() == (offsets + (1 << 32)).tolist()


def test_another_number_of_tiles_is_refused(tmp_path):
    with made(tmp_path / "a.tif").open("r+b") as file:
        directory = directories(file)[0]
        with pytest.raises(RuntimeError, match="19 tiles where 20 are expected"):
            directory.enter(file, np.arange(19), np.arange(19))
