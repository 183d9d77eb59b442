"""Areas of a first land cover and what later ones change, by zone and in all, on 3 x 2 cells of 1 ha."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.uncertainty.areas import scenario_areas
from rasters import write_raster
from shapes import polygon, wkb

PLACE = (500000.0, 100.0, 0.0, 3000000.0, 0.0, -100.0)
# In another order than that of the codes.
POOLS = PoolTable(
    "pools", np.array([7, 2, 5]), ["a", "b", "c"], np.array([[1.0, 0, 0, 0], [10, 0, 0, 0], [100, 0, 0, 0]])
)


def cover(folder, name, cells):
    path = write_raster(folder / f"{name}.tif", np.array(cells, np.uint8), 0, 32648, geotransform=PLACE)
    return LandCover(RasterSource(path, name))


@pytest.fixture
def areas(tmp_path):
    first = cover(tmp_path, "first", [[7, 7, 2], [2, 7, 0]])
    later = {
        "same": cover(tmp_path, "same", [[7, 7, 2], [2, 7, 7]]),
        "other": cover(tmp_path, "other", [[2, 7, 7], [2, 0, 7]]),
    }
    grid = first.source.grid
    corners = [
        [(0, 0), (1, 0), (1, 2), (0, 2)],
        [(1, 0), (3, 0), (3, 2), (1, 2)],
        [(9, 9), (9.5, 9), (9.5, 9.5), (9, 9.5)],
    ]
    zones = [wkb(polygon([grid.xy(*p) for p in each])) for each in corners]
    return scenario_areas(first, later, POOLS, Log(), zones, ["west", "east", "away"])


def test_stock_is_in_the_order_of_the_pool_table(areas):
    expected = np.array([[1, 1, 0], [2, 1, 0], [np.nan] * 3, [3, 2, 0]])
    assert areas.stock_ha == pytest.approx(expected, nan_ok=True)
    assert areas.supply_t(POOLS) == pytest.approx([11, 12, np.nan], nan_ok=True)
    assert areas.names == ["same", "other"]
    assert areas.coverage[:2] == pytest.approx([1, 0.75])


def test_changes_are_on_the_cells_with_data_in_both(areas):
    same, other = areas.changes_ha
    assert same == pytest.approx(np.array([[0, 0, 0], [0, 0, 0], [np.nan] * 3, [0, 0, 0]]), nan_ok=True)
    # In the west 7 became 2, in the east 2 became 7.
    assert other == pytest.approx(np.array([[-1, 1, 0], [1, -1, 0], [np.nan] * 3, [0, 0, 0]]), nan_ok=True)


def test_without_zones_the_whole_raster_is_measured(tmp_path):
    first = cover(tmp_path, "first", [[7, 7, 2], [2, 7, 0]])
    later = {"less": cover(tmp_path, "less", [[2, 2, 2], [2, 7, 0]])}
    areas = scenario_areas(first, later, POOLS, Log())
    assert areas.stock_ha == pytest.approx(np.array([[3, 2, 0]]))
    assert areas.changes_ha[0] == pytest.approx(np.array([[-2, 2, 0]]))
