"""The trend of a stack of rasters against reading them: seconds in turn, and the memory of the process.

python3 benchmarks/trend.py [--side 5000] [--dates 20] [--runs 3]
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import checkout  # noqa: E402, F401
from carbon_balance.core.raster.blocks import blocks  # noqa: E402
from carbon_balance.core.raster.source import RasterSource  # noqa: E402
from carbon_balance.core.runtime.log import Log  # noqa: E402
from carbon_balance.core.statistics.temporal.trend_raster import raster_trend  # noqa: E402


def made(folder: Path, side: int, dates: int) -> list[RasterSource]:
    """Rasters of noise about a slope, float32, compressed tiles."""
    generator, sources = np.random.default_rng(1), []
    for date in range(dates):
        path = str(folder / f"{date}.tif")
        options = ["TILED=YES", "COMPRESS=DEFLATE", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "NUM_THREADS=ALL_CPUS"]
        raster = gdal.GetDriverByName("GTiff").Create(path, side, side, 1, gdal.GDT_Float32, options)
        raster.SetGeoTransform((500000, 30, 0, 3000000, 0, -30))
        raster.SetProjection(_utm())
        for top in range(0, side, 512):
            rows = min(512, side - top)
            values = np.round(generator.normal(500 + date, 20, (rows, side)), 1).astype(np.float32)
            raster.GetRasterBand(1).WriteArray(values, 0, top)
        del raster
        sources.append(RasterSource(path))
    return sources


def _utm() -> str:
    from osgeo import osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32648)
    return reference.ExportToWkt()


def read(sources: list[RasterSource]) -> float:
    """Seconds to read every raster once, block by block."""
    start = time.perf_counter()
    grid = sources[0].grid
    for source in sources:
        for block in blocks(grid.width, grid.height):
            source.read(block)
    return time.perf_counter() - start


def main() -> None:
    """Run both in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=5000)
    parser.add_argument("--dates", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sources = made(Path(folder), asked.side, asked.dates)
        for run in range(asked.runs):
            reading = read(sources)
            start = time.perf_counter()
            paths = {"trend": f"{folder}/trend{run}.tif", "classes": f"{folder}/classes{run}.tif"}
            _, rasters = raster_trend(sources, range(asked.dates), paths, Log())
            seconds = time.perf_counter() - start
            for raster in rasters.values():
                raster.discard()
            print(f"run {run + 1}: reading {reading:.1f} s, trend {seconds:.1f} s, {seconds / reading:.2f} times")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
