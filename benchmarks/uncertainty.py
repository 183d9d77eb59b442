"""Uncertainty of many zones once their areas are known: draws, realisations, quantiles and closed forms.

    python benchmarks/uncertainty.py                                   # 3,000 zones x 20 classes x 10,000 draws
    python benchmarks/uncertainty.py --zones 50000 --scenarios 3 --repeat 1

Every run is a process of its own; timed is all that follows the area table, without imports. Memory is the peak of
the whole process.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
POOLS = ("above", "below", "soil", "dead")


def run_once(zones: int, classes: int, draws: int, scenarios: int, workers: int) -> dict:
    """One assessment of random areas and densities with a CV of 20 %."""
    sys.path.insert(0, str(ROOT / "tests"))
    import conftest  # noqa: F401 - loads the plugin's folder as the package carbon_balance
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.uncertainty.areas import ScenarioAreas, with_all
    from carbon_balance.core.uncertainty.assessment import UncertaintySettings, assess
    from carbon_balance.core.uncertainty.pool_sd import UncertainPools

    random = np.random.default_rng(1)
    mean = random.uniform(1, 100, (classes, len(POOLS)))
    names = [f"class {number}" for number in range(classes)]
    pools = UncertainPools("pools", np.arange(classes), names, list(POOLS), mean, 0.2 * mean)
    stock = random.uniform(0, 1e5, (zones, classes))
    changes = [random.normal(0, 1e3, (zones, classes)) for _ in range(scenarios)]
    areas = ScenarioAreas(
        with_all(stock, (), stock[0]),
        [with_all(change, (), change[0]) for change in changes],
        [f"scenario {number}" for number in range(1, scenarios + 1)],
    )
    begin, begin_cpu = time.perf_counter(), time.process_time()
    found = assess(areas, pools, UncertaintySettings(draws=draws), Log(), workers=workers)
    found.summary_columns([f"zone {number}" for number in range(1, zones + 1)])
    found.tornado_columns()
    return {
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - begin_cpu,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "off": float(np.abs(found.outcome.stock.sd / found.stock_sd_t - 1).max()),
    }


def main() -> None:
    """Parse the arguments, run, tell medians."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--zones", type=int, default=3000)
    parser.add_argument("--classes", type=int, default=20)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--scenarios", type=int, nargs="+", default=[0, 1, 3], help="later land covers")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(run_once(given.zones, given.classes, given.draws, given.scenarios[0], given.workers)))
        return
    print(f"{given.zones:,} zones x {given.classes} classes x {given.draws:,} draws, {given.workers} workers")
    for scenarios in given.scenarios:
        sizes = ("zones", "classes", "draws", "workers")
        arguments = [part for name in sizes for part in (f"--{name}", str(getattr(given, name)))]
        command = [sys.executable, __file__, "--once", "--scenarios", str(scenarios), *arguments]
        runs = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(given.repeat)
        ]
        median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        print(
            f"stock and {scenarios} change(s): {median['seconds']:.2f} s ({median['cpu']:.2f} s of processors), "
            f"{median['mb']:.0f} MB; SD of draws within {median['off']:.1%} of the closed form"
        )


if __name__ == "__main__":
    main()
