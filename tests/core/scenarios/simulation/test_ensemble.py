"""Runs of an ensemble equal single runs, and the results are their mean and range."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import regions
from carbon_balance.core.raster.outlines import edges_on_grid
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.landscape import landscape
from carbon_balance.core.scenarios.simulation import ensemble, simulation
from osgeo import gdal
from rasters import write_raster
from regions import LABELS, Case
from shapes import polygon, wkb


@pytest.mark.parametrize("workers", [1, 3])
def test_each_run_equals_a_single_run_with_its_seed(workers):
    case = Case(100)
    case.permitted[:] = True
    rules = Rules(case.permitted, case.weights, iterations=60)
    land = case.land()
    before = land.map()

    def simulate_one(own, how, log):
        return simulation.simulate(own, how, case.demand[None], LABELS[: case.k], 1.0, log=log)

    found = ensemble.run_ensemble(None, land, rules, [5, 6, 7], simulate_one, Log(), workers)
    np.testing.assert_array_equal(land.map(), before)
    maps = []
    for seed, change in zip((5, 6, 7), found):
        alone = case.run(seed=seed)
        flat = land.now.copy()
        flat[change.cells] = change.classes
        radius = land.radius
        grid = flat.reshape(-1, land.stride)
        np.testing.assert_array_equal(grid[radius : radius + land.height, radius : radius + land.width], alone)
        maps.append(alone)
    assert (maps[0] != maps[1]).any()


def test_changes_of_all_spans_are_found(monkeypatch):
    monkeypatch.setattr(landscape, "SPAN_CELLS", 7)
    rng = np.random.default_rng(3)
    classes = rng.integers(0, 3, (9, 11)).astype(np.uint8)
    start, end = (regions.landscape(classes, np.ones((3, 9, 11))) for _ in range(2))
    cells = np.sort(rng.choice(np.flatnonzero(start.now < 3), 40, replace=False))
    end.now[cells] = (end.now[cells] + 1) % 3
    found = ensemble.changes_made(start, end)
    np.testing.assert_array_equal(found.cells, cells)
    np.testing.assert_array_equal(found.classes, end.now[cells])


def test_a_copy_shares_only_the_suitability():
    case = Case(100)
    land = case.land()
    land.begin(np.ones((case.k, case.k), bool), np.ones(case.k))
    other = ensemble.forked(land)
    assert other.suitability is land.suitability
    kept = {name: getattr(land, name).copy() for name in ("now", "origin", "neighbours", "others", "stay")}
    cell = int(np.flatnonzero(land.origin < case.k)[0])
    other.change(np.array([cell]), np.array([(land.now[cell] + 1) % case.k], np.uint8))
    other.take_as_origin()
    for name, values in kept.items():
        np.testing.assert_array_equal(getattr(land, name), values)
    assert other.now[cell] != land.now[cell]


def test_ranges_equal_those_of_the_single_runs():
    region = type("Region", (), {"codes": np.array([1, 5])})
    found = ensemble.SimulationEnsemble((1, 2, 3), (), 1, 1, region)
    start = np.array([[10.0, 5], [4, 0]])
    ends = np.array([[[8.0, 7], [4, 0]], [[8, 7], [3, 1]], [[8, 7], [2, 2]]])
    table = ensemble.range_columns(found, start, ends, ["east"], np.array([2.0, 10]))
    rows = {
        (quantity, zone, code): values
        for quantity, zone, code, *values in zip(*(table[name] for name in table if name != "runs"))
    }
    assert rows["area_ha", None, 1] == [10, 8, 0, 8, 8]
    assert rows["area_ha", "east", 5] == [0, 1, 1, 0, 2]
    assert rows["carbon_t", None, None] == [70, 86, 0, 86, 86]
    # 8, 16 and 24 t in the runs.
    assert rows["carbon_t", "east", None] == [8, 16, 8, 8, 24]
    assert set(table["runs"]) == {3}


NONE = 255  # land without a class
PLACE = (500000.0, 100.0, 0.0, 3000000.0, 0.0, -100.0)


@pytest.fixture
def runs(tmp_path):
    """Three runs of two classes on 2 x 3 cells of 1 ha, one of them without a class."""
    start = np.array([[0, 1, 0], [NONE, 1, 1]], np.uint8)
    ends = [
        np.array([[1, 1, 0], [NONE, 1, 1]], np.uint8),
        np.array([[1, 0, 0], [NONE, 1, 1]], np.uint8),
        np.array([[0, 0, 0], [NONE, 1, 1]], np.uint8),
    ]
    source = RasterSource(write_raster(tmp_path, start, NONE, 32648, geotransform=PLACE), "the map")
    region = SimpleNamespace(cover=SimpleNamespace(source=source), codes=np.array([4, 7]), classes=2)

    def layers(block):
        rows, columns = slice(block.row, block.row + block.height), slice(block.column, block.column + block.width)
        return start[rows, columns], [end[rows, columns] for end in ends]

    return SimpleNamespace(region=region, seeds=(1, 2, 3), layers=layers)


def test_shares_of_runs_in_which_cells_change_and_are_of_each_class(runs, tmp_path):
    path = tmp_path / "probability.tif"
    ensemble.write_probability(runs, str(path), Log()).publish()
    bands = gdal.Open(str(path))
    nothing = bands.GetRasterBand(1).GetNoDataValue()
    third = pytest.approx(1 / 3)
    two = pytest.approx(2 / 3)
    found = [bands.GetRasterBand(at).ReadAsArray().tolist() for at in (1, 2, 3)]
    assert found[0] == [[two, two, 0], [nothing, 0, 0]]
    assert found[1] == [[third, two, 1], [nothing, 0, 0]]
    assert found[2] == [[two, third, 0], [nothing, 1, 1]]
    assert bands.RasterCount == 3
    assert [bands.GetRasterBand(at).GetDescription() for at in (2, 3)] == [
        ensemble.CLASS_BAND.format(code=code) for code in (4, 7)
    ]


def test_areas_of_classes_in_the_region_and_in_zones(runs):
    grid = runs.region.cover.source.grid
    corners = [[(0, 0), (2, 0), (2, 2), (0, 2)], [(2, 0), (3, 0), (3, 2), (2, 2)]]
    zones = [wkb(polygon([grid.xy(*p) for p in each])) for each in corners]
    start, ends = ensemble.areas_by_zone(runs, edges_on_grid(zones, grid), 2, Log())
    assert start == pytest.approx(np.array([[2, 3], [1, 2], [1, 1]]))
    assert ends == pytest.approx(
        np.array([[[1, 4], [0, 3], [1, 1]], [[2, 3], [1, 2], [1, 1]], [[3, 2], [2, 1], [1, 1]]])
    )
    start, ends = ensemble.areas_by_zone(runs, None, 0, Log())
    assert start == pytest.approx(np.array([[2, 3]]))
    assert ends.shape == (3, 1, 2)


def test_a_single_run_has_no_range():
    region = SimpleNamespace(codes=np.array([1]))
    found = ensemble.SimulationEnsemble((1,), (), 1, 1, region)
    table = ensemble.range_columns(found, np.array([[1.0]]), np.array([[[3.0]]]), [], None)
    assert list(table.values())[:4] == [["area_ha"], [None], [1], [1]]
    assert (table["runs_mean"], table["runs_lowest"], table["runs_highest"]) == ([3], [3], [3])
    assert np.isnan(table["runs_sd"][0])
