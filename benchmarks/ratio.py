"""Benchmark of the supply-demand ratio raster, compared with gdal_calc and the raster calculator of QGIS."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from comparison import Line, compare
from programs import Programs
from timing import Program

TITLE = "Supply-demand ratio raster"
NOTES = """\
Normalised difference of two 32-bit rasters. The plugin also computes sums and areas by state. *Kernel*: the raster pass
alone, with DEFLATE, compared with `gdal_calc.py`, a separate process, also with DEFLATE, and with
`qgis:rastercalculator` in a running QGIS, which writes uncompressed rasters. The plugin stores tiles that DEFLATE
shrinks by less than an eighth, which most of these are: its file, with overviews, has 138 MB at 6,000 squared, that of
gdal_calc 112 MB. *Toolbox*: `processing.run` in a running QGIS, compared with the same raster calculator; the plugin
with and without compression. It also looks for undeclared nodata, computes checksums of the inputs, and makes
overviews, statistics and a style, and it loads NumPy and its own modules (0.2 s).
"""
SIZES = (10_000,)


def gdal_calc(supply: str, demand: str, target: Path) -> Program:
    """``gdal_calc.py`` with usual options."""
    command = [shutil.which("gdal_calc.py"), "-A", supply, "-B", demand, "--calc=(A-B)/(A+B)", f"--outfile={target}"]
    command += ["--type=Float32", "--quiet", "--co=COMPRESS=DEFLATE", "--co=TILED=YES"]
    return Program("gdal_calc", command, {}, [target])


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons at all sizes."""
    lines = []
    target = programs.folder / "ratio.tif"
    for size in sizes:
        supply, demand = programs.made("weights", size, 1), programs.made("weights", size, 2)
        first, second = (f'"{Path(path).stem}@1"' for path in (supply, demand))
        peer = programs.toolbox(
            "qgis:rastercalculator",
            "qgis:rastercalculator",
            {"OUTPUT": "calculated.tif"},
            EXPRESSION=f"({first} - {second}) / ({first} + {second})",
            LAYERS=[supply, demand],
        )
        ours = programs.kernel("ratio", "ratio", supply, demand, target, outputs=(target,))
        peers = [(gdal_calc(supply, demand, target), 1), (peer, 1)]
        found = compare(f"ratio raster, kernel, {size:,} squared", ours, peers, runs)
        lines += [replace(line, least_cpu=1) for line in found]
        for compression, least in (("NONE", 1), ("DEFLATE", None)):
            ours = programs.toolbox(
                "ratio",
                "carbonbalance:supplydemandratioraster",
                {"OUTPUT": "ratio.tif"},
                SUPPLY=supply,
                SUPPLY_UNIT="t/km2",
                DEMAND=demand,
                INDEX="normalised difference",
                COMPRESSION=compression,
            )
            lines += compare(f"ratio raster, toolbox, {compression}, {size:,} squared", ours, [(peer, least)], runs)
    return lines
