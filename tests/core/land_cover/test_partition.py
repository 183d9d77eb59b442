"""Zones that tile partition their land, overlapping zones the dissolved land of the layer, under both rules."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.land_cover.area_table import area_table, log_areas
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.land_cover.transition_table import transition_table
from carbon_balance.core.options.raster import CENTRE, FRACTION
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr
from rasters import write_raster
from shapes import polygon, star, wkb

RULES = [CENTRE, FRACTION]
METRES = (500000.0, 100.0, 0.0, 3000000.0, 0.0, -100.0)
DEGREES = (104.0, 0.01, 0.0, 26.0, 0.0, -0.01)
PLACES = [(METRES, 32648), (DEGREES, 4326)]


@pytest.fixture(scope="module", params=range(2), ids=["metres", "degrees"])
def land(request, tmp_path_factory):
    geotransform, epsg = PLACES[request.param]
    cells = np.random.default_rng(3).integers(0, 4, (24, 20)).astype(np.uint8)
    path = write_raster(tmp_path_factory.mktemp("land"), cells, 0, epsg, geotransform=geotransform)
    return LandCover(RasterSource(str(path), "the map"))


def mesh(grid, lines_x, lines_y):
    """Rectangles between lines across the raster, given in cells, that share their corners."""
    columns, rows = (
        [0.0, *sorted(lines), float(end)] for lines, end in ((lines_x, grid.width), (lines_y, grid.height))
    )
    return [
        wkb(polygon([grid.xy(*p) for p in ((a, c), (b, c), (b, d), (a, d))]))
        for (c, d), (a, b) in itertools.product(zip(rows, rows[1:]), zip(columns, columns[1:]))
    ]


def dissolved(outlines):
    whole = ogr.Geometry(ogr.wkbPolygon)
    for each in outlines:
        whole = whole.Union(ogr.CreateGeometryFromWkb(each))
    return bytes(whole.ExportToWkb())


def in_cells(end):
    return st.lists(st.integers(1, 16 * end - 1).map(lambda n: n / 16), max_size=9, unique=True)


@pytest.mark.parametrize("rule", RULES)
@given(lines_x=in_cells(20), lines_y=in_cells(24))
def test_areas_of_tiling_zones_sum_to_the_raster(land, rule, lines_x, lines_y):
    table = area_table(land, mesh(land.source.grid, lines_x, lines_y), rule=rule)
    np.testing.assert_allclose(table.area_ha.sum(axis=0), table.total_ha, rtol=1e-9)
    np.testing.assert_allclose(table.region_ha, table.total_ha, rtol=1e-9)
    assert table.outside_cells < 1e-6
    assert not table.overlaps


stars = st.tuples(st.floats(-2, 22), st.floats(-2, 26), st.lists(st.floats(0.2, 9), min_size=3, max_size=9))


@pytest.mark.parametrize("rule", RULES)
@given(places=st.lists(stars, min_size=1, max_size=6))
def test_the_region_is_the_dissolved_layer(land, rule, places):
    grid = land.source.grid
    inside = wkb(polygon([grid.xy(*p) for p in ((3, 3), (9, 3), (9, 9), (3, 9))]))
    zones = [inside, *(wkb(polygon([grid.xy(*p) for p in star(*place)])) for place in places)]
    table = area_table(land, zones, rule=rule)
    # By the rule that was used: where a zone holds no centre, all went by fractions.
    whole = area_table(land, [dissolved(zones)], rule=FRACTION if table.by_fraction else rule)
    scale = whole.area_ha.sum()
    np.testing.assert_allclose(table.region_ha, whole.area_ha[0], atol=1e-9 * scale)
    assert table.region_empty_ha == pytest.approx(whole.nodata_ha[0], abs=1e-9 * scale)
    np.testing.assert_allclose(table.region_ha + table.outside_ha, table.total_ha, atol=1e-9 * table.total_ha.sum())


@pytest.mark.parametrize("rule", RULES)
def test_duplicate_and_nested_outlines_are_counted_once_in_the_region(land, rule):
    grid, log = land.source.grid, Log()
    counties = mesh(grid, [7, 12.3], [11.4])
    zones = [*counties, counties[0], dissolved(counties[:2])]
    table = area_table(land, zones, log, rule)
    np.testing.assert_allclose(table.region_ha, table.total_ha, rtol=1e-9)
    np.testing.assert_allclose(table.area_ha[6], table.area_ha[0], rtol=1e-9)
    log_areas(table, log, land, [*"ABCDEF", "A again", "city"])
    told = next(warning for warning in log.warnings if warning.startswith("Zones overlap"))
    assert all(pair in told for pair in ("A and A again", "A and city", "B and city", "A again and city"))
    assert "C" not in told.split("km2 lie")[0].replace("City", "")


def raster(folder, size, value=1):
    return write_raster(folder, np.full((size, size), value, np.uint8), 0, 32648, geotransform=METRES)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("side", "size", "km2"), [(0.1, 10, 1.0), (0.5, 40, 16.0), (0.7, 40, 16.0)])
def test_zones_smaller_than_a_cell_tile(tmp_path, rule, side, size, km2):
    land = LandCover(RasterSource(str(raster(tmp_path, size)), "the map"))
    lines = np.arange(side, size - 1e-9, side).tolist()
    table = area_table(land, mesh(land.source.grid, lines, lines), rule=rule)
    assert table.area_ha.sum() / 100 == pytest.approx(km2, rel=1e-9)
    second = LandCover(RasterSource(str(raster(tmp_path, size, 2)), "later"))
    change = transition_table(land, second, mesh(land.source.grid, lines, lines), rule=rule)
    assert change.area_ha.sum() / 100 == pytest.approx(km2, rel=1e-9)


def test_exact_fractions_are_chosen_only_if_needed_and_logged(land):
    grid, log = land.source.grid, Log()
    table = area_table(land, mesh(grid, [7, 7.2], []), log)
    assert table.by_fraction == (1,)
    log_areas(table, log, land, ["west", "strip", "east"])
    assert any("without a cell centre: strip; all zones" in note for note in log.notes)
    # A neighbour of which no more than the border touches the raster is no reason.
    beyond = wkb(polygon([grid.xy(*p) for p in ((20, 0), (30, 0), (30, 24), (20, 24))]))
    table = area_table(land, [*mesh(grid, [7], []), beyond])
    assert table.by_fraction == ()
    assert table.missed == (2,)


def test_coverage_is_reduced_by_nodata_and_by_land_outside_the_raster(tmp_path):
    cells = np.ones((10, 10), np.uint8)
    cells[:5, 5:] = 0
    land = LandCover(RasterSource(str(write_raster(tmp_path, cells, 0, 32648, geotransform=METRES)), "the map"))
    grid = land.source.grid

    def box(left, top, right, bottom):
        return wkb(polygon([grid.xy(*p) for p in ((left, top), (right, top), (right, bottom), (left, bottom))]))

    zones = [box(0, 0, 5, 10), box(5, 0, 10, 10), box(5, 0, 15, 10), box(0, 0, 20, 20), box(30, 0, 40, 10), None]
    for rule in RULES:
        table = area_table(land, zones, rule=rule)
        np.testing.assert_allclose(table.coverage, [1, 0.5, 0.25, 75 / 400, 0, np.nan], rtol=1e-9)


def test_coverage_in_degrees_is_that_on_the_ellipsoid(tmp_path):
    """The zone extends from 10 to 50 degrees north; the raster covers the southern half, more than half its area."""
    place = (100.0, 1.0, 0.0, 30.0, 0.0, -1.0)
    land = LandCover(
        RasterSource(str(write_raster(tmp_path, np.ones((20, 10), np.uint8), 0, 4326, geotransform=place)), "the map")
    )
    zone = wkb(polygon([(102, 10), (106, 10), (106, 50), (102, 50)]))
    # On a sphere (sin 30 - sin 10)/(sin 50 - sin 10) = 0.5510; the ellipsoid changes the third digit at most.
    assert area_table(land, [zone]).coverage[0] == pytest.approx(0.5510, abs=2e-3)
