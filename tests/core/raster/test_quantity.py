"""Quantities on other grids, and class codes read as values."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.raster import PER_CELL, PER_KM2
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.gridding import bounds_of_grid
from carbon_balance.core.raster.quantity import classes_as_values, need_non_negative, quantity_on
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from gridded import make_raster, wkt_of
from osgeo import gdal

PLACE = (500_000, 100, 0, 3_000_000, 0, -100)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("crs", ["EPSG:32648", "EPSG:4326"])
def test_class_codes_become_values_and_unlisted_classes_zero(tmp_path, dtype, crs):
    codes = np.array([[1, 2, 3, 0], [4, 5, 41, 100]], dtype)
    place = PLACE if crs == "EPSG:32648" else (100, 0.1, 0, 30, 0, -0.1)
    path = make_raster(tmp_path / "cover.tif", codes, place, crs, nodata=0)
    read = classes_as_values(RasterSource(str(path), "cover"), [2, 3, 41], [0.5, 2, 7])
    values = read.read_float(Block(0, 0, 4, 2))
    np.testing.assert_array_equal(values, [[0, 0.5, 2, np.nan], [0, 0, 7, 0]])
    assert read.grid.same_cells(RasterSource(str(path)).grid)


def test_values_of_classes_are_averaged_in_coarser_cells(tmp_path):
    """Half of each 200 m cell is class 1, half class 9: the mean of both weights, not the weight of class 5."""
    codes = np.tile(np.array([[1, 9], [9, 1]], np.uint8), (3, 3))
    path = make_raster(tmp_path / "cover.tif", codes, PLACE, nodata=0)
    coarse = Grid(3, 3, (500_000, 200, 0, 3_000_000, 0, -200), wkt_of("EPSG:32648"))
    read = classes_as_values(RasterSource(str(path)), [1, 5, 9], [4.0, 1000.0, 2.0])
    values = quantity_on(read, coarse).by_rows(Block(0, 0, 3, 3))(slice(None))
    np.testing.assert_allclose(values, 3)


def test_values_per_km2_and_per_cell_become_amounts_and_densities(tmp_path):
    path = make_raster(tmp_path / "a.tif", np.array([[2.0, -9]]), PLACE, nodata=-9)
    source = RasterSource(str(path))
    area = np.array([0.01])
    for basis, amount, density in ((PER_KM2, 0.02, 2), (PER_CELL, 2, 200)):
        quantity = quantity_on(source, source.grid, basis, 10.0)
        values = quantity.by_rows(Block(0, 0, 2, 1))(slice(None))
        np.testing.assert_array_equal(values, [[2, np.nan]])
        assert values[0, 0] * quantity.row_amount(area)[0] == pytest.approx(10 * amount)
        assert values[0, 0] * quantity.row_density(area)[0] == pytest.approx(10 * density)
        made = quantity.densities(Block(0, 0, 2, 1), area)(slice(None))
        np.testing.assert_allclose(made, [[10 * density, np.nan]])


@pytest.mark.parametrize("cell", [37, 100, 250, 1000])
@pytest.mark.parametrize("crs", ["EPSG:32648", "EPSG:32647", "EPSG:3857", "EPSG:4326"])
def test_amounts_keep_their_total_at_the_borders_of_any_grid(tmp_path, cell, crs):
    """Counts with gaps, read by blocks from a resampled raster that is larger than the counts."""
    values = np.random.default_rng(1).gamma(0.3, 10, (90, 110))
    values[20:30, 40:60] = -1
    path = make_raster(tmp_path / "counts.tif", values, PLACE, nodata=-1)
    source = RasterSource(str(path), "counts")
    wkt = wkt_of(crs)
    west, south, east, north = bounds_of_grid(source.grid, wkt, "counts")
    size = cell / 110_000 if crs == "EPSG:4326" else float(cell)
    west, north = west - 2.3 * size, north + 1.7 * size
    width, height = int((east - west) / size) + 3, int((north - south) / size) + 3
    quantity = quantity_on(source, Grid(width, height, (west, size, 0, north, 0, -size), wkt), PER_CELL)
    half = height // 2
    total = sum(
        np.nansum(quantity.by_rows(Block(0, row, width, rows))(slice(None)))
        for row, rows in ((0, half), (half, height - half))
    )
    assert total == pytest.approx(values[values >= 0].sum(), rel=2e-5)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int32, np.float32])
@pytest.mark.parametrize("nodata", [None, 0, 7])
def test_sums_of_whole_numbers_neither_overflow_nor_round(tmp_path, dtype, nodata):
    values = np.random.default_rng(2).integers(80, 127, (40, 40)).astype(dtype)
    if nodata is not None:
        values[:3, :5] = nodata
    path = make_raster(tmp_path / "counts.tif", values, PLACE, nodata=nodata)
    source = RasterSource(str(path))
    grid = Grid(3, 3, (500_000, 2000, 0, 3_000_000, 0, -2000), source.grid.crs_wkt)
    block = Block(0, 0, 3, 3)
    known = np.where(values == nodata, 0, values).astype(float)
    sums = quantity_on(source, grid, PER_CELL).by_rows(block)(slice(None))
    np.testing.assert_allclose(sums[:2, :2], known.reshape(2, 20, 2, 20).sum(axis=(1, 3)))
    np.testing.assert_array_equal(np.isnan(sums), [[False, False, True]] * 2 + [[True] * 3])
    means = quantity_on(source, grid).by_rows(block)(slice(None))
    count = (values != nodata).reshape(2, 20, 2, 20).sum(axis=(1, 3)) if nodata is not None else 400
    np.testing.assert_allclose(means[:2, :2], sums[:2, :2] / count)


@pytest.mark.parametrize("factor", [7, 20, 40, 400])
@pytest.mark.parametrize("crs", ["EPSG:32648", "EPSG:32647"])
def test_averages_onto_cells_as_wide_as_the_raster(tmp_path, factor, crs):
    """GDAL 3.6 itself returns 0 here, or swaps left and right."""
    values = np.random.default_rng(2).uniform(80, 127, (40, 40))
    path = make_raster(tmp_path / "density.tif", values, PLACE, crs)
    source = RasterSource(str(path))
    size = 100.0 * factor
    across = -(-40 // factor)
    grid = Grid(across, across, (500_000, size, 0, 3_000_000, 0, -size), source.grid.crs_wkt)
    means = quantity_on(source, grid).by_rows(Block(0, 0, across, across))(slice(None))
    expected = [
        [values[row : row + factor, column : column + factor].mean() for column in range(0, 40, factor)]
        for row in range(0, 40, factor)
    ]
    np.testing.assert_allclose(means, expected)


def test_negative_values_are_refused_with_their_location():
    need_non_negative(np.zeros((2, 2)), Block(0, 0, 2, 2), "people")
    with pytest.raises(CarbonBalanceError, match=r"people is negative \(-4\) at row 12, column 21"):
        need_non_negative(np.array([[0.0], [-4]]), Block(20, 10, 1, 2), "people")
    with pytest.raises(CarbonBalanceError, match=r"people is negative \(-4\) at row 16, column 22"):
        need_non_negative(np.array([[np.nan, -4.0]]), Block(20, 10, 2, 6), "people", first_row=5)


@pytest.mark.parametrize("basis", [PER_KM2, PER_CELL])
def test_masked_cells_are_left_out_when_resampling(tmp_path, basis):
    values = np.random.default_rng(3).uniform(1, 9, (10, 10)).astype(np.float32)
    valid = np.random.default_rng(4).random((10, 10)) < 0.7
    path = make_raster(tmp_path / "masked.tif", values, PLACE)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(valid.astype(np.uint8) * 255)
    del dataset
    source = RasterSource(str(path))
    assert source.has_mask
    coarse = Grid(2, 2, (500_000, 700, 0, 3_000_000, 0, -700), source.grid.crs_wkt)
    result = quantity_on(source, coarse, basis).by_rows(Block(0, 0, 2, 2))(slice(None))
    parts = [(slice(a, a + 7), slice(b, b + 7)) for a in (0, 7) for b in (0, 7)]
    what = np.mean if basis == PER_KM2 else np.sum
    np.testing.assert_allclose(result.ravel(), [what(values[part][valid[part]]) for part in parts], rtol=1e-6)
