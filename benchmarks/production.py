"""Benchmark of NEP against reading its inputs and writing its output, and of a carbon raster by zone.

``run.py production`` runs all. Alone, each in a process of its own, with inputs that are made if they are not there:

    python3 benchmarks/production.py net_ecosystem_production|read_and_write FOLDER SIDE [light_use]
    python3 benchmarks/production.py raster_by_zones|exactextract RASTER ZONES
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import kernels
import production_inputs as made
from comparison import Line, compare
from kernels import Stopwatch
from programs import Programs
from timing import Program

TITLE = "NEP of twelve months, and carbon rasters by zone"
NOTES = """\
*NEP*: one raster of NPP and twelve each of temperature and precipitation (16-bit integers in compressed tiles, as MOD17
and Chinese climate rasters are), Rh by the formula, one raster of 32-bit numbers written with overviews and statistics;
against reading the same 25 rasters by the same blocks and threads and writing as many 32-bit numbers with as many
digits, by the same engine. *Light use* reads 49 rasters and computes twelve months of FPAR, stress and
evapotranspiration for each cell, on a quarter of the side. *Zones*: a raster of 32-bit floats summed over zones with
ragged borders, with exact fractions of cells, against exactextract (`sum` and `count`) on the same files.
"""
SIZES = (10_000,)
ZONES, SMALLER = 3_000, 4
# The plugin may take 1.5 times as long as reading and writing, and as long as exactextract.
LEAST_READING, LEAST_EXACT = 1 / 1.5, 1
HERE = Path(__file__).resolve()
LIGHT_USE = "light_use"


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons at all sizes."""
    lines = []
    for size in sizes:
        lines += nep(programs, "NEP", size, runs, least_cpu=LEAST_READING)
        lines += nep(programs, "NEP with NPP by light use", size // SMALLER, runs, LIGHT_USE)
        raster, zones = programs.made("weights", size), programs.made("zones", size, ZONES)
        ours = programs.kernel("raster by zones", "raster_by_zones", raster, zones, of=HERE)
        peer = programs.kernel("exactextract", "exactextract", raster, zones, of=HERE, peer=True)
        peers: list[tuple[Program, float | None]] = [(peer, LEAST_EXACT)] if programs.peers else []
        lines += compare(f"zonal raster supply, {size:,} squared, {ZONES:,} zones", ours, peers, runs)
    return lines


def nep(programs: Programs, what: str, side: int, runs: int, light_use: str = "", **asked: float) -> list[Line]:
    """NEP against reading and writing, at one size."""
    # In a process of its own, because the memory of this one would count as that of every program that it starts.
    subprocess.run([sys.executable, made.__file__, str(programs.folder), str(side), light_use], check=True)
    target = programs.folder / "nep.tif"
    ours, floor = (
        programs.kernel(name, name, programs.folder, side, light_use, of=HERE, outputs=(target,))
        for name in ("net_ecosystem_production", "read_and_write")
    )
    return compare(f"{what}, {side:,} squared", ours, [(floor, None)], runs, **asked)


def _staged(folder: str, grid):
    from carbon_balance.core.raster.writing.creation_options import creation_options
    from carbon_balance.core.raster.writing.writer import StagedRaster

    options = creation_options(continuous=True)
    return StagedRaster(str(Path(folder) / "nep.tif"), grid, options=options, continuous=True)


def read_and_write(folder: str, side: str, light_use: str) -> dict:
    """Read all inputs by blocks with the plugin's threads, and write one raster of 32-bit numbers."""
    import numpy as np
    from carbon_balance.core.raster.blocks import blocks
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.runtime.parallel import map_in_order

    sources = [RasterSource(str(path)) for path in made.paths(Path(folder), int(side), bool(light_use))]
    grid = sources[0].grid
    watch = Stopwatch()
    staged = _staged(folder, grid)

    def work(block):
        arrays = [source.read(block) for source in sources]
        # Numbers with as many digits as NEP, which take as long to compress.
        return arrays[0] * np.float32(np.pi)

    todo = blocks(grid.width, grid.height, 1 << 22)
    for block, values in map_in_order(work, todo, Log(), len(todo)):
        staged.write(block, values)
    staged.publish()
    return watch.read()


def net_ecosystem_production(folder: str, side: str, light_use: str) -> dict:
    """NEP with Rh by the formula, from rasters of NPP or from NPP by light use; the file closed and named."""
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.supply.production.ecosystem_production import ProductionInputs, net_production
    from carbon_balance.core.supply.production.scaled_raster import ScaledRaster

    def scaled(name: str, scale: float) -> Sequence[ScaledRaster]:
        months = made.months(Path(folder), name, int(side))
        return [ScaledRaster(RasterSource(str(path)), scale) for path in months]

    warm, wet = scaled("t", 0.1), scaled("r", 0.1)
    if light_use:
        light, npp = _light_use(Path(folder), int(side), scaled), []
    else:
        light, npp = None, [ScaledRaster(RasterSource(str(made.year(Path(folder), "npp", int(side)))), 0.1)]
    watch = Stopwatch()
    grid = warm[0].source.grid
    staged = _staged(folder, grid)
    net_production(ProductionInputs(npp, (), warm, wet, light), grid, {"nep": staged}, Log())
    staged.publish()
    return watch.read()


def _light_use(folder: Path, side: int, scaled):
    import numpy as np
    from carbon_balance.core.supply.production.light_use_cells import LightUse
    from carbon_balance.core.supply.production.vegetation import VegetationTable

    codes = np.arange(1, made.CLASSES + 1)
    efficiency, least, most = codes / 10, np.full(len(codes), 0.02), 0.5 + codes / 20
    table = VegetationTable("", codes, [""] * len(codes), efficiency, least, most)
    cover = kernels.land_cover_of(str(made.classes(folder, side)))
    return LightUse(scaled("ndvi", 1e-4), scaled("sun", 0.1), cover, table)


def raster_by_zones(raster: str, zones: str) -> dict:
    """Sums of a raster of densities by zone, with exact fractions of cells."""
    from dataclasses import replace

    from carbon_balance.core.options.raster import FRACTION
    from carbon_balance.core.raster.quantity import RasterQuantity
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.supply import raster_supply

    outlines = kernels.outlines_of(zones)
    carbon = raster_supply.CarbonRaster(RasterQuantity(replace(RasterSource(raster), label="carbon")))
    watch = Stopwatch()
    found = raster_supply.raster_by_zone(carbon, outlines, [""] * len(outlines), Log(), FRACTION)
    return {**watch.read(), "amount_t": float(found.amount_t.sum())}


def exactextract(raster: str, zones: str) -> dict:
    """The same by exactextract: the sum is what the plugin gives, the count its area with data."""
    from exactextract import exact_extract

    watch = Stopwatch()
    found = exact_extract(raster, zones, ["sum", "count"])
    # Cells are 30 m wide, densities in t/km2.
    return {**watch.read(), "amount_t": sum(each["properties"]["sum"] for each in found) * 900 / 1e6}


if __name__ == "__main__":
    kernels.main(globals(), *sys.argv[1:])
