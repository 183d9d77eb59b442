"""Grids of a chosen cell size."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.gridding import bounds_of_grid, bounds_of_outlines, grid_over
from carbon_balance.core.runtime.errors import CarbonBalanceError
from gridded import box, wkt_of

UTM = wkt_of("EPSG:32648")


def test_grid_covers_the_bounds_on_multiples_of_the_cell_size():
    bounds = bounds_of_outlines([box(1234.5, -700, 9000, 4100), None, box(8000, 0, 12000.5, 4000)])
    assert bounds == (1234.5, -700, 12000.5, 4100)
    grid = grid_over(bounds, 1000, UTM)
    assert (grid.width, grid.height) == (12, 6)
    assert grid.geotransform == (1000, 1000, 0, 5000, 0, -1000)
    assert grid_over((0, 0, 3000, 3000), 1000, UTM).bounds() == (0, 0, 3000, 3000)
    assert bounds_of_outlines([None]) is None


def test_bounds_in_another_crs_contain_the_curved_edges():
    grid = Grid(20, 20, (95, 1, 0, 50, 0, -1), wkt_of("EPSG:4326"))
    albers = wkt_of("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +datum=WGS84")
    west, south, east, north = bounds_of_grid(grid, albers, "a")
    assert east == pytest.approx(-west)
    # The lower edge sags in the middle, at 105 degrees, below its corners.
    corners = bounds_of_grid(Grid(1, 20, (95, 0.01, 0, 50, 0, -1), grid.crs_wkt), albers, "a")
    assert south < corners[1] - 10_000
    assert bounds_of_grid(grid, grid.crs_wkt, "a") == (95, 30, 115, 50)


@pytest.mark.parametrize(
    ("cell", "crs", "message"),
    [
        (1000, "EPSG:4326", r"cell size is 1000, but the region is only 2 wide .* \(degree\)"),
        (1e-3, "EPSG:32648", "too many"),
        (np.nan, "EPSG:32648", "must be greater than 0"),
        (-5, "EPSG:32648", "must be greater than 0"),
    ],
)
def test_impossible_cell_sizes_are_refused(cell, crs, message):
    bounds = (100, 30, 102, 31) if crs == "EPSG:4326" else (0, 0, 1e6, 1e6)
    with pytest.raises(CarbonBalanceError, match=message):
        grid_over(bounds, cell, wkt_of(crs))


def test_bounds_in_another_crs_need_a_crs():
    with pytest.raises(CarbonBalanceError, match="people has no coordinate reference system"):
        bounds_of_grid(Grid(2, 2, (0, 1, 0, 0, 0, -1), ""), UTM, "people")
