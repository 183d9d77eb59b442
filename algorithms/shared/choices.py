"""Values of choice parameters: ids, or the numbers shown by ``qgis_process help``."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm, QgsProcessingParameterDefinition, QgsProcessingParameterEnum

from ...compat import is_null
from ...core.runtime.errors import did_you_mean
from ...core.runtime.i18n import tr

_MANY = 5
# QGIS loads the class by name when a dialog opens; it depends on desktop-only modules.
_WIDGET = f"{__package__}.choice_widget.ChoiceWidget"
_MERGE_RULE_WIDGET = f"{__package__}.merge_rule_widget.MergeRuleWidget"
# Of seven classes, as in the study of Central Yunnan.
DEFAULT_MERGE_RULE = "1-2,3,4,5-7"


def show_labels(definition: QgsProcessingParameterDefinition) -> None:
    """Show labels of a choice in dialogs, and have a merge rule follow the number of classes."""
    if isinstance(definition, QgsProcessingParameterEnum) and definition.usesStaticStrings():
        definition.setMetadata({**definition.metadata(), "widget_wrapper": {"class": _WIDGET}})
    if definition.type() == "string" and definition.defaultValue() == DEFAULT_MERGE_RULE:
        definition.setMetadata({**definition.metadata(), "widget_wrapper": {"class": _MERGE_RULE_WIDGET}})


def _choices(algorithm: QgsProcessingAlgorithm, parameters: dict):
    """The given choices: definition and value."""
    for definition in algorithm.parameterDefinitions():
        if isinstance(definition, QgsProcessingParameterEnum) and definition.usesStaticStrings():
            value = parameters.get(definition.name())
            if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                yield definition, str(value)


def completed(algorithm: QgsProcessingAlgorithm, parameters: dict) -> dict:
    """Complete the parameters: ids of choices instead of numbers, and default columns.

    QGIS accepts a missing column only if it is optional, even if it has a default.
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
    """A message about an invalid choice with the valid options; "" if all are valid."""
    for definition, value in _choices(algorithm, parameters):
        known = definition.options()
        if not set(value.split(",")) <= set(known):
            return tr("{parameter} is {value}, but must be one of: {known}{near}.").format(
                parameter=definition.name(),
                value=value,
                known=tr(", ").join(known),
                near=did_you_mean(value, known) if len(known) > _MANY else "",
            )
    return ""
