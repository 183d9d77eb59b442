"""Names of Chinese places, short and in full: 峨山县 is 峨山彝族自治县, 五华区 is 昆明市五华区."""

from __future__ import annotations

import re
from typing import NamedTuple

SHORTEST_STEM = 2
# The 55 peoples other than the Han, as in the names of autonomous places.
PEOPLES = (
    *("蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗"),
    *("瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山"),
    *("拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗"),
    *("撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克"),
    *("德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"),
)
# Longest first; what a place is, whatever it is called in full.
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
}
# In Xinjiang and Inner Mongolia names of peoples go without 族; those of one letter never do.
_PEOPLE = "|".join(
    f"{name}族?" if len(name) > 1 else f"{name}族" for name in sorted((*PEOPLES, "各"), key=len, reverse=True)
)
_AUTONOMOUS = re.compile(rf"(.{{{SHORTEST_STEM},}}?)(?:{_PEOPLE})+(自治[州县旗区]|(?<=族)[区县])")
_AUTONOMOUS_ALONE = re.compile(rf"(.{{{SHORTEST_STEM},}}?)族?(自治[州县旗区])")
_UNDER = re.compile(r"(.{2,}(?:省|自治区|特别行政区|地区|自治州|市|州|盟))(.{2,})")
# What follows a city's name without being a place of its own.
_NO_PLACES = {"市区", "市辖区", "辖区", "合计"}


class PlaceName(NamedTuple):
    """One way to read a name: its stem, and what kind of place it is ("" if the name does not say)."""

    stem: str
    kind: str


def places(name: str) -> list[PlaceName]:
    """All ways to read ``name`` (in plain letters without blanks): 滨海新区 is 滨海 or 滨海新.

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
    return list(dict.fromkeys(found)) or [PlaceName(name, "")]


def may_be_one(first: PlaceName, second: PlaceName) -> bool:
    """Whether two readings may be one place: one stem, and one kind unless a name does not say its kind."""
    return first.stem == second.stem and (first.kind == second.kind or "" in (first.kind, second.kind))


def under(name: str) -> tuple[str, str]:
    """The places above and the place itself: 昆明市五华区 is (昆明市, 五华区); ("", name) if none is above."""
    match = _UNDER.fullmatch(name)
    if match is None or match[2] in _NO_PLACES:
        return "", name
    return match[1], match[2]


def agree(above: str, other: str) -> bool:
    """Whether what stands above two names may be one: one is missing, or ends with the other."""
    stems = [re.sub(r"(省|自治区|自治州|地区|市|州|盟)$", "", each) for each in (above, other)]
    return not all(stems) or stems[0].endswith(stems[1]) or stems[1].endswith(stems[0])
