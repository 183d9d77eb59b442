"""Loads the repository root as the package ``carbon_balance``, as QGIS does with the plugin folder."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from osgeo import gdal

ROOT = Path(__file__).resolve().parent.parent

sys.path.insert(0, str(ROOT / "scripts"))

import checkout  # noqa: E402, F401

# The same cases every time, and none refused for a slow machine.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _rasters_are_closed():
    """Rasters that a test read in its own thread, as the base class does after a run."""
    from carbon_balance.core.runtime.gdal_state import close_all

    yield
    close_all()


@pytest.fixture(autouse=True)
def _gdal_raises():
    """As in a run, for tests that call core themselves; whatever a test before left the switch at."""
    gdal.UseExceptions()


@pytest.fixture(scope="session")
def provider(qgis_processing):
    """Provider ``carbonbalance``, its algorithms ready for ``processing.run``."""
    from carbon_balance.provider import CarbonBalanceProvider
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    known = registry.providerById("carbonbalance")
    if known is not None:
        yield known
        return
    made = CarbonBalanceProvider()
    registry.addProvider(made)
    made.refreshAlgorithms()
    yield made
    registry.removeProvider(made)


@pytest.fixture
def run(provider):
    """Run an algorithm by its id; the results carry the notes logged under ``"notes"``."""
    from layers import run_algorithm

    return run_algorithm


# After this number of tests, what modules loaded since then need not be looked through after each further test.
TESTS_BETWEEN_FREEZES = 10


def pytest_collection_modifyitems(items):
    """Run the folders with the longest files first, so that all processes finish at about the same time."""
    first = ("headless", "hostile", "algorithms")
    order = {folder: place for place, folder in enumerate(first)}
    items.sort(key=lambda item: order.get(item.path.relative_to(ROOT / "tests").parts[0], len(first)))


def pytest_collection_finish():
    """What lives as long as the session, such as all tests, need not be looked through after each of them."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """Let go of a test's layers first: after the last test QGIS itself is torn down, and a layer left over crashes."""
    item.funcargs.clear()
    if nextitem is None:
        gc.unfreeze()
    # Exceptions and their frames hold on to each other, and so to the layers of a run that was refused.
    gc.collect()
    item.session.tests_since_freeze = getattr(item.session, "tests_since_freeze", 0) + 1
    if nextitem is not None and item.session.tests_since_freeze % TESTS_BETWEEN_FREEZES == 0:
        gc.freeze()
