"""Months by the names of files: "ndvi_jan.tif", "NDVI 一月"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH_OF = {name[:letters]: at for at, name in enumerate(_ENGLISH_MONTHS, 1) for letters in (3, len(name))} | {
    "sept": 9
}
_CHINESE_MONTHS = {name: at for at, name in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)}
_LATIN_WORDS = re.compile(r"[a-z]+")
_MONTH_IN_CHINESE = re.compile(r"(十[一二]?|[一二三四五六七八九])月")


def month_named(title: str) -> int | None:
    """The month that ``title`` names by a word of its own, 1 to 12; ``None`` if it names none or several."""
    found = {_MONTH_OF[word] for word in _LATIN_WORDS.findall(title.lower()) if word in _MONTH_OF}
    found |= {_CHINESE_MONTHS[name] for name in _MONTH_IN_CHINESE.findall(title)}
    return found.pop() if len(found) == 1 else None


def months_named(titles: Sequence[str]) -> list[int] | None:
    """The month of each title, if they name each of the twelve months once; otherwise ``None``."""
    months = [month_named(title) for title in titles]
    known = [month for month in months if month is not None]
    return known if len(titles) == len(known) == 12 == len(set(known)) else None
