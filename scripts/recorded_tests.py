"""Which test executes which line of ``core``, and how long each test takes.

Every file of tests runs once under coverage. What it executed is stored in ``build/mutation`` with a digest of the
file, so that later only changed files run again; lines are followed when the source changes.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from checkout import ROOT
from mutations import Mutation

CORE = ROOT / "core"
TESTS = ("tests/core", "tests/algorithms", "tests/studies")
STORE = ROOT / "build" / "mutation"


class Recorder:
    """A pytest plugin that tells coverage which test is running, and measures the duration of each."""

    def __init__(self, coverage) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logstart(self, nodeid: str, location: object) -> None:
        """Attribute the following execution, including fixtures, to ``nodeid``."""
        self.coverage.switch_context(nodeid)
        self.seconds[nodeid] = 0.0

    def pytest_runtest_logreport(self, report) -> None:
        """Record the duration of a test; the last one of a file would also have what removing all fixtures takes."""
        if report.when != "teardown":
            self.seconds[report.nodeid] += report.duration


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


def files_of_tests() -> list[str]:
    """The test files that may detect a mutation, those of core first."""
    return [str(path.relative_to(ROOT)) for folder in TESTS for path in sorted((ROOT / folder).rglob("test_*.py"))]


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
