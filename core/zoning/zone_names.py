"""Names of zones: presets in English and Chinese, or names given by the user."""

from __future__ import annotations

import re

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr

IN_ENGLISH, IN_CHINESE = "en", "zh"
LANGUAGES = [IN_ENGLISH, IN_CHINESE]

SURPLUS_FIRST, SURPLUS_LAST, NUMBERED = "surplus_first", "surplus_last", "numbered"
CLASS_PRESETS = [SURPLUS_FIRST, SURPLUS_LAST, NUMBERED]
# The four zones of central Yunnan (Dong et al. 2025), from surplus to deficit.
FROM_SURPLUS = {
    IN_ENGLISH: [
        "low-carbon maintenance",
        "coordinated development",
        "carbon-sink development",
        "sequestration optimisation",
    ],
    IN_CHINESE: ["低碳保持区", "协调发展区", "碳汇发展区", "固碳优化区"],
}

GUIYANG, GENERAL = "guiyang", "general"
QUADRANT_PRESETS = [GUIYANG, GENERAL]
# In the order: EEC and SEC high; EEC high, SEC low; EEC low, SEC high; both low.
QUADRANT_NAMES = {
    (GUIYANG, IN_ENGLISH): [
        "carbon budget balance",
        "carbon intensity control",
        "carbon sink function",
        "low-carbon optimisation",
    ],
    (GUIYANG, IN_CHINESE): ["碳收支平衡区", "碳强度控制区", "碳汇功能区", "低碳优化区"],
    (GENERAL, IN_ENGLISH): [
        "low-carbon maintenance",
        "economic development",
        "carbon sink development",
        "comprehensive optimisation",
    ],
    (GENERAL, IN_CHINESE): ["低碳保持区", "经济发展区", "碳汇发展区", "综合优化区"],
}


def class_zone_names(given: str, preset: str, language: str, n_zones: int) -> list[str]:
    """The names of zones from classes, in ascending order.

    Args:
        given: names separated by commas; blank for the preset.
        preset: one of ``CLASS_PRESETS``.
        language: language of the preset, one of ``LANGUAGES``.
        n_zones: number of zones.

    Raises:
        CarbonBalanceError: another number of names, or an empty or duplicate name.
    """
    if given.strip():
        return parse_names(given, n_zones)
    if preset == NUMBERED:
        pattern = "第{}区" if language == IN_CHINESE else "zone {}"
        return [pattern.format(zone) for zone in range(1, n_zones + 1)]
    names = FROM_SURPLUS[language]
    if len(names) != n_zones:
        raise CarbonBalanceError(
            tr(
                "The merge rule gives {zones} zone(s), but the preset {preset} has names for {names}: give the names, "
                "or choose the preset numbered."
            ).format(zones=n_zones, preset=preset, names=len(names))
        )
    return names[::-1] if preset == SURPLUS_LAST else list(names)


def quadrant_names(given: str, preset: str, language: str) -> list[str]:
    """The names of the four quadrants of EEC and SEC, in the order of ``QUADRANT_NAMES``.

    Args and raises as :func:`class_zone_names`; ``preset`` is one of ``QUADRANT_PRESETS``.
    """
    return parse_names(given, 4) if given.strip() else list(QUADRANT_NAMES[preset, language])


def parse_names(text: str, n_zones: int) -> list[str]:
    """The names of ``n_zones`` zones, separated by commas.

    Raises:
        CarbonBalanceError: another number of names, or an empty or duplicate name.
    """
    names = split_list(text)
    if len(names) != n_zones:
        raise CarbonBalanceError(
            tr("{zones} zone(s) need the same number of names, but {count} were given: {names}.").format(
                zones=n_zones, count=len(names), names=listed(names)
            )
        )
    if "" in names or len(set(names)) != len(names):
        raise CarbonBalanceError(tr("Zone names {names}: each zone needs a unique name.").format(names=listed(names)))
    return names


def split_list(text: str) -> list[str]:
    """The items of a list separated by Western or Chinese commas or semicolons; empty for blank text."""
    return [part.strip() for part in re.split("[,;，；、]", text)] if text.strip() else []
