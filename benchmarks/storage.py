"""Benchmark of carbon storage: kernel compared with copying by GDAL, command compared with InVEST and QGIS."""

from __future__ import annotations

from comparison import Line, compare, rounds
from programs import Programs
from timing import Program, remove, run_once

TITLE = "Carbon storage"
NOTES = """\
Land cover in bytes, 10 classes in patches, 512 x 512 tiles, DEFLATE. *Kernel*: density raster (32-bit floats,
DEFLATE 1) with its overviews, and area table, in process. It is compared with GDAL copying that very raster and its
overviews, in process, with the same creation options, threads and cache, and with
`gdal_translate -co COMPRESS=DEFLATE -co TILED=YES` as people call it, which copies no overviews.
*Command*: `qgis_process run carbonbalance:carbonstorage` from start to end, QGIS's own start included. InVEST is
called in Python (`carbon.execute`, baseline alone, `n_workers` -1): it writes 5 rasters (four pools and their sum)
where ours writes the sum; `native:reclassifybytable` writes the same single raster, uncompressed.
"""
SIZES = (10_000, 20_000)
# Required ratio of the whole command to InVEST.
LEAST_INVEST = {10_000: 9, 20_000: 20}
LARGEST_FOR_PEERS = 20_000
# Required ratio of GDAL's copy to the kernel, by processor time.
LEAST_COPY = 0.95


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons at all sizes."""
    pools = programs.made("pool_table")
    lines = []
    for size in sizes:
        cover = programs.made("land_cover", size)
        if size <= LARGEST_FOR_PEERS:
            lines += kernels(programs, size, cover, rounds(runs, size, kernel=True))
        peers = []
        if size <= LARGEST_FOR_PEERS:
            peers.append((reclassify(programs, cover), 1))
            if programs.peers:
                baseline = {"lulc_bas_path": cover, "carbon_pools_path": pools}
                invest = programs.invest("InVEST carbon", **baseline, calc_sequestration=False, do_valuation=False)
                peers.append((invest, LEAST_INVEST.get(size)))
        ours = programs.qgis(
            "carbonstorage", "carbonbalance:carbonstorage", {"OUTPUT": "carbon.tif"}, LAND_COVER=cover, POOLS=pools
        )
        lines += compare(f"storage command, {size:,} squared", ours, peers, rounds(runs, size), most_mb=500)
    return lines


def kernels(programs: Programs, size: int, cover: str, runs: int) -> list[Line]:
    """The kernel compared with copying its output by GDAL."""
    carbon, again, copied = (programs.folder / name for name in ("carbon.tif", "again.tif", "copied.tif"))
    run_once(programs.kernel("kernel", "storage", cover, carbon))
    lines = compare(
        f"storage kernel, {size:,} squared",
        programs.kernel("kernel", "storage", cover, again, outputs=(again,)),
        [
            (programs.kernel("GDAL copying, same options", "copy", carbon, copied, outputs=(copied,)), None),
            (programs.gdal_translate(carbon, ["-co", "COMPRESS=DEFLATE", "-co", "TILED=YES"]), 2),
        ],
        runs,
        least_cpu=LEAST_COPY,
    )
    remove([carbon])
    return lines


def reclassify(programs: Programs, cover: str) -> Program:
    """The reclassification of QGIS with class densities."""
    return programs.qgis(
        "native:reclassifybytable",
        "native:reclassifybytable",
        {"OUTPUT": "reclassified.tif"},
        INPUT_RASTER=cover,
        RASTER_BAND=1,
        TABLE=programs.made("reclass_table"),
        RANGE_BOUNDARIES=2,
        DATA_TYPE=5,
    )
