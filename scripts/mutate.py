"""Breaks the code of ``core`` one place at a time and shows which breaks no test notices.

    ./scripts/test.sh                                        # once: it installs what the tests need into .venv
    .venv/bin/python scripts/mutate.py --seed 1 --count 300

First run: every test of ``tests/core``, ``tests/algorithms`` and ``tests/studies`` once under coverage, to learn which
test executes which line (kept in ``build/mutation``; ``--fresh`` makes it anew). Then for each mutation only the tests
that execute the mutated line run, the fastest first, in a process of their own; nothing is written to the source files.
A mutation survives if all of them pass. Mutations named in ``tests/equivalent_mutations.csv`` cannot change a result,
for the reason given there; they are counted apart.
"""

from __future__ import annotations

import argparse
import csv
import importlib.machinery
import json
import os
import re
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import checkout  # noqa: F401  (makes the checkout importable)
import mutations
import numpy as np
from checkout import ROOT
from mutations import Mutation

CORE = ROOT / "core"
TESTS = ("tests/core", "tests/algorithms", "tests/studies")
STORE = ROOT / "build" / "mutation"
EQUIVALENT = ROOT / "tests" / "equivalent_mutations.csv"
# A mutation that makes a loop endless is noticed by its time: this many seconds, and this many times the usual time.
PATIENCE_S = 60.0
PATIENCE_TIMES = 8.0


class Recorder:
    """A pytest plugin that tells coverage which test runs, and notes how long each takes."""

    def __init__(self, coverage) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logstart(self, nodeid: str, location: object) -> None:
        """Attributes what runs from now on, fixtures included, to ``nodeid``."""
        self.coverage.switch_context(nodeid)
        self.seconds[nodeid] = -time.perf_counter()

    def pytest_runtest_logfinish(self, nodeid: str, location: object) -> None:
        """Notes the seconds of ``nodeid``."""
        self.seconds[nodeid] += time.perf_counter()


def record() -> None:
    """Runs all tests under coverage and stores the tests of every line and the seconds of every test."""
    import coverage
    import pytest

    STORE.mkdir(parents=True, exist_ok=True)
    measured = coverage.Coverage(data_file=None, source=[str(CORE)], config_file=False)
    measured.start()
    recorder = Recorder(measured)
    code = pytest.main(["-q", "-p", "no:cacheprovider", *TESTS], plugins=[recorder])
    measured.stop()
    if code != 0:
        raise SystemExit("The tests fail without any mutation: mend them first.")
    data = measured.get_data()
    lines = {}
    for path in data.measured_files():
        by_line = {line: [c for c in found if c] for line, found in data.contexts_by_lineno(path).items()}
        lines[str(Path(path).relative_to(ROOT))] = by_line
    (STORE / "tests_by_line.json").write_text(
        json.dumps({"lines": lines, "seconds": recorder.seconds}), encoding="utf-8"
    )


class Trials:
    """What is known of the tests: which execute a line, and how long each takes."""

    def __init__(self, lines: dict[str, dict[str, list[str]]], seconds: dict[str, float]) -> None:
        """``lines`` has the node ids of tests by module path and line, ``seconds`` what each test takes."""
        self.lines = lines
        self.seconds = seconds

    def of(self, mutation: Mutation) -> list[str]:
        """The node ids of the tests that execute a line of the mutated statement, the fastest first."""
        found = self._at(mutation.path, mutation.lines) or self._of_users(mutation)
        return sorted(found, key=lambda test: (self.seconds.get(test, 0.0), test))

    def _at(self, path: str, lines: Iterable[int]) -> set[str]:
        by_line = self.lines.get(path, {})
        return {test for line in lines for test in by_line.get(str(line), [])}

    def _of_users(self, mutation: Mutation) -> set[str]:
        """Of a statement that runs at import, for no test alone: the tests that execute a line that uses its names."""
        if not mutation.defines:
            return {test for tests in self.lines.get(mutation.path, {}).values() for test in tests}
        word = re.compile(rf"\b(?:{'|'.join(map(re.escape, mutation.defines))})\b")
        found: set[str] = set()
        for path in self.lines:
            text = (ROOT / path).read_text(encoding="utf-8")
            found |= self._at(path, [i for i, line in enumerate(text.splitlines(), 1) if word.search(line)])
        return found


def chosen(count: int, seed: int, only: str) -> list[Mutation]:
    """``count`` mutations, spread evenly over the modules of core in an order that depends on ``seed`` alone."""
    generator = np.random.default_rng(seed)
    queues = []
    for path in sorted(CORE.rglob("*.py")):
        name = str(path.relative_to(ROOT))
        found = mutations.of_source(name, path.read_text(encoding="utf-8"))
        if found and only in name:
            queues.append([found[i] for i in generator.permutation(len(found))])
    queues = [queues[i] for i in generator.permutation(len(queues))]
    picked: list[Mutation] = []
    while len(picked) < count and any(queues):
        picked.extend(queue.pop() for queue in queues if queue)
    return picked[:count]


def run_broken(mutation: Mutation, tests: list[str]) -> int:
    """The exit code of pytest over ``tests`` with the mutation in place; to be called in a process of its own."""
    import pytest

    target = str(ROOT / mutation.path)
    usual = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader, name):
        if loader.path == target:
            return mutation.code(target)
        return usual(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code
    return int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests]))


def survives(mutation: Mutation, trials: Trials) -> bool:
    """Whether no test notices the mutation."""
    tests = trials.of(mutation)
    if not tests:
        return True
    limit = PATIENCE_S + PATIENCE_TIMES * sum(trials.seconds.get(test, 1.0) for test in tests)
    child = os.fork()
    if child == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os._exit(run_broken(mutation, tests))
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def reasons() -> dict[tuple[str, str, str], str]:
    """Why a mutation, given by module, source line and change, is equivalent."""
    if not EQUIVALENT.exists():
        return {}
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {(row["module"], row["line"], row["change"]): row["reason"] for row in csv.DictReader(file)}


def judged(picked: list[Mutation], trials: Trials, processes: int) -> Iterator[tuple[Mutation, bool]]:
    """Every mutation and whether it survives, in the order of ``picked``."""
    with ThreadPoolExecutor(processes) as pool:
        yield from zip(picked, pool.map(lambda mutation: survives(mutation, trials), picked))


def main() -> int:
    """Prints the survivors by module and the share that survives; 1 if it is more than ``--most`` percent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="number of mutations (300)")
    parser.add_argument("--seed", type=int, default=1, help="which mutations are drawn (1)")
    parser.add_argument("--only", default="", help="only modules whose path contains this text")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="mutations tried at once")
    parser.add_argument("--most", type=float, default=5.0, help="percent of survivors that is accepted (5)")
    parser.add_argument("--fresh", action="store_true", help="learn anew which test executes which line")
    asked = parser.parse_args()
    os.chdir(ROOT)
    if asked.fresh or not (STORE / "tests_by_line.json").exists():
        record_in_child()
    stored = json.loads((STORE / "tests_by_line.json").read_text(encoding="utf-8"))
    trials, equivalent = Trials(stored["lines"], stored["seconds"]), reasons()
    picked = chosen(asked.count, asked.seed, asked.only)
    survivors: dict[str, list[Mutation]] = defaultdict(list)
    known, tried = 0, Counter()
    for mutation, alive in judged(picked, trials, asked.processes):
        tried[mutation.path] += 1
        if alive and mutation.key in equivalent:
            known += 1
        elif alive:
            survivors[mutation.path].append(mutation)
            print(f"survived: {mutation.describe()} ({len(trials.of(mutation))} tests)", flush=True)
    left = sum(len(found) for found in survivors.values())
    share = 100.0 * left / max(len(picked), 1)
    print(
        f"seed {asked.seed}: {len(picked)} mutations in {len(tried)} modules: {left} survived ({share:.1f} %), ", end=""
    )
    print(f"{known} more are equivalent, {len(picked) - left - known} were noticed")
    return int(share > asked.most)


def record_in_child() -> None:
    """Runs :func:`record` in a process of its own, so that this one never loads QGIS."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            record()
            code = 0
        finally:
            sys.stdout.flush()
            os._exit(code)
    if os.waitpid(child, 0)[1] != 0:
        raise SystemExit("The tests could not be recorded.")


if __name__ == "__main__":
    sys.exit(main())
