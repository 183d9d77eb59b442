"""Benchmark of the model gridcarbonbalance on a grid of 1 km."""

from __future__ import annotations

from comparison import Line, compare
from programs import Programs

TITLE = "Grid carbon balance"
NOTES = """\
The model `gridcarbonbalance` at 1 km in a running QGIS: emissions of 157 zones are distributed by 30 m
weights, and every cell of the grid is a zone with its share of each class of a 30 m land cover. A raster of 13,750 x
13,750 cells covers 170,000 km2, the area of Henan.
"""
SIZES = (10_000,)
MOST_S = 300


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """The model at all sizes."""
    lines = []
    for size in sizes:
        ours = programs.toolbox(
            "model",
            "carbonbalance:gridcarbonbalance",
            {"balance:Grid": "grid.gpkg"},
            ZONES=programs.made("zones", size, 157),
            EMISSION="fid",
            WEIGHTS=programs.made("weights", size),
            CELL_SIZE=1000,
            EMPTY="spread_evenly",
            LAND_COVER=programs.made("land_cover", size),
            POOLS=programs.made("pool_table"),
            INDEX="ESDR",
        )
        lines += compare(f"grid of {(size * 30 // 1000) ** 2:,} km2", ours, [], runs, most_s=MOST_S)
    return lines
