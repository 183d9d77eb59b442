"""Warnings about given parameters that are ignored because of other parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBand, QgsProcessingParameterDefinition, QgsProcessingParameterField

from ....core.runtime.i18n import tr

if TYPE_CHECKING:
    from ..inputs.given import Given

# Stored in the metadata of a parameter: other parameter (or alternatives separated by |) -> True if it must be given,
# False if it must not, otherwise its options with which this parameter is used.
WHEN = "when"
OR = "|"


def warn_of_ignored_parameters(given: Given) -> None:
    """Warn of parameters that differ from their default but are not used."""
    for definition in given.algorithm.parameterDefinitions():
        name = definition.name()
        if not given.has(name) or _same(given.parameters[name], definition.defaultValue()):
            continue
        broken = [
            _format_condition(other, wanted)
            for other, wanted in _conditions(given, definition)
            if not _holds(given, other, wanted)
        ]
        if broken:
            given.log.warn(
                tr("{parameter} = {value} is ignored: it is used only if {conditions}.").format(
                    parameter=given.title(name), value=given.parameters[name], conditions=tr(" and ").join(broken)
                )
            )


def _conditions(given: Given, definition: QgsProcessingParameterDefinition) -> list[tuple[str, object]]:
    """The stated conditions; by default a unit needs its quantity, and a column or band its layer."""
    stated = definition.metadata().get(WHEN)
    if stated:
        return list(stated.items())
    if isinstance(definition, (QgsProcessingParameterField, QgsProcessingParameterBand)):
        return [(definition.parentLayerParameterName(), True)]
    of = definition.name().removesuffix("_UNIT")
    return [(of, True)] if of != definition.name() and given.algorithm.parameterDefinition(of) else []


def _holds(given: Given, other: str, wanted: object) -> bool:
    if isinstance(wanted, bool):
        return any(given.has(name) for name in other.split(OR)) == wanted
    return given.choice(other) in wanted


def _format_condition(other: str, wanted: object) -> str:
    names = tr(" or ").join(other.split(OR))
    if isinstance(wanted, bool):
        stated = tr("{parameter} is given") if wanted else tr("{parameter} is not given")
        return stated.format(parameter=names)
    return f"{names} = {tr(' or ').join(wanted)}"


def _same(value: object, default: object) -> bool:
    if str(value).casefold() == str(default).casefold():
        return True
    try:
        return float(value) == float(default)
    except (TypeError, ValueError):
        return False
