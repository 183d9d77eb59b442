"""Benchmark of class areas by zone: the pass alone, and the command compared with QGIS and exactextract."""

from __future__ import annotations

from comparison import Line, compare, rounds
from programs import Programs

TITLE = "Zonal carbon supply"
NOTES = """\
The same land covers, and zones with ragged borders that tile them. *Pass*: the area table of zones by class, in
process; *reading*: the raster read by the same blocks and threads without any computation. *Command*: the whole
`qgis_process run` including the start of QGIS; *toolbox*: `processing.run` in a running QGIS, as the toolbox calls
both. `cell_centre` assigns cells as `native:zonalhistogram` does, `exact_fraction` as exactextract does (its
operations unique, frac, count).
"""
SIZES = (10_000,)
ZONES = (50, 3_000)
LEAST_HISTOGRAM = 12


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons at all sizes."""
    pools = programs.made("pool_table")
    lines = []
    for size in sizes:
        cover = programs.made("land_cover", size)
        often = rounds(runs, size, kernel=True)
        lines += compare(f"reading alone, {size:,} squared", programs.kernel("reading", "read", cover), [], often)
        for count in ZONES:
            zones = programs.made("zones", size, count)
            where = f"{size:,} squared, {count:,} zones"
            most_s = 1.5 if size == 10_000 else None
            ours = programs.kernel("pass", "zonal", cover, zones, "cell_centre")
            lines += compare(f"pass by cell centre, {where}", ours, [], often, most_s=most_s)
            exact = programs.kernel("pass", "zonal", cover, zones, "exact_fraction")
            peers = [(programs.kernel("exactextract", "exactextract", cover, zones, peer=True), 1)]
            lines += compare(f"pass by exact fraction, {where}", exact, peers if programs.peers else [], often)
            for path, call in (("toolbox", programs.toolbox), ("command", programs.qgis)):
                supply = call(
                    "zonalcarbonsupply",
                    "carbonbalance:zonalcarbonsupply",
                    {"OUTPUT": "supply.gpkg"},
                    ZONES=zones,
                    LAND_COVER=cover,
                    POOLS=pools,
                )
                histogram = call(
                    "native:zonalhistogram",
                    "native:zonalhistogram",
                    {"OUTPUT": "histogram.gpkg"},
                    INPUT_RASTER=cover,
                    RASTER_BAND=1,
                    INPUT_VECTOR=zones,
                )
                least = LEAST_HISTOGRAM if size == 10_000 else None
                lines += compare(
                    f"zonal supply, {path}, {where}", supply, [(histogram, least)], rounds(runs, size), most_mb=500
                )
    return lines
