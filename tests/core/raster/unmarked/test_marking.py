"""Values that mean no data are left out by reading, warping and averaging."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.unmarked.marking import in_type, parse_values, typed, with_nodata
from carbon_balance.core.runtime.errors import CarbonBalanceError
from osgeo import gdal
from rasters import write_raster

FLOAT32 = float(np.finfo(np.float32).min)
FLOAT64 = float(np.finfo(np.float64).min)


def read(source):
    return source.read_float(Block(0, 0, source.grid.width, source.grid.height)).tolist()


def same(found, expected):
    np.testing.assert_array_equal(np.array(found), np.array(expected, float))


@pytest.mark.parametrize(
    ("text", "values"),
    [("", []), ("0,255", [0, 255]), (" -9999； 1e20 ", [-9999, 1e20]), ("-3.4e38，0.5", [-3.4e38, 0.5])],
)
def test_lists_of_numbers_are_read_in_various_notations(text, values):
    assert parse_values(text, "NODATA_VALUES") == values


@pytest.mark.parametrize("text", ["0,none", "nan", "inf", "1e400,2", "1-2", "<b>x</b>"])
def test_a_text_that_is_not_a_number_is_refused(text):
    with pytest.raises(CarbonBalanceError) as refused:
        parse_values(text, "NODATA_VALUES")
    assert str(refused.value).startswith(f"NODATA_VALUES: {text} must be numbers separated by commas")


@pytest.mark.parametrize(
    ("value", "kind", "held"),
    [
        (-3.4e38, np.float32, {float(np.float32(-3.4e38)), FLOAT32}),
        (-3.40282e38, np.float64, {-3.40282e38, FLOAT32}),
        (-1.7e308, np.float64, {-1.7e308, FLOAT64}),
        (FLOAT64, np.float64, {FLOAT64}),
        (-1.7e308, np.float32, set()),
        (0.1, np.float32, {float(np.float32(0.1))}),
        (-9999, np.uint8, set()),
        (0.5, np.int16, set()),
        (2147483647, np.int32, {2147483647}),
        (2**63 - 1, np.int64, {2**63 - 1}),
        (float(2**63 - 1), np.int64, {2**63 - 1}),
        (-(2**63), np.int64, {-(2**63)}),
        (2**63, np.int32, set()),
    ],
)
def test_a_value_is_rounded_to_its_number_type(value, kind, held):
    assert set(in_type(value, np.dtype(kind))) == held


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (np.array([[1, 2, 255], [128, 3, 0]], np.uint8), [255, 128]),
        (np.array([[1, 2, -9999], [-32768, 3, 0]], np.int16), [-9999, -32768]),
        (np.array([[1, 16777217, 2147483647], [-2147483648, 3, 0]], np.int32), [2147483647, -2147483648]),
        (np.array([[1.5, 2, FLOAT32], [-99, 3, 0]], np.float32), [-3.4e38, -99]),
        (np.array([[1.1, 2, FLOAT64], [1e20, 3, 0]], np.float64), [-1.7e308, 1e20]),
    ],
)
@pytest.mark.parametrize("nodata", [None, 3])
def test_listed_values_are_nodata_for_every_number_type(tmp_path, cells, values, nodata):
    source = with_nodata(RasterSource(write_raster(tmp_path, cells, nodata)), values)
    expected = cells.astype(float)
    expected[0, 2] = expected[1, 0] = np.nan
    expected[expected == nodata] = np.nan
    same(read(source), expected)
    assert source.dtype == cells.dtype


@pytest.mark.skipif(not hasattr(gdal, "GDT_Int64"), reason="GDAL before 3.5 has no 64-bit integers")
@pytest.mark.parametrize(
    ("kind", "missing"),
    [("int64", -9999), ("int64", 2**63 - 1), ("int64", -(2**63)), ("uint64", 255), ("uint64", 2**64 - 1)],
)
@pytest.mark.parametrize("nodata", [None, 3])
def test_listed_values_of_64_bit_integers_are_nodata(tmp_path, kind, missing, nodata):
    cells = np.array([[1, 2, missing], [7, 3, 0]], kind)
    source = with_nodata(RasterSource(write_raster(tmp_path, cells, nodata)), parse_values(str(missing), ""))
    same(read(source), [[1, 2, np.nan], [7, np.nan if nodata else 3, 0]])
    coarse = RasterSource(write_raster(tmp_path, np.zeros((1, 1), np.uint8), cell=300)).grid
    same(read(source.on_grid(coarse, "sum")), [[10 if nodata else 13]])


def test_without_listed_values_the_raster_is_unchanged(tmp_path):
    source = RasterSource(write_raster(tmp_path, np.ones((2, 2), np.uint8), 0))
    assert with_nodata(source, []) is source
    assert with_nodata(source, [0, -9999]) is source


def test_a_band_and_its_mask_are_kept(tmp_path):
    path = write_raster(tmp_path, np.array([[[9, 9]], [[1, 7]], [[3, 4]]], np.uint8))
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.array([[255, 0]], np.uint8))
    dataset = None
    same(read(with_nodata(RasterSource(path, band=2), [3])), [[1, np.nan]])
    same(read(with_nodata(RasterSource(path, band=2), [1])), [[np.nan, np.nan]])


def test_listed_values_are_left_out_of_means(tmp_path):
    cells = np.array([[1, 3, -9999, -9999], [1, 3, -9999, 65535]], np.int32)
    source = with_nodata(RasterSource(write_raster(tmp_path, cells, cell=100)), [-9999, 65535])
    coarse = RasterSource(write_raster(tmp_path, np.zeros((1, 2), np.uint8), cell=200)).grid
    same(read(source.on_grid(coarse, "average")), [[2, np.nan]])


def test_values_are_shown_in_a_form_that_can_be_entered():
    assert typed([-9999.0, 2147483647.0], np.dtype(np.int32)) == ["-9999", "2147483647"]
    assert typed([FLOAT32], np.dtype(np.float32)) == ["-3.4028235e+38"]
    assert parse_values(typed([FLOAT64], np.dtype(np.float64))[0], "") == [FLOAT64]


def test_a_nodata_value_beyond_float32_matches_the_largest_float32(tmp_path):
    cells = np.array([[1, FLOAT32]], np.float32)
    same(read(RasterSource(write_raster(tmp_path, cells, FLOAT64))), [[1, np.nan]])


def test_values_outside_a_narrower_type_are_nodata_without_a_warning(tmp_path, recwarn):
    source = RasterSource(write_raster(tmp_path, np.array([[1, FLOAT64, 1e300]]), FLOAT64))
    same(source.read_float(Block(0, 0, 3, 1), np.float32), [[1, np.nan, np.nan]])
    assert not recwarn
