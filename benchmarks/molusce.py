#!/usr/bin/python3
"""The plugin MOLUSCE and ours from beginning to end on the same data: seconds and figure of merit.

    /usr/bin/python3 benchmarks/molusce.py FOLDER --molusce CHECKOUT [--runs 3]

FOLDER holds the data of ``cedar_creek.py``, CHECKOUT your own copy of MOLUSCE's repository. Both learn from
2006 -> 2011 with the same four drivers and simulate 2016 and 2021 from 2011, each with its own defaults; both are
judged by our simulationaccuracy, which is not timed. They run in turn (A B A B); seeds count up with the rounds.

Ours is timed twice: three commands of ``qgis_process``, each with the start of QGIS, beside MOLUSCE's whole process;
and in a QGIS that has started, beside MOLUSCE without the start of Python.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median

from futures import Futures, accuracy_call, command
from programs import Programs, qgis_process
from timing import Program, Run, run_once

HERE = Path(__file__).resolve().parent
YEARS = (2016, 2021)
DRIVERS = ("elevation_m", "slope_deg", "dist_urban2006_m", "dist_water2006_m")


def ours(folder: Path, out: Path, seed: int) -> Futures:
    """Our run: learned from transitions, demand by transition, both years kept."""
    extra = {"landusesuitability": {"SEED": seed}, "landusesimulation": {"SEED": seed, "KEEP_STEPS": True}}
    drivers = [folder / f"{name}.tif" for name in DRIVERS]
    return Futures(folder / "lu5_2006.tif", folder / "lu5_2011.tif", (2006, 2011), 2021, drivers, out, extra)


def merit(environment: dict[str, str], folder: Path, year: int, simulated: Path) -> float:
    """Figure of merit of a simulated land cover, by our algorithm."""
    name, given = accuracy_call(folder / "lu5_2011.tif", folder / f"lu5_{year}.tif", simulated)
    done = subprocess.run(
        command(qgis_process(), name, given), env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)["results"]["FIGURE_OF_MERIT"]


def row(name: str, runs: list[Run], by_year: dict[int, list[float]] | None) -> str:
    """A line of the table."""
    cells = [name, f"{median(run.seconds for run in runs):.1f}", f"{median(run.cpu_seconds for run in runs):.1f}"]
    cells.append(f"{max(run.peak_mb for run in runs):.0f}")
    for year in YEARS:
        found = by_year[year] if by_year else []
        cells.append(" ".join(f"{one:.4f}" for one in found) + (f" (mean {mean(found):.4f})" if found else ""))
    return "| " + " | ".join(cells) + " |"


def times(slow: list[Run], fast: list[Run]) -> str:
    """Median over the rounds of one's time over the other's."""
    wall = median(a.seconds / b.seconds for a, b in zip(slow, fast))
    processors = median(a.cpu_seconds / b.cpu_seconds for a, b in zip(slow, fast))
    return f"{wall:.1f} times by the clock, {processors:.1f} times by processor time"


def main() -> None:
    """Run both in turn and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--molusce", type=Path, required=True, metavar="CHECKOUT")
    parser.add_argument("--runs", type=int, default=3)
    given, options = parser.parse_known_args()  # what is left goes to molusce_run.py, such as --sampling Stratified
    folder = given.folder.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        environment = Programs(out, None).profile()
        runs: dict[str, list[Run]] = {"molusce": [], "molusce whole": [], "commands": [], "toolbox": []}
        merits: dict[str, dict[int, list[float]]] = {who: {year: [] for year in YEARS} for who in ("molusce", "ours")}
        for seed in range(1, given.runs + 1):
            script = [sys.executable, str(HERE / "molusce_run.py"), str(folder), str(given.molusce), str(out)]
            log = out / "molusce.json"
            peer = Program("MOLUSCE", [*script, "--seed", str(seed), "--tell", str(log), *options])
            runs["molusce whole"].append(run_once(peer))
            told = json.loads(log.read_text())
            runs["molusce"].append(Run(told["seconds"], told["cpu_seconds"], runs["molusce whole"][-1].peak_mb))
            mine = ours(folder, out, seed)
            calls = json.dumps(mine.calls())
            script = [sys.executable, str(HERE / "futures.py")]
            for name, how, tells in (("commands", qgis_process(), False), ("toolbox", "qgis", True)):
                runs[name].append(run_once(Program(name, [*script, how, calls], environment, tells_seconds=tells)))
            for at, year in enumerate(YEARS):
                merits["molusce"][year].append(merit(environment, folder, year, out / f"molusce_{year}.tif"))
                # Band 1 is the last year, the one before is band 2.
                band = out / f"ours_{year}.tif"
                translate = ["gdal_translate", "-q", "-b", str(len(YEARS) - at), str(mine.simulated), str(band)]
                subprocess.run(translate, check=True)
                merits["ours"][year].append(merit(environment, folder, year, band))
            print(f"round {seed}: MOLUSCE {told['parts']}", flush=True)
            print({name: done[-1] for name, done in runs.items()}, merits, flush=True)
    print("\n| run | s, clock | s, processors | MB | FoM 2016 | FoM 2021 |\n|---|---|---|---|---|---|")
    print(row("MOLUSCE, whole process", runs["molusce whole"], merits["molusce"]))
    print(row("ours, three commands", runs["commands"], merits["ours"]))
    print(row("MOLUSCE, once it has started", runs["molusce"], None))
    print(row("ours, in a QGIS that has started", runs["toolbox"], None))
    print(f"\nwhole processes: {times(runs['molusce whole'], runs['commands'])}")
    print(f"once started: {times(runs['molusce'], runs['toolbox'])}")


if __name__ == "__main__":
    main()
