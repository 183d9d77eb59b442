"""Outputs of single scenarios of a run, by the number of the scenario in the table."""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber, QgsProcessingParameterRasterDestination

from .....core.runtime.i18n import tr, translated
from ...outputs.results import TITLES
from ..common import sink
from .scenarios import NUMBERED

CARBON_NUMBERS = ("CARBON_START_T", "CARBON_END_T", "NET_T")


def add_numbered_outputs(algorithm) -> None:
    """Add the land cover, the change of carbon and the table by class of each scenario."""
    for place in NUMBERED:
        algorithm.add(
            QgsProcessingParameterRasterDestination(
                f"future{place}:Land cover {place}",
                tr("Land cover of scenario {number}").format(number=place),
                optional=True,
                createByDefault=False,
            ),
            tr("Class codes of the target year by the first run, on today's grid."),
        )
    for place in NUMBERED:
        algorithm.add(
            QgsProcessingParameterRasterDestination(
                f"carbon{place}:Change of carbon {place}",
                tr("Change of carbon of scenario {number}").format(number=place),
                optional=True,
                createByDefault=False,
            ),
            tr("t C/ha, the target year minus today, of the first run."),
            advanced=True,
        )
        algorithm.add(
            sink(
                f"carbon{place}:By class {place}",
                tr("Gains and losses by class of scenario {number}").format(number=place),
                optional=True,
            ),
            tr("One row per class: areas and carbon at both dates, gains and losses, from the first run."),
            advanced=True,
        )


def add_numbered_results(algorithm) -> None:
    """Add the carbon at both dates, its change and the missing demand of each scenario, as numbers."""
    for place in NUMBERED:
        numbers = [f"carbon{place}:{name}" for name in CARBON_NUMBERS] + [f"future{place}:MISSING_HA"]
        for name in numbers:
            title = translated(TITLES[name.split(":")[1]])
            about = tr("Scenario {number}: {title}").format(number=place, title=title)
            algorithm.addOutput(QgsProcessingOutputNumber(name, about))
