"""Resampling a raster to another grid: the correct cells, and nodata where the source has no data."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.runtime.parallel import map_in_order
from osgeo import gdal
from rasters import wkt, write_raster

HERE = (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0)
WIDE = [("int64", 100_000), ("uint64", 0)] if hasattr(gdal, "GDT_Int64") else []
CELLS = np.random.default_rng(1).integers(0, 5, (20, 30))
ALL = Block(0, 0, 30, 20)


def grid(geotransform=HERE, width=30, height=20, epsg=32648):
    return Grid(width, height, geotransform, wkt(epsg))


def shifted(columns, rows):
    return grid((500000.0 + 30 * columns, 30.0, 0.0, 3000000.0 - 30 * rows, 0.0, -30.0))


def seen(source, block=ALL):
    """Codes and validity of each cell."""
    keys = LandCover(source).read(block)
    return keys.codes[keys.array], keys.valid[keys.array]


def with_mask(path, mask):
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(np.where(mask, 255, 0).astype(np.uint8))
    del dataset
    return path


def test_a_raster_on_the_target_grid_is_unchanged(tmp_path):
    source = RasterSource(write_raster(tmp_path, CELLS.astype(np.uint8), geotransform=HERE))
    assert source.on_grid(grid()) is source
    assert source.on_grid(grid((500000.01, 30.0, 0.0, 3000000.0, 0.0, -30.0))) is source


VARIANTS = [
    "nodata",
    "no nodata",
    "mask",
    "mask and nodata",
    "alpha",
    "second band",
    "second band without nodata",
    "vrt",
]


def variant(tmp_path, kind, dtype):
    """A source of CELLS and where it is valid; 0 is the nodata value of some."""
    cells, valid = CELLS.astype(dtype), np.ones(CELLS.shape, bool)
    mask = np.random.default_rng(2).random(CELLS.shape) < 0.8
    if kind == "nodata":
        return RasterSource(write_raster(tmp_path, cells, 0, geotransform=HERE)), cells != 0
    if kind == "vrt":
        path = write_raster(tmp_path, cells, 0, geotransform=HERE)
        return RasterSource(gdal.BuildVRT("", path).GetMetadata("xml:VRT")[0]), cells != 0
    if kind == "no nodata":
        return RasterSource(write_raster(tmp_path, cells, geotransform=HERE)), valid
    if kind == "mask":
        return RasterSource(with_mask(write_raster(tmp_path, cells, geotransform=HERE), mask)), mask
    if kind == "mask and nodata":
        return RasterSource(with_mask(write_raster(tmp_path, cells, 0, geotransform=HERE), mask)), None
    if kind == "alpha":
        both = np.stack([cells, np.where(mask, 255, 0).astype(dtype)])
        return RasterSource(write_raster(tmp_path, both, geotransform=HERE, options=["ALPHA=YES"])), mask
    bands = np.stack([cells * 0 + 3, cells])
    nodata = 0 if kind == "second band" else None
    source = RasterSource(write_raster(tmp_path, bands, nodata, geotransform=HERE), band=2)
    return source, cells != 0 if nodata == 0 else valid


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
@pytest.mark.parametrize("kind", VARIANTS)
def test_cells_beyond_the_source_are_nodata(tmp_path, kind, dtype):
    if kind == "alpha" and dtype != "uint8":
        pytest.skip("to GDAL only bytes are alpha")
    source, valid = variant(tmp_path, kind, dtype)
    codes, own = seen(source)
    if valid is not None:
        np.testing.assert_array_equal(own, valid)
    moved = source.on_grid(shifted(10, -4))
    expected, held = np.zeros((2, 20, 30), int)
    expected[4:, :20], held[4:, :20] = codes[:16, 10:], own[:16, 10:]
    found, found_valid = seen(moved)
    np.testing.assert_array_equal(found_valid, held.astype(bool))
    np.testing.assert_array_equal(found[found_valid], expected[found_valid])
    floats = moved.read_float(ALL)
    np.testing.assert_array_equal(np.isfinite(floats), held.astype(bool))
    np.testing.assert_array_equal(floats[found_valid], expected[found_valid])
    part = Block(7, 3, 11, 9)
    np.testing.assert_array_equal(moved.read(part), moved.read(ALL)[3:12, 7:18])


def test_finer_and_coarser_cells(tmp_path):
    source = RasterSource(write_raster(tmp_path, CELLS.astype(np.int32), -1, geotransform=HERE))
    finer = source.on_grid(grid((500000.0, 10.0, 0.0, 3000000.0, 0.0, -10.0), 90, 60))
    np.testing.assert_array_equal(finer.read(Block(0, 0, 90, 60)), np.kron(CELLS, np.ones((3, 3), int)))
    coarse = grid((500000.0, 60.0, 0.0, 3000000.0, 0.0, -60.0), 15, 10)
    blocks = CELLS.reshape(10, 2, 15, 2)
    floats = RasterSource(write_raster(tmp_path, CELLS.astype(np.float32), -1, geotransform=HERE))
    np.testing.assert_allclose(
        floats.on_grid(coarse, "average").read_float(Block(0, 0, 15, 10)), blocks.mean(axis=(1, 3)), rtol=1e-6
    )
    np.testing.assert_allclose(
        floats.on_grid(coarse, "sum").read_float(Block(0, 0, 15, 10)), blocks.sum(axis=(1, 3)), rtol=1e-6
    )


def test_another_crs(tmp_path):
    cells = np.kron(np.array([[1, 2], [3, 4]], np.uint8), np.ones((50, 50), np.uint8))
    source = RasterSource(write_raster(tmp_path, cells, geotransform=(102.0, 0.001, 0.0, 25.0, 0.0, -0.001), epsg=4326))
    target = grid((190000.0, 100.0, 0.0, 2775000.0, 0.0, -100.0), 300, 300)
    codes, valid = seen(source.on_grid(target), Block(0, 0, 300, 300))
    assert set(codes[valid]) == {1, 2, 3, 4}
    assert not valid[0, 0]
    assert not valid[-1, -1]
    area_km2 = [(valid & (codes == code)).sum() * 0.01 for code in (1, 2, 3, 4)]
    assert area_km2 == pytest.approx([5.04 * 5.54] * 4, rel=0.02)


def test_many_threads_and_pickles(tmp_path):
    source = RasterSource(write_raster(tmp_path, CELLS.astype(np.uint8), 0, geotransform=HERE), "the map")
    moved = pickle.loads(pickle.dumps(source.on_grid(shifted(3, 5))))
    del source
    assert moved.name == "the map"
    expected = moved.read(ALL)
    rows = [Block(0, row, 30, 1) for row in range(20)] * 10
    for block, values in map_in_order(moved.read, rows, Log(), len(rows), workers=4):
        np.testing.assert_array_equal(values, expected[block.row : block.row + 1])


def test_south_up_and_rotated_sources_but_not_targets(tmp_path):
    upside = (500000.0, 30.0, 0.0, 3000000.0 - 600.0, 0.0, 30.0)
    source = RasterSource(write_raster(tmp_path, CELLS[::-1].astype(np.uint8), geotransform=upside))
    np.testing.assert_array_equal(seen(source.on_grid(grid()))[0], CELLS)
    with pytest.raises(
        CarbonBalanceError,
        match="^the grid is rotated or south-up, so that the map cannot be aligned with it: warp the grid to n",
    ):
        plain = RasterSource(write_raster(tmp_path, CELLS.astype(np.uint8), geotransform=HERE), "the map")
        plain.on_grid(grid(upside), target="the grid")


@pytest.mark.parametrize(("dtype", "least"), [("int32", 100_000), ("int16", -3), ("uint8", 0), ("float32", 0), *WIDE])
def test_mask_and_nodata_together_on_a_source_that_is_turned(tmp_path, dtype, least):
    """The source is rotated by a quarter turn, so that cells fall on cells; code 0 is a class."""
    cells, nodata = (CELLS + least).astype(dtype), least + 2
    mask = np.random.default_rng(3).random(CELLS.shape) < 0.7
    turned = (500000.0, 0.0, 30.0, 3000000.0, -30.0, 0.0)
    source = RasterSource(with_mask(write_raster(tmp_path, cells, nodata, geotransform=turned), mask))
    moved = source.on_grid(grid(width=20, height=30))
    codes, valid = seen(moved, Block(0, 0, 20, 30))
    np.testing.assert_array_equal(valid, (mask & (cells != nodata)).T)
    np.testing.assert_array_equal(codes[valid], cells.T[valid])
    assert set(codes[valid]) == set(range(least, least + 5)) - {nodata}


def test_a_missing_crs_is_refused_unless_one_is_given(tmp_path):
    source = RasterSource(write_raster(tmp_path, CELLS.astype(np.uint8), epsg=None, geotransform=HERE), "the map")
    with pytest.raises(CarbonBalanceError, match="^the map has no coordinate reference system and cannot be ali"):
        source.on_grid(grid(), target="the grid")
    bare = Grid(30, 20, HERE, "")
    with pytest.raises(CarbonBalanceError, match="^the grid has no .* cannot be aligned with the map, which has one"):
        RasterSource(source.path, "the map", crs_wkt=wkt(32648)).on_grid(bare, target="the grid")
    given = RasterSource(source.path, "the map", crs_wkt=wkt(32648))
    assert given.on_grid(grid()) is given


def test_rasters_without_common_area_have_no_valid_cells(tmp_path):
    source = RasterSource(write_raster(tmp_path, CELLS.astype(np.uint8), geotransform=HERE))
    assert not seen(source.on_grid(shifted(1000, 0)))[1].any()


@pytest.mark.parametrize(("resampling", "expected"), [("average", [2, 4]), ("sum", [6, 16])])
@pytest.mark.parametrize("nodata", [None, -9999.0])
def test_undeclared_nan_leaves_the_other_cells(tmp_path, nodata, resampling, expected):
    cells = np.array([[1, np.nan, 4, 4], [2, 3, 4, 4]], np.float32)
    source = RasterSource(write_raster(tmp_path / "n.tif", cells, nodata, 32648, (500000.0, 3000000.0), 30.0))
    moved = source.on_grid(grid((500000.0, 60.0, 0.0, 3000000.0, 0.0, -60.0), 2, 1), resampling)
    assert moved.read_float(Block(0, 0, 2, 1)).tolist() == [expected]


@pytest.mark.parametrize("dtype", [kind for kind, _ in WIDE])
@pytest.mark.parametrize("nodata", [None, 3, 2**63 - 1])
@pytest.mark.parametrize("resampling", ["near", "average", "sum", "bilinear"])
@pytest.mark.parametrize(
    "target", [(499900.0, 75.0, 3000050.0), (500013.0, 30.0, 2999990.0), (499990.0, 11.0, 3000000.0)]
)
def test_64_bit_integers_are_resampled_as_floats_are(tmp_path, dtype, nodata, resampling, target):
    x, cell, y = target
    cells = CELLS.astype(dtype)
    cells[::3, ::4] = 4 if nodata is None else nodata
    onto = grid((x, cell, 0.0, y, 0.0, -cell), 40, 30)
    moved = [
        RasterSource(write_raster(tmp_path, each, nodata, geotransform=HERE))
        .on_grid(onto, resampling)
        .read_float(Block(0, 0, 40, 30))
        for each in (cells, cells.astype(float))
    ]
    np.testing.assert_array_equal(*moved)
    assert np.nanmax(moved[0]) < 100
