"""Units of persons, mass and money as tables write them: 万人, 10^4 persons, thousand tonnes, 亿元."""

from __future__ import annotations

import re

from .numerals import squeezed

_WORDS = {
    **{"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10},
    **{"萬": 1e4, "億": 1e8, "百萬": 1e6, "thousand": 1e3, "tenthousand": 1e4, "million": 1e6, "billion": 1e9},
}
_PERSONS, _TONNES, _MONEY = "persons", "t", "yuan"
_BASES = {
    **dict.fromkeys(("人", "口人", "persons", "person", "people", "inhabitants"), _PERSONS),
    **dict.fromkeys(("吨", "噸", "公吨", "t", "ton", "tons", "tonne", "tonnes"), _TONNES),
    **dict.fromkeys(("元", "元人民币", "人民币元", "yuan", "rmb", "cny"), _MONEY),
}
_AMOUNT = re.compile(
    r"(?:(?:[x×*])?10\^?(?P<exponent>[1-9])|1e(?P<tens>\d)|(?P<plain>10+)"
    rf"|(?P<word>{'|'.join(_WORDS)}))?(?:of|个)?"
    rf"(?P<base>{'|'.join(_BASES)})"
)


def amount_unit(text: str) -> tuple[float, str] | None:
    """What one of the unit ``text`` is, in persons, t or yuan, and which of them; ``None`` for other texts."""
    found = _AMOUNT.fullmatch(re.sub(r"[_,]", "", squeezed(text)))
    if found is None:
        return None
    power = float(found["plain"]) if found["plain"] else 10.0 ** int(found["exponent"] or found["tens"] or 0)
    return power * _WORDS.get(found["word"], 1.0), _BASES[found["base"]]
