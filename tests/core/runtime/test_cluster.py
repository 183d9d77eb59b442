"""Runs on a Dask cluster give the same cells and tables as on one machine, also if a worker fails."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.balance.indices import INDICES
from carbon_balance.core.balance.ratio_maps import Pair, RatioMaps, quantity_in
from carbon_balance.core.balance.ratio_raster import raster_balance
from carbon_balance.core.demand.demand_raster import Target, demand_of_population
from carbon_balance.core.demand.disaggregation import WeightedEmission, disaggregate
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.options.balance import NORMALISED
from carbon_balance.core.options.demand import EVENLY
from carbon_balance.core.options.supply import ALTERNATE_RASTER, BASELINE_RASTER, CHANGE_RASTER
from carbon_balance.core.raster.quantity import quantity_on
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.raster.writing import writer
from carbon_balance.core.runtime import cluster, i18n
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.gdal_state import close_all
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.runtime.parallel import map_in_order
from carbon_balance.core.supply.change_rasters import stock_change
from carbon_balance.core.supply.pools import PoolTable
from carbon_balance.core.supply.storage import storage
from clusters import local_cluster
from osgeo import gdal
from rasters import box, cells, same_rasters, write_raster

POOLS = PoolTable("pools", np.arange(1, 6), list("abcde"), np.arange(20.0).reshape(5, 4) * 1.7)
SIDE = 2600
OUTLINES = [box(0, 0, 1300, 1200.3), box(1300, 0, 2600, 2600), box(20.2, 2000, 20.4, 2000.3), box(9, 9, 2000, 2000)]


@pytest.fixture(scope="module")
def covers(tmp_path_factory):
    """Two dates."""
    folder = tmp_path_factory.mktemp("covers")
    random = np.random.default_rng(8)
    cells = [np.kron(random.integers(0, 6, (26, 26)), np.ones((100, 100))).astype(np.uint8) for _ in range(2)]
    return [LandCover(RasterSource(write_raster(folder, array, 0, options=["TILED=YES"]))) for array in cells]


def same(first, second):
    for name, value in vars(first).items():
        if dataclasses.is_dataclass(value):
            same(value, getattr(second, name))
            continue
        np.testing.assert_array_equal(value, getattr(second, name), err_msg=name)


def store(cover, path, log=None, by_pool=False):
    areas, staged = storage(cover, POOLS, log or Log(), str(path), by_pool=by_pool, outlines=OUTLINES)
    return areas, staged.publish()


@pytest.mark.parametrize("suffix", ["tif", "vrt"])
def test_storage_and_zones_equal_those_of_threads(address, covers, tmp_path, suffix):
    areas, alone = store(covers[0], tmp_path / "alone.tif", by_pool=True)
    with cluster.scheduled(address):
        others, shared = store(covers[0], tmp_path / f"shared.{suffix}", by_pool=True)
    same(areas, others)
    assert areas.by_fraction == (2,)
    same_rasters(alone, shared)
    left = sorted(path.name.partition(".")[2] for path in tmp_path.iterdir() if path.name.startswith("shared."))
    assert len(left) == 1 if suffix == "tif" else len(left) == 2 and left[0].endswith(".tiles")
    if suffix == "tif":
        assert gdal.Open(shared).GetMetadata("IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert gdal.Open(shared).GetRasterBand(1).GetOverviewCount() > 0


def test_a_vrt_moves_with_its_tiles_and_replaces_older_ones(address, covers, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    with cluster.scheduled(address):
        for _ in range(2):
            store(covers[0], folder / "carbon.vrt")
    assert len(list(folder.iterdir())) == 2
    before, _ = cells(folder / "carbon.vrt")
    close_all()
    moved = folder.rename(tmp_path / "elsewhere")
    np.testing.assert_array_equal(cells(moved / "carbon.vrt")[0], before)


def test_change_equals_that_of_threads(address, covers, tmp_path):
    def change(name):
        paths = {
            kind: str(tmp_path / f"{name}_{kind}.tif") for kind in (BASELINE_RASTER, ALTERNATE_RASTER, CHANGE_RASTER)
        }
        found, staged = stock_change(tuple(covers), (POOLS, POOLS), Log(), paths, outlines=OUTLINES)
        return found, [raster.publish() for raster in staged.values()]

    alone, rasters = change("alone")
    with cluster.scheduled(address):
        shared, others = change("shared")
    same(alone.table, shared.table)
    assert len(others) == 3
    for first, second in zip(rasters, others):
        same_rasters(first, second)


def test_demand_and_ratio_equal_those_of_threads(address, covers, tmp_path):
    source = covers[0].source
    weights = quantity_on(source, source.grid)

    def made(name):
        close_all()
        part = WeightedEmission(np.array([4e5, 3e5, 1e3, 5e4]), weights)
        disaggregated, staged = disaggregate(
            [part], OUTLINES, list("abcd"), Target(str(tmp_path / f"{name}_d.tif"), source.grid), Log(), empty=EVENLY
        )
        demand = staged.publish()
        of_persons, staged = demand_of_population(
            weights, 2.5, Target(str(tmp_path / f"{name}_p.tif"), source.grid), Log()
        )
        persons = staged.publish()
        sides = [quantity_in(RasterSource(path), "t/km2", source.grid) for path in (demand, persons)]
        balance, staged = raster_balance(
            INDICES[NORMALISED], Pair(*sides), source.grid, RatioMaps(ratio=str(tmp_path / f"{name}_r.tif")), Log()
        )
        return (disaggregated, of_persons, balance), [demand, persons, staged["ratio"].publish()]

    alone, rasters = made("alone")
    with cluster.scheduled(address):
        shared, others = made("shared")
    for first, second in zip(alone, shared):
        assert repr(first) == repr(second)
    for first, second in zip(rasters, others):
        same_rasters(first, second)


def test_the_environment_variable_gives_the_address(address, monkeypatch):
    monkeypatch.setenv(cluster.SCHEDULER_VARIABLE, address)
    with cluster.scheduled():
        pids = {pid for _, pid in map_in_order(lambda _: os.getpid(), range(20), Log(), 20)}
        assert [pid for _, pid in map_in_order(lambda _: os.getpid(), [1], Log(), 1, here=True)] == [os.getpid()]
    assert os.getpid() not in pids
    assert [pid for _, pid in map_in_order(lambda _: os.getpid(), [1], Log(), 1)] == [os.getpid()]


def test_many_blocks_are_grouped_into_tasks_and_returned_in_order(address):
    def task(item):
        from distributed import get_worker

        return item * item, get_worker().get_current_task()

    with cluster.scheduled(address):
        found = list(map_in_order(task, iter(range(1001)), Log(), 1001))
    assert [(item, square) for item, (square, _) in found] == [(item, item * item) for item in range(1001)]
    assert len({key for _, (_, key) in found}) == 63  # sixteen a task


def test_the_work_of_a_killed_worker_is_repeated(address):
    def slow(item):
        time.sleep(0.05)
        return item * item, os.getpid()

    with cluster.scheduled(address):
        results, killed = [], None
        for item, (square, pid) in map_in_order(slow, range(60), Log(), 60):
            results.append((item, square))
            if item == 10:
                killed = pid
                os.kill(pid, signal.SIGKILL)
    assert killed is not None
    assert results == [(item, item * item) for item in range(60)]


def test_a_worker_killed_while_tiles_are_written(address, covers, tmp_path):
    areas, alone = store(covers[0], tmp_path / "alone.tif")
    with cluster.scheduled(address):
        pid = next(map_in_order(lambda _: os.getpid(), [1], Log(), 1))[1]

        class Killing(Log):
            fired = False

            def progress(self, fraction):
                if not self.fired:
                    self.fired = True
                    os.kill(pid, signal.SIGKILL)

        log = Killing()
        others, shared = store(covers[0], tmp_path / "shared.tif", log)
    assert log.fired
    same(areas, others)
    same_rasters(alone, shared)


def test_refused_and_cancelled_runs_leave_no_file(address, covers, tmp_path):
    class Stopped(Log):
        def is_cancelled(self):
            return any(tmp_path.iterdir())

    with cluster.scheduled(address):
        with pytest.raises(Cancelled):
            store(covers[0], tmp_path / "carbon.vrt", Stopped())
        few = PoolTable("few", np.array([1, 2]), ["a", "b"], np.ones((2, 4)))
        with pytest.raises(CarbonBalanceError, match="class code"):
            storage(covers[0], few, Log(), str(tmp_path / "carbon.tif"))
    assert list(tmp_path.iterdir()) == []


def test_cancelling_while_tiles_are_joined_leaves_no_file(address, covers, tmp_path):
    class Stopped(Log):
        joined = False

        def is_cancelled(self):
            self.joined = self.joined or any(path.name.endswith(".part.tif") for path in tmp_path.iterdir())
            return self.joined

    log = Stopped()
    with cluster.scheduled(address), pytest.raises(Cancelled):
        store(covers[0], tmp_path / "carbon.tif", log)
    assert any("Merging" in note for note in log.notes)
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_work_is_raised_unchanged(address):
    def refuse(_):
        raise CarbonBalanceError("a sentence")

    with cluster.scheduled(address), pytest.raises(CarbonBalanceError, match="^a sentence$"):
        list(map_in_order(refuse, range(5), Log(), 5))


def test_messages_of_workers_are_in_the_user_s_language(address, tmp_path):
    negative = RasterSource(write_raster(tmp_path, np.full((4, 4), -1.0)), label="weights")
    target = Target(str(tmp_path / "demand.tif"), negative.grid)
    said = []
    i18n.use_language("zh_CN")
    try:
        for scheduler in ("", address):
            with cluster.scheduled(scheduler), pytest.raises(CarbonBalanceError) as refused:
                demand_of_population(quantity_on(negative, negative.grid), 1.0, target, Log())
            said.append(str(refused.value))
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert said[0] == said[1]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said[1])


def test_a_lost_scheduler_ends_the_run_with_a_clear_error(monkeypatch):
    monkeypatch.setattr(cluster, "LOST_S", 3)
    with local_cluster(1) as local, cluster.scheduled(local.scheduler_address):
        results = map_in_order(lambda item: time.sleep(0.2) or item, range(100), Log(), 100)
        assert next(results) == (0, 0)
        local.close(timeout=5)
        with pytest.raises(CarbonBalanceError, match="was lost during the run"):
            list(results)


def test_a_cluster_without_workers_ends_the_run_with_a_clear_error(monkeypatch):
    monkeypatch.setattr(cluster, "LOST_S", 2)
    monkeypatch.setattr(cluster, "_ASK_EVERY_S", 0.5)
    with local_cluster(1) as local, cluster.scheduled(local.scheduler_address):
        results = map_in_order(lambda item: time.sleep(0.2) or item, range(100), Log(), 100)
        assert next(results) == (0, 0)
        local.scale(0)
        with pytest.raises(CarbonBalanceError, match="has had no worker for 2 seconds"):
            list(results)


def test_cancelling_does_not_wait_for_the_work(address):
    class Late(Log):
        begin = time.monotonic()

        def is_cancelled(self):
            return time.monotonic() > self.begin + 1

    with cluster.scheduled(address):
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            list(map_in_order(lambda _: time.sleep(6), range(2), Late(), 2))
        assert time.monotonic() - begin < 4


def test_a_cluster_run_without_dask_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with cluster.scheduled("tcp://127.0.0.1:9"), pytest.raises(CarbonBalanceError) as refused:
        list(map_in_order(abs, [1], Log(), 1))
    assert "tcp://127.0.0.1:9 needs the package dask[distributed], which is not installed" in str(refused.value)


def test_an_unreachable_scheduler_is_refused(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    with cluster.scheduled("tcp://127.0.0.1:9"), pytest.raises(CarbonBalanceError, match="cannot be reached"):
        list(map_in_order(abs, [1], Log(), 1))
    with cluster.scheduled("a" * 600), pytest.raises(CarbonBalanceError, match="cannot be reached") as refused:
        list(map_in_order(abs, [1], Log(), 1))
    assert len(str(refused.value)) < 700
    with cluster.scheduled("nonsense://x"), pytest.raises(CarbonBalanceError, match="cannot be reached"):
        list(map_in_order(abs, [1], Log(), 1))


def test_dask_is_not_needed_without_an_address(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delenv(cluster.SCHEDULER_VARIABLE, raising=False)
    with cluster.scheduled("  "):
        assert list(map_in_order(abs, [-1], Log(), 1)) == [(-1, 1)]


def test_insufficient_disk_space_is_refused_before_writing(covers, tmp_path, monkeypatch):
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda _: type("Disk", (), {"total": 10**12, "free": 1000}))
    with pytest.raises(CarbonBalanceError, match=r"carbon\.tif will need about .* GB, but only 0\.\d+ GB are free"):
        storage(covers[0], POOLS, Log(), str(tmp_path / "carbon.tif"))
    assert list(Path(tmp_path).iterdir()) == []


def test_three_tasks_per_worker_thread_and_at_least_eight_are_queued():
    """Before workers connect, one thread is assumed."""
    on = cluster.Cluster.__new__(cluster.Cluster)
    for threads, total, ahead in (({"a": 2, "b": 3}, 5, 15), ({"a": 2}, 2, 8), ({}, 1, 8)):
        on._client = SimpleNamespace(nthreads=lambda threads=threads: threads)
        assert (on.threads, on.ahead) == (total, ahead)
