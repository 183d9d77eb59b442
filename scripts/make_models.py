"""Writes the models of resources/models. Run it with QGIS 3.22, because files of newer versions do not open in it:

QT_QPA_PLATFORM=offscreen /usr/bin/python3 scripts/make_models.py
"""

from __future__ import annotations

from balance_models import coefficient, grid, regional
from model_maker import MODELS
from plan_model import plan
from qgis.analysis import QgsNativeAlgorithms
from qgis.core import QgsApplication

ALL = (regional, coefficient, grid, plan)


def main() -> None:
    """Write every model."""
    application = QgsApplication([], False)
    application.initQgis()
    from carbon_balance.provider import CarbonBalanceProvider

    provider = CarbonBalanceProvider()
    native = QgsNativeAlgorithms()
    for each in (native, provider):
        QgsApplication.processingRegistry().addProvider(each)
    MODELS.mkdir(exist_ok=True)
    for make in ALL:
        make().save()
    application.exitQgis()


if __name__ == "__main__":
    main()
