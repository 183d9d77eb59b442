"""Start-up cost of the plugin: ``qgis_process list`` with and without it, in turn.

    /usr/bin/python3 benchmarks/startup.py --runs 25 --folder /tmp/bench

Replaces its section of docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median

from programs import ROOT, Programs, qgis_process
from run import put_into_page, section
from timing import Program, Times, in_turn

MOST_ADDED_S = 0.15
NOTES = """\
A complete `qgis_process list` in an empty profile, with this plugin installed from its zip and enabled, and without;
the Processing plugin of QGIS is loaded in both. *Added* is the median of the differences of consecutive runs.
The limit applies to CPU time, because the work is done by one thread and the machine is shared.
*First*: no module of the plugin has been compiled yet, as after installation.
"""


def profile(folder: Path, enabled: bool) -> dict[str, str]:
    """Environment of an empty profile that the plugin is unpacked into; ``enabled`` or not."""
    plugins = folder / "config" / "profiles" / "default" / "python" / "plugins"
    shutil.rmtree(folder, ignore_errors=True)
    plugins.mkdir(parents=True)
    (folder / "runtime").mkdir(mode=0o700)
    environment = {
        "QGIS_CUSTOM_CONFIG_PATH": str(folder / "config"),
        "QGIS_PLUGINPATH": "",
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "QT_QPA_PLATFORM": "offscreen",
        # Compiled modules are kept, as on a user's machine.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    package = folder / "carbon_balance.zip"
    subprocess.run(["bash", str(ROOT / "scripts" / "package.sh"), str(package)], check=True, stdout=subprocess.DEVNULL)
    shutil.unpack_archive(package, plugins)
    if enabled:
        command = [qgis_process(), "plugins", "enable", "carbon_balance"]
        subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)
    listed = subprocess.run(
        [qgis_process(), "list"], env={**os.environ, **environment}, check=True, capture_output=True, text=True
    )
    if ("carbonbalance:" in listed.stdout) != enabled:
        raise SystemExit(f"the plugin is {'not ' if enabled else ''}listed: {listed.stderr[-500:]}")
    return environment


def added(with_it: Times, without: Times, clock: str) -> float:
    """Median over the pairs of runs of the additional time, seconds by ``"seconds"`` or ``"cpu_seconds"``."""
    return median(getattr(a, clock) - getattr(b, clock) for a, b in zip(with_it.runs, without.runs))


def row(name: str, with_it: Times, without: Times, most_s: float | None) -> str:
    """A line of the table."""
    cells = [name]
    for clock in ("seconds", "cpu_seconds"):
        medians = [median(getattr(run, clock) for run in times.runs) for times in (with_it, without)]
        cells += [f"{seconds:.2f}" for seconds in medians] + [f"{added(with_it, without, clock):.3f}"]
    asked = "" if most_s is None else f"< {most_s:g} s: {'yes' if float(cells[-1]) < most_s else 'NO'}"
    return "| " + " | ".join([*cells, asked]) + " |"


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--folder", type=Path, required=True, help="for two throw-away profiles")
    parser.add_argument("--print-only", action="store_true", help="leave docs/performance.md as it is")
    given = parser.parse_args()
    folder = given.folder.resolve()
    bare, full = profile(folder / "without", False), profile(folder / "with", True)
    command = [qgis_process(), "list"]
    packages = [path.parent / "__pycache__" for path in (folder / "with").rglob("__init__.py")]
    without, later, first = in_turn(
        [
            Program("without", command, bare),
            Program("with", command, full),
            # Compiled modules are removed before, and exist again in the next round.
            Program("with, first", command, full, outputs=packages),
        ],
        given.runs,
    )
    header = ["start", "with, s", "without, s", "added, s", "with, s of CPU", "without", "added", "target"]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += [row("any later", later, without, MOST_ADDED_S), row("first", first, without, None)]
    table = "\n".join(lines)
    print(table)
    if not given.print_only:
        command = f"benchmarks/startup.py --runs {given.runs}"
        text = section("startup", table, NOTES, "Start of QGIS", command, Programs(folder, None))
        put_into_page("startup", text)


if __name__ == "__main__":
    main()
