"""NEP of twelve months against reading its inputs and writing its output; a carbon raster by zone against exactextract.

python3 benchmarks/production.py [--side 10000] [--zones 3000] [--runs 3] [--folder FOLDER] [--only nep|casa|zones]

All run in turn in one process. Inputs are made in the folder once and kept there, or in a temporary one: 25 rasters of
16-bit integers, as MOD17 and Chinese climate rasters are, in compressed tiles (12 more of NDVI and 12 of radiation with
casa). Reading and writing uses the plugin's own engine and threads, and writes as many 32-bit numbers. Without
exactextract (pip install exactextract) that comparison is left out.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
from inputs import weights, zones
from osgeo import gdal, ogr

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import checkout  # noqa: E402, F401
from carbon_balance.core.land_cover.codes import LandCover  # noqa: E402
from carbon_balance.core.options.raster import FRACTION  # noqa: E402
from carbon_balance.core.raster.blocks import Block, blocks  # noqa: E402
from carbon_balance.core.raster.quantity import RasterQuantity  # noqa: E402
from carbon_balance.core.raster.source import RasterSource  # noqa: E402
from carbon_balance.core.raster.writing.creation_options import creation_options  # noqa: E402
from carbon_balance.core.raster.writing.writer import StagedRaster  # noqa: E402
from carbon_balance.core.runtime.log import Log  # noqa: E402
from carbon_balance.core.runtime.parallel import map_in_order  # noqa: E402
from carbon_balance.core.supply.production.ecosystem_production import ProductionInputs, net_production  # noqa: E402
from carbon_balance.core.supply.production.light_use_cells import LightUse  # noqa: E402
from carbon_balance.core.supply.production.scaled_raster import ScaledRaster  # noqa: E402
from carbon_balance.core.supply.production.vegetation import VegetationTable  # noqa: E402
from carbon_balance.core.supply.raster_supply import CarbonRaster, raster_by_zone  # noqa: E402

# Name -> mean of January, amplitude of the year, spread between places and noise of cells, all in stored numbers.
SERIES = {"npp": (5000, 0, 2000, 60), "t": (50, 200, 80, 3), "r": (300, 900, 150, 20)}
SERIES.update({"ndvi": (3000, 3500, 1500, 150), "sun": (2500, 3000, 400, 30)})
CLASSES = 6


def series(folder: Path, name: str, side: int, months: int = 12) -> list[RasterSource]:
    """Rasters of int16 with waves and noise, tiled and compressed; made if they are not there."""
    mean, amplitude, spread, noise = SERIES[name]
    random, sources = np.random.default_rng(len(name)), []
    x = np.sin(np.arange(side, dtype=np.float32) / 700)[None]
    for month in range(months):
        path = folder / f"{name}_{side}_{month}.tif"
        if not path.exists():
            options = ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=2", "NUM_THREADS=2", "BIGTIFF=IF_SAFER"]
            options += ["BLOCKXSIZE=512", "BLOCKYSIZE=512"]
            beside = path.with_suffix(".part.tif")
            raster = gdal.GetDriverByName("GTiff").Create(str(beside), side, side, 1, gdal.GDT_Int16, options)
            raster.SetGeoTransform((200000, 30, 0, 4000000, 0, -30))
            raster.SetProjection(_utm())
            raster.GetRasterBand(1).SetNoDataValue(-32768)
            level = mean + amplitude * (1 - np.cos(month / 6 * np.pi)) / 2
            for top in range(0, side, 512):
                rows = min(512, side - top)
                y = np.cos(np.arange(top, top + rows, dtype=np.float32) / 900)[:, None]
                values = level + spread * (x + y) / 2
                values += random.integers(-noise, noise + 1, (rows, side), dtype=np.int16)
                raster.GetRasterBand(1).WriteArray(np.maximum(values, 0).astype(np.int16), 0, top)
            del raster
            beside.rename(path)
        sources.append(RasterSource(str(path)))
    return sources


def _utm() -> str:
    from osgeo import osr

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32648)
    return reference.ExportToWkt()


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Seconds by the clock, seconds of all threads together, and the result."""
    start, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - start, time.process_time() - processor, result


def in_turn(works: dict[str, Callable[[], object]], runs: int, base: str) -> dict[str, object]:
    """Run all in turn and print seconds and, for others than ``base``, the median of the ratios to it."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    results = {}
    for _ in range(runs):
        for name, work in works.items():
            seconds, processor, results[name] = timed(work)
            taken[name].append((seconds, processor))
    for name, times in taken.items():
        clock, processor = (median(pair[at] for pair in times) for at in (0, 1))
        line = f"{name}: {clock:.2f} s by the clock, {processor:.2f} s of processors"
        if name != base:
            ratios = [median(a[at] / b[at] for a, b in zip(times, taken[base])) for at in (0, 1)]
            line += f"; {ratios[0]:.2f} and {ratios[1]:.2f} times {base}"
        print(line, flush=True)
    return results


def read_and_write(sources: list[RasterSource], target: str, cells: int) -> None:
    """Read all by blocks with the plugin's threads, and write one raster of 32-bit numbers."""
    grid = sources[0].grid
    staged = StagedRaster(target, grid, options=creation_options(continuous=True), continuous=True)

    def work(block: Block) -> np.ndarray:
        arrays = [source.read(block) for source in sources]
        # Numbers with as many digits as NEP, which take as long to compress.
        return arrays[0] * np.float32(np.pi)

    todo = blocks(grid.width, grid.height, cells)
    for block, values in map_in_order(work, todo, Log(), len(todo)):
        staged.write(block, values)
    staged.publish()


def nep(folder: Path, side: int, runs: int, by_light: bool) -> None:
    """NEP with Rh by the formula, NPP read or by light use."""
    warm, wet = (series(folder, name, side) for name in ("t", "r"))
    light, read = None, [*series(folder, "npp", side, 1), *warm, *wet]
    scaled = [[ScaledRaster(source, 0.1) for source in each] for each in (warm, wet)]
    npp = [ScaledRaster(read[0], 0.1)]
    if by_light:
        green, sun, cover = series(folder, "ndvi", side), series(folder, "sun", side), classes(folder, side)
        read, npp = [*green, *sun, *warm, *wet, cover], []
        codes = np.arange(1, CLASSES + 1)
        table = VegetationTable("", codes, [""] * CLASSES, codes / 10.0, 0.02 * codes / codes, 0.5 + codes / 20)
        light = LightUse(
            [ScaledRaster(each, 1e-4) for each in green], [ScaledRaster(each, 0.1) for each in sun],
            LandCover(cover), table,
        )  # fmt: skip
    inputs = ProductionInputs(npp, (), *scaled, light)
    grid, target = warm[0].grid, str(folder / "out.tif")

    def ours() -> float:
        staged = StagedRaster(target, grid, options=creation_options(continuous=True), continuous=True)
        sums = net_production(inputs, grid, {"nep": staged}, Log())
        staged.publish()
        return sums.nep_t

    name = "NEP with NPP by light use" if by_light else "NEP"
    base = f"reading {len(read)} rasters and writing one"
    in_turn({base: lambda: read_and_write(read, target, 1 << 22), name: ours}, runs, base)
    Path(target).unlink()


def classes(folder: Path, side: int) -> RasterSource:
    """A land cover of ``CLASSES`` classes."""
    path = folder / f"classes_{side}.tif"
    if not path.exists():
        random = np.random.default_rng(5)
        options = ["TILED=YES", "COMPRESS=DEFLATE", "BLOCKXSIZE=512", "BLOCKYSIZE=512"]
        raster = gdal.GetDriverByName("GTiff").Create(str(path), side, side, 1, gdal.GDT_Byte, options)
        raster.SetGeoTransform((200000, 30, 0, 4000000, 0, -30))
        raster.SetProjection(_utm())
        for top in range(0, side, 512):
            rows = min(512, side - top)
            few = random.integers(1, CLASSES + 1, (rows // 16 + 1, side // 16 + 1), dtype=np.uint8)
            raster.GetRasterBand(1).WriteArray(few.repeat(16, 0).repeat(16, 1)[:rows, :side], 0, top)
        del raster
    return RasterSource(str(path))


def by_zone(folder: Path, side: int, count: int, runs: int) -> None:
    """Sums of a raster of densities by zone, with exact fractions of cells."""
    raster, outlines = str(weights(folder, side)), str(zones(folder, side, count))
    dataset = ogr.Open(outlines)
    shapes = [bytes(feature.GetGeometryRef().ExportToWkb()) for feature in dataset.GetLayer(0)]
    source = replace(RasterSource(raster), label="carbon")
    carbon = CarbonRaster(RasterQuantity(source))
    works: dict[str, Callable[[], object]] = {
        "zonal raster supply": lambda: raster_by_zone(carbon, shapes, [""] * len(shapes), Log(), FRACTION).amount_t
    }
    peer = "exactextract"
    if find_spec(peer):
        from exactextract import exact_extract

        # The sum is what the plugin gives, the count its area with data.
        works[peer] = lambda: exact_extract(raster, outlines, ["sum", "count"])
    print(f"{len(shapes)} zones, {side:,} squared")
    results = in_turn(works, runs, peer if peer in works else "zonal raster supply")
    if peer in results:
        theirs = np.array([each["properties"]["sum"] for each in results[peer]]) * 900 / 1e6
        apart = np.nanmax(np.abs(results["zonal raster supply"] / theirs - 1))
        print(f"sums differ by at most {apart:.1g} of a zone's")


def main() -> None:
    """Run what is asked for and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=10_000)
    parser.add_argument("--zones", type=int, default=3_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", choices=["nep", "casa", "zones"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        if asked.only in (None, "nep"):
            nep(folder, asked.side, asked.runs, False)
        if asked.only in (None, "casa"):
            nep(folder, asked.side, asked.runs, True)
        if asked.only in (None, "zones"):
            by_zone(folder, asked.side, asked.zones, asked.runs)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
