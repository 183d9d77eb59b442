"""Parameters for the names of zones: a preset, names given by the user, and the language of the preset."""

from __future__ import annotations

from collections.abc import Sequence

from ....core.runtime.i18n import tr
from ....core.zoning.zone_names import IN_ENGLISH, LANGUAGES
from .common import choice, text

PRESET, NAMES, LANGUAGE = "PRESET", "NAMES", "LANGUAGE"


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
