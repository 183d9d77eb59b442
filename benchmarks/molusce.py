#!/usr/bin/python3
"""Complete runs of MOLUSCE and this plugin on the same data: time and figure of merit.

    /usr/bin/python3 benchmarks/molusce.py FOLDER [--molusce CHECKOUT] [--runs 3] [--ours "NETWORKS=1" ...]

FOLDER holds the data of ``cedar_creek.py``, CHECKOUT your own copy of MOLUSCE's repository; without it ours runs
alone. Both learn from 2006 -> 2011 with the same four drivers and simulate 2016 and 2021 from 2011. MOLUSCE has its
form's defaults; ours runs with each of the settings of ``--ours`` (parameters of landusesuitability, "" for its
defaults). Both are judged by our simulationaccuracy, which is not timed. All run in turn; seeds count up with the
rounds.

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
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from futures import Futures, accuracy_call, command
from programs import Programs, qgis_process
from timing import Program, Run, run_once

HERE = Path(__file__).resolve().parent
YEARS = (2016, 2021)
DRIVERS = ("elevation_m", "slope_deg", "dist_urban2006_m", "dist_water2006_m")


# Our defaults, one network as MOLUSCE has, and one of its size from its number of samples.
SETTINGS = ("", "NETWORKS=1", "NETWORKS=1 SAMPLES=1000 NEURONS=10")


def ours(folder: Path, out: Path, seed: int, settings: str) -> Futures:
    """Our run: learned from transitions, demand by transition, both years kept."""
    network = dict(setting.split("=", 1) for setting in settings.split())
    extra = {
        "landusesuitability": {"SEED": seed, **network},
        "landusesimulation": {"SEED": seed, "KEEP_STEPS": True},
    }
    drivers = [folder / f"{name}.tif" for name in DRIVERS]
    return Futures(folder / "lu5_2006.tif", folder / "lu5_2011.tif", (2006, 2011), 2021, drivers, out, extra)


def merit(environment: dict[str, str], folder: Path, year: int, simulated: Path) -> float:
    """Figure of merit of a simulated land cover, by our algorithm."""
    name, given = accuracy_call(folder / "lu5_2011.tif", folder / f"lu5_{year}.tif", simulated)
    done = subprocess.run(
        command(qgis_process(), name, given), env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)["results"]["FIGURE_OF_MERIT"]


@dataclass
class Contender:
    """What was measured of one program: whole processes, once started, and figures of merit by year."""

    name: str
    whole: list[Run] = field(default_factory=list)
    started: list[Run] = field(default_factory=list)
    merits: dict[int, list[float]] = field(default_factory=lambda: {year: [] for year in YEARS})

    def rows(self) -> list[str]:
        """Lines of the table."""
        found = (" ".join(f"{one:.4f}" for one in of_year) for of_year in self.merits.values())
        lines = [[f"{self.name}, whole", *_numbers(self.whole), *found]]
        lines.append([f"{self.name}, once started", *_numbers(self.started), "", ""])
        return ["| " + " | ".join(line) + " |" for line in lines]


def _numbers(runs: list[Run]) -> list[str]:
    seconds, processors = median(run.seconds for run in runs), median(run.cpu_seconds for run in runs)
    return [f"{seconds:.1f}", f"{processors:.1f}", f"{max(run.peak_mb for run in runs):.0f}"]


def run_molusce(peer: Contender, folder: Path, checkout: Path, out: Path, seed: int, options: list[str]) -> None:
    """One round of MOLUSCE."""
    log = out / "molusce.json"
    script = [sys.executable, str(HERE / "molusce_run.py"), str(folder), str(checkout), str(out)]
    peer.whole.append(run_once(Program("MOLUSCE", [*script, "--seed", str(seed), "--tell", str(log), *options])))
    record = json.loads(log.read_text())
    peer.started.append(Run(record["seconds"], record["cpu_seconds"], peer.whole[-1].peak_mb))
    print(f"round {seed}: MOLUSCE {peer.whole[-1]} {record['parts']}", flush=True)


def run_ours(contender: Contender, mine: Futures, environment: dict[str, str]) -> None:
    """One round of ours."""
    calls, script = json.dumps(mine.calls()), [sys.executable, str(HERE / "futures.py")]
    contender.whole.append(run_once(Program("commands", [*script, qgis_process(), calls], environment)))
    contender.started.append(run_once(Program("started", [*script, "qgis", calls], environment, prints_seconds=True)))
    print(f"{contender.name}: {contender.whole[-1]} {contender.started[-1]}", flush=True)


def times(slow: list[Run], fast: list[Run]) -> str:
    """Median over the rounds of one's time over the other's."""
    wall = median(a.seconds / b.seconds for a, b in zip(slow, fast))
    processors = median(a.cpu_seconds / b.cpu_seconds for a, b in zip(slow, fast))
    return f"{wall:.1f} by the clock, {processors:.1f} by processor time"


def main() -> None:
    """Run all in turn and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--molusce", type=Path, metavar="CHECKOUT")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ours", nargs="*", default=SETTINGS, metavar="SETTINGS")
    given, options = (
        parser.parse_known_args()
    )  # Remaining options are passed to molusce_run.py, such as --sampling Stratified.
    folder = given.folder.resolve()
    peer = Contender("MOLUSCE")
    contenders = {settings: Contender(f"ours, {settings or 'defaults'}") for settings in given.ours}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        environment = Programs(out, None).profile()
        for seed in range(1, given.runs + 1):
            if given.molusce:
                run_molusce(peer, folder, given.molusce, out, seed, options)
                for year, found in peer.merits.items():
                    found.append(merit(environment, folder, year, out / f"molusce_{year}.tif"))
            for settings, contender in contenders.items():
                mine = ours(folder, out, seed, settings)
                run_ours(contender, mine, environment)
                for at, (year, found) in enumerate(contender.merits.items()):
                    # Band 1 is the last year, the one before is band 2.
                    band = out / f"ours_{year}.tif"
                    translate = ["gdal_translate", "-q", "-b", str(len(YEARS) - at), str(mine.simulated), str(band)]
                    subprocess.run(translate, check=True)
                    found.append(merit(environment, folder, year, band))
    print("\n| run | s, clock | s, processors | MB | FoM 2016 | FoM 2021 |\n|---|---|---|---|---|---|")
    for contender in [*([peer] if given.molusce else []), *contenders.values()]:
        print(*contender.rows(), sep="\n")
    if given.molusce:
        print("\nMOLUSCE's time over ours, medians of the rounds:")
        for contender in contenders.values():
            print(f"{contender.name}, whole processes: {times(peer.whole, contender.whole)}")
            print(f"{contender.name}, once started: {times(peer.started, contender.started)}")


if __name__ == "__main__":
    main()
