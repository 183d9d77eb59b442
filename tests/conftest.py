"""Loads the repository root as the package ``carbon_balance``, as QGIS does with the plugin folder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

if "carbon_balance" not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        "carbon_balance", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["carbon_balance"] = module
    spec.loader.exec_module(module)


@pytest.fixture(autouse=True)
def _rasters_are_closed():
    """Rasters that a test read in its own thread, as the base class does after a run."""
    from carbon_balance.core.raster.source import close_all

    yield
    close_all()


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
    """Run an algorithm by its id; the results carry the notes told under ``"notes"``."""
    from layers import run_algorithm

    return run_algorithm
