"""Parameters that were given but do not count, because another one rules them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBand, QgsProcessingParameterDefinition, QgsProcessingParameterField

from ....core.runtime.i18n import tr

if TYPE_CHECKING:
    from ..inputs.given import Given

# Kept in a parameter's metadata: parameter (or several with | between, of which one will do) -> True where it must be
# given, False where it must not, else the choices of it with which this one counts.
WHEN = "when"
OR = "|"


def warn_of_ignored_parameters(given: Given) -> None:
    """Warn of what was given, differs from its default, and is not used."""
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
    """Those that were stated, else: a unit counts with what it is of, a column or band with its layer."""
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
