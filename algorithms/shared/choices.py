"""Choices as users give them: by their ids, or by the numbers that ``qgis_process help`` shows beside these."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm, QgsProcessingParameterDefinition, QgsProcessingParameterEnum

from ...compat import is_null
from ...core.runtime.errors import did_you_mean
from ...core.runtime.i18n import tr

_MANY = 5
# QGIS finds the class by its name when a dialog opens; it needs what only the desktop has.
_WIDGET = f"{__package__}.choice_widget.ChoiceWidget"


def show_labels(definition: QgsProcessingParameterDefinition) -> None:
    """Have dialogs show a choice by labels in the user's language; other parameters stay as they are."""
    if isinstance(definition, QgsProcessingParameterEnum) and definition.usesStaticStrings():
        definition.setMetadata({**definition.metadata(), "widget_wrapper": {"class": _WIDGET}})


def _choices(algorithm: QgsProcessingAlgorithm, parameters: dict):
    """Each choice that was given: its definition and its value."""
    for definition in algorithm.parameterDefinitions():
        if isinstance(definition, QgsProcessingParameterEnum) and definition.usesStaticStrings():
            value = parameters.get(definition.name())
            if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                yield definition, str(value)


def completed(algorithm: QgsProcessingAlgorithm, parameters: dict) -> dict:
    """The parameters as meant: choices by their ids instead of their numbers, and the usual columns where left out.

    QGIS itself accepts a column that was left out only where it is optional, whatever its default.
    """
    found = {
        definition.name(): definition.defaultValue()
        for definition in algorithm.parameterDefinitions()
        if definition.type() == "field" and definition.defaultValue() and is_null(parameters.get(definition.name()))
    }
    for definition, value in _choices(algorithm, parameters):
        known = definition.options()
        if value not in known and value.isascii() and value.isdigit() and int(value) < len(known):
            found[definition.name()] = known[int(value)]
    return {**parameters, **found} if found else parameters


def unknown_choice(algorithm: QgsProcessingAlgorithm, parameters: dict) -> str:
    """What is wrong with a choice that is not one of its options, and which those are; "" if all are."""
    for definition, value in _choices(algorithm, parameters):
        known = definition.options()
        if not set(value.split(",")) <= set(known):
            return tr("{parameter} is {value}, but must be one of: {known}{near}.").format(
                parameter=definition.name(),
                value=value,
                known=", ".join(known),
                near=did_you_mean(value, known) if len(known) > _MANY else "",
            )
    return ""
