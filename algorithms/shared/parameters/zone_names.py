"""Parameters for the names of zones: a preset, names given by the user, and the language of the preset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....compat import is_null
from ....core.runtime.i18n import tr
from ....core.zoning.zone_names import IN_ENGLISH, LANGUAGES, NUMBERED
from .common import choice, text

if TYPE_CHECKING:
    from ..inputs.given import Given

PRESET, NAMES, LANGUAGE = "PRESET", "NAMES", "LANGUAGE"


def merge_rule(given: Given, name: str, n_classes: int, preset: str = PRESET, names: str = NAMES) -> str:
    """The merge rule of the classes; the default, given or not, gives way to one for the number of classes.

    Four zones have names of their own; others are numbered unless names are given, as in the dialog. Models do not ask
    for names at all.

    Args:
        name, preset, names: ids of the rule, of the preset of names and of the user's names.
    """
    from ....core.zoning.natural_breaks import covers, example_of_rule, parse_merge_rule
    from ....core.zoning.zone_names import FROM_SURPLUS

    rule = given.text(name)
    unnamed = _is_default(given, preset) and not given.text(names)
    if not _is_default(given, name) or covers(rule, n_classes):
        zones = int(parse_merge_rule(rule, n_classes).max()) + 1 if covers(rule, n_classes) else 0
        if zones and unnamed and all(len(each) != zones for each in FROM_SURPLUS.values()):
            given.parameters = {**given.parameters, preset: NUMBERED}
            given.log.info(
                tr("The {zones} zones are numbered: the preset has names for other numbers.").format(zones=zones)
            )
        return rule
    rule = example_of_rule(n_classes)
    chosen = {name: rule}
    if rule.count(",") < 3 and unnamed:
        chosen[preset] = NUMBERED
    # The record of the run states what was used.
    given.parameters = {**given.parameters, **chosen}
    given.log.info(
        tr("Merge rule for {classes} classes: {rule} (MERGE chooses another).").format(classes=n_classes, rule=rule)
    )
    return rule


def _is_default(given: Given, name: str) -> bool:
    """Whether a parameter is not given, or as its default: models hand on the defaults of what was not given."""
    value = given.parameters.get(name)
    return is_null(value) or value == given.algorithm.parameterDefinition(name).defaultValue()


def add_zone_names(
    algorithm,
    presets: Sequence[str],
    default: str,
    *,
    title: str,
    preset_help: str,
    names_help: str,
    ids: tuple[str, str] = (PRESET, NAMES),
    needs: str = "",
) -> None:
    """Add the preset of names, the user's names and the language of the preset.

    Args:
        algorithm: receives the parameters.
        presets, default, title, preset_help: options, default, title and help of the preset.
        names_help: help of the user's names.
        ids: ids of the preset and of the user's names.
        needs: parameter without which zones get no names, so that these parameters are advanced; "" for none.
    """
    preset, names = ids
    always = {needs: True} if needs else {}
    algorithm.add(choice(preset, title, presets, default), preset_help, bool(needs), {**always, names: False})
    algorithm.add(text(names, tr("Your own names")), names_help, bool(needs), always)
    algorithm.add(
        choice(LANGUAGE, tr("Language of the names"), LANGUAGES, IN_ENGLISH),
        tr("Language of the names in the preset: en English, zh Chinese."),
        bool(needs),
        {**always, names: False},
    )
