"""Benchmark of the emission demand raster, compared with only reading weights and writing the result."""

from __future__ import annotations

from comparison import Line, compare
from programs import Programs

TITLE = "Emission demand raster"
NOTES = """\
Emissions of zones distributed by 32-bit weights in two passes; the sum of the 64-bit output raster is checked to 1e-9.
*Read and write*: the weights are read once and 64-bit numbers written with the same blocks, threads and options.
"""
SIZES = (10_000,)
ZONES = (50, 3_000)
# The plugin may take three times as long.
LEAST = 1 / 3


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons at all sizes."""
    lines = []
    target = programs.folder / "demand.tif"
    for size in sizes:
        weights = programs.made("weights", size)
        for count in ZONES:
            zones = programs.made("zones", size, count)
            ours = programs.kernel("demand", "demand", weights, zones, target, outputs=(target,))
            floor = programs.kernel("read and write", "read_and_write", weights, target, outputs=(target,))
            lines += compare(f"demand raster, {size:,} squared, {count:,} zones", ours, [(floor, LEAST)], runs)
    return lines
