#!/usr/bin/python3
"""Benchmarks kernels and commands against their peers, and writes docs/performance.md.

    /usr/bin/python3 benchmarks/run.py storage zonal --sizes 10000 20000 --runs 5 --folder /tmp/bench --peers /tmp/peers
    /usr/bin/python3 benchmarks/run.py --all --folder /tmp/bench --peers /tmp/peers      # every section of the page

Inputs are made in the folder once and kept there; ``benchmarks/install_peers.sh`` fills the folder of the peers
(InVEST, exactextract, mgwr, pymannkendall); without it those comparisons are left out. Each suite replaces its own
section of the page. Without ``--sizes`` each suite has its own.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import platform
import subprocess
import sys
from pathlib import Path

from comparison import GROWTH_HEADER, HEADER, Line, growth
from programs import ROOT, Programs

SUITES = ("storage", "zonal", "change", "demand", "ratio", "grid", "landuse", "production")
# Sizes are numbers of observations or zones. Run only if named explicitly or with --all: some peers take minutes.
ON_REQUEST = ("gwr", "multiscale", "trend", "zone_runs", "uncertainty", "service_flow")
# Programs that write a section of their own kind.
OTHERS = ("startup", "shares", "passes", "memory")
PAGE = ROOT / "docs" / "performance.md"
INTRODUCTION = """\
# How fast it is

Times of whole processes or of kernels; each run is a separate process, and the programs are run alternately.
*Times faster* is the median over neighbouring runs of the peer's time over ours, with the smallest and the largest in
brackets; *by CPU time* is the same of the time of all processors together, which depends less on other users of the
machine. Seconds and memory are medians and maxima of the runs, ours and theirs.
Memory is the peak of the largest process. Ratios are valid for other machines, seconds are not; they cannot be compared
between sections either, because the machine was up to three times slower at some hours.
`benchmarks/run.py --all` repeats the measurements.
"""


def table(header: list[str], cells: list[list[str]]) -> str:
    """A Markdown table whose columns are aligned."""
    rows = [header, *cells]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)


def said_by(*command: str) -> str:
    """First line that a program prints, or an empty text."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return (done.stdout.strip().splitlines() or [""])[0]


def machine(programs: Programs) -> str:
    """Processor, system and versions, without the name of the machine."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    code = "import qgis.core, osgeo.gdal, numpy; print('QGIS', qgis.core.Qgis.QGIS_VERSION.split('-')[0] + ','"
    code += ", 'GDAL', osgeo.gdal.__version__ + ',', 'NumPy', numpy.__version__)"
    versions = [said_by(sys.executable, "-c", code), f"Python {platform.python_version()}"]
    if programs.peers:
        code = "from importlib.metadata import version as v; "
        code += "print('InVEST', v('natcap.invest') + ',', 'exactextract', v('exactextract'))"
        versions.append(said_by(programs.peer_python(), "-c", code))
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} x {cpu}, {memory_gb:.0f} GB; {', '.join(versions)}"


def tables(lines: list[Line], sizes: list[int]) -> str:
    """Tables of the measurements and, for several sizes, of their growth."""
    text = table(HEADER, [line.cells() for line in lines])
    rows = growth(lines, sizes)
    if rows:
        text += "\n\nGrowth, the exponent e of time ~ cells^e (or observations^e):\n\n" + table(GROWTH_HEADER, rows)
    return text


def section(name: str, measured: str, notes: str, title: str, command: str, programs: Programs) -> str:
    """The section of a suite."""
    today = datetime.date.today().isoformat()
    return (
        f"<!-- {name} -->\n## {title}\n\n{notes}\n{measured}\n\n"
        f"{today}: `{command}`; {machine(programs)}; average load of {os.getloadavg()[2]:.1f} tasks, "
        "including those of other users.\n"
        f"<!-- end {name} -->\n"
    )


def put_into_page(name: str, text: str) -> None:
    """Replace the section of a suite, or add it."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else INTRODUCTION
    begin, end = page.find(f"<!-- {name} -->"), page.find(f"<!-- end {name} -->\n")
    page = f"{page}\n{text}" if begin < 0 else page[:begin] + text + page[end + len(f"<!-- end {name} -->\n") :]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")


def main() -> None:
    """Parse the arguments, run the suites."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    names = SUITES + ON_REQUEST + OTHERS
    parser.add_argument("suites", nargs="*", metavar="suite", help=f"of: {', '.join(names)}")
    parser.add_argument("--all", action="store_true", help="every suite")
    parser.add_argument("--sizes", nargs="+", type=int, help="sides of rasters, or numbers of zones or observations")
    parser.add_argument("--runs", type=int, default=5, help="of each program")
    parser.add_argument("--folder", type=Path, required=True, help="for inputs and outputs, GBs at the larger sizes")
    parser.add_argument("--peers", type=Path, help="filled by install_peers.sh")
    parser.add_argument("--print-only", action="store_true", help="leave docs/performance.md as it is")
    given = parser.parse_args()
    unknown = set(given.suites) - set(names)
    if unknown:
        parser.error(f"no such suite: {', '.join(unknown)}")
    given.folder.mkdir(parents=True, exist_ok=True)
    programs = Programs(given.folder.resolve(), given.peers and given.peers.resolve())
    missed = []
    for name in names if given.all else given.suites or SUITES:
        if name in OTHERS:
            run_other(name, programs, given.print_only)
            continue
        suite = importlib.import_module(name)
        print(suite.TITLE, flush=True)
        sizes = given.sizes or list(suite.SIZES)
        lines = suite.measure(programs, sizes, given.runs)
        missed += [f"{line.what}: {text}" for line in lines for text, met in line.verdicts if not met]
        measured = tables(lines, sizes)
        print(measured, flush=True)
        command = f"benchmarks/run.py {name} --sizes {' '.join(map(str, sizes))} --runs {given.runs}"
        if not given.print_only:
            put_into_page(name, section(name, measured, suite.NOTES, suite.TITLE, command, programs))
    print("Targets missed:", *(missed or ["none"]), sep="\n  ")


def run_other(name: str, programs: Programs, print_only: bool) -> None:
    """Run a program that writes a section of its own kind, with its own sizes and runs."""
    folder = str(programs.folder / name) if name == "startup" else str(programs.folder)
    arguments = ["--folder", folder] if name == "startup" else [folder]
    script = Path(__file__).with_name(f"{name}.py")
    subprocess.run([sys.executable, str(script), *arguments, *["--print-only"] * print_only], check=True)


if __name__ == "__main__":
    main()
