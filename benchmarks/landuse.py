"""Benchmarks of the land-use scenario kernels by size: learning, prediction, simulation, accuracy."""

from __future__ import annotations

from pathlib import Path

from comparison import Line, compare
from programs import Programs
from timing import Run, Times

TITLE = "Land-use futures"
NOTES = """\
Ten classes in patches, four 32-bit drivers with gaps, in process. *Suitability*: five networks trained on 40,000
samples in total, then the classes of each cell predicted and written. *Prediction*: the same with an existing network
of 13 neurons, compared with the reported time of the prediction step of MOLUSCE, 51 to 170 microseconds per cell, of
which 51 are used (MOLUSCE was not run here; complete runs of both: [land-use futures](land-use-futures.md)).
*Simulation*: one class gains a twentieth of the cells. *Accuracy*: counts and figures of merit of a simulated map.
"""
SIZES = (1_000, 4_000)
DRIVERS = 4
MOLUSCE_S_A_CELL = 51e-6
KERNELS = Path(__file__).resolve().parent / "landuse_kernels.py"


def molusce(line: Line, cells: int) -> Line:
    """The prediction compared with the reported time of MOLUSCE."""
    seconds = MOLUSCE_S_A_CELL * cells
    times = Times([Run(seconds, float("nan"), float("nan"))] * len(line.ours.runs))
    return Line(line.what, line.ours, "MOLUSCE, as reported", times)


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All kernels at all sizes."""
    lines, target = [], programs.folder / "landuse.tif"

    def ours(what: str, *arguments: object) -> list[Line]:
        kernel = programs.kernel(what, *arguments, outputs=(target,), of=KERNELS)
        return compare(f"{what}, {size:,} squared", kernel, [], runs)

    for size in sizes:
        cover, later, shares = (programs.made(name, size) for name in ("land_cover", "later_land_cover", "suitability"))
        drivers = [programs.made("weights", size, seed) for seed in range(1, DRIVERS + 1)]
        lines += ours("suitability", "suitability", later, cover, target, *drivers)
        lines += [molusce(line, size * size) for line in ours("prediction", "prediction", cover, target, *drivers)]
        lines += ours("simulation", "simulation", cover, shares, target)
        lines += ours("accuracy", "accuracy", cover, later, later)
    return lines
