"""Checks for percentages given as fractions, and fractions given as percentages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterDefinition

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr

if TYPE_CHECKING:
    from ..inputs.given import Given

# Stored in the metadata of a parameter: the absolute percentage below which a fraction is likely meant, or that the
# parameter is a significance level, a fraction of 1.
PERCENT, LEVEL = "percent", "level"


def percentage(parameter: QgsProcessingParameterDefinition, least: float) -> QgsProcessingParameterDefinition:
    """Mark ``parameter`` as a percentage that is suspicious below ``least`` (except 0)."""
    parameter.setMetadata({**parameter.metadata(), PERCENT: least})
    return parameter


def level(parameter: QgsProcessingParameterDefinition) -> QgsProcessingParameterDefinition:
    """Mark ``parameter`` as a level such as 0.05."""
    parameter.setMetadata({**parameter.metadata(), LEVEL: True})
    return parameter


def check_percentages(given: Given) -> None:
    """Warn of percentages that look like fractions; refuse levels of 1 or more.

    Raises:
        CarbonBalanceError: a level is 1 or more; the message suggests the likely value.
    """
    for definition in given.algorithm.parameterDefinitions():
        least, is_level = (definition.metadata().get(key) for key in (PERCENT, LEVEL))
        if least is None and not is_level:
            continue
        value = given.number(definition.name())
        if value is None:
            continue
        said = {"parameter": given.title(definition.name()), "name": definition.name(), "value": value}
        if least is not None and 0 < abs(value) < least:
            given.log.warn(
                tr(
                    "{parameter} = {value:g} means {value:g} %, which is almost nothing: if {percent:g} % is "
                    "meant, set {name} = {percent:g}."
                ).format(percent=100 * value, **said)
            )
        if is_level and value >= 1:
            raise CarbonBalanceError(
                tr("{parameter} = {value:g} must lie below 1: for {value:g} % set {name} = {fraction:g}.").format(
                    fraction=value / 100, **said
                )
            )
