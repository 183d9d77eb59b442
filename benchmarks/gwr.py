"""Benchmark of GWR with bandwidth search: the plugin and mgwr in turn, on the same input.

    python benchmarks/gwr.py                      # n = 3,000, three times each
    python benchmarks/gwr.py --n 10000 --runs 1   # mgwr takes minutes
    python benchmarks/gwr.py --n 50000 --only ours

Needs only NumPy and GDAL, and mgwr for the comparison (pip install mgwr). ``run.py gwr --sizes 3000`` adds the result
to the page of all benchmarks.
"""

from __future__ import annotations

import sys
from pathlib import Path

from comparison import Line, compare
from mgwr_comparison import LEAST, MGWR, OURS, compare_with_mgwr
from timing import Program

TITLE = "Geographically weighted regression"
NOTES = """\
Golden section search for the bandwidth by AICc: adaptive bisquare kernel, six drivers and an intercept with spatially
varying coefficients. Only the search is timed, without imports and preparation of the input; both programs use all
processors, mgwr by processes and the plugin by threads, with one BLAS thread each.
"""
SIZES = (1_000, 4_000)
DRIVERS = 6


def measure(programs, sizes: list[int], runs: int) -> list[Line]:
    """All comparisons; ``sizes`` are numbers of observations. mgwr is that of the peers, or of this Python."""
    lines = []
    python = programs.peer_python() if programs.peers else sys.executable
    for rows in sizes:
        peer = program(MGWR, rows, python)
        lines += compare(f"GWR search, n = {rows:,}", program(OURS, rows), [(peer, LEAST)], runs)
    return lines


def program(name: str, rows: int, python: str = sys.executable) -> Program:
    """One search in a separate process."""
    command = [python, str(Path(__file__)), "--one", name, "--n", str(rows)]
    return Program(name, command, {"OPENBLAS_NUM_THREADS": "1"}, prints_seconds=True)


def made(rows: int, seed: int = 1):
    """Places (rows, 2), drivers (rows, 6) and a dependent (rows,) whose slopes change from place to place."""
    import numpy as np

    generator = np.random.default_rng(seed)
    places = generator.uniform(0, 1000, (rows, 2))
    drivers = generator.normal(size=(rows, DRIVERS))
    slopes = np.stack([1 + np.sin(places[:, 0] / 150 * (1 + at / DRIVERS)) for at in range(DRIVERS)], axis=1)
    noise = generator.normal(size=rows)
    return places, drivers, (drivers * slopes).sum(axis=1) + np.cos(places[:, 1] / 200) + noise


def search_ours(rows: int) -> dict:
    """One search by this plugin."""
    from kernels import Stopwatch, load_plugin

    load_plugin()
    from carbon_balance.core.drivers.gwr.bandwidth import search
    from carbon_balance.core.drivers.gwr.fit import Observations, Regression
    from carbon_balance.core.drivers.gwr.kernels import Kernel
    from carbon_balance.core.statistics.locations import Places

    places, drivers, dependent = made(rows)
    watch = Stopwatch()
    names = [f"x{at}" for at in range(DRIVERS)]
    found = search(Regression(Observations(Places.plane(places), drivers, dependent, names), Kernel()))
    return {**watch.read(), "bandwidth": found.bandwidth, "aicc": found.score}


def search_mgwr(rows: int) -> dict:
    """One search by mgwr, with a process for each processor as it does by default."""
    import resource
    import time

    from joblib.externals.loky import get_reusable_executor
    from mgwr.sel_bw import Sel_BW

    places, drivers, dependent = made(rows)
    begin = time.perf_counter()
    selector = Sel_BW(places, dependent[:, None], drivers)
    bandwidth = selector.search()
    seconds = time.perf_counter() - begin
    # The time of its workers is available after they have ended.
    get_reusable_executor().shutdown(wait=True)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_seconds = sum(each.ru_utime + each.ru_stime for each in used)
    lowest = float(min(score for _, score in selector.sel_hist))
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "bandwidth": float(bandwidth), "aicc": lowest}


if __name__ == "__main__":
    compare_with_mgwr(__doc__, 3000, program, {OURS: search_ours, MGWR: search_mgwr})
