"""Location of cells on the earth, and whether their areas are true."""

from __future__ import annotations

import math

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.placing import area_error, need_place, warn_of_place
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from rasters import wkt


def made(crs, geotransform, width=10, height=10):
    return Grid(width, height, tuple(map(float, geotransform)), wkt(crs) if isinstance(crs, int) else crs)


@pytest.mark.parametrize(("latitude", "percent"), [(22, 16.3), (34, 45.5)])
def test_web_mercator_overstates_areas(latitude, percent):
    """sec^2 of the latitude, slightly less on the ellipsoid: 16 % at 22 N, 46 % at 34 N."""
    y = 6378137 * math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    error = area_error(made(3857, (1.15e7, 30, 0, y, 0, -30)))
    assert 100 * error == pytest.approx(percent, abs=1)


def test_area_error_is_small_in_utm_and_none_in_equal_area_or_degrees():
    assert abs(area_error(made(32648, (5e5, 30, 0, 2.5e6, 0, -30)))) == pytest.approx(0.0008, abs=1e-4)
    assert abs(area_error(made(6933, (1e7, 1000, 0, 3e6, 0, -1000)))) < 1e-5
    assert area_error(made(4326, (100, 0.1, 0, 30, 0, -0.1))) == 0
    assert area_error(made("", (0, 1, 0, 0, 0, -1))) == 0


def test_area_error_across_the_antimeridian_at_the_pole_and_off_the_map():
    across = made(32660, (8.2e5, 30000, 0, 1e5, 0, -30000), 1, 1)
    assert abs(area_error(across)) < 0.005
    pole = made(3413, (-150015, 30, 0, 150015, 0, -30), 10001, 10001)
    assert area_error(pole) == pytest.approx(-0.0594, abs=0.002)  # scale 0.9698 at the pole
    nowhere = made(32648, (1e30, 30, 0, 1e30, 0, -30))
    assert area_error(nowhere) == 0


def test_area_error_of_polar_projections_equals_the_published_scale():
    """Scale squared of the polar stereographic, from Snyder (1987), chapter 21: 1.0596 at 90 S for 71 S true."""
    for cell in (30, 25000):
        centred = made(3031, (-5 * cell, cell, 0, 5 * cell, 0, -cell))
        assert area_error(centred) == pytest.approx(0.9727**2 - 1, abs=0.002)
    assert abs(area_error(made(3031, (-2082760, 1000, 0, 5000, 0, -1000)))) < 0.002  # along 71 S
    assert abs(area_error(made(6932, (-5e4, 1e4, 0, 5e4, 0, -1e4)))) < 1e-6  # equal-area, on the pole


@pytest.mark.parametrize(
    ("crs", "geotransform", "size", "told"),
    [
        (4326, (100, 0.1, 0, 95, 0, -0.1), 10, "latitude"),
        (4326, (500000, 30, 0, 2000000, 0, -30), 10, "assign the CRS"),
        (4326, (-900, 0.1, 0, 30, 0, -0.1), 10, "longitude"),
        (4326, (-180, 1, 0, 30, 0, -1), 400, "longitude"),
        (4326, (0, 0.1, 0, -89.5, 0, -0.1), 10, "latitude"),
        (32648, (1e12, 100, 0, 1e12, 0, -100), 10, "no location on earth"),
        (32648, (5e5, 100, 0, 1e8, 0, -100), 10, "no location on earth"),
        (3857, (1e9, 100, 0, 1e6, 0, -100), 10, "no location on earth"),
        (54009, (3e7, 1000, 0, 0, 0, -1000), 10, "no location on earth"),
    ],
)
def test_cells_outside_the_earth_are_recognised(crs, geotransform, size, told):
    crs = crs if crs != 54009 else "+proj=moll +lon_0=0 +datum=WGS84 +units=m"
    if isinstance(crs, str):
        from osgeo import osr

        reference = osr.SpatialReference()
        reference.ImportFromProj4(crs)
        crs = reference.ExportToWkt()
    grid = made(crs, geotransform, size, 10)
    with pytest.raises(CarbonBalanceError, match=told):
        need_place(grid, "map")


@pytest.mark.parametrize(
    ("crs", "geotransform", "size"),
    [
        (4326, (-180, 1, 0, 90, 0, -1), (360, 180)),
        (4326, (0, 1, 0, -90, 0, 1), (360, 180)),
        (4326, (-0.125, 0.25, 0, 90.125, 0, -0.25), (1440, 721)),  # cells centred on the poles
        (4326, (179, 0.1, 0, 10, 0, -0.1), (20, 10)),
        (32648, (5e5, 100, 0, 2e6, 0, -100), (10, 10)),
        (2263, (1e6, 100, 0, 2e5, 0, -100), (10, 10)),
        (3413, (-150015, 30, 0, 150015, 0, -30), (10001, 10001)),
        ("", (0, 1, 0, 0, 0, -1), (10, 10)),
    ],
)
def test_cells_on_the_earth_are_accepted(crs, geotransform, size):
    log = Log()
    need_place(made(crs, geotransform, *size), "map")
    if crs not in (3413,):
        warn_of_place(made(crs, geotransform, *size), "map", log)
    assert log.warnings == []


def test_a_world_map_with_corners_off_the_earth_is_accepted():
    from osgeo import osr

    reference = osr.SpatialReference()
    reference.ImportFromProj4("+proj=sinu +R=6371007.181 +units=m")  # of MODIS, equal-area
    whole = made(reference.ExportToWkt(), (-20015109, 463.3, 0, 10007555, 0, -463.3), 86400, 43200)
    need_place(whole, "map")
    assert abs(area_error(whole)) < 1e-6


@pytest.mark.parametrize(
    ("crs", "geotransform", "told"),
    [
        (3857, (1.15e7, 30, 0, 2.5e6, 0, -30), "differ from true areas by up to +"),
        (3031, (-5e4, 1e4, 0, 5e4, 0, -1e4), "differ from true areas by up to -5.37 %"),
        (32648, (102.0, 0.01, 0, 25.0, 0, -0.01), "its coordinates look like degrees"),
        (6933, (1e7, 1000, 0, 3e6, 0, -1000), ""),
        (5070, (9e6, 1000, 0, 9e6, 0, -1000), "far outside the area of use of its CRS"),
    ],
)
def test_large_area_errors_give_a_warning(crs, geotransform, told):
    log = Log()
    warn_of_place(made(crs, geotransform), 'map "a"', log)
    assert len(log.warnings) == bool(told)
    assert all('map "a"' in each and told in each for each in log.warnings)
    assert not np.isnan(area_error(made(crs, geotransform)))
