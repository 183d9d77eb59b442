"""Class codes of every number type equal those found by NumPy."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.land_cover.keys import Keys, count_keys, join_keys, take_keys
from carbon_balance.core.raster.blocks import Block, blocks
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.supply.regions.regional_cover import RegionalLandCover
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from osgeo import gdal
from rasters import write_raster

INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32"] + (
    ["int64", "uint64"] if hasattr(gdal, "GDT_Int64") else []
)
FLOATS = ["float32", "float64"]


def cover(path, nodata_codes=()):
    return LandCover(RasterSource(path, "the map"), nodata_codes)


def whole(path):
    grid = RasterSource(path).grid
    return Block(0, 0, grid.width, grid.height)


def cells_of(keys):
    """Each cell's code and whether it is valid, by plain indexing."""
    return keys.codes[keys.array], keys.valid[keys.array]


def check(path, codes, valid, nodata_codes=()):
    """Codes, validity, counts and look-ups of a file equal the arrays."""
    keys = cover(path, nodata_codes).read(whole(path))
    got, got_valid = cells_of(keys)
    assert keys.array.dtype in (np.uint8, np.uint16)
    assert keys.array.flags.c_contiguous
    assert len(keys.codes) == len(keys.valid)
    np.testing.assert_array_equal(got_valid, valid)
    np.testing.assert_array_equal(got[valid], codes[valid].astype(object))
    counts = keys.count()
    assert counts.sum() == codes.size
    unique, expected = np.unique(codes[valid], return_counts=True)
    there = keys.valid & (counts > 0)
    assert dict(zip(keys.codes[there].tolist(), counts[there].tolist())) == dict(
        zip(unique.tolist(), expected.tolist())
    )
    values = np.arange(len(keys.codes), dtype=np.float32) / 3
    np.testing.assert_array_equal(keys.look_up(values), values[keys.array])


def values_of(dtype):
    """Codes that strain a type: its limits, small ones, ones far apart."""
    low, high = np.iinfo(dtype).min, min(np.iinfo(dtype).max, 2**63 - 1)
    return st.one_of(
        st.integers(max(low, -3), min(high, 12)),
        st.sampled_from([low, low + 1, high - 1, high]),
        st.integers(low, high),
    )


@pytest.mark.parametrize("dtype", INTEGERS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_integer_codes_of_every_type_are_read(tmp_path, dtype, data):
    shape = data.draw(st.sampled_from([(1, 1), (1, 7), (9, 1), (5, 6)]))
    codes = data.draw(hnp.arrays(dtype, shape, elements=values_of(dtype)))
    known = sorted(set(codes.ravel().tolist()))
    nodata = data.draw(st.one_of(st.none(), st.sampled_from(known)))
    extra = data.draw(st.lists(st.sampled_from(known), max_size=2))
    path = write_raster(tmp_path, codes, nodata)
    check(path, codes, ~np.isin(codes, [*extra, *([] if nodata is None else [nodata])]), extra)


@pytest.mark.parametrize("dtype", FLOATS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whole_codes_in_float_rasters_are_read(tmp_path, dtype, data):
    integers = st.one_of(st.integers(-5, 20), st.integers(-(2**24), 2**24)).map(float)
    codes = data.draw(
        hnp.arrays(dtype, (4, 5), elements=st.one_of(integers, st.sampled_from([np.nan, np.inf, -np.inf])))
    )
    nodata = data.draw(st.sampled_from([None, np.nan, 0.0, -9999.0, 0.5, -3.4028234663852886e38, np.inf, -np.inf]))
    valid = np.isfinite(codes) & (codes != nodata)
    path = write_raster(tmp_path, codes, nodata)
    check(path, np.where(valid, codes, 0).astype(np.int64), valid)


@pytest.mark.parametrize("nodata", [-3.4028234663852886e38, -1.7976931348623157e308, np.inf, np.nan, 1e300])
def test_nodata_values_written_by_other_programs_are_recognised(tmp_path, nodata):
    codes = np.array([[1, 2, 3]], np.float64)
    codes[0, 1] = nodata
    check(write_raster(tmp_path, codes, nodata), np.array([[1, 0, 3]]), np.array([[True, False, True]]))


@pytest.mark.parametrize("nodata", [-9999, 256, 1e20, -3.4e38, np.nan, 0.5, np.inf])
def test_a_nodata_value_outside_the_range_of_a_byte_is_ignored(tmp_path, nodata):
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16)
    path = write_raster(tmp_path, codes)
    vrt = gdal.BuildVRT("", path)
    xml = vrt.GetMetadata("xml:VRT")[0].replace(
        '<VRTRasterBand dataType="Byte" band="1">',
        f'<VRTRasterBand dataType="Byte" band="1"><NoDataValue>{nodata}</NoDataValue>',
    )
    assert "NoDataValue" in xml
    check(xml, codes, np.ones(codes.shape, bool))
    assert np.isfinite(RasterSource(xml).read_float(Block(0, 0, 16, 16))).all()


@pytest.mark.skipif(not hasattr(gdal, "GDT_Int64"), reason="GDAL before 3.5")
def test_nodata_beyond_int64(tmp_path):
    codes = np.array([[5, 2**64 - 1, 2**63, 7]], np.uint64)
    keys = cover(write_raster(tmp_path, codes, 2**64 - 1)).read(Block(0, 0, 4, 1))
    assert cells_of(keys)[1].tolist()[0][0::3] == [True, True]
    assert not cells_of(keys)[1][0, 1]


def test_additional_nodata_codes_may_have_any_value(tmp_path):
    codes = np.array([[1, 2, 255]], np.uint8)
    check(write_raster(tmp_path, codes), codes, np.array([[True, False, False]]), [2, 255, -1, 2**70, -(2**63)])


def test_fractions_are_refused_with_their_location(tmp_path):
    codes = np.ones((700, 600), np.float32)
    codes[650, 17] = 2.5
    land_cover = cover(write_raster(tmp_path, codes))
    with pytest.raises(
        CarbonBalanceError, match=r"the map contains 2\.5 at row 651, column 18, which is not a class code"
    ):
        land_cover.read(Block(0, 600, 600, 100))
    codes[650, 17] = 1e30
    with pytest.raises(CarbonBalanceError, match=r"1e\+30 at row 651, column 18"):
        cover(write_raster(tmp_path, codes)).read(Block(10, 512, 500, 188))


def test_complex_numbers_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="complex64; class codes are needed"):
        cover(write_raster(tmp_path, np.ones((2, 2), np.complex64)))


def masked(tmp_path, codes, mask, internal=True, nodata=None):
    path = write_raster(tmp_path, codes, nodata)
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES" if internal else "NO")
    try:
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
        dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.where(mask, 255, 0).astype(np.uint8))
        dataset.FlushCache()
        del dataset
    finally:
        gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", None)
    assert Path(path + ".msk").exists() is not internal
    return path


@pytest.mark.parametrize("internal", [True, False])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32"])
def test_mask_bands(tmp_path, dtype, internal):
    random = np.random.default_rng(1)
    codes = random.integers(0, 100, (30, 40)).astype(dtype)
    codes[3, 3] = np.iinfo(dtype).min if dtype[0] in "iu" else np.nan
    mask = random.random((30, 40)) < 0.7
    mask[3, 3] = False
    check(masked(tmp_path, codes, mask, internal), np.nan_to_num(codes).astype(np.int64), mask)


def test_mask_and_all_256_codes(tmp_path):
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16)
    mask = codes != 77
    check(masked(tmp_path, codes, mask), codes, mask)
    nothing = np.zeros((16, 16), bool)
    check(masked(tmp_path, codes, nothing), codes, nothing)


def test_alpha_band(tmp_path):
    codes = np.array([[1, 2], [3, 4]], np.uint8)
    path = write_raster(tmp_path, np.stack([codes, np.array([[255, 0], [1, 255]], np.uint8)]), options=["ALPHA=YES"])
    check(path, codes, np.array([[True, False], [True, True]]))


@pytest.mark.parametrize("dtype", ["uint16", "int16", "int32"])
def test_65536_different_values(tmp_path, dtype):
    codes = (np.arange(1 << 16) + (0 if dtype == "uint16" else -(1 << 15))).astype(dtype).reshape(256, 256)
    check(write_raster(tmp_path, codes), codes, np.ones(codes.shape, bool))
    mask = np.ones(codes.shape, bool)
    mask[100, 100] = mask[200, 3] = False
    check(masked(tmp_path, codes, mask), codes, mask)


def test_65536_different_values_and_a_mask_keep_every_class(tmp_path):
    codes = np.zeros((257, 256), np.uint16)
    codes[:256] = np.arange(1 << 16).reshape(256, 256)
    mask = np.ones(codes.shape, bool)
    mask[256] = False
    with pytest.raises(CarbonBalanceError, match="^the map contains more than 65,535 different values"):
        cover(masked(tmp_path, codes, mask)).read(Block(0, 0, 256, 257))


def test_too_many_values_far_apart_are_refused(tmp_path):
    codes = (np.arange(1 << 16, dtype=np.int32) * 30001).reshape(256, 256)
    with pytest.raises(CarbonBalanceError, match="^the map contains more than 65,535 different values"):
        cover(write_raster(tmp_path, codes)).read(Block(0, 0, 256, 256))
    codes[0, 0] = codes[0, 1]
    check(write_raster(tmp_path, codes), codes, np.ones(codes.shape, bool))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32"])
def test_a_raster_of_nodata_has_no_valid_cells(tmp_path, dtype):
    codes = np.full((3, 4), 7, dtype)
    check(write_raster(tmp_path, codes, 7), codes.astype(np.int64), np.zeros((3, 4), bool))


@pytest.mark.parametrize("size", [0, 1, 5, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, (1 << 21) + 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_long_arrays_are_counted_and_looked_up_correctly(size, dtype):
    top = 256 if dtype is np.uint8 else 1 << 16
    keys = np.random.default_rng(size).integers(0, top, size).astype(dtype)
    np.testing.assert_array_equal(count_keys(keys, top), np.bincount(keys, minlength=top))
    for kind in (np.float32, np.float64, np.uint16):
        values = np.random.default_rng(2).random(top).astype(kind)
        np.testing.assert_array_equal(take_keys(keys, values), values[keys])


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [((1, 10), (1, 10)), ((240, 255), (0, 15)), ((7, 7), (0, 255)), ((0, 255), (255, 255)), ((0, 40), (3, 200))],
)
def test_joined_keys_represent_the_codes_of_both_rasters(first, second, signed):
    random = np.random.default_rng(4)
    codes = np.arange(256) - 256 * (signed & (np.arange(256) > 127))
    covers = [
        Keys(random.integers(low, high, (30, 70), np.uint8, endpoint=True), codes, codes % 5 > 0)
        for low, high in (first, second)
    ]
    joined = join_keys(*covers)
    got, valid = cells_of(joined)
    for side, keys in enumerate(covers):
        expected, expected_valid = cells_of(keys)
        np.testing.assert_array_equal(valid[..., side], expected_valid)
        np.testing.assert_array_equal(got[..., side][expected_valid], expected[expected_valid])
    assert joined.count().sum() == 30 * 70


def test_few_codes_and_unaligned_slices_are_counted_correctly():
    keys = np.random.default_rng(0).integers(0, 5, (1 << 18) + 1).astype(np.uint8)
    np.testing.assert_array_equal(count_keys(keys, 5), np.bincount(keys, minlength=5))
    np.testing.assert_array_equal(count_keys(keys[1:], 5), np.bincount(keys[1:], minlength=5))
    values = np.arange(5, dtype=np.float32)
    np.testing.assert_array_equal(take_keys(keys, values), values[keys])


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1), (600, 700), (1500, 1100), (512, 512)])
def test_blocks_cover_every_cell_once(width, height):
    seen = np.zeros((height, width), int)
    for part in blocks(width, height, cells=1 << 18):
        assert part.width * part.height <= 1 << 19
        assert part.column % 512 == part.row % 512 == 0
        seen[part.row : part.row + part.height, part.column : part.column + part.width] += 1
    assert (seen == 1).all()


def test_sources_are_pickled_and_read_by_many_threads(tmp_path):
    codes = np.random.default_rng(0).integers(0, 200, (600, 700)).astype(np.uint8)
    source = RasterSource(write_raster(tmp_path, codes, 5), "the map")
    assert source.grid.width == 700
    again = pickle.loads(pickle.dumps(source))
    assert again == source
    assert (again.name, again.nodata, again.grid) == ("the map", 5, source.grid)
    parts = blocks(700, 600, cells=1 << 15) * 5
    with ThreadPoolExecutor(4) as pool:
        for part, values in zip(parts, pool.map(again.read, parts)):
            np.testing.assert_array_equal(
                values, codes[part.row : part.row + part.height, part.column : part.column + part.width]
            )


def test_unreadable_files_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="the map cannot be opened"):
        _ = RasterSource(str(tmp_path / "none.tif"), "the map").grid
    path = write_raster(tmp_path, np.ones((4, 4), np.uint8))
    with pytest.raises(CarbonBalanceError, match=r"has 1 band\(s\), so band 3 does not exist"):
        _ = RasterSource(path, "the map", band=3).grid
    big = np.random.default_rng(0).integers(0, 250, (600, 600)).astype(np.uint8)
    path = write_raster(tmp_path, big, options=["COMPRESS=DEFLATE"])
    with Path(path).open("r+b") as file:
        file.truncate(100_000)
    with pytest.raises(CarbonBalanceError, match="the map cannot be read at row|the map cannot be opened"):
        RasterSource(path, "the map").read(Block(0, 0, 600, 600))


def test_byte_keys_are_joined_by_arithmetic_and_wider_ones_by_counting():
    """Byte keys include every pair from the smallest to the largest key, whether it occurs or not."""
    codes, valid = np.arange(300), np.ones(300, bool)
    first = Keys(np.array([[1, 3]], np.uint8), codes[:256], valid[:256])
    second = Keys(np.array([[2, 2]], np.uint8), codes[:256], valid[:256])
    joined = join_keys(first, second)
    assert joined.array.dtype == np.uint8
    assert joined.codes.tolist() == [[1, 2], [2, 2], [3, 2]]
    wide = Keys(np.array([[299, 2]], np.uint16), codes, valid)
    for pair, expected in (((first, wide), [[1, 299], [3, 2]]), ((wide, first), [[299, 1], [2, 3]])):
        got, known = cells_of(join_keys(*pair))
        assert got[0].tolist() == expected and known.all()


def test_only_codes_of_pool_regions_are_composed():
    """Codes of pool regions are composed of region and class, so that none of them indicates nodata."""
    assert LandCover.codes_are_made is False
    assert RegionalLandCover.codes_are_made is True
