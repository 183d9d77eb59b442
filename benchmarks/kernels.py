"""Kernels that time themselves: ``kernels.py NAME ARGUMENTS`` prints {"seconds": ..., "cpu_seconds": ...}.

Each is called in a separate process, so that no run profits from a previous one.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Stopwatch:
    """A stopwatch that starts on creation."""

    def __init__(self) -> None:
        self.begin = time.perf_counter(), time.process_time(), time.thread_time()

    def read(self) -> dict[str, float]:
        """Seconds since then: by the clock, of all threads together, and of the calling thread alone."""
        seconds, cpu_seconds, driver_seconds = self.begin
        return {
            "seconds": time.perf_counter() - seconds,
            "cpu_seconds": time.process_time() - cpu_seconds,
            "driver_seconds": time.thread_time() - driver_seconds,
        }


def load_plugin() -> None:
    """The checkout as the package ``carbon_balance``, as QGIS loads it."""
    spec = importlib.util.spec_from_file_location(
        "carbon_balance", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    sys.modules["carbon_balance"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def land_cover_of(path: str):
    from carbon_balance.core.land_cover.codes import LandCover
    from carbon_balance.core.raster.source import RasterSource

    return LandCover(RasterSource(path))


def outlines_of(path: str) -> list[bytes]:
    """The outlines of a layer as well-known binary."""
    from osgeo import ogr

    dataset = ogr.Open(path)
    return [bytes(feature.GetGeometryRef().ExportToWkb()) for feature in dataset.GetLayer(0)]


def _pools():
    import numpy as np
    from carbon_balance.core.supply.pools import PoolTable
    from inputs import POOLS_T_HA

    pools = np.array(POOLS_T_HA)
    return PoolTable("pools", np.arange(1, len(pools) + 1), [""] * len(pools), pools)


def read(source: str) -> dict:
    """Only reading, as in the kernels."""
    from carbon_balance.core.raster.blocks import blocks
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.runtime.parallel import map_in_order

    cover = land_cover_of(source)

    def work(block):
        return cover.source.read(block).size

    watch = Stopwatch()
    todo = blocks(cover.source.grid.width, cover.source.grid.height)
    for _ in map_in_order(work, todo, Log(), len(todo)):
        pass
    return watch.read()


def storage(source: str, target: str, workers: str = "2", zones: str = "") -> dict:
    """Density raster and area table in one pass, the file closed and named."""
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.supply import storage

    cover = land_cover_of(source)
    table = _pools()
    outlines = outlines_of(zones) if zones else ()
    watch = Stopwatch()
    _, staged = storage.storage(cover, table, Log(), target, outlines=outlines, workers=int(workers))
    staged.publish()
    return watch.read()


def change(first: str, second: str, target: str) -> dict:
    """Change in carbon as a raster, and the transition table, in one pass over two land covers."""
    from carbon_balance.core.options.supply import CHANGE_RASTER
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.supply.change_rasters import stock_change

    covers = land_cover_of(first), land_cover_of(second)
    watch = Stopwatch()
    _, staged = stock_change(covers, (_pools(), _pools()), Log(), {CHANGE_RASTER: target})
    staged[CHANGE_RASTER].publish()
    return watch.read()


def scheduled_storage(source: str, target: str, zones: str, address: str) -> dict:
    """The same on a Dask cluster; seconds include the connection, CPU seconds only those of the main process."""
    from carbon_balance.core.runtime.cluster import scheduled

    watch = Stopwatch()
    with scheduled(address):
        storage(source, target, zones=zones)
    return watch.read()


def copy(source: str, target: str) -> dict:
    """GDAL's copy of a raster and its overviews, as ``gdal_translate`` does, with our options, threads and cache."""
    from carbon_balance.core.raster.writing.creation_options import creation_options
    from carbon_balance.core.runtime.parallel import bounded_cache
    from osgeo import gdal

    gdal.UseExceptions()
    watch = Stopwatch()
    with bounded_cache():
        dataset = gdal.OpenEx(source, gdal.OF_RASTER, open_options=["NUM_THREADS=2"])
        gdal.Translate(target, dataset, creationOptions=[*creation_options(), "COPY_SRC_OVERVIEWS=YES"])
    return watch.read()


def zonal(source: str, zones: str, rule: str) -> dict:
    """The area table of zones by class."""
    from carbon_balance.core.land_cover.area_table import area_table

    cover, outlines = land_cover_of(source), outlines_of(zones)
    watch = Stopwatch()
    area_table(cover, outlines, rule=rule)
    return watch.read()


def exactextract(source: str, zones: str) -> dict:
    """The same by exactextract, whose tables are fractions by zone and class."""
    from exactextract import exact_extract

    watch = Stopwatch()
    exact_extract(source, zones, ["unique", "frac", "count"])
    return watch.read()


def read_and_write(source: str, target: str) -> dict:
    """Read a raster and write 64-bit numbers of its size, with our engine and options."""
    import numpy as np
    from carbon_balance.core.raster.blocks import blocks
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.raster.writing.creation_options import creation_options
    from carbon_balance.core.raster.writing.writer import StagedRaster
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.runtime.parallel import map_in_order

    raster = RasterSource(source)
    watch = Stopwatch()
    staged = StagedRaster(target, raster.grid, np.float64, options=creation_options(continuous=True))
    todo = blocks(raster.grid.width, raster.grid.height)
    for block, values in map_in_order(lambda block: raster.read(block) * np.float64(np.pi), todo, Log(), len(todo)):
        staged.write(block, values)
    staged.publish()
    return watch.read()


def demand(source: str, zones: str, target: str) -> dict:
    """Emissions of zones spread over weights, the file closed and named."""
    import numpy as np
    from carbon_balance.core.demand.demand_raster import Target
    from carbon_balance.core.demand.disaggregation import WeightedEmission, disaggregate
    from carbon_balance.core.options.demand import EVENLY
    from carbon_balance.core.raster.quantity import quantity_on
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.log import Log

    raster, outlines = RasterSource(source), outlines_of(zones)
    emission_t = np.linspace(1e5, 1e7, len(outlines))
    watch = Stopwatch()
    part = WeightedEmission(emission_t, quantity_on(raster, raster.grid))
    result, staged = disaggregate(
        [part], outlines, [""] * len(outlines), Target(target, raster.grid), Log(), empty=EVENLY
    )
    staged.publish()
    taken = watch.read()
    if abs(result.raster_t / emission_t.sum() - 1) > 1e-9:
        raise SystemExit(f"mass is lost: {result.raster_t} t of {emission_t.sum()} t")
    return taken


def ratio(supply: str, demand: str, target: str) -> dict:
    """Normalised difference of two rasters, with sums and areas, the file closed and named."""
    from carbon_balance.core.balance.indices import INDICES
    from carbon_balance.core.balance.ratio_maps import Pair, RatioMaps, common_grid, quantity_in
    from carbon_balance.core.balance.ratio_raster import raster_balance
    from carbon_balance.core.options.balance import NORMALISED
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.log import Log

    sides = RasterSource(supply), RasterSource(demand)
    watch = Stopwatch()
    grid = common_grid(*sides)
    pair = Pair(*(quantity_in(side, "t/km2", grid) for side in sides))
    _, staged = raster_balance(INDICES[NORMALISED], pair, grid, RatioMaps(ratio=target), Log())
    staged["ratio"].publish()
    return watch.read()


# Objects that must not be garbage-collected while QGIS runs.
_alive: list[object] = []


def start_processing():
    """Start QGIS with this plugin and return its module ``processing``."""
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append(str(Path(application.pkgDataPath()) / "python" / "plugins"))
    import processing
    from carbon_balance.provider import CarbonBalanceProvider
    from processing.core.Processing import Processing

    Processing.initialize()
    provider = CarbonBalanceProvider()
    application.processingRegistry().addProvider(provider)
    provider.load_models()
    _alive.extend((application, provider))
    return processing


def toolbox(algorithm: str, parameters: str) -> dict:
    """``processing.run`` in a running QGIS, as the toolbox and scripts call it: without QGIS's start."""
    processing = start_processing()
    watch = Stopwatch()
    processing.run(algorithm, json.loads(parameters))
    return watch.read()


def main(kernels: Mapping[str, Callable[..., dict]], name: str, *arguments: str) -> None:
    """Run the kernel ``name`` and print what it returns."""
    if name != "exactextract":
        load_plugin()
    print(json.dumps(kernels[name](*arguments)))


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
