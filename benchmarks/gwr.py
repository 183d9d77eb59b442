"""Geographically weighted regression with a search for the bandwidth: ours and mgwr's, in turn, on the same input.

    python benchmarks/gwr.py                      # n = 3,000, three times each
    python benchmarks/gwr.py --n 10000 --repeat 1  # mgwr takes minutes
    python benchmarks/gwr.py --n 50000 --only ours

Model: six drivers and an intercept, adaptive bisquare kernel, golden section on AICc. Every run is a process of its
own; timed is the search alone, without imports and without making the input. mgwr uses all processors, as it does
by default, and so do we. mgwr is needed only for the comparison (pip install mgwr).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DRIVERS = 6
OURS, MGWR = "ours", "mgwr"


def made(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places (rows, 2), drivers (rows, 6) and a dependent (rows,) whose slopes change from place to place."""
    generator = np.random.default_rng(seed)
    places = generator.uniform(0, 1000, (rows, 2))
    drivers = generator.normal(size=(rows, DRIVERS))
    slopes = np.stack([1 + np.sin(places[:, 0] / 150 * (1 + at / DRIVERS)) for at in range(DRIVERS)], axis=1)
    noise = generator.normal(size=rows)
    return places, drivers, (drivers * slopes).sum(axis=1) + np.cos(places[:, 1] / 200) + noise


def run_ours(rows: int, workers: int | None) -> dict:
    """One search by this plugin."""
    sys.path.insert(0, str(ROOT / "tests"))
    import conftest  # noqa: F401 - loads the plugin's folder as the package carbon_balance
    from carbon_balance.core.gwr.bandwidth import search
    from carbon_balance.core.gwr.fit import Regression, Sample
    from carbon_balance.core.gwr.kernels import Kernel
    from carbon_balance.core.places import Places

    places, drivers, dependent = made(rows)
    begin = time.perf_counter()
    names = [f"x{at}" for at in range(DRIVERS)]
    found = search(Regression(Sample(Places.plane(places), drivers, dependent, names), Kernel(), workers))
    return {"seconds": time.perf_counter() - begin, "bandwidth": found.bandwidth, "aicc": found.score}


def run_mgwr(rows: int, workers: int | None) -> dict:
    """One search by mgwr."""
    from mgwr.sel_bw import Sel_BW

    places, drivers, dependent = made(rows)
    begin = time.perf_counter()
    selector = Sel_BW(places, dependent[:, None], drivers, n_jobs=workers or -1)
    bandwidth = selector.search()
    seconds = time.perf_counter() - begin
    lowest = min(score for _, score in selector.sel_hist)
    return {"seconds": seconds, "bandwidth": float(bandwidth), "aicc": float(lowest)}


def one(name: str, rows: int, workers: int | None) -> None:
    """Run in this process and print what came out as JSON."""
    result = (run_ours if name == OURS else run_mgwr)(rows, workers)
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({**result, "peak_mb": largest / 1024}))


def in_process(name: str, rows: int, workers: int | None) -> dict:
    """Run in a process of its own, with one BLAS thread a worker."""
    command = [sys.executable, __file__, "--one", name, "--n", str(rows)]
    if workers:
        command += ["--workers", str(workers)]
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, nargs="+", default=[3000], help="observations (3000)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--workers", type=int, help="threads or processes (all processors)")
    parser.add_argument("--only", choices=[OURS, MGWR], help="run one of the two")
    parser.add_argument("--one", choices=[OURS, MGWR], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.n[0], asked.workers)
        return
    names = [asked.only] if asked.only else [OURS, MGWR]
    for rows in asked.n:
        runs: dict[str, list[dict]] = {name: [] for name in names}
        for _ in range(asked.repeat):
            for name in names:
                run = in_process(name, rows, asked.workers)
                runs[name].append(run)
                print(
                    f"n {rows:6d}  {name:4s}  {run['seconds']:8.2f} s  {run['peak_mb']:6.0f} MB  "
                    f"bandwidth {run['bandwidth']:.0f}  AICc {run['aicc']:.4f}",
                    flush=True,
                )
        if len(names) == 2:
            ratios = [theirs["seconds"] / ours["seconds"] for ours, theirs in zip(runs[OURS], runs[MGWR])]
            print(f"n {rows:6d}  mgwr / ours: median {statistics.median(ratios):.1f} times", flush=True)


if __name__ == "__main__":
    main()
