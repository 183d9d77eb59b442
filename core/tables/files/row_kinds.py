"""Kinds of rows without data in yearbook tables: titles, unit rows, notes, repeated headers, column numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...runtime.i18n import mark
from ..spelling.amount_units import amount_unit
from ..spelling.name_words import without_species
from ..spelling.numerals import is_no_value, parse_number, squeezed

FOOTNOTE, UNITS, REPEATED, CONTINUED, NUMBERING = (
    mark("note"),
    mark("units"),
    mark("repeated header"),
    mark("continued table"),
    mark("column numbers"),
)
_NOTES = re.compile(
    r"\W*(注释?|附注|备注|说明|(?:资料|数据|图表)?来源|口径|数据库|制表|填表|编制|notes?|sources?|remarks?)\d*[:：].*"
    r"|\W*注\d+\W.*"
)
_CONTINUED = re.compile(r".{0,20}续表.{0,20}|.{0,20}\(续\d*\).{0,20}|.*\(continued\).*")
_UNIT_TITLE = re.compile(r".{0,12}(计量)?(?:单位|單位)[:：].*|.{0,12}\bunits?:.*")
_BARE_UNIT = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
_UNITS_ELSEWHERE = re.compile(r"[见如详]|表头|各列|see|asstated|below")
_UNIT_LINE = re.compile(r"(?:单位|單位|\bunits?)[:：]\s*([^()\[\]]+)")
_NO_AMOUNTS = re.compile(
    r"率|比|占|指数|系数|密度|人均|%|‰|代码|编码|编号|年份|年度|序号"
    r"|code|year|rate|ratio|share|index|percent|percapita|^id$|_id$"
)
_UNIT_WORDS = re.compile(
    r"(?:10\^?\d|[十百千万亿]+)?(?:人|户|口|吨(?:标准煤|标煤|碳|二氧化碳)?|元|平方公里|平方千米|公顷|亩|平方米|立方米|千瓦时|千瓦小时|度"
    r"|千克|公斤|个|美元|焦耳|[吉太兆千]焦|[兆吉]瓦时|[km]?tce|k?t|[kmgt]wh|m3|km2|hm2|ha|yuan|persons?|kg|[kmgtp]j)(?:[/·每].{1,8})?"
    r"|[(%)]|%|‰|(?:t|mg|kg|g)_?c?[/·.](?:ha|hm2|km2|m2)(?:[/·.](?:a|yr|y|年))?"
)
_HEADER_WORDS = {
    *(
        "地区",
        "地名",
        "名称",
        "县名",
        "县区",
        "区县",
        "县市区",
        "行政区",
        "行政区划",
        "市县",
        "单位",
        "单位名称",
        "地市",
        "州市",
        "市",
    ),
    *(
        "项目",
        "指标",
        "年份",
        "年度",
        "代码",
        "行政区划代码",
        "编码",
        "品种",
        "能源品种",
        "行业",
        "序号",
        "地类",
        "类型",
        "类别",
    ),
    *(
        "code",
        "name",
        "region",
        "area",
        "county",
        "city",
        "district",
        "province",
        "unit",
        "units",
        "year",
        "id",
        "class",
    ),
    *("lucode", "lulc", "fuel", "item", "zone", "type", "map", "from_code", "key", "adcode"),
}
_STEMS = ("甲", "乙", "丙", "丁")


def text_of(cell: object) -> str:
    """A cell as stripped text, "" for an empty one."""
    return "" if cell is None else str(cell).replace("\ufeff", "").strip()


def filled(row: Sequence[object]) -> list[int]:
    """The indices of the cells that are not empty."""
    return [at for at, cell in enumerate(row) if text_of(cell)]


def spells_number(cell: object) -> bool:
    """Whether a cell is a number, or text that is a number with either meaning of its comma."""
    if isinstance(cell, (int, float)):
        return True
    try:
        return parse_number(text_of(cell).replace(",", "").replace("，", "")) is not None
    except ValueError:
        return False


def is_year(cell: object) -> bool:
    """Whether a cell may be a year as a column title: 2020, 2020年, 2015-2020."""
    text = squeezed(text_of(cell)).rstrip("年")
    return re.fullmatch(r"(?:19|20)\d\d(?:[-~](?:19|20)\d\d)?", text) is not None


def is_header_word(cell: object) -> bool:
    """Whether a cell is a usual title of the first column."""
    return squeezed(text_of(cell)).strip("*:") in _HEADER_WORDS


def is_unit(cell: object) -> bool:
    """Whether a cell is a unit of measure, with or without brackets."""
    text = squeezed(text_of(cell)).strip("()[]")
    return amount_unit(without_species(text)) is not None or _UNIT_WORDS.fullmatch(text.replace("^", "")) is not None


def is_unit_label(cell: object) -> bool:
    """Whether a cell says that its row states the units of the columns."""
    return squeezed(text_of(cell)).strip(":") in ("单位", "單位", "计量单位", "unit", "units")


def unit_line(cell: object) -> str:
    """The unit that a cell states for a whole table, such as 单位：万人 or (万人); "" if it states none, or several."""
    text = squeezed(text_of(cell))
    match = _UNIT_LINE.search(text) or _BARE_UNIT.fullmatch(text)
    return match[1] if match and is_unit(match[1]) else ""


def unclear_units(cell: object) -> str:
    """What a cell states as units of a whole table if it is no one unit, such as 单位：人、万元; "" for nothing."""
    match = _UNIT_LINE.search(squeezed(text_of(cell)))
    unclear = match and not is_unit(match[1]) and not _UNITS_ELSEWHERE.search(match[1])
    return match[1] if match and unclear else ""


def is_amount_title(name: str) -> bool:
    """Whether a column may hold amounts in a table's unit: not a rate, a code or a year."""
    return not is_header_word(name) and not is_year(name) and _NO_AMOUNTS.search(squeezed(name)) is None


def is_title(row: Sequence[object], width: int) -> bool:
    """Whether a row above the header does not belong to it: a single cell, a unit for the whole table, or a note."""
    places = filled(row)
    texts = [squeezed(text_of(row[at])) for at in places]
    stray = sum(1 for text in texts if _UNIT_TITLE.fullmatch(text) or _NOTES.fullmatch(text))
    return len(places) - stray <= (1 if width > 1 else 0)


def reason_to_leave_out(row: Sequence[object], headers: Sequence[Sequence[object]]) -> str:
    """The reason why a row below the header contains no data; "" if it does contain data.

    Args:
        row: the cells of the row.
        headers: the header rows.
    """
    places = filled(row)
    texts = {at: squeezed(text_of(row[at])) for at in places}
    if not places:
        return ""
    first = texts[places[0]]
    if _NOTES.fullmatch(first) and not any(spells_number(row[at]) for at in places[1:]):
        return FOOTNOTE
    if _CONTINUED.fullmatch(first) and not any(spells_number(row[at]) for at in places):
        return CONTINUED
    for header in headers:
        same = sum(1 for at, text in texts.items() if at < len(header) and text == squeezed(text_of(header[at])))
        if same == len(places) and not all(spells_number(row[at]) for at in places):
            return REPEATED
    if all(_UNIT_TITLE.fullmatch(text) for text in texts.values()) or (len(places) == 1 and unit_line(row[places[0]])):
        return UNITS
    # Behind the word for units even unknown ones are units, such as 桶, but a number is data of a place of that name.
    if is_unit_label(row[places[0]]) and len(places) > 1 and not any(spells_number(row[at]) for at in places[1:]):
        return UNITS
    if places[0] > 0 and all(is_unit(row[at]) for at in places):
        return UNITS
    return NUMBERING if _is_numbering([texts[at] for at in places]) else ""


def _is_numbering(texts: Sequence[str]) -> bool:
    """Whether texts number the columns (甲 乙 1 2 3), as some tables do below the header."""
    stems = 0
    while stems < min(len(texts), len(_STEMS)) and texts[stems] == _STEMS[stems]:
        stems += 1
    numbers = list(texts[stems:])
    return stems > 0 and len(numbers) > 1 and numbers == [str(at) for at in range(1, len(numbers) + 1)]


def says_nothing(cell: object) -> bool:
    """Whether a cell is empty or contains a sign for a missing value."""
    return cell is None or (isinstance(cell, str) and is_no_value(cell))
