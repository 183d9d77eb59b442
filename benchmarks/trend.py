"""The trend of a stack of rasters against reading them and pymannkendall: seconds in turn, and the process's memory.

python3 benchmarks/trend.py [--side 5000] [--dates 20] [--kind full] [--runs 3] [--peer-cells 2000]

pymannkendall works on one series at a time: its seconds are those of some cells, scaled to the whole raster.
Without it (pip install pymannkendall) the comparison is left out.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from osgeo import gdal

ROUNDED, FULL, UNCHANGED = KINDS = ("rounded", "full", "unchanged")

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import checkout  # noqa: E402, F401
from carbon_balance.core.raster.blocks import Block, blocks  # noqa: E402
from carbon_balance.core.raster.source import RasterSource  # noqa: E402
from carbon_balance.core.raster.writing.creation_options import creation_options  # noqa: E402
from carbon_balance.core.runtime.log import Log  # noqa: E402
from carbon_balance.core.statistics.temporal.trend import trend  # noqa: E402
from carbon_balance.core.statistics.temporal.trend_raster import raster_trend  # noqa: E402


def made(folder: Path, side: int, dates: int, kind: str = ROUNDED) -> list[RasterSource]:
    """Create rasters of noise around a slope, float32, in compressed tiles; ``kind`` is one of KINDS."""
    generator, sources = np.random.default_rng(1), []
    constant = generator.random((side, side)) < 0.8 if kind == UNCHANGED else None
    first = generator.normal(500, 20, (side, side)).astype(np.float32) if kind == UNCHANGED else None
    for date in range(dates):
        path = str(folder / f"{date}.tif")
        options = ["TILED=YES", "COMPRESS=DEFLATE", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "NUM_THREADS=ALL_CPUS"]
        if kind != ROUNDED:
            options = creation_options(continuous=True)
        raster = gdal.GetDriverByName("GTiff").Create(path, side, side, 1, gdal.GDT_Float32, options)
        raster.SetGeoTransform((500000, 30, 0, 3000000, 0, -30))
        raster.SetProjection(_utm())
        for top in range(0, side, 512):
            rows = min(512, side - top)
            values = generator.normal(500 + date, 20, (rows, side)).astype(np.float32)
            if kind == ROUNDED:
                values = np.round(values, 1)
            if kind == UNCHANGED:
                values = np.where(constant[top : top + rows], first[top : top + rows], values)
            raster.GetRasterBand(1).WriteArray(values, 0, top)
        del raster
        sources.append(RasterSource(path))
    return sources


def _utm() -> str:
    from osgeo import osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32648)
    return reference.ExportToWkt()


def read(sources: list[RasterSource]) -> tuple[float, float]:
    """Seconds to read every raster once, block by block, by the clock and of the processor."""
    start, processor = time.perf_counter(), time.process_time()
    grid = sources[0].grid
    for source in sources:
        for block in blocks(grid.width, grid.height):
            source.read(block)
    return time.perf_counter() - start, time.process_time() - processor


def peer(sources: list[RasterSource], cells: int) -> tuple[float, float]:
    """Seconds of pymannkendall for a cell, and the largest difference of its slopes from ours."""
    import pymannkendall

    stack = np.stack([source.read(Block(0, 0, cells, 1))[0] for source in sources]).astype(np.float64)
    ours = trend(stack, range(len(sources))).slope
    start = time.perf_counter()
    theirs = [pymannkendall.original_test(series).slope for series in stack.T]
    seconds = time.perf_counter() - start
    return seconds / cells, float(np.max(np.abs(ours - theirs)))


def main() -> None:
    """Run all in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=5000)
    parser.add_argument("--dates", type=int, default=20)
    parser.add_argument(
        "--kind",
        choices=KINDS,
        default=ROUNDED,
        help="numbers with one decimal in plain DEFLATE; full precision, as the plugin writes it; the same with "
        "80 %% of cells that never change",
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-cells", type=int, default=2000, help="cells that pymannkendall is given; 0 for none")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sources = made(Path(folder), asked.side, asked.dates, asked.kind)
        for run in range(asked.runs):
            reading, reading_processor = read(sources)
            start, processors = time.perf_counter(), time.process_time()
            paths = {"trend": f"{folder}/trend{run}.tif", "classes": f"{folder}/classes{run}.tif"}
            _, rasters = raster_trend(sources, range(asked.dates), paths, Log())
            seconds, processors = time.perf_counter() - start, time.process_time() - processors
            for raster in rasters.values():
                raster.discard()
            told = f"run {run + 1}: reading {reading:.1f} s, trend {seconds:.1f} s, {seconds / reading:.2f} times"
            print(
                f"{told}; {reading_processor:.1f} and {processors:.1f} s of processors, "
                f"{processors / reading_processor:.2f} times",
                flush=True,
            )
            if asked.peer_cells and find_spec("pymannkendall"):
                one, apart = peer(sources, min(asked.peer_cells, asked.side))
                whole = one * asked.side**2
                print(
                    f"  pymannkendall: {1e6 * one:.0f} microseconds a cell, {whole:.0f} s for all, "
                    f"{whole / seconds:.0f} times ours; slopes apart by at most {apart:.1g}"
                )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
