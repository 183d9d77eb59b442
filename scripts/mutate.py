"""Mutation testing of ``core``: makes one small change at a time and reports changes that no test detects.

    ./scripts/test.sh                                        # once: it installs what the tests need into .venv
    .venv/bin/python scripts/mutate.py --seed 1 --count 300

First every test of ``tests/core``, ``tests/algorithms`` and ``tests/studies`` runs once under coverage, to record which
test executes which line. The record is stored in ``build/mutation``, so that later only changed test files run again;
``--fresh`` repeats it. Then for each mutation only tests that execute the mutated line run, in a separate process;
source files are not changed. Those of the module's own file of tests run first, then the fastest ones, up to
``--budget`` seconds of tests. A mutation survives if all of them pass. Mutations that are listed in
``tests/equivalent_mutations.csv`` cannot change a result, for the reason given there; they are counted separately.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import hashlib
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
from itertools import zip_longest
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
# Endless loops are detected by time limits: this many seconds, and this multiple of the usual time.
PATIENCE_S = 40.0
PATIENCE_TIMES = 6.0
PROGRESS_EVERY = 25
SURVIVED = "survived"


class Recorder:
    """A pytest plugin that tells coverage which test is running, and measures the duration of each."""

    def __init__(self, coverage) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logstart(self, nodeid: str, location: object) -> None:
        """Attribute the following execution, including fixtures, to ``nodeid``."""
        self.coverage.switch_context(nodeid)
        self.seconds[nodeid] = -time.perf_counter()

    def pytest_runtest_logfinish(self, nodeid: str, location: object) -> None:
        """Record the duration of ``nodeid``."""
        self.seconds[nodeid] += time.perf_counter()


def stored_of(file: str) -> Path:
    """The file that stores the lines executed by a test file."""
    return STORE / (file.replace("/", "-") + ".json")


def digest(text: str) -> str:
    """A hash of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def unknown(files: Iterable[str]) -> list[str]:
    """The test files without an up-to-date record."""
    found = []
    for file in files:
        stored = stored_of(file)
        if not stored.exists() or json.loads(stored.read_text(encoding="utf-8"))["test"] != digest(read(file)):
            found.append(file)
    return found


def read(path: str) -> str:
    """The text of a file of the checkout."""
    return (ROOT / path).read_text(encoding="utf-8")


def record(files: list[str]) -> None:
    """Runs files of tests under coverage and stores the tests of every line and the seconds of every test."""
    import coverage
    import pytest

    STORE.mkdir(parents=True, exist_ok=True)
    measured = coverage.Coverage(data_file=None, source=[str(CORE)], config_file=False)
    measured.start()
    recorder = Recorder(measured)
    code = pytest.main(["-q", "-p", "no:cacheprovider", *files], plugins=[recorder])
    measured.stop()
    if code != 0:
        raise SystemExit("The tests fail without any mutation: repair them first.")
    data = measured.get_data()
    # Test file -> module -> line -> tests.
    found: dict[str, dict[str, dict[int, list[str]]]] = {file: {} for file in files}
    for path in data.measured_files():
        module = str(Path(path).relative_to(ROOT))
        for line, tests in data.contexts_by_lineno(path).items():
            for test in filter(None, tests):
                found[test.split("::")[0]].setdefault(module, {}).setdefault(line, []).append(test)
    for file, lines in found.items():
        sources = {}
        for module in lines:
            text = read(module)
            sources[module] = digest(text)
            (STORE / f"{sources[module]}.txt").write_text(text, encoding="utf-8")
        seconds = {test: taken for test, taken in recorder.seconds.items() if test.split("::")[0] == file}
        stored_of(file).write_text(
            json.dumps({"test": digest(read(file)), "sources": sources, "lines": lines, "seconds": seconds}),
            encoding="utf-8",
        )


def moved(module: str, source: str) -> dict[int, int]:
    """Line numbers of a module at the time of a digest -> present line numbers."""
    before = (STORE / f"{source}.txt").read_text(encoding="utf-8").splitlines()
    now = read(module).splitlines()
    blocks = difflib.SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    return {a + i + 1: b + i + 1 for a, b, size in blocks for i in range(size)}


class Trials:
    """The recorded tests: the lines that they execute, and their durations."""

    def __init__(self, lines: dict[str, dict[int, list[str]]], seconds: dict[str, float]) -> None:
        """``lines`` has the node ids of tests by module path and line, ``seconds`` what each test takes."""
        self.lines = lines
        self.seconds = seconds

    @classmethod
    def recorded(cls) -> Trials:
        """The stored records of the existing test files, with present line numbers."""
        lines: dict[str, dict[int, list[str]]] = {}
        seconds: dict[str, float] = {}
        places: dict[tuple[str, str], dict[int, int]] = {}
        for file in files_of_tests():
            if not stored_of(file).exists():
                continue
            stored = json.loads(stored_of(file).read_text(encoding="utf-8"))
            seconds.update(stored["seconds"])
            for module, by_line in stored["lines"].items():
                if not (ROOT / module).exists():
                    continue
                key = (module, stored["sources"][module])
                if key not in places:
                    places[key] = moved(*key)
                for line, tests in by_line.items():
                    if int(line) in places[key]:
                        lines.setdefault(module, {}).setdefault(places[key][int(line)], []).extend(tests)
        return cls(lines, seconds)

    def of(self, mutation: Mutation, budget_s: float = float("inf")) -> list[str]:
        """The node ids of the tests that execute a line of the mutated statement.

        Tests of the module's own test file come first, then the fastest ones, up to ``budget_s`` in total.
        """
        place = Path("tests") / mutation.path
        own = str(place.with_name(f"test_{place.name}"))
        found = self._at(mutation.path, mutation.lines)
        if mutation.defines or not found:
            found |= self._of_users(mutation)
            # A test of a record's defaults or of a constant executes no line of the module.
            found |= {test for test in self.seconds if str(Path(test.split("::")[0]).parent) == str(place.parent)}
        ordered = sorted(found, key=lambda test: (not test.startswith(own), self.seconds.get(test, 0.0), test))
        used = np.cumsum([self.seconds.get(test, 0.0) for test in ordered])
        return [test for test, at in zip(ordered, used) if at <= budget_s] or ordered[:1]

    def _at(self, path: str, lines: Iterable[int]) -> set[str]:
        by_line = self.lines.get(path, {})
        return {test for line in lines for test in by_line.get(line, [])}

    def _of_users(self, mutation: Mutation) -> set[str]:
        """Of a statement that runs at import, for no test alone: the tests that execute its module or use its names."""
        found = {test for tests in self.lines.get(mutation.path, {}).values() for test in tests}
        if not mutation.defines:
            return found
        word = re.compile(rf"\b(?:{'|'.join(map(re.escape, mutation.defines))})\b")
        for path in self.lines:
            found |= self._at(path, [i for i, line in enumerate(read(path).splitlines(), 1) if word.search(line)])
        return found


def files_of_tests() -> list[str]:
    """The test files that may detect a mutation, those of core first."""
    return [str(path.relative_to(ROOT)) for folder in TESTS for path in sorted((ROOT / folder).rglob("test_*.py"))]


def chosen(count: int, seed: int, only: str) -> list[Mutation]:
    """``count`` mutations, spread evenly over the modules of core.

    Their order depends on ``seed``, the module's path, and the line and change of the mutation: a change of the code
    does not change which mutations of other lines are drawn.
    """
    queues = [drawn(module_mutations(name), seed) for name in modules() if only in name]
    queues = sorted(filter(None, queues), key=lambda queue: digest(f"{seed} {queue[0].path}"))
    rounds = zip_longest(*queues)
    return [mutation for each in rounds for mutation in each if mutation is not None][:count]


def drawn(found: list[Mutation], seed: int) -> list[Mutation]:
    """The mutations of a module in the order of ``seed``."""
    seen: Counter = Counter()
    order = []
    for mutation in found:
        seen[mutation.key] += 1
        order.append(digest(f"{seed} {' '.join(mutation.key)} {seen[mutation.key]}"))
    return [found[i] for i in np.argsort(order)]


def modules() -> list[str]:
    """The paths of the modules of core, from the root of the checkout."""
    return [str(path.relative_to(ROOT)) for path in sorted(CORE.rglob("*.py"))]


def module_mutations(name: str) -> list[Mutation]:
    """All mutations of a module, given by its path from the root of the checkout."""
    return mutations.of_source(name, read(name))


def part_of(picked: list[Mutation], part: str) -> list[Mutation]:
    """Every Nth mutation from the Kth on, of a ``part`` such as ``2/4``: for several runs side by side."""
    first, every = map(int, part.split("/"))
    return picked[first - 1 :: every]


def survived_in(output: str) -> list[Mutation]:
    """Those that an earlier run printed as survivors and that still exist; their lines may have moved since."""
    printed = [line.partition(": ")[2] for line in output.splitlines() if line.startswith(SURVIVED)]
    keys = {(text.split(":")[0], text.split(": ", 1)[1].rsplit(" (", 1)[0]) for text in printed}
    found: list[Mutation] = []
    for name in sorted({path for path, _ in keys if (ROOT / path).exists()}):
        found.extend(each for each in module_mutations(name) if (name, f"{each.change}: {each.line}") in keys)
    return found


class InOrder:
    """A pytest plugin that runs only the given tests, in their order."""

    def __init__(self, tests: list[str]) -> None:
        self.place = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list) -> None:
        """Select and sort the tests."""
        items[:] = sorted((each for each in items if each.nodeid in self.place), key=lambda e: self.place[e.nodeid])


def run_broken(mutation: Mutation, tests: list[str]) -> int:
    """The exit code of pytest over ``tests`` with the mutation in place; to be called in a separate process."""
    import pytest

    target = str(ROOT / mutation.path)
    usual = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader, name):
        if loader.path == target:
            return mutation.code(target)
        return usual(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    return int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *files], plugins=[InOrder(tests)]))


def survives(mutation: Mutation, trials: Trials, budget_s: float = float("inf")) -> bool:
    """Whether no test detects the mutation."""
    tests = trials.of(mutation, budget_s)
    if not tests:
        return True
    limit = PATIENCE_S + PATIENCE_TIMES * sum(trials.seconds.get(test, 1.0) for test in tests)
    child = os.fork()
    if child == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = 1
        try:
            code = run_broken(mutation, tests)
        finally:
            os._exit(code)
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


def judged(picked: list[Mutation], trials: Trials, processes: int, budget_s: float) -> Iterator[tuple[Mutation, bool]]:
    """Every mutation and whether it survives, in the order of ``picked``."""
    # Imported once here, because test processes are forks of this one; no module of the plugin may be imported.
    for name in ("pytest", "hypothesis", "osgeo.gdal", "qgis.core", "qgis.gui"):
        importlib.import_module(name)
    with ThreadPoolExecutor(processes) as pool:
        yield from zip(picked, pool.map(lambda mutation: survives(mutation, trials, budget_s), picked))


def main() -> int:
    """Prints the survivors by module and the share that survives; 1 if it is more than ``--most`` percent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="number of mutations (300)")
    parser.add_argument("--seed", type=int, default=1, help="which mutations are drawn (1)")
    parser.add_argument("--only", default="", help="only modules whose path contains this text")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="mutations tried at once")
    parser.add_argument("--most", type=float, default=5.0, help="percent of survivors that is accepted (5)")
    parser.add_argument("--fresh", action="store_true", help="learn anew which test executes which line")
    parser.add_argument(
        "--budget", type=float, default=60.0, help="seconds of tests a mutation, the likeliest first (60)"
    )
    parser.add_argument("--record", nargs="*", metavar="FOLDER", help="only learn what the tests of folders execute")
    parser.add_argument("--recorded", action="store_true", help="learn nothing: use what is recorded")
    parser.add_argument("--part", default="1/1", help="K/N: only every Nth mutation from the Kth on (1/1)")
    parser.add_argument("--again", metavar="FILE", help="only those that survived in this output of an earlier run")
    asked = parser.parse_args()
    os.chdir(ROOT)
    files = files_of_tests()
    if asked.record:
        files = [file for file in files if file.startswith(tuple(asked.record))]
    if not asked.recorded:
        record_in_children(files if asked.fresh else unknown(files))
    if asked.record is not None:
        return 0
    trials, equivalent = Trials.recorded(), reasons()
    picked = part_of(chosen(asked.count, asked.seed, asked.only), asked.part)
    if asked.again:
        picked = survived_in(Path(asked.again).read_text(encoding="utf-8"))
    survivors: dict[str, list[Mutation]] = defaultdict(list)
    known, tried = 0, Counter()
    for mutation, alive in judged(picked, trials, asked.processes, asked.budget):
        tried[mutation.path] += 1
        if sum(tried.values()) % PROGRESS_EVERY == 0:
            print(f"{sum(tried.values())} of {len(picked)} tried", file=sys.stderr, flush=True)
        if alive and mutation.key in equivalent:
            known += 1
        elif alive:
            survivors[mutation.path].append(mutation)
            print(f"{SURVIVED}: {mutation.describe()} ({len(trials.of(mutation))} tests)", flush=True)
    left = sum(len(found) for found in survivors.values())
    share = 100.0 * left / max(len(picked), 1)
    print(
        f"seed {asked.seed}: {len(picked)} mutations in {len(tried)} modules: {left} survived ({share:.1f} %), ", end=""
    )
    print(f"{known} more are equivalent, {len(picked) - left - known} were noticed")
    return int(share > asked.most)


def record_in_children(files: list[str]) -> None:
    """Run :func:`record` by folder in separate processes, so that this one never imports the plugin."""
    folders = {str(Path(file).parent) for file in files}
    for folder in sorted(folders):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                record([file for file in files if str(Path(file).parent) == folder])
                code = 0
            finally:
                sys.stdout.flush()
                os._exit(code)
        if os.waitpid(child, 0)[1] != 0:
            raise SystemExit(f"The tests of {folder} could not be recorded.")


if __name__ == "__main__":
    sys.exit(main())
