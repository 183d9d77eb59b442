"""The rasters of change, value and land-use scenarios on a Dask cluster equal those of one machine."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.balance.indices import INDICES
from carbon_balance.core.balance.ratio_maps import Pair, RatioMaps, quantity_in
from carbon_balance.core.balance.ratio_raster import raster_balance
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.options.balance import ESDR
from carbon_balance.core.options.supply import ALTERNATE_RASTER, BASELINE_RASTER, CHANGE_RASTER, VALUE_RASTER
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime import cluster
from carbon_balance.core.runtime.gdal_state import close_all
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.runtime.parallel import map_in_order
from carbon_balance.core.scenarios.accuracy.simulation_accuracy import write_change_map
from carbon_balance.core.scenarios.automaton.rules import Rules
from carbon_balance.core.scenarios.class_maps import aligned, cross
from carbon_balance.core.scenarios.land_use_demand.demand_tables import LandUseDemand
from carbon_balance.core.scenarios.landscape import distributed_landscape as distributed
from carbon_balance.core.scenarios.landscape import landscape
from carbon_balance.core.scenarios.simulation.run import SimulationSettings, run_simulation, start_of
from carbon_balance.core.scenarios.suitability.learning import TrainingSettings, suitability
from carbon_balance.core.supply.change_rasters import stock_change
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.supply.valuation import Valuation
from osgeo import gdal
from rasters import box, same_rasters

SIZE = 2100  # two blocks of every pass
POOLS = PoolTable("pools", made.CODES, list("abc"), np.arange(12.0).reshape(3, 4) * 1.7)
CORNERS = [(0, 0, 900, 700.3), (900, 0, 2000, 2000), (20.2, 2000, 20.4, 2000.3)]
OUTLINES = [box(*corners, origin=(500000, 2600000), cell=30) for corners in CORNERS]


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return made.Region(tmp_path_factory.mktemp("region"), SIZE)


@pytest.fixture(scope="module")
def covers(region):
    return tuple(LandCover(RasterSource(path)) for path in (region.first_path, region.later_path))


@pytest.fixture(scope="module")
def drivers(region):
    return {"slope": RasterSource(region.slope_path), "distance": RasterSource(region.distance_path)}


def learned(covers, drivers, earlier, path):
    found = suitability(
        covers[1], earlier, drivers, None, TrainingSettings(samples=3000, iterations=30), str(path), Log()
    )
    return found, found.raster.publish()


@pytest.fixture(scope="module")
def shares(covers, drivers, tmp_path_factory):
    """A suitability raster made on one machine."""
    return learned(covers, drivers, None, tmp_path_factory.mktemp("suitability") / "suitability.tif")[1]


def both(address, make):
    """What ``make`` gives on this machine alone and on the cluster."""
    alone = make("alone")
    close_all()
    with cluster.scheduled(address):
        shared = make("shared")
    close_all()
    return alone, shared


def test_value_and_change_by_pool_equal_those_of_one_machine(address, covers, tmp_path):
    valuation = Valuation(40.0, discount_percent=3.0, years=5, currency="CNY")

    def make(name):
        paths = {
            kind: str(tmp_path / f"{name}_{kind}.tif")
            for kind in (BASELINE_RASTER, ALTERNATE_RASTER, CHANGE_RASTER, VALUE_RASTER)
        }
        found, staged = stock_change(covers, (POOLS, POOLS), Log(), paths, valuation, True, OUTLINES)
        return found, [raster.publish() for raster in staged.values()]

    (alone, rasters), (shared, others) = both(address, make)
    assert repr(alone.table) == repr(shared.table)
    assert len(rasters) == 4
    for first, second in zip(rasters, others):
        same_rasters(first, second)


@pytest.mark.parametrize("by_transition", [False, True])
def test_suitability_equals_that_of_one_machine(address, covers, drivers, tmp_path, by_transition):
    earlier = covers[0] if by_transition else None
    alone, shared = both(address, lambda name: learned(covers, drivers, earlier, tmp_path / f"{name}.tif"))
    same_rasters(alone[1], shared[1])
    assert alone[0].network.to_text() == shared[0].network.to_text()
    assert alone[0].without == shared[0].without


def test_the_map_of_accuracy_equals_that_of_one_machine(address, covers, tmp_path):
    three = aligned([*covers, covers[0]])

    def make(name):
        crossing = cross(three, Log())
        return crossing, write_change_map(three, crossing.codes, str(tmp_path / f"{name}.tif"), Log()).publish()

    alone, shared = both(address, make)
    np.testing.assert_array_equal(alone[0].cells, shared[0].cells)
    np.testing.assert_array_equal(alone[0].area_ha, shared[0].area_ha)
    same_rasters(alone[1], shared[1])


def test_maxima_and_change_of_balance_equal_those_of_one_machine(address, region, tmp_path):
    slope, distance = RasterSource(region.slope_path), RasterSource(region.distance_path)
    first = Pair(*(quantity_in(source, "t/km2", slope.grid) for source in (distance, slope)))
    later = Pair(*(quantity_in(source, "t/km2", slope.grid, 1.1) for source in (slope, distance)))

    def make(name):
        maps = RatioMaps(*(str(tmp_path / f"{name}_{kind}.tif") for kind in ("ratio", "balance", "change")))
        found, staged = raster_balance(INDICES[ESDR], first, slope.grid, maps, Log(), later, 0.5)
        return found, [raster.publish() for raster in staged.values()]

    (alone, rasters), (shared, others) = both(address, make)
    assert repr(alone) == repr(shared)
    assert len(rasters) == 3
    for one, other in zip(rasters, others):
        same_rasters(one, other)


class Simulated:
    """The inputs of a simulation of two steps, by class or by transition."""

    def __init__(self, covers, shares, region, folder, flows: bool) -> None:
        self.cover, self.shares = covers[1], RasterSource(shares)
        self.crossing = start_of(self.cover, Log())
        cells, k = self.crossing.cells, len(self.crossing.codes)
        closed = np.zeros((SIZE, SIZE), np.uint8)
        closed[300:500, 200:1800] = 1
        self.closed = RasterSource(made.write(folder / "closed.tif", closed))
        moved = np.array([[[0, 900, 3000], [500, 0, 2000], [0, 0, 0]], [[0, 1500, 7000], [900, 0, 3000], [0, 0, 0]]])
        full = moved.copy()
        full[:, np.arange(k), np.arange(k)] = cells - moved.sum(axis=2)
        wanted = full.sum(axis=1)
        self.demand = LandUseDemand(["2025", "2030"], self.crossing.codes, wanted, full if flows else None)
        self.rules = Rules(np.ones((k, k), bool), np.ones(k), iterations=15, base_inertia=0.005 if flows else 10.0)

    def run(self, path, log=None, runs=1):
        return run_simulation(
            self.cover,
            self.shares,
            self.demand,
            self.crossing,
            self.rules,
            SimulationSettings(window=5, restricted=self.closed, keep_steps=True, runs=runs),
            str(path),
            log or Log(),
        )


@pytest.mark.parametrize("allocation", ["roulette", "ranked"])
def test_parallel_runs_equal_those_of_one_machine(address, covers, shares, region, tmp_path, monkeypatch, allocation):
    """Several runs, each with parts of its own on the workers, one after the other or together."""
    monkeypatch.setattr(distributed, "PART_CELLS", landscape.SPAN_CELLS)
    inputs = Simulated(covers, shares, region, tmp_path, True)
    inputs.rules = replace(inputs.rules, allocation=allocation, iterations=3)
    alone, shared = both(address, lambda name: inputs.run(tmp_path / f"{name}.tif", runs=3))
    same_rasters(alone.raster.publish(), shared.raster.publish())
    assert alone.ensemble.seeds == shared.ensemble.seeds == (1, 2, 3)
    for one, other in zip(alone.ensemble.changes, shared.ensemble.changes):
        np.testing.assert_array_equal(one.cells, other.cells)
        np.testing.assert_array_equal(one.classes, other.classes)
    assert len({change.cells.tobytes() for change in shared.ensemble.changes}) == 3


@pytest.mark.parametrize("flows", [False, True])
def test_the_simulation_equals_that_of_one_machine(address, covers, shares, region, tmp_path, flows, monkeypatch):
    """Several parts on each worker, neighbourhoods across their borders, closing rounds."""
    monkeypatch.setattr(distributed, "PART_CELLS", landscape.SPAN_CELLS)
    inputs = Simulated(covers, shares, region, tmp_path, flows)
    alone, shared = both(address, lambda name: inputs.run(tmp_path / f"{name}.tif"))
    one, other = alone.raster.publish(), shared.raster.publish()
    same_rasters(one, other)
    assert alone.settled == shared.settled
    different = gdal.Open(one).ReadAsArray()[0] != gdal.Open(covers[1].source.path).ReadAsArray()
    assert alone.changed_cells == shared.changed_cells == different[region.later > 0].sum() > 0
    for first, second in zip(alone.history.changed, shared.history.changed):
        assert first == second
    np.testing.assert_array_equal(alone.results[-1].cells, inputs.demand.cells[-1])
    np.testing.assert_array_equal(cross([LandCover(RasterSource(one))], Log()).cells, inputs.demand.cells[-1])


def test_a_simulation_continues_after_a_worker_is_killed(address, covers, shares, region, tmp_path):
    inputs = Simulated(covers, shares, region, tmp_path, False)
    alone = inputs.run(tmp_path / "alone.tif").raster.publish()
    close_all()
    with cluster.scheduled(address):
        pid = next(map_in_order(lambda _: os.getpid(), [1], Log(), 1))[1]

        class Killing(Log):
            fired = False

            def progress(self, fraction):
                # At most fifteen iterations in each of two steps: the second of the last, by when parts have changed.
                if fraction == (1 + 1 / 15) / 2 and not self.fired:
                    self.fired = True
                    os.kill(pid, signal.SIGKILL)

        log = Killing()
        shared = inputs.run(tmp_path / "shared.tif", log).raster.publish()
    assert log.fired
    same_rasters(alone, shared)
