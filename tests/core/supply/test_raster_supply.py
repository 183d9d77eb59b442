"""Rasters of carbon by zone: against sums over cells, exact fractions by hand, overlaps and limits."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.options.raster import CENTRE, FRACTION, PER_CELL, PER_KM2
from carbon_balance.core.raster.quantity import RasterQuantity
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.supply.raster_supply import (
    CarbonRaster,
    ZoneRasterSums,
    raster_by_zone,
    with_pool_raster,
    without_pool,
)
from osgeo import ogr
from rasters import write_raster

# Cells of a hectare, the upper left corner at 500000, 2000000.
WEST, NORTH = 500000.0, 2000000.0


def box(left, top, right, bottom):
    """WKB of a rectangle from cell edges, counted from the upper left corner."""
    x0, x1, y0, y1 = WEST + 100 * left, WEST + 100 * right, NORTH - 100 * bottom, NORTH - 100 * top
    return bytes(
        ogr.CreateGeometryFromWkt(f"POLYGON(({x0} {y0},{x1} {y0},{x1} {y1},{x0} {y1},{x0} {y0}))").ExportToWkb()
    )


def carbon(folder, cells, basis=PER_KM2, factor=100.0, epsg=32648, **more):
    grid = {} if epsg == 32648 else {"epsg": epsg, "origin": (102.0, 26.0), "cell": 0.05}
    path = write_raster(folder / "carbon.tif", np.asarray(cells, np.float32), -9999.0, **grid)
    return CarbonRaster(RasterQuantity(RasterSource(path), basis, factor), **more)


def by_zone(raster, outlines, rule=CENTRE, workers=1, log=None):
    return raster_by_zone(raster, outlines, [f"zone {at}" for at in range(len(outlines))], log or Log(), rule, workers)


def test_densities_and_amounts_of_cells(tmp_path):
    cells = [[1, 2, 3, 4], [5, 6, 7, -9999]]
    zones = [box(0, 0, 2, 2), box(2, 0, 4, 2)]
    # t/ha on cells of a hectare are tonnes.
    found = by_zone(carbon(tmp_path, cells), zones)
    assert found.amount_t == pytest.approx([14, 14])
    assert found.mapped_ha == pytest.approx([4, 3])
    assert found.coverage == pytest.approx([1, 0.75])
    assert found.density_t_ha == pytest.approx([3.5, 14 / 3])
    assert found.share == pytest.approx([0.5, 0.5])
    assert (found.total_t, found.total_ha) == pytest.approx((28, 7))
    kilogrammes = by_zone(carbon(tmp_path, cells, PER_CELL, 1e-3), zones)
    assert kilogrammes.amount_t == pytest.approx([0.014, 0.014])


def test_exact_fractions_equal_the_manual_calculation(tmp_path):
    zone = [box(0.4, 0, 2.25, 1)]
    found = by_zone(carbon(tmp_path, [[8, 16, 32]]), zone, FRACTION)
    assert found.amount_t == pytest.approx([8 * 0.6 + 16 + 32 * 0.25])
    assert found.mapped_ha == pytest.approx([1.85])
    # By centres the first and second cell count, and the third does not.
    assert by_zone(carbon(tmp_path, [[8, 16, 32]]), zone).amount_t == pytest.approx([24])


@pytest.mark.parametrize("rule", [CENTRE, FRACTION])
@pytest.mark.parametrize("epsg", [32648, 4326])
def test_tiling_zones_add_up_to_the_sum_over_the_cells(tmp_path, rule, epsg):
    rng = np.random.default_rng(5)
    cells = rng.normal(3, 5, (60, 80)).astype(np.float32)
    cells[rng.random(cells.shape) < 0.1] = -9999
    raster = carbon(tmp_path, cells, epsg=epsg)
    grid = raster.quantity.source.grid
    x0, dx, _, y0, _, dy = grid.geotransform
    cuts = np.sort(rng.uniform(0, 80, 4))
    edges = [0, *cuts, 80]
    outlines = []
    for left, right in zip(edges[:-1], edges[1:]):
        west, east, south = x0 + dx * left, x0 + dx * right, y0 + dy * 60
        text = f"POLYGON(({west} {south},{east} {south},{east} {y0},{west} {y0},{west} {south}))"
        outlines.append(bytes(ogr.CreateGeometryFromWkt(text).ExportToWkb()))
    found = by_zone(raster, outlines, rule)
    known = np.where(cells == -9999, 0, cells).astype(float)
    expected = float((known.sum(axis=1) * grid.row_cell_area_ha()).sum())
    assert found.amount_t.sum() == pytest.approx(expected, rel=1e-9)
    assert found.total_t == pytest.approx(expected, rel=1e-9)
    assert found.region_t == pytest.approx(expected, rel=1e-9)
    assert by_zone(raster, outlines, rule, workers=3).amount_t.tobytes() == found.amount_t.tobytes()


@pytest.mark.parametrize("rule", [CENTRE, FRACTION])
def test_land_in_two_zones_is_counted_once_in_the_region(tmp_path, rule):
    log = Log()
    found = by_zone(carbon(tmp_path, [[1, 2, 4, 8]]), [box(0, 0, 3, 1), box(1, 0, 4, 1)], rule, log=log)
    assert found.amount_t == pytest.approx([7, 14])
    assert (found.region_t, found.region_ha) == pytest.approx((15, 4))
    assert any("Zones overlap" in sentence for sentence in log.warnings)


def test_scale_offset_and_zones_without_data(tmp_path):
    raster = carbon(tmp_path, [[1, 2, -9999]], scale=0.5, offset=1.0)
    log = Log()
    found = by_zone(raster, [box(0, 0, 2, 1), box(2, 0, 3, 1), box(9, 9, 10, 10), None], log=log)
    assert found.amount_t == pytest.approx([1.5 + 2, np.nan, np.nan, np.nan], nan_ok=True)
    assert found.coverage[:3] == pytest.approx([1, 0, 0])
    assert "zone 1, zone 2, zone 3" in log.warnings[-1]


def test_negative_stocks_and_zones_outside_the_raster_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="negative.*row 1, column 2"):
        by_zone(carbon(tmp_path, [[1, -2]], non_negative=True), [box(0, 0, 2, 1)])
    assert by_zone(carbon(tmp_path, [[1, -2]]), [box(0, 0, 2, 1)]).amount_t == pytest.approx([-1])
    with pytest.raises(CarbonBalanceError, match="No zone overlaps"):
        by_zone(carbon(tmp_path, [[1, 2]]), [box(50, 50, 60, 60)])


def test_a_pool_is_taken_out_of_the_table():
    table = PoolTable("table", np.array([1]), ["crop"], np.array([[1.0, 2, 3, 4]]))
    assert without_pool(table, "soil").density_t_ha == pytest.approx([7])
    total = PoolTable("table", np.array([1]), ["crop"], None, np.array([10.0]))
    with pytest.raises(CarbonBalanceError, match="total densities only"):
        without_pool(total, "soil")


def of_pool(amount_t, mapped_ha, region_t):
    """Sums of a raster of one pool."""
    sums = {"region_t": region_t, "region_ha": 0.0, "total_t": 0.0, "total_ha": 0.0}
    return ZoneRasterSums(amount_t=np.array(amount_t), mapped_ha=np.array(mapped_ha), coverage=np.ones(2), **sums)


def test_a_pool_from_a_raster_is_added_to_the_others_by_zone_and_in_total():
    others = SimpleNamespace(
        zone_t=np.array([100.0, 50.0]), mapped_km2=np.array([1.0, 2.0]), totals=lambda: (150.0, 3.0)
    )
    log = Log()
    by_zone_t, total_t = with_pool_raster(others, of_pool([7.0, np.nan], [100.0, 200.0], 7.0), "soil", ["a", "b"], log)
    assert by_zone_t[0] == 107
    assert np.isnan(by_zone_t[1])
    assert total_t == 157
    assert log.warnings == []


@pytest.mark.parametrize(("mapped_ha", "is_warned"), [(99.1, False), (98.9, True), (100.9, False), (101.1, True)])
def test_mapped_areas_that_differ_by_more_than_one_percent_give_a_warning(mapped_ha, is_warned):
    others = SimpleNamespace(zone_t=np.array([1.0, 1.0]), mapped_km2=np.array([1.0, 1.0]), totals=lambda: (2.0, 2.0))
    log = Log()
    with_pool_raster(others, of_pool([1.0, 1.0], [mapped_ha, 100.0], 2.0), "soil", ["west", "east"], log)
    assert [("west" in each, "east" in each) for each in log.warnings] == [(True, False)] * is_warned
