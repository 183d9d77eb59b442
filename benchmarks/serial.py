"""What the driving thread of a raster pass computes alone, and what Amdahl's law makes of it on more processors.

    python benchmarks/serial.py FOLDER [--size 10000] [--runs 5]

Each run is a separate process. The driving thread reads no raster: it hands blocks to the workers, adds up sums in
order and writes. Its share of the processor time of all threads is what more processors cannot shorten; the last
columns are computed from it (1 / (share + (1 - share) / processors)), not measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import inputs

HERE = Path(__file__).resolve().parent
PROCESSORS = (4, 8, 16, 32)
ZONES = 3_000


def commands(folder: Path, size: int) -> dict[str, list[str]]:
    """The kernels by what they do: file, name and arguments."""
    cover, later = (str(make(folder, size)) for make in (inputs.land_cover, inputs.later_land_cover))
    weights, others = (str(inputs.weights(folder, size, seed)) for seed in (1, 2))
    zones, shares = str(inputs.zones(folder, size, ZONES)), str(inputs.suitability(folder, size))
    target = str(folder / "serial.tif")
    return {
        "storage": ["kernels.py", "storage", cover, target, "0"],
        f"storage and {ZONES:,} zones": ["kernels.py", "storage", cover, target, "0", zones],
        f"{ZONES:,} zones": ["kernels.py", "zonal", cover, zones, "cell_centre"],
        "change": ["kernels.py", "change", cover, later, target],
        "demand": ["kernels.py", "demand", weights, zones, target],
        "ratio": ["kernels.py", "ratio", weights, others, target],
        "accuracy": ["landuse_kernels.py", "accuracy", cover, later, cover],
        "prediction of suitability": ["landuse_kernels.py", "prediction", cover, target, weights, others],
        "simulation": ["landuse_kernels.py", "simulation", cover, shares, target],
    }


def measured(command: list[str]) -> dict[str, float]:
    """Seconds that a kernel prints, run in a process of its own."""
    file, *arguments = command
    done = subprocess.run([sys.executable, str(HERE / file), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def gain(share: float, processors: int) -> float:
    """How many times faster than one processor, if ``share`` of the work is done by one alone (Amdahl's law)."""
    return 1 / (share + (1 - share) / processors)


def main() -> None:
    """Print a table row for each kernel."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="only kernels whose name contains this text")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    print("| pass | s of processors | driving thread, % | " + " | ".join(map(str, PROCESSORS)) + " processors |")
    print("|---|---|---|" + "---|" * len(PROCESSORS))
    for name, command in commands(given.folder, given.size).items():
        if given.only not in name:
            continue
        runs = [measured(command) for _ in range(given.runs)]
        shares = sorted(run["driver_seconds"] / run["cpu_seconds"] for run in runs)
        share = median(shares)
        gains = " | ".join(f"{gain(share, processors):.1f}" for processors in PROCESSORS)
        spread = f"{100 * share:.1f} ({100 * shares[0]:.1f} to {100 * shares[-1]:.1f})"
        print(f"| {name} | {median(run['cpu_seconds'] for run in runs):.2f} | {spread} | {gains} |", flush=True)
    (given.folder / "serial.tif").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
