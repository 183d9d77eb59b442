"""The area table against direct counting, for any grid, zones and number of workers."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover import area_sums as module
from carbon_balance.core.land_cover.area_sums import BlockTask
from carbon_balance.core.land_cover.area_table import area_table, log_areas, long_table
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.options.raster import CENTRE, FRACTION
from carbon_balance.core.raster.blocks import blocks
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from osgeo import gdal, ogr
from rasters import write_raster
from shapes import fraction_rule, polygon, rasterised, star, wkb

DEGREES = (102.0, 0.05, 0.0, 26.0, 0.0, -0.05)
METRES = (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0)


def cover(path, nodata_codes=()):
    return LandCover(RasterSource(path, "the map"), nodata_codes)


@pytest.fixture(params=["metres", "degrees", "south-up", "metres, long runs", "degrees, long runs"])
def patches(request, tmp_path):
    """A map of 40 x 50 cells with codes -1, 3, 40 and no data (255 in int16), and its cells."""
    place, *runs = request.param.split(", ")
    geotransform = {"metres": METRES, "degrees": DEGREES, "south-up": (102.0, 0.05, 0.0, 24.0, 0.0, 0.05)}[place]
    cells = np.random.default_rng(4).choice(np.array([-1, 3, 40, 255], np.int16), (40, 50))
    if runs:
        # In all but the lowest rows, so that parts of both kinds meet.
        cells[:32] = np.repeat(np.repeat(cells[:4, :5], 8, axis=0), 10, axis=1)
    epsg = 32648 if place == "metres" else 4326
    return cover(write_raster(tmp_path, cells, 255, epsg, geotransform=geotransform)), cells


def zones_of(grid, count=12, seed=2):
    random = np.random.default_rng(seed)
    return [
        wkb(polygon([grid.xy(*p) for p in star(*random.uniform(-5, 52, 2), random.uniform(1, 25, 9))]))
        for _ in range(count)
    ]


def stripes(grid, columns):
    """Zones that tile the grid, split at ``columns`` (fractions of cells allowed)."""
    edges = [-3, *columns, grid.width + 3]
    return [
        wkb(polygon([grid.xy(*p) for p in ((a, -3), (b, -3), (b, grid.height + 3), (a, grid.height + 3))]))
        for a, b in zip(edges, edges[1:])
    ]


def expected(weights, cells, area_ha, codes):
    """Hectares by zone and code where each zone holds a share of each cell."""
    return np.stack([(weights * (cells == code) * area_ha[:, None]).sum(axis=(1, 2)) for code in codes], axis=1)


@pytest.mark.parametrize("rule", [CENTRE, FRACTION])
def test_overlapping_zones_each_count_in_full(patches, rule):
    land_cover, cells = patches
    grid = land_cover.source.grid
    zones = zones_of(grid)
    held = (
        np.stack([rasterised(zone, grid) for zone in zones]) if rule == CENTRE else fraction_rule(zones, grid)
    ).astype(float)
    table, area_ha = area_table(land_cover, zones, rule=rule), grid.row_cell_area_ha()
    caught = held.sum(axis=(1, 2)) > 0
    assert table.codes.tolist() == [-1, 3, 40]
    np.testing.assert_allclose(table.area_ha[caught], expected(held, cells, area_ha, table.codes)[caught], rtol=1e-9)
    np.testing.assert_allclose(table.nodata_ha[caught], expected(held, cells, area_ha, [255])[caught, 0], rtol=1e-9)
    whole = np.ones((1, *cells.shape))
    np.testing.assert_allclose(table.total_ha, expected(whole, cells, area_ha, table.codes)[0], rtol=1e-12)
    assert table.total_cells.tolist() == [(cells == code).sum() for code in table.codes]
    if rule == CENTRE:
        outside = (held.sum(axis=0) == 0)[None]
        np.testing.assert_allclose(table.outside_ha, expected(outside, cells, area_ha, table.codes)[0], atol=1e-9)
        assert table.outside_cells == (outside[0] & (cells != 255)).sum()


@pytest.mark.parametrize("rule", [CENTRE, FRACTION])
def test_zones_and_outside_sum_to_the_total(patches, rule):
    land_cover, _ = patches
    zones = stripes(land_cover.source.grid, [7.3, 7.5, 22, 31.123])
    for some, rest in ((zones, False), (zones[:3], True)):
        table = area_table(land_cover, some, rule=rule)
        np.testing.assert_allclose(table.area_ha.sum(axis=0) + table.outside_ha, table.total_ha, rtol=1e-12)
        assert (table.outside_cells > 100) is rest
        assert rest or table.outside_ha.max() < 1e-12 * table.total_ha.sum()


@pytest.mark.parametrize("rule", [CENTRE, FRACTION])
@pytest.mark.parametrize("overlapping", [False, True])
def test_the_result_does_not_depend_on_workers_or_blocks(patches, rule, overlapping, monkeypatch, tmp_path):
    _, cells = patches
    many = np.tile(cells, (28, 24))
    land_cover = cover(write_raster(tmp_path, many, 255, 4326, geotransform=DEGREES))
    grid = land_cover.source.grid
    zones = stripes(grid, [100.3, 700.5, 1100.7]) + (zones_of(grid) + stripes(grid, [512]) if overlapping else [])
    whole = area_table(land_cover, zones, rule=rule, workers=1)
    monkeypatch.setattr(module, "blocks", lambda width, height: blocks(width, height, cells=1 << 18))
    by_one, by_four = (area_table(land_cover, zones, rule=rule, workers=workers) for workers in (1, 4))
    np.testing.assert_array_equal(by_one.area_ha, by_four.area_ha)
    np.testing.assert_array_equal(by_one.outside_ha, by_four.outside_ha)
    np.testing.assert_allclose(by_one.area_ha, whole.area_ha, rtol=1e-12)
    np.testing.assert_allclose(by_one.outside_ha, whole.outside_ha, rtol=1e-9, atol=1e-12 * whole.total_ha.sum())
    np.testing.assert_array_equal(by_one.total_cells, whole.total_cells)
    assert by_one.by_fraction == whole.by_fraction


def test_zones_without_a_centre_get_their_exact_fraction(patches):
    land_cover, cells = patches
    grid = land_cover.source.grid

    def square(column, row, size):
        corners = ((column, row), (column + size, row), (column + size, row + size), (column, row + size))
        return wkb(polygon([grid.xy(*p) for p in corners]))

    between = wkb(
        polygon([grid.xy(*p) for p in ((3.6, 3), (4.4, 3), (4.4, 30), (3.6, 30))])
    )  # cells 3 and 4, 0.4 of each
    zones = [square(10.1, 10.1, 0.25), square(20, 20, 3), between, square(49.9, 39.9, 0.4), square(60, 60, 5), None]
    table = area_table(land_cover, zones)
    assert table.by_fraction == (0, 2, 3)
    assert table.missed == (4, 5)
    area_ha = grid.row_cell_area_ha()
    small, held = np.zeros((2, *cells.shape))
    held[3:30, 3:5] = 0.4
    small[10, 10] = 0.0625
    both = np.stack([small, held])
    np.testing.assert_allclose(table.area_ha[[0, 2]], expected(both, cells, area_ha, table.codes), rtol=1e-6)
    assert table.area_ha[3].sum() + table.nodata_ha[3] == pytest.approx(0.01 * area_ha[39], rel=1e-6)
    assert table.area_ha[4:].sum() == 0


@pytest.mark.parametrize("rule", [CENTRE, FRACTION])
def test_a_zone_whose_box_meets_the_raster_but_not_its_outline_is_missed(patches, rule):
    land_cover, _ = patches
    grid = land_cover.source.grid
    corner = wkb(polygon([grid.xy(*p) for p in ((-30, 20), (-30, -30), (30, -30), (29, -20), (-20, -20), (-20, 20))]))
    table = area_table(land_cover, [corner, *zones_of(grid, 1)], rule=rule)
    assert table.missed == (0,)
    assert 0 not in table.by_fraction
    with pytest.raises(CarbonBalanceError, match="No zone overlaps the map"):
        area_table(land_cover, [corner, None], rule=rule)


def test_repaired_outlines_are_logged(patches):
    land_cover, _ = patches
    grid, log = land_cover.source.grid, Log()
    bow = wkb(polygon([grid.xy(*p) for p in ((1, 1), (9, 9), (9, 1), (1, 9))]))
    table = area_table(land_cover, [*zones_of(grid, 2), bow], log, FRACTION)
    assert any(
        "Self-intersecting zone geometries were repaired" in warning and "row 3" in warning for warning in log.warnings
    )
    assert (table.area_ha[2].sum() + table.nodata_ha[2]) / grid.row_cell_area_ha()[5] == pytest.approx(32, rel=1e-3)


def test_a_sliver_across_a_large_raster_is_measured_by_parts(tmp_path, monkeypatch):
    cells = np.ones((1500, 1500), np.uint8)
    land_cover = cover(write_raster(tmp_path, cells, geotransform=METRES))
    grid = land_cover.source.grid
    sliver = wkb(polygon([grid.xy(*p) for p in ((0.2, 0.7), (1499.2, 1499.7), (1499.2, 1499.701))]))
    monkeypatch.setattr(module, "blocks", lambda width, height: blocks(width, height, cells=1 << 18))
    sizes = []
    read = land_cover.read
    monkeypatch.setattr(land_cover, "read", lambda block: sizes.append(block.width * block.height) or read(block))
    table = area_table(land_cover, [sliver])
    assert table.by_fraction == (0,)
    assert table.area_ha.sum() == pytest.approx(0.001 * 1499 / 2 * 0.09, rel=1e-6)
    assert max(sizes) <= 1500 * 512


@pytest.mark.parametrize("size", [3.0, 0.37])
def test_many_squares_each_have_their_area(tmp_path, size):
    """Squares larger than cells, and small squares of which many contain no cell centre."""
    across = 200
    width = int(across * size)
    cells = np.random.default_rng(0).integers(1, 8, (width, width)).astype(np.uint8)
    land_cover = cover(write_raster(tmp_path, cells, 0, geotransform=(0.0, 1.0, 0.0, float(width), 0.0, -1.0)))
    head = bytes(ogr.CreateGeometryFromWkt("POLYGON((0 0,1 0,1 1,0 0,0 0))").ExportToWkb(ogr.wkbNDR))[:13]
    corners = size * np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    zones = [
        head + (corners + (size * column, size * row)).tobytes() for row in range(across) for column in range(across)
    ]
    table = area_table(land_cover, zones)
    area_ha = size * size / 1e4
    inside = [zone for zone in range(across * across) if zone % across < across - 3 and zone // across < across - 3]
    if size == 3.0:
        assert table.by_fraction == ()
        np.testing.assert_allclose(table.area_ha.sum(axis=1), area_ha)
    else:
        small = np.intersect1d(table.by_fraction, inside)
        assert len(small) > 25_000
        np.testing.assert_allclose(table.area_ha[small].sum(axis=1), area_ha, rtol=1e-6)


def test_without_zones_and_with_codes_that_mean_no_data(patches):
    land_cover, cells = patches
    table = area_table(LandCover(land_cover.source, [40]))
    assert table.codes.tolist() == [-1, 3]
    assert table.total_cells.tolist() == [(cells == -1).sum(), (cells == 3).sum()]
    assert table.area_ha.shape == (0, 2)
    rows_ha = land_cover.source.grid.row_cell_area_ha()
    valid = (cells == -1) | (cells == 3)
    assert table.total_ha.sum() == pytest.approx((rows_ha[:, None] * valid).sum(), rel=1e-12)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1)])
def test_tiny_and_thin_rasters(tmp_path, shape):
    cells = np.full(shape, 7, np.int32)
    cells[-1, -1] = 100000
    land_cover = cover(write_raster(tmp_path, cells, geotransform=METRES))
    table = area_table(land_cover, stripes(land_cover.source.grid, [0.5]), rule=FRACTION)
    np.testing.assert_allclose(table.area_ha.sum(axis=0) + table.outside_ha, table.total_ha)
    table = area_table(land_cover, stripes(land_cover.source.grid, []))
    np.testing.assert_allclose(table.area_ha[0], table.total_ha)
    assert table.total_cells.sum() == cells.size


@pytest.mark.parametrize("zones", [(), (2,)])
def test_a_land_cover_without_any_data_is_refused(tmp_path, zones):
    land_cover = cover(write_raster(tmp_path, np.zeros((5, 5), np.uint8), 0, geotransform=METRES))
    with pytest.raises(CarbonBalanceError, match="has no cell with data"):
        area_table(land_cover, stripes(land_cover.source.grid, list(zones)) if zones else ())


def test_cancelling_and_errors_leave_gdal_as_it_was(patches, tmp_path):
    class Stop(Log):
        def __init__(self, after):
            super().__init__()
            self.left = after

        def is_cancelled(self):
            self.left -= 1
            return self.left < 0

    land_cover, _ = patches
    before = gdal.GetCacheMax()
    for after in (0, 1):
        with pytest.raises(Cancelled):
            area_table(land_cover, zones_of(land_cover.source.grid), Stop(after))
        assert gdal.GetCacheMax() == before
    broken = cover(write_raster(tmp_path, np.full((4, 4), 0.5, np.float32)))
    with pytest.raises(CarbonBalanceError, match="needs whole numbers"):
        area_table(broken)

    def fails(block, extra):
        raise ValueError

    with pytest.raises(ValueError):
        area_table(land_cover, task=BlockTask(lambda block, keys: None, fails))
    assert gdal.GetCacheMax() == before


def test_a_raster_rewritten_between_runs_is_read_again(tmp_path):
    path = str(tmp_path / "map.tif")
    write_raster(path, np.full((20, 20), 1, np.uint8), geotransform=METRES)
    small = wkb(polygon([(500001.0, 2999999.0), (500005.0, 2999999.0), (500005.0, 2999995.0)]))
    assert area_table(cover(path), [small]).codes.tolist() == [1]
    write_raster(path, np.full((30, 30), 2, np.uint8), geotransform=METRES)
    table = area_table(cover(path), [small])
    assert table.codes.tolist() == [2]
    assert table.total_cells.tolist() == [900]


def test_the_area_counted_twice_is_in_the_warning(tmp_path):
    """Twenty columns and twenty more that share ten of them: 10 columns x 40 rows x 900 m2 = 0.36 km2."""
    land = cover(write_raster(tmp_path, np.ones((40, 50), np.uint8), None, 32648, geotransform=METRES))
    grid = land.source.grid
    zones = [wkb(polygon([grid.xy(*p) for p in ((a, 0), (a + 20, 0), (a + 20, 40), (a, 40))])) for a in (0, 10)]
    log = Log()
    table = area_table(land, zones, log, rule=CENTRE)
    log_areas(table, log, land, ["A", "B"])
    assert table.twice_ha == pytest.approx(36)
    assert any("the zones count 0.36 km2 more than the land that they cover" in each for each in log.warnings)


def test_zones_and_area_without_data_are_logged(tmp_path):
    """Columns 0-9 have data, 10-19 have none; a zone on each side and one on both, cells of 900 m2."""
    cells = np.ones((10, 20), np.uint8)
    cells[:, 10:] = 255
    land = cover(write_raster(tmp_path, cells, 255, 32648, geotransform=METRES))
    zones = stripes(land.source.grid, [4, 8, 12])
    log = Log()
    table = area_table(land, zones, log)
    log_areas(table, log, land, ["A", "B", "C", "D"])
    assert [each for each in log.warnings if "has no data" in each] == [
        "Zones where the map has no data; their results are NULL: D."
    ]
    # 2 columns of the third zone and 8 of the fourth, 10 rows each.
    assert "9.00 ha of the zones have no data in the map." in log.notes
    assert table.area_ha[:, 0].tolist() == pytest.approx([3.6, 3.6, 1.8, 0])
    quiet = Log()
    log_areas(area_table(land, zones[:2], quiet), quiet, land, ["A", "B"])
    assert not any("no data" in each for each in quiet.notes)


def test_a_row_for_each_class_in_a_zone():
    found = long_table(np.array([3, 7]), ["a", "b"], np.array([[1.0, 0], [np.nan, 2]]), ["A", "B"], "c", np.eye(2) * 5)
    assert {name: np.asarray(values).tolist() for name, values in found.items()} == {
        "zone_row": [1, 2],
        "zone_name": ["A", "B"],
        "code": [3, 7],
        "name": ["a", "b"],
        "area_ha": [1, 2],
        "c": [5, 5],
    }
