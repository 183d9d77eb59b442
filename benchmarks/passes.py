"""Costs of the NumPy passes over cells that raster kernels need, each separately in one thread.

    /usr/bin/python3 benchmarks/passes.py FOLDER [--size 10000] [--runs 21]   # writes docs/performance.md

Each pass goes over as many cells as one block of the benchmarks' inputs has, some at a time as the kernels do; the
least time of several is printed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import inputs
import kernels
import numpy as np
from osgeo import gdal
from programs import Programs
from run import put_into_page, section

NOTES = """\
Time of each pass over a block; with several workers a pass takes longer, because they share memory and processor.
*Storage* looks up values and counts cells. *Change* first joins two land covers. *With zones*, runs of cells of one
class are found and split where zones begin and end. The *ratio* converts two rasters to 64 bits and computes the
quotient and its sums. *Demand* converts the weights twice, sums them by zone and multiplies them. Statistics and
overviews are computed for rasters of floating-point numbers.
"""
ROWS = 512
CHUNK, SMALL_CHUNK = 1 << 18, 1 << 15
# Cells of a row in one zone where 3,000 zones share a raster of 5,000 cells a side, about.
RUN = 72


def passes(folder: Path, size: int) -> dict[str, Callable[[], object]]:
    """The passes by what they do, each over ``ROWS`` rows of a raster of ``size`` cells a side."""
    rows = min(ROWS, size)
    first, second, weights = (
        gdal.Open(str(raster(folder, size))).ReadAsArray(0, 0, size, rows).reshape(-1)
        for raster in (inputs.land_cover, inputs.later_land_cover, inputs.weights)
    )
    present = np.unique(first)
    # Floats are already in the cache, because passes follow each other in a kernel.
    narrow = np.resize(weights, SMALL_CHUNK)
    wide = narrow.astype(np.float64)
    other = wide[::-1].copy()
    turns = np.arange(0, SMALL_CHUNK, RUN)
    pairs = np.random.default_rng(1).random(1 << 16)
    doubles = np.empty(len(first) // 2)

    def again(work: Callable[[], object]) -> Callable[[], None]:
        def over_all() -> None:
            for _ in range(0, len(first), SMALL_CHUNK):
                work()

        return over_all

    def look_up() -> None:
        two_at_once = first[: len(doubles) * 2].view(np.uint16)
        for at in range(0, len(doubles), 1 << 16):
            part = slice(at, at + (1 << 16))
            np.take(pairs, two_at_once[part], out=doubles[part], mode="clip")

    def count() -> None:
        for at in range(0, len(first), CHUNK):
            for code in present:
                np.count_nonzero(first[at : at + CHUNK] == code)

    def widened() -> None:
        values = narrow.astype(np.float64)
        values[narrow == np.float32(-9999)] = np.nan
        values[~np.isfinite(narrow)] = np.nan

    def quotient() -> None:
        fit = (wide >= 0) & (other >= 0) & (wide < np.inf) & (other < np.inf)
        np.where(fit, (wide - other) / (wide + other), np.nan)

    def statistics() -> None:
        wide.min(), wide.max(), wide.mean(), np.einsum("i,i->", wide, wide)

    return {
        "look up 32-bit values of bytes, two cells at once": look_up,
        f"count {len(present)} classes, a comparison each": count,
        "join two land covers as bytes": lambda: first * np.uint8(10) + second,
        "find where runs of a class begin": lambda: np.flatnonzero(first[1:] != first[:-1]),
        "convert 32-bit to 64-bit floats, gaps to NaN": again(widened),
        "(S - D)/(S + D) where both are known": again(quotient),
        "compare 64-bit floats with a number and count": again(lambda: np.count_nonzero(wide > 1)),
        "add or multiply 64-bit floats": again(lambda: wide * other),
        "sum 64-bit floats": again(wide.sum),
        f"sum runs of {RUN} 64-bit floats": again(lambda: np.add.reduceat(wide, turns)),
        f"repeat 64-bit floats over runs of {RUN} cells": again(
            lambda: np.repeat(wide[: len(turns)], np.diff(turns, append=SMALL_CHUNK))
        ),
        "statistics of 64-bit floats": again(statistics),
    }


def main() -> None:
    """Time every pass and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--print-only", action="store_true", help="leave docs/performance.md as it is")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    kernels.load_plugin()
    cells = given.size * min(ROWS, given.size)
    lines = ["| pass | ns a cell |", "|---|---|"]
    for name, work in passes(given.folder, given.size).items():
        least = np.inf
        for _ in range(given.runs):
            begin = time.process_time()
            work()
            least = min(least, time.process_time() - begin)
        lines.append(f"| {name} | {1e9 * least / cells:.2f} |")
    print(*lines, sep="\n")
    command = f"benchmarks/passes.py --size {given.size} --runs {given.runs}"
    programs = Programs(given.folder, None)
    text = section("passes", "\n".join(lines), NOTES, "NumPy passes of the computing part", command, programs)
    if not given.print_only:
        put_into_page("passes", text)


if __name__ == "__main__":
    main()
