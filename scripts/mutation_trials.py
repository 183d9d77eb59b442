"""Runs tests with a mutation in place, in a separate process; source files are not changed."""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from checkout import ROOT
from mutations import Mutation
from recorded_tests import Trials

# Endless loops are detected by time limits: this many seconds, and this multiple of the usual time.
PATIENCE_S = 40.0
PATIENCE_TIMES = 6.0


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


def judged(picked: list[Mutation], trials: Trials, processes: int, budget_s: float) -> Iterator[tuple[Mutation, bool]]:
    """Every mutation and whether it survives, in the order of ``picked``."""
    # Imported once here, because test processes are forks of this one; no module of the plugin may be imported.
    for name in ("pytest", "hypothesis", "osgeo.gdal", "qgis.core", "qgis.gui"):
        importlib.import_module(name)
    with ThreadPoolExecutor(processes) as pool:
        yield from zip(picked, pool.map(lambda mutation: survives(mutation, trials, budget_s), picked))
