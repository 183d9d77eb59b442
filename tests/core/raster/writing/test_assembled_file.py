"""Files assembled from encoded tiles: as GDAL would have written them."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block, blocks
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing import assembled_file
from carbon_balance.core.raster.writing.assembled_file import AssembledFile
from carbon_balance.core.raster.writing.block_output import EncodedParts, Form
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.tile_bytes import encoded
from carbon_balance.core.raster.writing.writer import StagedRaster
from carbon_balance.core.runtime.errors import CarbonBalanceError
from osgeo import gdal, gdal_array
from rasters import wkt

RANDOM = np.random.default_rng(1)


def grid_of(width, height):
    return Grid(width, height, (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), wkt(32648))


def part_of(values, block):
    return values[..., block.row : block.row + block.height, block.column : block.column + block.width]


def written(path, values, options, nodata=None, continuous=False, tags=None):
    """Written by this module, from blocks encoded as workers do."""
    height, width = values.shape[-2:]
    names = [f"band {number}" for number in range(values.size // (height * width))]
    staged = StagedRaster(
        str(path), grid_of(width, height), values.dtype.type, nodata, names, options=options, continuous=continuous
    )
    staged.tags.update(tags or {})
    try:
        for block in blocks(width, height, 1 << 20):
            staged.write(block, staged.parts.put(block, part_of(values, block)))
        staged.publish()
    finally:
        staged.discard()
    assert list(path.parent.iterdir()) == [path]
    return gdal.Open(str(path))


def plain(path, values, options, nodata):
    """Written by GDAL alone."""
    bands = values.reshape(-1, *values.shape[-2:])
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(values.dtype.type)
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path), values.shape[-1], values.shape[-2], len(bands), kind, options
    )
    for number, band in enumerate(bands, 1):
        dataset.GetRasterBand(number).WriteArray(band)
        if nodata is not None:
            dataset.GetRasterBand(number).SetNoDataValue(nodata)
    del dataset
    return gdal.Open(str(path))


@pytest.mark.parametrize("compression", ["DEFLATE", "LZW", "NONE"])
@pytest.mark.parametrize("big", ["IF_SAFER", "YES"])
@pytest.mark.parametrize(
    ("dtype", "shape", "nodata"),
    [
        (np.uint8, (700, 1300), 255),
        (np.int16, (512, 512), -32768),
        (np.int32, (3, 513, 1025), 0),
        (np.float32, (1100, 4200), -1.0),
        (np.float32, (2, 600, 4100), None),
        (np.float64, (2, 5000, 30), -1e300),
        (np.float32, (1, 1), 7.5),
    ],
)
def test_cells_equal_those_written_by_gdal(tmp_path, dtype, shape, nodata, compression, big):
    values = RANDOM.integers(0, 99, shape).astype(dtype)
    if nodata is not None:
        values[..., : shape[-2] // 2, :] = nodata
    options = creation_options(compression, continuous=np.dtype(dtype).kind == "f")
    options = [option.replace("IF_SAFER", big) for option in options]
    for folder in ("ours", "theirs"):
        (tmp_path / folder).mkdir()
    ours = written(tmp_path / "ours" / "a.tif", values, options, nodata)
    theirs = plain(tmp_path / "theirs" / "a.tif", values, options, nodata)
    np.testing.assert_array_equal(ours.ReadAsArray(), theirs.ReadAsArray())
    assert ours.GetGeoTransform() == grid_of(1, 1).geotransform
    assert ours.GetSpatialRef().GetAuthorityCode(None) == "32648"
    for number in range(1, ours.RasterCount + 1):
        band, other = ours.GetRasterBand(number), theirs.GetRasterBand(number)
        assert (band.DataType, band.GetNoDataValue()) == (other.DataType, nodata)
        assert band.GetDescription() == f"band {number - 1}"
        assert band.Checksum() == other.Checksum()
        assert band.GetBlockSize() == [512, 512]
    for domain, name in (("IMAGE_STRUCTURE", "COMPRESSION"), ("IMAGE_STRUCTURE", "PREDICTOR")):
        assert ours.GetMetadataItem(name, domain) == theirs.GetMetadataItem(name, domain)
    with (tmp_path / "ours" / "a.tif").open("rb") as file:
        assert file.read(3) == (b"II+" if big == "YES" else b"II*")


def test_tiles_without_data_are_stored_too(tmp_path):
    """Programs that do not know GDAL's missing tiles would read them as 0."""
    dataset = written(tmp_path / "a.tif", np.full((600, 600), -1, np.float32), creation_options(), -1.0)
    sizes = [dataset.GetRasterBand(1).GetMetadataItem(f"BLOCK_SIZE_{x}_{y}", "TIFF") for x in (0, 1) for y in (0, 1)]
    assert all(int(size) > 0 for size in sizes)


@pytest.mark.parametrize("bands", [1, 3])
def test_metadata_and_statistics_are_stored_with_the_tiles(tmp_path, bands):
    values = RANDOM.random((bands, 600, 4200)).astype(np.float32)
    dataset = written(
        tmp_path / "a.tif", values, creation_options(continuous=True), -1.0, True, tags={"LEARNED": "a < b"}
    )
    np.testing.assert_array_equal(dataset.ReadAsArray().reshape(values.shape), values)
    for number in range(bands):
        band = dataset.GetRasterBand(number + 1)
        assert band.GetMetadataItem("LEARNED") == "a < b"
        assert float(band.GetMetadataItem("STATISTICS_MAXIMUM")) == pytest.approx(values[number].max())
        first = values[number].reshape(150, 4, 1050, 4).mean(axis=(1, 3))
        np.testing.assert_allclose(band.GetOverview(0).ReadAsArray(), first, rtol=1e-5)


def test_the_settings_of_gdal_do_not_change_how_overviews_are_stored(tmp_path):
    values = RANDOM.random((600, 4200)).astype(np.float32)
    settings = {"COMPRESS_OVERVIEW": "LZW", "PREDICTOR_OVERVIEW": "2", "GDAL_TIFF_OVR_BLOCKSIZE": "256"}
    for name, value in settings.items():
        gdal.SetConfigOption(name, value)
    try:
        dataset = written(tmp_path / "a.tif", values, creation_options(continuous=True), -1.0, True)
        kept = {name: gdal.GetConfigOption(name) for name in settings}
    finally:
        for name in settings:
            gdal.SetConfigOption(name, None)
    assert kept == settings
    first = dataset.GetRasterBand(1).GetOverview(0)
    np.testing.assert_allclose(first.ReadAsArray(), values.reshape(150, 4, 1050, 4).mean(axis=(1, 3)), rtol=1e-5)


def form(width=600, height=600, options=None):
    options = creation_options() if options is None else options
    return Form(grid_of(width, height), np.dtype(np.float32), -1.0, ("",), tuple(options))


def test_images_with_another_coding_are_refused_and_leave_no_file(tmp_path, monkeypatch):
    create = assembled_file.created

    def without(path, width, height, like, _overviews, options):
        return create(path, width, height, like, (), options=options)

    monkeypatch.setattr(assembled_file, "created", without)
    with pytest.raises(CarbonBalanceError, match="GDAL created images with the coding") as refused:
        StagedRaster(str(tmp_path / "a.tif"), grid_of(4200, 600))
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_while_tiles_are_appended_is_one_sentence(tmp_path, monkeypatch):
    staged = StagedRaster(str(tmp_path / "a.tif"), grid_of(600, 600))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staged._file, "append", full)
    with pytest.raises(CarbonBalanceError, match=r"a\.tif failed: .*No space left on device; is the disk full\?$"):
        staged.write(Block(0, 0, 600, 600), np.ones((600, 600), np.float32))
    staged.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_block_holds_its_tiles_and_the_first_overview():
    made = EncodedParts(form(4200, 600)).put(Block(0, 0, 4200, 512), np.ones((512, 4200), np.float32))
    assert [tiles.sizes.shape for tiles in made.tiles] == [(1, 1, 9), (1, 1, 9)]
    assert [cells.shape for cells in made.overviews] == [(64, 525), (32, 263)]


@pytest.mark.parametrize(("column", "row"), [(511, 0), (513, 0), (0, 511), (0, 1)])
def test_blocks_that_begin_inside_of_a_tile_are_refused(tmp_path, column, row):
    """They would replace cells of other blocks."""
    raster = StagedRaster(str(tmp_path / "a.tif"), grid_of(1300, 1300))
    with pytest.raises(ValueError, match="inside of a tile of 512 cells"):
        raster.write(Block(column, row, 16, 16), np.zeros((16, 16), np.float32))
    raster.discard()
    assert not list(tmp_path.iterdir())


def test_a_closed_file_takes_no_tiles(tmp_path):
    file = AssembledFile(tmp_path / "a.tif", form())
    file.close()
    file.close()
    with pytest.raises(ValueError, match="is closed"):
        file.append(0, 0, 0, encoded(np.ones((600, 600), np.float32), creation_options(), 512))


def test_files_are_equal_to_the_byte(tmp_path):
    """Overviews that a thread of its own encodes are always appended before the next block."""
    values = RANDOM.integers(0, 9, (3000, 4200)).astype(np.float32)
    found = set()
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        written(tmp_path / str(number) / "a.tif", values, creation_options(), -1.0)
        found.add((tmp_path / str(number) / "a.tif").read_bytes())
    assert len(found) == 1


def test_overviews_do_not_wait_for_the_end(tmp_path):
    """Memory would grow with the raster."""
    staged = StagedRaster(str(tmp_path / "a.tif"), grid_of(4200, 9000))
    for block in blocks(4200, 9000, 1 << 20):
        staged.write(block, np.ones((block.height, block.width), np.float32))
        assert len(staged._file._waiting) <= len(staged._form.overviews) - 1
    staged.discard()


def test_discarding_a_raster_with_waiting_overviews_leaves_no_file_and_no_thread(tmp_path, monkeypatch):
    slow = assembled_file.encoded

    def waited(*given):
        time.sleep(0.05)
        return slow(*given)

    monkeypatch.setattr(assembled_file, "encoded", waited)
    before = threading.active_count()
    staged = StagedRaster(str(tmp_path / "a.tif"), grid_of(4200, 3000))
    for block in blocks(4200, 3000)[:3]:
        staged.write(block, np.ones((block.height, block.width), np.float32))
    staged._file.append_overview(2, 0, 0, np.ones((128, 525), np.float32))
    staged.discard()
    assert threading.active_count() == before
    assert list(tmp_path.iterdir()) == []


def test_an_overview_that_cannot_be_encoded_ends_the_run(tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("no codec")

    monkeypatch.setattr(assembled_file, "encoded", broken)
    staged = StagedRaster(str(tmp_path / "a.tif"), grid_of(4200, 600))
    staged.write(Block(0, 0, 4200, 512), np.ones((512, 4200), np.float32))
    staged.write(Block(0, 512, 4200, 88), np.ones((88, 4200), np.float32))
    with pytest.raises(CarbonBalanceError, match=r"a\.tif failed: no codec; is the disk full\?$"):
        staged.finish()
    staged.discard()
    assert list(tmp_path.iterdir()) == []
