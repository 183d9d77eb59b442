"""The provider, registered once with QGIS's own Processing."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication


@pytest.fixture(scope="session")
def provider(qgis_processing):
    """Provider ``carbonbalance``, its algorithms ready for ``processing.run``."""
    from carbon_balance.provider import CarbonBalanceProvider

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
