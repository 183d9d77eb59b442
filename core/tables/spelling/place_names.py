"""Names of Chinese places, short and in full: 峨山县 is 峨山彝族自治县, 昆明禄劝县 is 昆明市禄劝彝族苗族自治县."""

from __future__ import annotations

import re
from typing import NamedTuple

from .city_names import ABBREVIATED, CITIES

SHORTEST_STEM = 2
# The 55 ethnic minorities, as in the names of autonomous areas.
PEOPLES = (
    *("蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗"),
    *("瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山"),
    *("拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗"),
    *("撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克"),
    *("德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"),
)
# Suffix -> kind of place, longest first.
_KIND_OF_SUFFIX = {
    "特别行政区": "特别行政区",
    "自治区": "自治区",
    "自治州": "州",
    "自治县": "县",
    "自治旗": "旗",
    "联合旗": "旗",
    "地区": "地区",
    "林区": "林区",
    "特区": "特区",
    "新区": "区",
    "省": "省",
    "州": "州",
    "盟": "盟",
    "市": "市",
    "县": "县",
    "区": "区",
    "旗": "旗",
    "autonomousprefecture": "州",
    "autonomouscounty": "县",
    "municipality": "市",
    "prefecture": "州",
    "province": "省",
    "district": "区",
    "county": "县",
    "city": "市",
}
# In Xinjiang and Inner Mongolia names of minorities are used without 族, unless they have a single character.
_PEOPLE = "|".join(
    f"{name}族?" if len(name) > 1 else f"{name}族" for name in sorted((*PEOPLES, "各"), key=len, reverse=True)
)
_AUTONOMOUS = re.compile(rf"(.{{{SHORTEST_STEM},}}?)(?:{_PEOPLE})+(自治[州县旗区]|(?<=族)[区县])")
_AUTONOMOUS_ALONE = re.compile(rf"(.{{{SHORTEST_STEM},}}?)族?(自治[州县旗区])")
_UNDER = re.compile(r"(.{2,}(?:省|自治区|特别行政区|地区|自治州|市|州|盟))(.{2,})")
_UNDER_CITY = re.compile(rf"({'|'.join(CITIES)})(?!(?:{_PEOPLE})+自治)(.{{2,}})")
_CHINESE_LETTER = re.compile(r"[\u4e00-\u9fff]")
# Signs and numbers of rows and footnotes around a name, and remarks that do not say which area is meant.
_TENS = "[一二三四五六七八九十]+"
_BEFORE = re.compile(rf"^(?:其中[:,]?|[#*※·.]+|\d+[.、]|{_TENS}、|\((?:{_TENS}|\d+)\))+(?=[\u4e00-\u9fff])")
_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])(?:[#*※†‡]+|\d{1,2}|[(\[](?:注?\d*|[a-z\s.'-]+|年报|快报|初步)[)\]])+$")
_LEVEL_OF_PLACE = re.compile(r"(省|自治区|自治州|地区|市|州|盟)$")
# Suffixes after the name of a city that do not denote a place of their own.
_NO_PLACES = {"市区", "市辖区", "辖区", "合计", *(suffix for suffix in _KIND_OF_SUFFIX if len(suffix) > 1)}


class PlaceName(NamedTuple):
    """One interpretation of a name: its stem and the kind of place ("" if the name does not state it)."""

    stem: str
    kind: str


def without_marks(name: str) -> str:
    """``name`` without the signs of rows and footnotes that tables print beside it: 其中:五华区, 盘龙区*, 官渡区(1)."""
    return _BEHIND.sub("", _BEFORE.sub("", name)) if _CHINESE_LETTER.search(name) else name


def places(name: str) -> list[PlaceName]:
    """All interpretations of ``name`` (normalised): the stem of 滨海新区 is 滨海 or 滨海新.

    The stem by the longest suffix comes first.
    """
    found: list[PlaceName] = []
    for pattern in (_AUTONOMOUS, _AUTONOMOUS_ALONE):
        match = pattern.fullmatch(name)
        if match and not found:
            found.append(PlaceName(match[1], _KIND_OF_SUFFIX[match[2]]))
    for suffix, kind in _KIND_OF_SUFFIX.items():
        stem = name[: -len(suffix)]
        if name.endswith(suffix) and len(stem) >= SHORTEST_STEM and not stem.endswith("自治"):
            found.append(PlaceName(stem, kind))
    if name in ABBREVIATED:
        found += places(ABBREVIATED[name])
    return list(dict.fromkeys(found)) or [PlaceName(name, "")]


def may_be_one(first: PlaceName, second: PlaceName) -> bool:
    """Whether two interpretations may be the same place: equal stems, and equal kinds unless one is not stated."""
    return first.stem == second.stem and (first.kind == second.kind or "" in (first.kind, second.kind))


def under(name: str) -> tuple[str, str]:
    """The higher-level place and the place itself: 昆明市五华区 gives (昆明市, 五华区), 五华区 gives ("", 五华区).

    Provinces and prefectures may stand there by their short names, as in 昆明禄劝县 and 云南昆明五华区.
    """
    match = _UNDER.fullmatch(name)
    above, own = ("", name) if match is None or match[2] in _NO_PLACES else match.groups()
    short = _UNDER_CITY.fullmatch(own)
    while short is not None and short[2] not in _NO_PLACES:
        above, own = above + short[1], short[2]
        short = _UNDER_CITY.fullmatch(own)
    return above, own


def agree(above: str, other: str) -> bool:
    """Whether two higher-level places may be the same: one is missing, or one ends with the other."""
    first, second = ({each, _LEVEL_OF_PLACE.sub("", each)} for each in (above, other))
    ends = ((a, b) for a in first for b in second if min(len(a), len(b)) >= SHORTEST_STEM)
    return not (above and other) or any(a.endswith(b) or b.endswith(a) for a, b in ends)
