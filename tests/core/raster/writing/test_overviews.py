"""Overviews made block by block equal those computed from the whole raster, and those of GDAL."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing import overviews
from carbon_balance.core.raster.writing.creation_options import creation_options
from carbon_balance.core.raster.writing.writer import FLOAT_NODATA, StagedRaster
from osgeo import gdal

# Heights and widths that leave 1, 2, 3 and 0 cells beyond multiples of the factors, and several blocks across.
SIZES = [(4100, 518), (777, 4609), (9731, 302), (4097, 258)]


def raster(path, values, continuous=False, cells=1 << 19):
    height, width = values.shape[-2:]
    staged = StagedRaster(
        str(path),
        Grid(width, height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), ""),
        values.dtype.type,
        FLOAT_NODATA,
        ["a", "b"][: 1 if values.ndim == 2 else 2],
        creation_options(continuous=continuous),
        continuous,
    )
    for block in blocks(width, height, cells):
        part = np.s_[..., block.row : block.row + block.height, block.column : block.column + block.width]
        staged.write(block, staged.parts.put(block, values[part]))
    staged.finish()
    assert len(list(path.parent.iterdir())) == 1
    return gdal.Open(staged.publish())


def read(band):
    return [band.GetOverview(number).ReadAsArray() for number in range(band.GetOverviewCount())]


@pytest.mark.parametrize("width, height", SIZES)
def test_classes_keep_the_value_of_one_cell(tmp_path, width, height):
    values = np.random.default_rng(1).integers(0, 9, (2, height, width)).astype(np.float32)
    dataset = raster(tmp_path / "a.tif", values)
    np.testing.assert_array_equal(dataset.ReadAsArray(), values)
    for number, layer in enumerate(values, 1):
        found = read(dataset.GetRasterBand(number))
        assert len(found) >= 3
        expected, factor = layer, 1
        for overview, by in zip(found, (4, 2, 2, 2, 2)):
            rows, columns = (np.minimum(np.arange(0, size, by) + by // 2, size - 1) for size in expected.shape)
            expected, factor = expected[rows][:, columns], factor * by
            assert overview.shape == (-(-height // factor), -(-width // factor))
            np.testing.assert_array_equal(overview, expected)


@pytest.mark.parametrize("width, height", SIZES)
def test_numbers_are_averaged_over_cells_with_data(tmp_path, width, height):
    random = np.random.default_rng(2)
    values = random.gamma(2, 50, (height, width)).astype(np.float32)
    values[random.random(values.shape) < 0.1] = FLOAT_NODATA
    values[: height // 3, : width // 2] = FLOAT_NODATA
    dataset = raster(tmp_path / "a.tif", values, continuous=True)
    found = read(dataset.GetRasterBand(1))
    expected = np.where(values == np.float32(FLOAT_NODATA), np.nan, values).astype(np.float64)
    for overview, by in zip(found, (4, 2, 2, 2, 2)):
        short = [(0, -size % by) for size in expected.shape]
        padded = np.pad(expected, short, constant_values=np.nan)
        squares = padded.reshape(padded.shape[0] // by, by, padded.shape[1] // by, by)
        with np.errstate(invalid="ignore"):
            count = (~np.isnan(squares)).sum(axis=(1, 3))
            expected = np.where(count, np.nansum(squares, axis=(1, 3)) / count, np.nan)
        known = np.where(overview == np.float32(FLOAT_NODATA), np.nan, overview)
        np.testing.assert_allclose(known, expected, rtol=1e-5)
    logged = dataset.GetRasterBand(1).GetStatistics(False, False)
    valid = values[values != np.float32(FLOAT_NODATA)].astype(np.float64)
    assert logged == pytest.approx([valid.min(), valid.max(), valid.mean(), valid.std()])


def test_averages_equal_those_of_gdal(tmp_path):
    values = np.random.default_rng(3).random((1200, 4400), dtype=np.float32)
    made = raster(tmp_path / "a.tif", values, continuous=True)
    ours = read(made.GetRasterBand(1))
    dataset = gdal.GetDriverByName("MEM").Create("", 4400, 1200, 1, gdal.GDT_Float32)
    dataset.GetRasterBand(1).WriteArray(values)
    dataset.BuildOverviews("AVERAGE", [4, 8])
    for mine, theirs in zip(ours, read(dataset.GetRasterBand(1))):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6)


def test_small_rasters_have_no_overviews_and_the_coarsest_fits_a_screen():
    assert overviews.factors(4096, 4096) == []
    assert overviews.factors(10_000, 10_000) == [4, 8, 16, 32]
    assert overviews.factors(3, 160_000)[-1] == 512
    assert overviews.factors(10**6, 10**6)[-1] == 512


def test_gdal_reads_the_last_overview_for_a_full_view(tmp_path):
    values = np.random.default_rng(4).integers(0, 9, (1200, 4400)).astype(np.float32)
    dataset = raster(tmp_path / "a.tif", values)
    band = dataset.GetRasterBand(1)
    last = band.GetOverview(band.GetOverviewCount() - 1)
    np.testing.assert_array_equal(band.ReadAsArray(buf_xsize=last.XSize, buf_ysize=last.YSize), last.ReadAsArray())
