"""Benchmark of the trend of a stack of rasters, compared with reading them and with pymannkendall.

``run.py trend`` runs all; alone, in one process, on a folder of rasters that ``inputs.py`` made:

    python benchmarks/trend.py trend STACK TARGET_FOLDER
    python benchmarks/trend.py reading STACK
    python benchmarks/trend.py one_by_one STACK [CELLS]        # with pymannkendall, scaled to all cells
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import kernels
from comparison import Line, compare
from kernels import Stopwatch
from programs import Programs

TITLE = "Trend of a stack of rasters"
NOTES = """\
Sen's slope and the Mann-Kendall test of 20 rasters (32-bit floats in compressed tiles), with rasters of slope, z, p and
classes written, by two threads; compared with reading the rasters once, in one thread, of which at most twice the time
is asked for (a ratio of 0.5). That depends on the rasters, because reading does: noise with one decimal, in plain
DEFLATE, is read in less than half the time that the same noise takes in full precision, as the plugin writes it
(DEFLATE with the predictor for floats). pymannkendall tests one cell after the other; its time is that of 2,000 cells,
scaled.

Of each cell, the 190 slopes take differences, divisions, and about six counts to find their median. Comparing values
less a line instead of slopes, so that most counts need no slopes, was tried and takes as long. Doing so in 16-bit
whole numbers, which are compared twice as fast, and checking the result with the slopes themselves, was tried too and
saves little; so does finding what is left after four counts by fewer counts and neighbours. Cells whose median is 0,
such as those that never change, need no search.
"""
SIZES = (5_000,)
LEAST_READING, TESTED_CELLS = 1 / 2, 2_000
KINDS = {
    "full_stack": "noise in full precision",
    "unchanged_stack": "80 % of cells never change",
    "rounded_stack": "noise with one decimal, plain DEFLATE",
}
HERE = Path(__file__).resolve()


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All kinds of rasters at all sizes."""
    lines = []
    target = programs.folder / "trend"
    for size in sizes:
        for number, (kind, what) in enumerate(KINDS.items()):
            stack = programs.made(kind, size)
            ours = programs.kernel("trend", "trend", stack, target, outputs=(target,), of=HERE)
            peers = [(programs.kernel("reading once", "reading", stack, of=HERE), LEAST_READING)]
            if number == 0 and programs.peers:
                peer = programs.kernel("pymannkendall", "one_by_one", stack, TESTED_CELLS, peer=True, of=HERE)
                peers.append((peer, 1))
            lines += compare(f"trend, {what}, {size:,} squared", ours, peers, runs)
            shutil.rmtree(stack)
    return lines


def _rasters(stack: str) -> list[Path]:
    """The rasters of a stack in the order of their dates."""
    return sorted(Path(stack).glob("*.tif"), key=lambda path: int(path.stem))


def _sources(stack: str) -> list:
    from carbon_balance.core.raster.source import RasterSource

    return [RasterSource(str(path)) for path in _rasters(stack)]


def reading(stack: str) -> dict:
    """Every raster read once, block by block."""
    from carbon_balance.core.raster.blocks import blocks

    sources = _sources(stack)
    watch, grid = Stopwatch(), sources[0].grid
    for source in sources:
        for block in blocks(grid.width, grid.height):
            source.read(block)
    return watch.read()


def trend(stack: str, target: str) -> dict:
    """Rasters of the trend and its classes in a folder, closed and named."""
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.statistics.temporal.trend_raster import raster_trend

    sources = _sources(stack)
    Path(target).mkdir()
    watch = Stopwatch()
    paths = {name: str(Path(target) / f"{name}.tif") for name in ("trend", "classes")}
    _, staged = raster_trend(sources, range(len(sources)), paths, Log())
    for raster in staged.values():
        raster.publish()
    return watch.read()


def one_by_one(stack: str, cells: str) -> dict:
    """pymannkendall cell by cell along the first row; seconds scaled to all cells of the raster."""
    import numpy as np
    import pymannkendall
    from osgeo import gdal

    gdal.UseExceptions()
    datasets = [gdal.Open(str(path)) for path in _rasters(stack)]
    whole = datasets[0].RasterXSize * datasets[0].RasterYSize
    count = min(int(cells), datasets[0].RasterXSize)
    values = np.stack([each.ReadAsArray(0, 0, count, 1)[0] for each in datasets]).astype(np.float64)
    start, processor = time.perf_counter(), time.process_time()
    for series in values.T:
        pymannkendall.original_test(series)
    scale = whole / count
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    return {"seconds": seconds * scale, "cpu_seconds": processor * scale}


if __name__ == "__main__":
    kernels.main(globals(), *sys.argv[1:])
