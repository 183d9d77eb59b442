"""Benchmark of the uncertainty of many zones with known areas.

``run.py uncertainty`` runs all; alone, in one process:

    python benchmarks/uncertainty.py stocks [ZONES] [JUDGED]      # 3,000 zones, no code whose class is a judgement
    python benchmarks/uncertainty.py sinks [ZONES] [JUDGED]
"""

from __future__ import annotations

import sys
from pathlib import Path

import kernels
from comparison import Line, compare
from kernels import Stopwatch
from programs import Programs

TITLE = "Uncertainty"
NOTES = """\
20 classes, 10,000 draws, two threads: everything that `carbonuncertainty` and `sinkuncertainty` compute after the area
table, without imports. With 5 codes subject to judgement, their classes are drawn, the variance is attributed to its
sources, and the probability and stability of the class of each zone are computed. The SD of the draws of stocks alone
is checked against the closed form, to 5 %.
"""
SIZES = (3_000,)
CLASSES, DRAWS, WORKERS, JUDGED, MOST_CPU_S = 20, 10_000, 2, 5, 5
MOST_OFF = 0.05
HERE = Path(__file__).resolve()
POOLS = ("above", "below", "soil", "dead")


def measure(programs: Programs, sizes: list[int], runs: int) -> list[Line]:
    """All assessments; ``sizes`` are numbers of zones."""
    lines = []
    for zones in sizes:
        for what, name, judged, most_cpu_s in (
            ("stocks", "stocks", 0, None),
            (f"stocks and zone classes, {JUDGED} judged codes", "stocks", JUDGED, MOST_CPU_S),
            (f"sinks, SEC and zones, {JUDGED} judged codes", "sinks", JUDGED, MOST_CPU_S),
        ):
            ours = programs.kernel(what, name, zones, judged, of=HERE)
            lines += compare(f"{what}, {zones:,} zones", ours, [], runs, most_cpu_s=most_cpu_s)
    return lines


def assessment(zones: int, judged: int, of_sinks: bool) -> dict:
    """One assessment of random areas and densities with a CV of 20 %: of stocks and zone classes, or sinks and SEC."""
    import numpy as np
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
    mean = random.uniform(1, 100, (CLASSES, len(POOLS)))
    names = [f"class {number}" for number in range(CLASSES)]
    pools = UncertainPools("pools", np.arange(CLASSES), names, list(POOLS), mean, 0.2 * mean)
    stock = random.uniform(0, 1e5, (zones, CLASSES))
    areas = ScenarioAreas(with_all(stock, (), stock[0]), [], [])
    rows = [
        JudgedCode(row, row, names[row], np.array([row, other]), [names[row], names[other]], np.array([0.5, 0.5]),
                   mean[[row, other]], 0.2 * mean[[row, other]])
        for row, other in zip(range(judged), range(judged, 2 * judged))
    ]  # fmt: skip
    watch = Stopwatch()
    settings = UncertaintySettings(draws=DRAWS)
    if of_sinks:
        emission, eec = random.uniform(1, 9, zones), random.uniform(0.5, 2, zones)
        behind = sec_areas(stock, np.ones(zones), emission, np.ones(zones, bool))
        sec = SecLimits(behind, 1.0, 1.0, eec, ["a", "b", "c", "d"])
        found = assess_sinks(areas, pools, settings, Log(), judged=rows, sec=sec, workers=WORKERS)
        summary, closed = found.sink, found.closed_sd_t
        found.sec.long_columns([""] * zones)
    else:
        limits = [0.8, 1.0, 1.2] if judged else []
        supply_t = stock @ mean.sum(axis=1)
        demand_t = supply_t * random.uniform(0.5, 1.5, zones)
        ratio = ZoneClasses(demand_t, np.array(limits), list("abcd"), np.zeros(zones, int))
        found = assess(
            areas, pools, settings, Log(), judged=rows, zone_classes=ratio if judged else None, workers=WORKERS
        )
        summary, closed = found.outcome.stock, found.stock_sd_t
    found.summary_columns([f"zone {number}" for number in range(1, zones + 1)])
    found.tornado_columns()
    taken = watch.read()
    off = float(np.abs(summary.sd / closed - 1).max())
    if not judged and off > MOST_OFF:
        raise SystemExit(f"the SD of the draws is {off:.1%} off the closed form")
    return {**taken, "off": off}


def stocks(zones: str = "3000", judged: str = "0") -> dict:
    """Stocks, and with judged codes the chances of zone classes."""
    return assessment(int(zones), int(judged), of_sinks=False)


def sinks(zones: str = "3000", judged: str = "5") -> dict:
    """Sinks, SEC and the zones that follow from it."""
    return assessment(int(zones), int(judged), of_sinks=True)


if __name__ == "__main__":
    kernels.main(globals(), *sys.argv[1:])
