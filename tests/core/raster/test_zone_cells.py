"""Cells of zones in a block: which zones are taken by exact fraction."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.outlines import edges_on_grid
from carbon_balance.core.raster.zone_cells import zone_cells
from rasters import wkt
from shapes import polygon, wkb

BLOCK = Block(0, 0, 4, 3)
# A zone of two whole cells, and one of a tenth of a cell that holds no centre.
LARGE = [(0, 3), (2, 3), (2, 2), (0, 2)]
SMALL = [(3.0, 1.0), (3.1, 1.0), (3.1, 0.0), (3.0, 0.0)]


@pytest.fixture(scope="module")
def edges():
    grid = Grid(4, 3, (0.0, 1.0, 0.0, 3.0, 0.0, -1.0), wkt(32648))
    return edges_on_grid([wkb(polygon(LARGE)), wkb(polygon(SMALL))], grid)


@pytest.mark.parametrize("exact", [False, True])
def test_no_small_zones_give_no_area(edges, exact):
    cells = zone_cells(edges, BLOCK, exact, small=(), only_small=True)
    assert cells.area(np.ones(3)).tolist() == [0, 0]
    assert cells.overlapping()[0] == 0


def test_small_zones_are_taken_by_exact_fraction(edges):
    cells = zone_cells(edges, BLOCK, small=[1], only_small=True)
    assert cells.area(np.ones(3)) == pytest.approx([0, 0.1])


@pytest.mark.parametrize(
    ("exact", "small", "areas"), [(False, (), [2, 0]), (False, (1,), [2, 0.1]), (True, (), [2, 0.1])]
)
def test_small_zones_are_added_to_those_by_cell_centre(edges, exact, small, areas):
    assert zone_cells(edges, BLOCK, exact, small).area(np.ones(3)) == pytest.approx(areas)


def test_cells_in_two_zones_are_counted_and_their_zones_named():
    """Columns 0-1, 1-2 and 3 of three rows: the first two zones share column 1, the third only touches the second."""
    grid = Grid(4, 3, (0.0, 1.0, 0.0, 3.0, 0.0, -1.0), wkt(32648))
    zones = [wkb(polygon([(a, 3), (b, 3), (b, 0), (a, 0)])) for a, b in ((0, 2), (1, 3), (3, 4))]
    cells = zone_cells(edges_on_grid(zones, grid), BLOCK)
    count, which = cells.overlapping()
    assert (count, which.tolist()) == (3, [1])
    assert cells.area(np.array([1.0, 2, 4])).tolist() == [14, 14, 7]
    apart = zone_cells(edges_on_grid([zones[0], zones[2]], grid), BLOCK)
    assert (apart.overlapping()[0], apart.overlapping()[1].tolist()) == (0, [])
