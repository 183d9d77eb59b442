"""Paired timing of programs: each run is a separate process, and programs run in turn (A B A B).

On a shared machine single times are unreliable; the median of the ratios of neighbouring runs is used. This module
imports nothing heavy, because the initial peak memory of a process is that of its parent.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

LONGEST_S = 1800
CLOCK, CPU = "seconds", "cpu_seconds"


@dataclass(frozen=True)
class Program:
    """A command to time.

    Attributes:
        name: name in tables.
        command: the program and its arguments.
        environment: additional environment variables.
        outputs: files or folders that it writes, removed before and after each run.
        prints_seconds: whether it times itself and prints ``{"seconds": ..., "cpu_seconds": ...}``; otherwise the whole
            run is timed.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    outputs: Sequence[Path] = ()
    prints_seconds: bool = False


@dataclass(frozen=True)
class Run:
    """One run: seconds by the clock and of all processors together, peak memory of its largest process."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Times:
    """The runs of one program, in order."""

    runs: list[Run]

    @property
    def median_s(self) -> float:
        """Median of the runs by the clock."""
        return median(run.seconds for run in self.runs)

    @property
    def median_cpu_s(self) -> float:
        """Median of the runs' seconds of all processors together."""
        return median(run.cpu_seconds for run in self.runs)

    @property
    def peak_mb(self) -> float:
        """The most memory of any run."""
        return max(run.peak_mb for run in self.runs)


def ratios(of: Times, to: Times, clock: str = CLOCK) -> list[float]:
    """``of`` / ``to`` of each pair of runs, by ``CLOCK`` or by ``CPU``."""
    return [getattr(a, clock) / getattr(b, clock) for a, b in zip(of.runs, to.runs)]


def ratio(of: Times, to: Times, clock: str = CLOCK) -> float:
    """Median over the pairs of runs of ``of`` / ``to``, by ``CLOCK`` or by ``CPU``."""
    return median(ratios(of, to, clock))


def remove(paths: Sequence[Path]) -> None:
    """Remove files and folders, if they are there."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def run_once(program: Program) -> Run:
    """Run the program and keep its outputs.

    Raises:
        RuntimeError: the program failed; the message contains the end of its output.
    """
    remove(program.outputs)
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        begin = time.perf_counter()
        process = subprocess.Popen(
            program.command, env={**os.environ, **program.environment}, stdout=said, stderr=complained
        )
        _, status, usage = os.wait4(process.pid, 0)
        taken = {"seconds": time.perf_counter() - begin, "cpu_seconds": usage.ru_utime + usage.ru_stime}
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complained.seek(0)
        if process.returncode:
            raise RuntimeError(f"{program.name} failed:\n{said.read()[-2000:]}\n{complained.read()[-2000:]}")
        if program.prints_seconds:
            taken = json.loads(said.read().strip().splitlines()[-1])
    return Run(taken["seconds"], taken["cpu_seconds"], usage.ru_maxrss / 1024)


def in_turn(programs: Sequence[Program], runs: int) -> list[Times]:
    """``runs`` rounds of all programs, one after the other; each one's times."""
    measured: list[list[Run]] = [[] for _ in programs]
    for _ in range(runs):
        for program, done in zip(programs, measured):
            done.append(run_once(program))
            print(f"    {program.name}: {done[-1].seconds:.2f} s, {done[-1].peak_mb:.0f} MB", flush=True)
    for program in programs:
        remove(program.outputs)
    return [Times(done) for done in measured]
