"""Shares of decoding, computing and encoding in the processor time of each kernel.

    /usr/bin/python3 benchmarks/shares.py FOLDER [--size 10000] [--runs 5]   # writes docs/performance.md

Decoding is the time inside ``RasterSource.read`` and ``read_mask``, encoding that of encoding tiles and of
``StagedRaster.write`` and ``finish``, computing all the rest. Each kernel runs in a separate process; medians of
several runs are printed.
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import median

import kernels
import landuse_kernels
from programs import Programs
from run import put_into_page, section

HERE = Path(__file__).resolve()
ZONES = 3_000
TITLE = "Share of decoding, computing and encoding"
NOTES = """\
Shares of the processor time of a kernel: decoding is reading the rasters, encoding is compressing or storing the tiles
of the result and appending them to the file, computing is the rest, including overviews and statistics;
`benchmarks/passes.py` times its NumPy passes. Prediction and simulation use a raster with a quarter of the side length.
"""
DECODING, ENCODING = "decoding", "encoding"
SMALL = ("prediction", "simulation")


class Meter:
    """Processor time of the calling threads by kind, for calls that are not nested."""

    def __init__(self) -> None:
        self.seconds: Counter = Counter()
        self.inside = threading.local()
        self.lock = threading.Lock()

    def count(self, owner: object, name: str, kind: str) -> None:
        """Attribute the time inside ``owner.name`` to ``kind``."""
        method = getattr(owner, name)

        @functools.wraps(method)
        def counted(*arguments, **named):
            if getattr(self.inside, "kind", None):
                return method(*arguments, **named)
            self.inside.kind, begin = kind, time.thread_time()
            try:
                return method(*arguments, **named)
            finally:
                with self.lock:
                    self.seconds[kind] += time.thread_time() - begin
                self.inside.kind = None

        setattr(owner, name, counted)


def metered(meter: Meter) -> None:
    """Count reading and writing of rasters."""
    from carbon_balance.core.raster.source import RasterSource
    from carbon_balance.core.raster.writing import assembled_file, block_output
    from carbon_balance.core.raster.writing.writer import StagedRaster

    for name in ("read", "read_mask"):
        meter.count(RasterSource, name, DECODING)
    for module in (assembled_file, block_output):
        meter.count(module, "encoded", ENCODING)
    for name in ("write", "finish"):
        meter.count(StagedRaster, name, ENCODING)


def tasks(folder: Path, size: int) -> dict[str, list[str]]:
    """The kernels of ``kernels.py`` and their arguments."""
    import inputs

    cover, later = str(inputs.land_cover(folder, size)), str(inputs.later_land_cover(folder, size))
    zones, weights = str(inputs.zones(folder, size, ZONES)), str(inputs.weights(folder, size))
    target, supply = str(folder / "shares.tif"), str(folder / "supply.tif")
    small, shares = str(inputs.land_cover(folder, size // 4)), str(inputs.suitability(folder, size // 4))
    drivers = [str(inputs.weights(folder, size // 4, seed)) for seed in range(1, 5)]
    return {
        "storage": ["storage", cover, supply, "1"],
        f"storage and {ZONES:,} zones": ["storage", cover, target, "1", zones],
        "change": ["change", cover, later, target],
        f"demand raster, {ZONES:,} zones": ["demand", weights, zones, target],
        "ratio raster": ["ratio", supply, weights, target],
        "prediction": ["prediction", small, target, *drivers],
        "simulation": ["simulation", small, shares, target],
    }


def one(arguments: list[str]) -> None:
    """Run a kernel in this process and print its shares."""
    kernels.load_plugin()
    meter = Meter()
    metered(meter)
    taken = getattr(kernels, arguments[0], None) or getattr(landuse_kernels, arguments[0])
    taken = taken(*arguments[1:])
    print(json.dumps({"cpu_seconds": taken["cpu_seconds"], **meter.seconds}))


def main() -> None:
    """Run each kernel a few times and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--print-only", action="store_true", help="leave docs/performance.md as it is")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one)
        return
    given.folder.mkdir(parents=True, exist_ok=True)
    lines = ["| kernel | CPU ns a cell | decoding | computing | encoding |", "|---|---|---|---|---|"]
    print(*lines, sep="\n")
    for name, arguments in tasks(given.folder, given.size).items():
        cells = (given.size // 4 if arguments[0] in SMALL else given.size) ** 2
        rows = []
        for _ in range(given.runs):
            command = [sys.executable, str(HERE), str(given.folder), "--one", *arguments]
            said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            whole, decoding, encoding = (said.get(kind, 0.0) for kind in ("cpu_seconds", DECODING, ENCODING))
            rows.append((whole, decoding / whole, 1 - (decoding + encoding) / whole, encoding / whole))
        whole, *shares = (median(column) for column in zip(*rows))
        shown = " | ".join(f"{100 * share:.0f} %" for share in shares)
        lines.append(f"| {name} | {1e9 * whole / cells:.1f} | {shown} |")
        print(lines[-1], flush=True)
    command = f"benchmarks/shares.py --size {given.size} --runs {given.runs}"
    text = section("shares", "\n".join(lines), NOTES, TITLE, command, Programs(given.folder, None))
    if not given.print_only:
        put_into_page("shares", text)


if __name__ == "__main__":
    main()
