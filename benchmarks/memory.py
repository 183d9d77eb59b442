"""Peak memory of the storage and zonal passes by size of the raster and number of threads.

    /usr/bin/python3 benchmarks/memory.py FOLDER [--sizes 5000 10000 20000] [--runs 5]   # writes docs/performance.md

The number of threads is set by ``CARBONBALANCE_THREADS``, as a batch system would; memory depends on it whatever the
number of processors.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from programs import Programs
from run import put_into_page, section, table
from timing import Program, in_turn

THREADS = (1, 2, 4, 8, 16)
ZONES, MOST_MB = 3_000, 600
TITLE = "Memory by threads"
NOTES = f"""\
Peak memory of a process with one kernel, in MB: the largest of the runs. Python, NumPy and GDAL take some 90 MB of it
before anything is read. Less than {MOST_MB} MB is asked for at 16 threads.
"""


def kernels(programs: Programs, size: int) -> dict[str, list[object]]:
    """The kernels by what they do: name and arguments."""
    cover, zones = programs.made("land_cover", size), programs.made("zones", size, ZONES)
    target = programs.folder / "memory.tif"
    return {
        "storage": ["storage", cover, target, 0],
        f"storage and {ZONES:,} zones": ["storage", cover, target, 0, zones],
        f"{ZONES:,} zones, by cell centre": ["zonal", cover, zones, "cell_centre"],
        f"{ZONES:,} zones, by exact fraction": ["zonal", cover, zones, "exact_fraction"],
    }


def with_threads(programs: Programs, arguments: list[object], threads: int) -> Program:
    """A kernel limited to a number of threads."""
    ours = programs.kernel(f"{arguments[0]}, {threads} threads", *arguments)
    return Program(
        ours.name,
        ours.command,
        {"CARBONBALANCE_THREADS": str(threads)},
        [programs.folder / "memory.tif"],
        prints_seconds=True,
    )


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", nargs="+", type=int, default=[5_000, 10_000, 20_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--print-only", action="store_true", help="leave docs/performance.md as it is")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    programs = Programs(given.folder.resolve(), None)
    rows = []
    for size in given.sizes:
        for what, arguments in kernels(programs, size).items():
            times = in_turn([with_threads(programs, arguments, threads) for threads in THREADS], given.runs)
            peaks = [each.peak_mb for each in times]
            met = "yes" if peaks[-1] < MOST_MB else "NO"
            rows.append([f"{what}, {size:,} squared", *(f"{peak:.0f}" for peak in peaks), f"< {MOST_MB} MB: {met}"])
    measured = table(["what", "1 thread", *(f"{threads} threads" for threads in THREADS[1:]), "target"], rows)
    print(measured)
    sizes = " ".join(map(str, given.sizes))
    command = f"benchmarks/memory.py FOLDER --sizes {sizes} --runs {given.runs}"
    if not given.print_only:
        put_into_page("memory", section("memory", measured, NOTES, TITLE, command, programs))


if __name__ == "__main__":
    main()
