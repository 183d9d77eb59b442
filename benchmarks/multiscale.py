"""Benchmark of multiscale GWR with inference: the plugin and mgwr in turn, on the same input.

    python benchmarks/multiscale.py --n 159 1000 --runs 1   # mgwr takes minutes at 1,000
    python benchmarks/multiscale.py --n 3000 --only ours

Needs only NumPy and GDAL, and mgwr for the comparison (pip install mgwr). 159 observations are the counties of Georgia
in tests/data; other numbers are synthetic. ``run.py multiscale --sizes 159 1000`` adds the result to the page of all
benchmarks.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from comparison import Line, compare
from mgwr_comparison import LEAST, MGWR, OURS, compare_with_mgwr
from timing import Program

TITLE = "Multiscale geographically weighted regression"
NOTES = """\
Bandwidth of each term by back-fitting on AICc, then standard errors and effective parameters of each term: adaptive
bisquare kernel, three drivers and an intercept, bandwidths from 2 observations. 159 observations are the counties of
Georgia; larger data sets are synthetic, with coefficients that vary over short distances, over long distances, and not
at all. Search and inference are timed, without imports and preparation of the input; each uses one processor.
"""
SIZES = (159, 1_000, 3_000)
GEORGIA = Path(__file__).parents[1] / "tests" / "data" / "georgia" / "georgia.csv"


def measure(programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons; ``sizes`` are numbers of observations. mgwr is that of the peers, or of this Python."""
    lines = []
    python = programs.peer_python() if programs.peers else sys.executable
    for rows in sizes:
        peer = program(MGWR, rows, python)
        lines += compare(f"MGWR, n = {rows:,}", program(OURS, rows), [(peer, LEAST)], runs)
    return lines


def program(name: str, rows: int, python: str = sys.executable) -> Program:
    """One regression in a separate process."""
    command = [python, str(Path(__file__)), "--one", name, "--n", str(rows)]
    return Program(name, command, {"OPENBLAS_NUM_THREADS": "1"}, prints_seconds=True)


def given(rows: int, seed: int = 1):
    """Places (rows, 2), standardised drivers (rows, 3) and dependent (rows,)."""
    import numpy as np

    if rows == 159:
        with GEORGIA.open(encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        names = ["X", "Y", "PctBach", "PctFB", "PctBlack", "PctRural"]
        numbers = np.array([[float(row[name]) for name in names] for row in table])
        places, dependent, drivers = numbers[:, :2], numbers[:, 2], numbers[:, 3:]
    else:
        generator = np.random.default_rng(seed)
        places = generator.uniform(0, 1000, (rows, 2))
        drivers = generator.normal(size=(rows, 3))
        slopes = np.stack([1 + np.sin(places[:, 0] / 80), 1 + places[:, 1] / 1000, np.ones(rows)], axis=1)
        dependent = (drivers * slopes).sum(axis=1) + np.cos(places[:, 1] / 200) + generator.normal(size=rows)
    dependent = (dependent - dependent.mean()) / dependent.std()
    return places, (drivers - drivers.mean(axis=0)) / drivers.std(axis=0), dependent


def fit_ours(rows: int) -> dict:
    """One regression by this plugin."""
    from kernels import Stopwatch, load_plugin

    load_plugin()
    from carbon_balance.core.drivers.gwr.analysis import GwrSettings, analyse
    from carbon_balance.core.statistics.locations import Places

    places, drivers, dependent = given(rows)
    watch = Stopwatch()
    found = analyse(
        Places.plane(places), drivers, dependent, ["a", "b", "c"], "y", GwrSettings(multiscale=True, workers=1)
    )
    bandwidths = found.bandwidth_of_terms().tolist()
    return {**watch.read(), "bandwidths": bandwidths, "aicc": found.figures.aicc}


def fit_mgwr(rows: int) -> dict:
    """One regression by mgwr."""
    import time

    from mgwr import gwr
    from mgwr.sel_bw import Sel_BW

    places, drivers, dependent = given(rows)
    begin, cpu_begin = time.perf_counter(), time.process_time()
    selector = Sel_BW(places, dependent[:, None], drivers, multi=True, n_jobs=1)
    bandwidths = selector.search(multi_bw_min=[2])
    found = gwr.MGWR(places, dependent[:, None], drivers, selector, n_jobs=1).fit()
    aicc = float(found.aicc)
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_begin
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "bandwidths": list(map(float, bandwidths)), "aicc": aicc}


if __name__ == "__main__":
    compare_with_mgwr(__doc__, 159, program, {OURS: fit_ours, MGWR: fit_mgwr})
