"""Cell areas against the ellipsoid, and the equality of grids and CRS."""

from __future__ import annotations

import math

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid, same_crs
from carbon_balance.core.runtime.errors import CarbonBalanceError
from rasters import wkt

WGS84_M2 = 510_065_621.724e6  # area of the WGS 84 ellipsoid
SECONDS_30 = 1 / 120


def grid(epsg, geotransform, width=10, height=10):
    return Grid(width, height, geotransform, wkt(epsg) if isinstance(epsg, int) else epsg)


@pytest.mark.parametrize(("latitude", "km2"), [(22, 0.794), (34, 0.712)])
def test_published_area_of_a_cell_of_30_seconds(latitude, km2):
    row = grid(4326, (100, SECONDS_30, 0, latitude, 0, -SECONDS_30)).row_cell_area_ha()[0]
    assert row / 100 == pytest.approx(km2, abs=0.002)


@pytest.mark.parametrize("latitude", [-89.9, -34, 0.0, 25.05, 66, 89.95])
def test_cell_area_equals_the_geodesic_polygon(latitude):
    pyproj = pytest.importorskip("pyproj")
    size = 0.05
    area_ha = grid(4326, (103, size, 0, latitude + size / 2, 0, -size), 1, 1).row_cell_area_ha()[0]
    # Many points along the parallels, which are no geodesics.
    x = np.linspace(103, 103 + size, 200)
    xs, ys = np.r_[x, x[::-1]], np.r_[np.full(200, latitude - size / 2), np.full(200, latitude + size / 2)]
    geodesic_m2 = abs(pyproj.Geod(ellps="WGS84").polygon_area_perimeter(xs, ys)[0])
    assert area_ha == pytest.approx(geodesic_m2 / 1e4, rel=1e-6)


@pytest.mark.parametrize("dy", [-0.5, 0.5])
def test_cell_areas_of_the_globe_sum_to_the_ellipsoid(dy):
    """North-up and south-up grids; a grid that extends beyond the poles has no area there."""
    top = 91 if dy < 0 else -91
    rows = grid(4326, (-180, 0.5, 0, top, 0, dy), 720, 364).row_cell_area_ha()
    assert rows.sum() * 720 * 1e4 == pytest.approx(WGS84_M2, rel=1e-9)
    assert rows[0] == rows[1] == rows[-1] == 0
    assert rows == pytest.approx(rows[::-1])


def test_sphere_and_other_angular_units():
    sphere = 'GEOGCS["s",DATUM["s",SPHEROID["s",6371000,0]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    rows = grid(sphere, (0, 1, 0, 90, 0, -1), 360, 180).row_cell_area_ha()
    assert rows.sum() * 360 * 1e4 == pytest.approx(4 * math.pi * 6371000**2)
    grads = wkt(4807)  # NTF (Paris), in grads
    rows = grid(grads, (0, 1, 0, 100, 0, -1), 400, 200).row_cell_area_ha()
    a, b = 6378249.2, 6356515.0
    e = math.sqrt(1 - b * b / a / a)
    assert rows.sum() * 400 * 1e4 == pytest.approx(
        2 * math.pi * a * a * (1 + (1 - e * e) / e * math.atanh(e)), rel=1e-7
    )


def test_planar_areas_in_metres_feet_rotated_and_south_up():
    assert grid(32648, (5e5, 30, 0, 3e6, 0, -30)).row_cell_area_ha().tolist() == [0.09] * 10
    assert grid(32648, (5e5, 30, 0, 3e6, 0, 30)).row_cell_area_ha()[0] == 0.09
    feet = grid(2263, (1e6, 100, 0, 2e5, 0, -100))  # New York Long Island, US survey feet
    assert feet.row_cell_area_ha()[0] == pytest.approx((100 * 1200 / 3937) ** 2 / 1e4, rel=1e-12)
    turn = math.radians(30)
    c, s = 30 * math.cos(turn), 30 * math.sin(turn)
    rotated = grid(32648, (5e5, c, s, 3e6, s, -c))
    assert rotated.is_rotated
    assert rotated.row_cell_area_ha()[0] == pytest.approx(0.09)


@pytest.mark.parametrize("raising", [False, True])
def test_grids_without_measurable_areas_are_refused(raising):
    from osgeo import osr

    (osr.UseExceptions if raising else osr.DontUseExceptions)()
    try:
        with pytest.raises(CarbonBalanceError, match='map "a" has no coordinate reference system'):
            grid("", (0, 30, 0, 0, 0, -30)).need_areas('map "a"')
        local = 'LOCAL_CS["building",UNIT["metre",1]]'
        with pytest.raises(CarbonBalanceError, match="local coordinate system"):
            grid(local, (0, 30, 0, 0, 0, -30)).need_areas("a")
        with pytest.raises(CarbonBalanceError, match="rotated and has a geographic CRS"):
            grid(4326, (0, 0.1, 0.01, 0, 0.01, -0.1)).need_areas("a")
        grid(4326, (0, 0.1, 0, 0, 0, 0.1)).need_areas("a")
        grid(2263, (0, 30, 3, 0, 3, -30)).need_areas("a")
        compound = wkt(9518)  # WGS 84 + EGM2008 height
        grid(compound, (0, 0.1, 0, 0, 0, -0.1)).need_areas("a")
        assert grid(compound, (0, 0.1, 0, 0, 0, -0.1)).is_geographic
    finally:
        osr.DontUseExceptions()


def test_grids_with_the_same_cells_are_recognised():
    here = grid(32648, (5e5, 30, 0, 3e6, 0, -30), 1000, 1000)
    assert here.same_cells(grid(32648, (5e5 + 0.02, 30, 0, 3e6, 0, -30), 1000, 1000))
    assert not here.same_cells(grid(32648, (5e5 + 0.05, 30, 0, 3e6, 0, -30), 1000, 1000))
    # The same corner, but a cell size that drifts apart by half a cell at the far end.
    assert not here.same_cells(grid(32648, (5e5, 30.015, 0, 3e6, 0, -30), 1000, 1000))
    assert not here.same_cells(grid(32649, (5e5, 30, 0, 3e6, 0, -30), 1000, 1000))
    assert not here.same_cells(grid(32648, (5e5, 30, 0, 3e6, 0, -30), 1000, 999))
    assert not here.same_cells(grid(32648, (5e5, 30, 0, 3e6, 0, 30), 1000, 1000))


def test_equal_crs_are_recognised():
    from osgeo import osr

    lon_lat = osr.SpatialReference()
    lon_lat.SetWellKnownGeogCS("CRS84")
    assert same_crs(wkt(4326), lon_lat.ExportToWkt())
    assert same_crs("", "")
    assert not same_crs("", wkt(4326))
    assert not same_crs(wkt(4326), wkt(4490))
    assert not same_crs(wkt(32648), wkt(32648).replace("500000", "500001"))


def test_windows_keep_their_location():
    turned = Grid(100, 80, (10.0, 2.0, 0.5, 20.0, 0.25, -2.0), "")
    part = turned.window(7, 5, 3, 2)
    assert part.xy(1, 1) == turned.xy(8, 6)
    assert turned.bounds() == (10.0, -140.0, 250.0, 45.0)
