"""Parsing of numbers stored as text: full-width digits, thousands separators, decimal commas, signs for missing values.

A comma before three digits may be a decimal comma or a thousands separator. Therefore a column is interpreted as a
whole: one unambiguous value decides for all of them.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ...options.tables import AUTO, COMMA, POINT

# The signs and words that yearbooks and spreadsheets use for missing values.
_NO_VALUE_SIGNS = re.compile(r"[-‐‑‒–—―−─_./*#…·⋯~]+")
_NO_VALUE_WORDS = {
    *("", "na", "n/a", "n.a.", "n.a", "nan", "null", "none", "nil", "nodata", "missing", "#n/a", "#div/0!"),
    *("空", "无", "缺", "缺失", "缺测", "无数据", "暂无", "暂无数据", "不详", "未知", "未统计"),
}
_MINUS = str.maketrans(dict.fromkeys("‐‑‒–−", "-"))
_GROUPS = {mark: rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})" for mark in ",."}
_EXPONENT = r"(?:e[+-]?\d+)?"
# Unambiguous texts: groups of three digits with both marks or repeated marks, or a single mark not followed by three
# digits.
_ONLY_POINT = re.compile(rf"{_GROUPS[',']}{{2,}}(?:\.\d*)?|{_GROUPS[',']}\.\d*{_EXPONENT}|\d*\.\d*{_EXPONENT}")
_POINT_GROUPS = re.compile(rf"{_GROUPS['.']}{{2,}}(?:,\d*)?|{_GROUPS['.']},\d*{_EXPONENT}")
_ONLY_COMMA = re.compile(rf"\d*,\d+{_EXPONENT}")
# The kind of a value whose points are thousands separators, so that its decimal mark is the comma.
_GROUPED = "comma beside points"
_EITHER = re.compile(r"[1-9]\d{0,2}([,.])\d{3}")
_NEUTRAL = re.compile(rf"\d+{_EXPONENT}")
# An interpretation fits the other values if its median is within the first factor of theirs, and does not beyond the
# second.
_NEAR, _FAR = 5.0, 200.0
_THOUSAND = 1000.0


class AmbiguousNumber(ValueError):
    """Text that is a different number with a decimal comma than with a thousands separator."""


class MixedDecimals(ValueError):
    """A column in which one value has a decimal comma and another a decimal point.

    Attributes:
        comma, point: the rows of one of each.
    """

    def __init__(self, comma: int, point: int) -> None:
        super().__init__()
        self.comma, self.point = comma, point


def squeezed(value: object) -> str:
    """The normalised form of a text: without width, case, inner blanks and byte-order mark (原 煤 becomes 原煤)."""
    text = str(value)
    # Most texts are ASCII, which normalisation leaves as it is.
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\ufeff", "")
    return "".join(text.split()).casefold()


def is_no_value(text: str) -> bool:
    """Whether ``text`` stands for a missing value: blank, a dash, dots, n.a., 空."""
    cleaned = squeezed(text).strip("()[]【】")
    return cleaned in _NO_VALUE_WORDS or _NO_VALUE_SIGNS.fullmatch(cleaned) is not None


def _cleaned(text: str) -> str:
    """``text`` in plain digits and signs.

    Raises:
        ValueError: a digit that marks a footnote or a power, such as ① or ².
    """
    if any(unicodedata.category(sign) in ("No", "Nl") for sign in text):
        raise ValueError(text)
    return re.sub(r"(?<=\d)['’](?=\d{3})", "", squeezed(text)).translate(_MINUS)


def _kind(text: str) -> str:
    """Possible interpretations of a cleaned text: POINT, COMMA, _GROUPED, "," or "." (ambiguous), "" without marks.

    Raises:
        ValueError: no number.
    """
    body = text[1:] if text[:1] in ("+", "-") else text
    either = _EITHER.fullmatch(body)
    if either:
        return either[1]
    if any(sign.isdigit() for sign in body):
        for pattern, kind in ((_NEUTRAL, ""), (_ONLY_POINT, POINT), (_ONLY_COMMA, COMMA), (_POINT_GROUPS, _GROUPED)):
            if pattern.fullmatch(body):
                return kind
    raise ValueError(text)


def _read_as(text: str, decimal: str) -> float:
    """The number in a cleaned text with a known decimal mark.

    Raises:
        ValueError: not a number with that mark.
    """
    mark, groups = (".", ",") if decimal == POINT else (",", ".")
    whole, found, decimals = text.partition(mark)
    if groups in whole and not re.fullmatch(rf"[+-]?{_GROUPS[groups]}+", whole):
        raise ValueError(text)
    number = float(whole.replace(groups, "") + ("." if found else "") + decimals)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _given_number(value: object) -> float | None:
    """The value of a number that is not text; ``None`` for NaN."""
    # Anything but a number raises a TypeError here.
    number = float(cast(float, value))
    if math.isinf(number):
        raise ValueError(value)
    return None if math.isnan(number) else number


def parse_number(value: object, decimal: str = AUTO) -> float | None:
    """``value`` as a number, ``None`` for an empty value or a sign for a missing value.

    Accepts blanks, full-width digits, thousands separators, and a decimal comma where it is unambiguous (0,48; 4,85).

    Args:
        value: a number or text.
        decimal: the decimal mark, where it is known.

    Raises:
        AmbiguousNumber: text such as 3,938 that has two interpretations.
        ValueError: text that is not a number, or an infinite number.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        return _given_number(value)
    if is_no_value(value):
        return None
    text = _cleaned(value)
    kind = _kind(text)
    if decimal != AUTO:
        return _read_as(text, decimal)
    if kind == ",":
        raise AmbiguousNumber(value)
    return _read_as(text, COMMA if kind in (COMMA, _GROUPED) else POINT)


@dataclass(frozen=True)
class ColumnNumbers:
    """A text column interpreted as numbers.

    Attributes:
        numbers: float64 (rows,), NaN where there is no value or no valid one.
        bad: rows whose text is not a number.
        decimal: POINT or COMMA as used, "" where no value has a mark.
        open: a row whose value is ambiguous and cannot be decided; else ``None``.
    """

    numbers: np.ndarray
    bad: list[int]
    decimal: str
    open: int | None = None


def evidence(values: Sequence[object]) -> set[str]:
    """The decimal marks proven by unambiguous ``values``: a set of POINT and COMMA."""
    kinds = {_kind_or_none(value) for value in values if isinstance(value, str)}
    return {mark for mark, shown in ((POINT, {POINT}), (COMMA, {COMMA, _GROUPED})) if shown & kinds}


def _kind_or_none(text: str) -> str | None:
    try:
        return _kind(_cleaned(text))
    except ValueError:
        return None


def _number_or_none(text: str, decimal: str) -> float | None:
    try:
        return _read_as(text, decimal)
    except ValueError:
        return None


def column_numbers(
    values: Sequence[object],
    decimal: str = AUTO,
    suggested: Callable[[], str] = str,
    rows: Sequence[int] | None = None,
) -> ColumnNumbers:
    """Interpret a column of numbers, or of numbers stored as text, as a whole.

    Args:
        values: of the column.
        decimal: the decimal mark, where it is known.
        suggested: returns the mark suggested by the rest of the file, POINT, COMMA or ""; called only if it matters.
        rows: the rows considered for the decision; all if ``None``.

    Raises:
        MixedDecimals: one value has a decimal comma and another a point.
    """
    numbers, bad = np.full(len(values), np.nan), []
    texts: dict[int, str] = {}
    kinds: dict[str, int] = {}
    counting = None if rows is None else set(rows)
    for row, value in enumerate(values):
        try:
            if value is None or (isinstance(value, str) and is_no_value(value)):
                continue
            if not isinstance(value, str):
                number = _given_number(value)
                numbers[row] = np.nan if number is None else number
                continue
            text = _cleaned(value)
            kind = _kind(text)
        except (TypeError, ValueError):
            bad.append(row)
            continue
        texts[row] = text
        if counting is None or row in counting:
            kinds.setdefault(kind, row)
    unmarked = [_number_or_none(text, POINT) for text in texts.values() if _kind(text) == ""]
    plain = [number for number in (*unmarked, *numbers[np.isfinite(numbers)].tolist()) if number is not None]
    chosen, undecided = (decimal, None) if decimal != AUTO else _decided(kinds, texts, plain, suggested)
    read = {row: _number_or_none(text, chosen or POINT) for row, text in texts.items()}
    bad += [row for row, number in read.items() if number is None]
    for row in read.keys() - set(bad):
        numbers[row] = read[row]
    return ColumnNumbers(numbers, sorted(bad), chosen if set(kinds) - {""} else "", undecided)


def _decided(
    kinds: dict[str, int], texts: dict[int, str], plain: Sequence[float], suggested: Callable[[], str]
) -> tuple[str, int | None]:
    """The decimal mark of a column from the kinds of its values, and an undecided row, if there is one."""
    comma = kinds.get(COMMA, kinds.get(_GROUPED))
    point = kinds.get(POINT, kinds.get(".") if COMMA in kinds else None)
    if comma is not None and point is not None:
        raise MixedDecimals(comma, point)
    either = [text for text in texts.values() if _kind(text) == ","]
    if either and point is not None:
        pointed = [_number_or_none(text, POINT) for text in texts.values() if _kind(text) == POINT]
        if _by_size(either, [*plain, *(number for number in pointed if number is not None)]) == COMMA:
            # Read as thousands separators, these commas would give values a thousand times larger than the others.
            raise MixedDecimals(kinds[","], point)
    if comma is not None or point is not None:
        return (POINT if comma is None else COMMA), None
    if "," in kinds and "." in kinds:
        raise MixedDecimals(kinds[","], kinds["."])
    if "." in kinds:
        return POINT, kinds["."] if suggested() == COMMA else None
    if "," not in kinds:
        return "", None
    file, size = suggested(), _by_size(either, plain)
    # Values such as areas may differ by a factor of a thousand, so that size alone is conclusive only if all other
    # values are below 1,000.
    marks = {file, size} - {""}
    # Thousands separators are absent below 1,000, so that such values beside them contradict the comma of the file.
    short = not size and file == COMMA and any(0 < abs(number) < _THOUSAND for number in plain)
    if len(marks) == 1 and (file or size == POINT) and not short:
        return marks.pop(), None
    return POINT, kinds[","]


def _by_size(texts: Sequence[str], plain: Sequence[float]) -> str:
    """The interpretation of ``texts`` (like 1,430) that agrees in size with the values without marks, or ""."""
    sizes = [abs(number) for number in plain if number]
    if not sizes:
        return ""
    low, high = min(sizes), max(sizes)
    fits = {}
    for decimal in (POINT, COMMA):
        middle = float(np.median([abs(_read_as(text, decimal)) for text in texts]))
        fits[decimal] = (low / _NEAR <= middle <= high * _NEAR, not low / _FAR <= middle <= high * _FAR)
    for decimal, other in ((POINT, COMMA), (COMMA, POINT)):
        if fits[decimal][0] and fits[other][1]:
            return decimal
    return ""


def parse_list(text: str) -> list[str]:
    """The items of a list separated by Western or Chinese commas or semicolons, in plain digits; empty if blank."""
    return [part.strip() for part in re.split("[,;、]", unicodedata.normalize("NFKC", text)) if part.strip()]
