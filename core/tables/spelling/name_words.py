"""Words in column names that are no unit but change what the values mean: species, powers of ten, per person."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .names import plain
from .numerals import squeezed

_MASSES = r"(?:[tkmg]?g|[kmg]?t|[kmg]?tonnes?|tons?|吨|噸|克)"
_CO2, _CARBON = r"(?:co2(?:[_-]?eq?)?|二氧化碳(?:当量)?)", r"(?:c|碳)"
_SPECIES_OF_MASS = re.compile(rf"(?<![a-z])({_MASSES})_?(?:({_CO2})|({_CARBON}))(?![a-z0-9一-鿿])")
_SPECIES_BEHIND = re.compile(rf"(?<=[tg吨噸克])_?(?:{_CO2}|{_CARBON})$|(?<=[a-z2吨碳])(?:/|_per_)(?:yr|y|a|year|年)$")
_BARE_POWERS: Mapping[str, float] = {
    **{"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "萬": 1e4, "億": 1e8},
    **{"thousand": 1e3, "thousands": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "wan": 1e4},
}
_BARE_POWER = re.compile(r"(?:[x×*]?10\^(\d)|1e0?(\d)|[x×*]?(1?0{3,9})s?)")
_RELATIVE = (
    ("per person", re.compile(r"人均|户均|(?:^|_|\()per_?(?:capita|person|head)(?:$|_|\))|/(?:人|person|cap)")),
    ("%", re.compile(r"[%‰]|占比|比重|比例|百分|(?:^|_)(?:percent(?:age)?|pct|share)(?:$|_|\()")),
    ("density", re.compile(r"密度|(?:^|_)density(?:$|_|\()")),
    ("rate", re.compile(r"增长率|增速|指数|(?:^|_)(?:growth(?:_rate)?|rate|index)(?:$|_|\()")),
)


def species_of_mass(text: str) -> set[str]:
    """The species, "C" or "CO2", that stand behind a unit of mass in ``text``: 万吨CO2, t C/ha, 吨碳."""
    found = _SPECIES_OF_MASS.finditer(plain(text))
    return {"CO2" if match[2] else "C" for match in found}


def without_species(unit: str) -> str:
    """``unit`` without the species of a mass and without a year behind it: 万吨CO2/年 -> 万吨, Mt CO2 -> mt."""
    bare = plain(unit)
    while (shorter := _SPECIES_BEHIND.sub("", bare)) != bare:
        bare = shorter
    return bare


def power_of_ten(text: str) -> float | None:
    """The power of ten that ``text`` is, without any unit: 万, thousand, 10^4, '000, 10,000; ``None`` for others."""
    bare = re.sub(r"[_,'’‘]|^in(?=[a-z])", "", squeezed(text))
    found = _BARE_POWER.fullmatch(bare)
    if found is None:
        return _BARE_POWERS.get(bare)
    if found[3]:
        return float("1" + found[3].lstrip("1"))
    return 10.0 ** int(found[1] or found[2])


def relative_kind(name: str) -> str | None:
    """Which kind of relative figure the name of a column states, such as "per person"; ``None`` for amounts."""
    title = plain(name)
    return next((kind for kind, words in _RELATIVE if words.search(title)), None)
