"""Which zones hold no cell centre, and how much of each lies on the raster."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.outlines import edges_on_grid
from carbon_balance.core.raster.zone_outlines.cell_rule import share_within, zones_without_centre
from rasters import wkt
from shapes import polygon, wkb

PLANE = Grid(6, 4, (0.0, 1.0, 0.0, 4.0, 0.0, -1.0), wkt(32648))


def box(left, bottom, right, top):
    return wkb(polygon([(left, bottom), (right, bottom), (right, top), (left, top)]))


@pytest.mark.parametrize(
    ("outline", "share"),
    [
        (box(1, 1, 3, 3), 1),
        (box(0, 0, 6, 4), 1),  # from edge to edge
        (box(-1, 1, 3, 3), 0.75),
        (box(5, 1, 8, 3), 1 / 3),
        (box(1, 3, 3, 8), 0.2),
        (box(1, -1, 3, 1), 0.5),
        (box(-2, -4, 4, 4), 1 / 3),
        (box(-1e-3, 1, 1, 3), 1 / 1.001),
        (box(7, 1, 8, 3), 0),
        (None, np.nan),
    ],
)
def test_the_part_of_a_zone_on_the_raster(outline, share):
    found = share_within(edges_on_grid([outline], PLANE), PLANE)
    assert found == pytest.approx([share], rel=1e-6, nan_ok=True)


def test_fractions_are_in_the_order_of_the_zones():
    zones = [box(-1, 1, 3, 3), box(1, 1, 2, 2), None, box(5, 1, 8, 3)]
    found = share_within(edges_on_grid(zones, PLANE), PLANE)
    assert found == pytest.approx([0.75, 1, np.nan, 1 / 3], rel=1e-6, nan_ok=True)


def test_rows_of_a_geographic_raster_count_by_their_area_on_the_ellipsoid():
    """Half of the latitudes from 0 to 60 are 57.7 % of the area: sin 30 / sin 60 on a sphere."""
    grid = Grid(10, 30, (100.0, 1.0, 0.0, 30.0, 0.0, -1.0), wkt(4326))
    found = share_within(edges_on_grid([box(101, 0, 103, 60)], grid), grid)
    assert found == pytest.approx([0.5774], abs=2e-3)
    assert found[0] != pytest.approx(0.5774, abs=1e-5)  # the ellipsoid is no sphere


def test_areas_in_cells():
    triangle = wkb(polygon([(1, 1), (4, 1), (1, 3)]))
    hole = wkb(polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (1, 2), (2, 2), (2, 1)]))
    assert edges_on_grid([triangle, hole, box(-3, 0, 0, 2)], PLANE).area == pytest.approx([3, 15, 6])


def test_zones_without_a_centre():
    """Centres lie at half units: the second covers cells and no centre, the last lies off the raster."""
    zones = [box(0, 0, 6, 4), box(1.6, 1.6, 2.4, 2.4), box(1.6, 1.6, 2.6, 2.6), box(9, 9, 9.4, 9.4), None]
    assert zones_without_centre(edges_on_grid(zones, PLANE), PLANE).tolist() == [1]


def test_a_zone_that_only_touches_the_raster_covers_none_of_it():
    """Overlaps up to a millionth of a cell come from rounding."""
    assert zones_without_centre(edges_on_grid([box(6 - 0.9e-6, 1, 7, 2)], PLANE), PLANE).tolist() == []
    assert zones_without_centre(edges_on_grid([box(6 - 1.1e-6, 1, 7, 2)], PLANE), PLANE).tolist() == [0]
    # Of a zone smaller than a cell, a millionth of the zone.
    assert zones_without_centre(edges_on_grid([box(6 - 0.9e-7, 1, 6.1, 2)], PLANE), PLANE).tolist() == []
    assert zones_without_centre(edges_on_grid([box(6 - 1.2e-7, 1, 6.1, 2)], PLANE), PLANE).tolist() == [0]
