"""Demand and ratio rasters against reading and writing, gdal_calc and QGIS's raster calculator.

    python benchmarks/grid_maps.py demand|ratio|grid [--size 10000] [--zones 3000] [--runs 3] [--folder FOLDER]

Every run is a process of its own, the contenders in turn; what counts is the median of the ratios of neighbouring
runs. Contenders time themselves from the first opening to the closed file, without the start of Python or QGIS.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from inputs import CELL_M, EPSG, land_cover, zones

ROOT = Path(__file__).resolve().parent.parent


def weights(folder: Path, size: int, seed: int) -> Path:
    """A 32-bit raster as people have it: smooth with noise, a tenth of it without data, tiled and compressed."""
    from carbon_balance.core.raster.blocks import blocks
    from carbon_balance.core.raster.grid import Grid
    from carbon_balance.core.raster.writer import FLOAT_NODATA, StagedRaster, creation_options
    from osgeo import osr

    path = folder / f"weights_{size}_{seed}.tif"
    if path.exists():
        return path
    random = np.random.default_rng(seed)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(EPSG)
    grid = Grid(size, size, (200000.0, CELL_M, 0.0, 4000000.0, 0.0, -CELL_M), reference.ExportToWkt())
    staged = StagedRaster(str(path), grid, options=creation_options(continuous=True))
    for block in blocks(size, size):
        y = np.arange(block.row, block.row + block.height, dtype=np.float32)[:, None]
        x = np.arange(block.column, block.column + block.width, dtype=np.float32)[None]
        values = np.exp(np.sin(x / (301 + seed)) + np.cos(y / 407) + 0.3 * random.standard_normal(1))
        values = values.astype(np.float32) * random.gamma(2, 50, (block.height, block.width)).astype(np.float32)
        values[(np.sin(x / 1900) * np.sin(y / 2300)) > 0.8] = FLOAT_NODATA
        staged.write(block, values)
    staged.publish()
    return path


def outlines(path: str) -> list[bytes]:
    """WKB of the zones of a file."""
    from osgeo import ogr

    dataset = ogr.Open(path)
    return [bytes(feature.GetGeometryRef().ExportToWkb()) for feature in dataset.GetLayer(0)]


def read_and_write(source: str, target: str) -> Callable[[], object]:
    """Read the weights and write a 64-bit result, with our engine and options."""
    from carbon_balance.core.log import Log
    from carbon_balance.core.raster.blocks import blocks
    from carbon_balance.core.raster.engine import map_in_order
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.raster.writer import StagedRaster, creation_options

    def run() -> None:
        raster = RasterSource(source)
        grid = raster.grid
        staged = StagedRaster(target, grid, np.float64, options=creation_options(continuous=True))
        todo = blocks(grid.width, grid.height)
        for block, values in map_in_order(lambda block: raster.read(block) * np.float64(np.pi), todo, Log(), len(todo)):
            staged.write(block, values)
        staged.publish()

    return run


def demand(source: str, zone_path: str, target: str) -> Callable[[], object]:
    """Our demand raster."""
    from carbon_balance.core.demand_raster import Target
    from carbon_balance.core.log import Log
    from carbon_balance.core.raster.quantity import quantity_on
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.spreading import EVENLY, Part, spread

    given = outlines(zone_path)

    def run() -> None:
        raster = RasterSource(source)
        emission_t = np.linspace(1e5, 1e7, len(given))
        result, staged = spread(
            [Part(emission_t, quantity_on(raster, raster.grid))],
            given,
            [""] * len(given),
            Target(target, raster.grid),
            Log(),
            empty=EVENLY,
        )
        staged.publish()
        if abs(result.raster_t / emission_t.sum() - 1) > 1e-9:
            raise SystemExit(f"mass is lost: {result.raster_t} of {emission_t.sum()}")

    return run


def ratio(supply: str, demand_path: str, target: str, index: str) -> Callable[[], object]:
    """Our ratio raster, with its sums."""
    from carbon_balance.core.balance import INDICES
    from carbon_balance.core.log import Log
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.ratio_maps import Maps, Pair, common_grid, quantity_in
    from carbon_balance.core.ratio_raster import raster_balance

    def run() -> None:
        sides = RasterSource(supply), RasterSource(demand_path)
        grid = common_grid(*sides)
        pair = Pair(*(quantity_in(side, "t/km2", grid) for side in sides))
        for raster in raster_balance(INDICES[index], pair, grid, Maps(ratio=target), Log())[1].values():
            raster.publish()

    return run


def gdal_calc(supply: str, demand_path: str, target: str, formula: str) -> Callable[[], object]:
    """gdal_calc as people call it, compressed; its own process is part of it."""
    command = ["gdal_calc.py", "-A", supply, "-B", demand_path, f"--calc={formula}", f"--outfile={target}", "--quiet"]
    command += ["--type=Float32", "--co=COMPRESS=DEFLATE", "--co=TILED=YES", "--overwrite"]
    return lambda: subprocess.run(command, check=True)


def toolbox(algorithm: str, parameters: str) -> Callable[[], object]:
    """An algorithm in a running QGIS."""
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
    provider.refreshAlgorithms()
    toolbox.kept = application, provider
    return lambda: processing.run(algorithm, json.loads(parameters))


def run_once(kernel: str, *arguments: object) -> tuple[float, float, float]:
    """Seconds by the clock and of the processors, and peak MB of a kernel in a process of its own."""
    command = [sys.executable, __file__, "kernel", kernel, *map(str, arguments)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return told["seconds"], told["cpu"], told["peak_mb"]


def compare(runs: int, target: Path, ours: tuple, *others: tuple) -> None:
    """Run all in turn and print seconds, memory, and the ratio of ours to each of the others."""
    measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name, *_ in (ours, *others)}
    for _ in range(runs):
        for name, kernel, *arguments in (ours, *others):
            measured[name].append(run_once(kernel, *arguments))
            target.unlink(missing_ok=True)
    first = measured[ours[0]]
    for name, times in measured.items():
        by, by_cpu = (median(a[at] / b[at] for a, b in zip(first, times)) for at in (0, 1))
        seconds = ", ".join(f"{second:.2f}" for second, _, _ in times)
        clock, cpu = (median(run[at] for run in times) for at in (0, 1))
        print(
            f"{name}: {clock:.2f} s ({seconds}), {cpu:.2f} s of processors, {max(run[2] for run in times):.0f} MB; "
            f"ours x {by:.2f}, processors x {by_cpu:.2f}"
        )


def compare_demand(folder: Path, size: int, zone_count: int, runs: int) -> None:
    """The demand raster against reading the weights and writing the result."""
    source, target = weights(folder, size, 1), folder / "out.tif"
    areas = zones(folder, size, zone_count)
    compare(
        runs,
        target,
        ("demand raster", "demand", source, areas, target),
        ("read and write", "read_and_write", source, target),
    )


def compare_ratio(folder: Path, size: int, zone_count: int, runs: int) -> None:
    """The ratio raster against gdal_calc and the raster calculator of QGIS, which give no sums."""
    supply, other, target = weights(folder, size, 1), weights(folder, size, 2), folder / "out.tif"
    expression = f'("{supply.stem}@1" - "{other.stem}@1") / ("{supply.stem}@1" + "{other.stem}@1")'
    calculator = json.dumps({"EXPRESSION": expression, "LAYERS": [str(supply), str(other)], "OUTPUT": str(target)})
    ours = json.dumps(
        {"SUPPLY": str(supply), "SUPPLY_UNIT": "t/km2", "DEMAND": str(other), "INDEX": "normalised difference",
         "OUTPUT": str(target)}
    )  # fmt: skip
    compare(
        runs,
        target,
        ("ratio raster", "ratio", supply, other, target, "normalised difference"),
        ("the same by the toolbox", "toolbox", "carbonbalance:supplydemandratioraster", ours),
        ("gdal_calc", "gdal_calc", supply, other, target, "(A-B)/(A+B)"),
        ("qgis:rastercalculator", "toolbox", "qgis:rastercalculator", calculator),
    )


def compare_grid(folder: Path, size: int, zone_count: int, runs: int) -> None:
    """The model gridcarbonbalance at 1 km; --size 13750 is a region of 170,000 km2 at 30 m."""
    target = folder / "grid.gpkg"
    given = {"ZONES": str(zones(folder, size, zone_count)), "EMISSION": "fid", "WEIGHTS": str(weights(folder, size, 1)),
             "LAND_COVER": str(land_cover(folder, size)), "POOLS": str(folder / "pools.csv"), "CELL_SIZE": 1000,
             "INDEX": "ESDR", "EMPTY": "spread_evenly", "balance:Grid": str(target)}  # fmt: skip
    rows = [f"{code},{code},1,60,2" for code in range(1, 11)]
    (folder / "pools.csv").write_text("\n".join(["lucode,c_above,c_below,c_soil,c_dead", *rows]), encoding="utf-8")
    compare(runs, target, ("model gridcarbonbalance", "toolbox", "carbonbalance:gridcarbonbalance", json.dumps(given)))


def load_plugin() -> None:
    """The checkout as the package ``carbon_balance``, as QGIS loads it."""
    spec = importlib.util.spec_from_file_location(
        "carbon_balance", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    sys.modules["carbon_balance"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def main() -> None:
    """Compare, or run one kernel and tell its time."""
    load_plugin()
    if sys.argv[1:2] == ["kernel"]:
        run = globals()[sys.argv[2]](*sys.argv[3:])
        before = 0.0 if sys.argv[2] == "gdal_calc" else time.process_time()
        begin = time.perf_counter()
        run()
        seconds = time.perf_counter() - begin
        used = resource.getrusage(resource.RUSAGE_CHILDREN if sys.argv[2] == "gdal_calc" else resource.RUSAGE_SELF)
        cpu = used.ru_utime + used.ru_stime - before
        print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": used.ru_maxrss / 1024}), flush=True)
        os._exit(0)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["demand", "ratio", "grid"])
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--zones", type=int, default=3_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("benchmark_data"))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    {"demand": compare_demand, "ratio": compare_ratio, "grid": compare_grid}[given.what](
        given.folder.resolve(), given.size, given.zones, given.runs
    )


if __name__ == "__main__":
    main()
