"""Benchmark of the uncertainty assessment for many zones with known areas.

    python benchmarks/uncertainty.py                                   # 3,000 zones x 20 classes x 10,000 draws
    python benchmarks/uncertainty.py --zones 50000 --scenarios 3 --repeat 1
    python benchmarks/uncertainty.py --judged 5 --sinks                # 5 judged codes; sinks and SEC

Every run is a separate process; everything after the area table is timed, without imports. Memory is the peak of
the whole process.
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
POOLS = ("above", "below", "soil", "dead")


def run_once(zones: int, classes: int, draws: int, scenarios: int, workers: int, judged: int, sinks: bool) -> dict:
    """One assessment of random areas and densities with a CV of 20 %: of stocks and zone classes, or sinks and SEC."""
    sys.path.insert(0, str(ROOT / "tests"))
    import conftest  # noqa: F401 - loads the plugin's folder as the package carbon_balance
    from carbon_balance.core.runtime.log import Log
    from carbon_balance.core.uncertainty.areas import ScenarioAreas, with_all
    from carbon_balance.core.uncertainty.assessment import UncertaintySettings, assess
    from carbon_balance.core.uncertainty.judgement import JudgedCode
    from carbon_balance.core.uncertainty.pool_sd import UncertainPools
    from carbon_balance.core.uncertainty.sinks.sec_chances import sec_areas
    from carbon_balance.core.uncertainty.sinks.sec_outcome import SecLimits
    from carbon_balance.core.uncertainty.sinks.sink_assessment import assess_sinks
    from carbon_balance.core.uncertainty.zone_classes import ZoneClasses

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
    rows = [
        JudgedCode(row, row, names[row], np.array([row, other]), [names[row], names[other]], np.array([0.5, 0.5]),
                   mean[[row, other]], 0.2 * mean[[row, other]])
        for row, other in zip(range(judged), range(judged, 2 * judged))
    ]  # fmt: skip
    begin, begin_cpu = time.perf_counter(), time.process_time()
    settings = UncertaintySettings(draws=draws)
    if sinks:
        emission, eec = random.uniform(1, 9, zones), random.uniform(0.5, 2, zones)
        behind = sec_areas(stock, np.ones(zones), emission, np.ones(zones, bool))
        sec = SecLimits(behind, 1.0, 1.0, eec, ["a", "b", "c", "d"])
        found = assess_sinks(areas, pools, settings, Log(), judged=rows, sec=sec, workers=workers)
        summary, closed = found.sink, found.closed_sd_t
        found.sec.long_columns([""] * zones)
    else:
        limits = [0.8, 1.0, 1.2] if judged else []
        supply_t = stock @ mean.sum(axis=1)
        demand_t = supply_t * random.uniform(0.5, 1.5, zones)
        ratio = ZoneClasses(demand_t, np.array(limits), list("abcd"), np.zeros(zones, int))
        found = assess(
            areas, pools, settings, Log(), judged=rows, zone_classes=ratio if judged else None, workers=workers
        )
        summary, closed = found.outcome.stock, found.stock_sd_t
    found.summary_columns([f"zone {number}" for number in range(1, zones + 1)])
    found.tornado_columns()
    return {
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - begin_cpu,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "off": float(np.abs(summary.sd / closed - 1).max()),
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
    parser.add_argument("--judged", type=int, default=0, help="codes whose class is a judgement, with zone classes")
    parser.add_argument("--sinks", action="store_true", help="sinks, SEC and its zones instead of stocks")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        size = (given.zones, given.classes, given.draws, given.scenarios[0], given.workers)
        print(json.dumps(run_once(*size, given.judged, given.sinks)))
        return
    print(f"{given.zones:,} zones x {given.classes} classes x {given.draws:,} draws, {given.workers} workers")
    for scenarios in given.scenarios:
        sizes = ("zones", "classes", "draws", "workers", "judged")
        arguments = [part for name in sizes for part in (f"--{name}", str(getattr(given, name)))]
        command = [sys.executable, __file__, "--once", "--scenarios", str(scenarios), *arguments]
        command += ["--sinks"] * given.sinks
        runs = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(given.repeat)
        ]
        median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        title = "sinks, SEC and zones" if given.sinks else f"stock and {scenarios} change(s)"
        accuracy = "" if given.judged else f"; SD of draws within {median['off']:.1%} of the closed form"
        print(
            f"{title}, {given.judged} judged codes: {median['seconds']:.2f} s ({median['cpu']:.2f} s of processors), "
            f"{median['mb']:.0f} MB{accuracy}; load of {os.getloadavg()[0]:.1f} tasks"
        )


if __name__ == "__main__":
    main()
