"""A QGIS without a screen in which the provider is registered, for scripts that run outside pytest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qgis.core import QgsApplication


@contextmanager
def provider_in_qgis() -> Iterator:
    """Context manager with the provider ``carbonbalance`` in a QGIS that is closed at its end."""
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from carbon_balance.provider import CarbonBalanceProvider
    from processing.core.Processing import Processing

    Processing.initialize()
    made = CarbonBalanceProvider()
    QgsApplication.processingRegistry().addProvider(made)
    made.refreshAlgorithms()
    try:
        yield made
    finally:
        QgsApplication.processingRegistry().removeProvider(made)
