"""Units of area as tables write them: km², hm2, 公顷, 万亩, 10^4 ha, sq. km, acres."""

from __future__ import annotations

import re

from .names import plain
from .numerals import squeezed

_M2, _HA, _KM2, _MU, _ACRE = 1e-4, 1.0, 100.0, 1 / 15, 0.40468564224
_POWER_WORDS = {
    **{"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8},
    **{"thousand": 1e3, "wan": 1e4, "million": 1e6},
}
_UNIT_NAMES_HA = {
    **dict.fromkeys(("m2", "m²", "sqm", "squaremetres", "squaremeters", "平方米", "平米"), _M2),
    **dict.fromkeys(("ha", "hm2", "hectare", "hectares", "公顷", "平方百米"), _HA),
    "kha": 1e3 * _HA,
    **dict.fromkeys(
        ("km2", "km²", "sqkm", "squarekilometres", "squarekilometers", "平方公里", "平方千米", "方公里"), _KM2
    ),
    **dict.fromkeys(("mu", "亩", "市亩"), _MU),
    **dict.fromkeys(("acre", "acres", "英亩"), _ACRE),
}
_ANY_POWER_WORD = "|".join(sorted(_POWER_WORDS, key=len, reverse=True))
_UNIT_OF_AREA = re.compile(
    rf"(?:(?:1?[x×*])?10\^?(?P<exponent>[1-9])|1e(?P<tens>\d)|(?P<plain>10+)|(?P<word>{_ANY_POWER_WORD}))?"
    rf"(?P<name>{'|'.join(sorted(_UNIT_NAMES_HA, key=len, reverse=True))})"
)
_IN_BRACKETS = re.compile(r"(.+?)_*[(\[【](.*)[)\]】]_*")
_ATTACHED = re.compile(r"(.*(?:面积|area))(.+)")
_LOOKS_LIKE_AREA = re.compile(r"平方|[顷亩里坪]$|^sq|mi2|ft2|cm2|mm2|dm2|^miles?|dunam|jerib|rai$")
_LATIN = {
    **{"吨": "t", "噸": "t", "千克": "kg", "公斤": "kg", "克": "g", "碳": "c", "二氧化碳": "co2"},
    **{"公顷": "ha", "平方公里": "km2", "平方千米": "km2", "平方米": "m2"},
}
_DENSITY = re.compile(r"(吨|噸|千克|公斤|克)(二氧化碳|碳)?(?:/|每)(公顷|平方公里|平方千米|平方米)")
_PER_BRACKET = re.compile(r"/[(\[]((?:ha|hm|km|m2|公顷|平方)[^()\[\]]*)[)\]]")


def latin_density(name: str) -> str:
    """``name`` in plain spelling with densities in Latin letters and without brackets below the stroke.

    系数(吨/公顷) becomes 系数(t/ha), and 系数(t/(hm2·a)) 系数(t/hm2·a).
    """
    text = _PER_BRACKET.sub(r"/\1", plain(name))
    return _DENSITY.sub(lambda found: f"{_LATIN[found[1]]}{_LATIN.get(found[2], '')}/{_LATIN[found[3]]}", text)


def area_unit_ha(text: str) -> float | None:
    """What one of the unit ``text`` is in ha; ``None`` if it is no unit of area that is known here."""
    found = _UNIT_OF_AREA.fullmatch(re.sub(r"[\s_.,]|(?<=m)\^(?=2)", "", squeezed(text)))
    if found is None:
        return None
    power = 10.0 ** int(found["exponent"] or found["tens"] or 0)
    if found["plain"]:
        power = float(found["plain"])
    return power * _POWER_WORDS.get(found["word"], 1.0) * _UNIT_NAMES_HA[found["name"]]


def may_be_area_unit(text: str) -> bool:
    """Whether ``text`` looks like a unit of area, known here or not: sq mi, 平方英里."""
    return area_unit_ha(text) is not None or _LOOKS_LIKE_AREA.search(squeezed(text)) is not None


def split_area_unit(name: str) -> tuple[str, str, float | None]:
    """The title of a column in plain spelling, its unit ("" for none) and what one of the unit is in ha.

    ``面积(万亩)`` -> ``("面积", "万亩", 666.67)``, ``forest_km2`` -> ``("forest", "km2", 100.0)``; an unknown unit has
    ``None``.
    """
    title = plain(name)
    bracketed = _IN_BRACKETS.fullmatch(title)
    if bracketed is not None:
        unit = bracketed[2] if may_be_area_unit(bracketed[2]) else ""
        return bracketed[1], unit, area_unit_ha(unit)
    parts = re.split(r"([_/,:;])", title)
    for count in (5, 3, 1):
        unit = "".join(parts[-count:])
        if count < len(parts) - 1 and area_unit_ha(unit) is not None:
            return "".join(parts[: -count - 1]), unit, area_unit_ha(unit)
    attached = _ATTACHED.fullmatch(title)
    unit = attached[2].strip("_/,:;") if attached is not None else ""
    if attached is not None and may_be_area_unit(unit):
        return attached[1], unit, area_unit_ha(unit)
    return title, "", None
