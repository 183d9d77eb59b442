"""Columns of numbers stored as text: each column is interpreted as a whole, with error messages that name the row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from ...options.tables import AUTO, COMMA
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from .numerals import MixedDecimals, column_numbers, evidence, parse_number, squeezed

_ACCOUNTING = re.compile(r"\(([\d.,]*\d[\d.,]*)\)")


class Rows(Protocol):
    """The interface of :class:`..table.Table` that this module needs."""

    label: str
    rows: Sequence[Sequence[object]]
    decimal: str
    suggests: str
    tell: Callable[[str], None] | None

    def row_label(self, row: int) -> str:
        """How messages call a row."""


def numbers_without_text(values: Sequence[object]) -> np.ndarray | None:
    """The values of a column of finite numbers, float64 (rows,), NaN for ``None``; ``None`` if it has anything else."""
    if not set(map(type, values)) <= {float, int, type(None)}:
        return None
    numbers = np.array(values, float)
    return None if np.isinf(numbers).any() else numbers


def numbers_of(table: Rows, name: str, values: Sequence[object], only: Sequence[int] | None) -> np.ndarray:
    """The numbers of a column, float64 (rows,), NaN where there is none; their size is not checked.

    Args:
        table: table of the column.
        name: name of the column.
        values: values of the column.
        only: the rows that are needed; all if ``None``.

    Raises:
        CarbonBalanceError: text in a needed row that is not a number, or whose decimal mark is ambiguous.
    """
    without_text = numbers_without_text(values)
    if without_text is not None:
        return without_text
    try:
        found = column_numbers(values, table.decimal, lambda: _suggested(table), only)
    except MixedDecimals as mixed:
        raise CarbonBalanceError(
            tr(
                '{table}: column {column} has a decimal comma ("{comma}", {row}) and a decimal point ("{point}", '
                "{other}): write all numbers in the same way, or set DECIMAL."
            ).format(
                table=table.label,
                column=name,
                comma=values[mixed.comma],
                row=table.row_label(mixed.comma),
                point=values[mixed.point],
                other=table.row_label(mixed.point),
            )
        ) from None
    needed = set(range(len(values)) if only is None else only)
    bad = [row for row in found.bad if row in needed]
    if bad:
        raise CarbonBalanceError(_no_number(table, name, bad[0], values[bad[0]]))
    if found.open is not None:
        raise CarbonBalanceError(
            tr(
                '{table}, {row}: "{value}" in column {column} may contain a decimal comma or a thousands separator, '
                "and no other value shows which: set DECIMAL = comma or DECIMAL = point."
            ).format(table=table.label, row=table.row_label(found.open), value=values[found.open], column=name)
        )
    if found.decimal == COMMA and table.tell is not None:
        table.tell(
            tr("{table}: the numbers of column {column} are read with a decimal comma.").format(
                table=table.label, column=name
            )
        )
    return found.numbers


def _no_number(table: Rows, name: str, row: int, value: object) -> str:
    words = {"table": table.label, "row": table.row_label(row), "value": value, "column": name}
    if table.decimal != AUTO and evidence([value]):
        return tr(
            '{table}, {row}: "{value}" in column {column} is not a number with DECIMAL = {decimal}: a decimal comma '
            "needs comma, a decimal point needs point."
        ).format(**words, decimal=table.decimal)
    bracketed = _ACCOUNTING.fullmatch(squeezed(value))
    if bracketed is not None:
        return tr(
            '{table}, {row}: "{value}" in column {column} is not a number: accounts write negative numbers so; write '
            "-{number} if it is one."
        ).format(**words, number=bracketed[1])
    marks = "".join(sign for sign in str(value) if unicodedata.category(sign) == "No")
    if marks and parse_or_none(str(value).translate(dict.fromkeys(map(ord, marks)))) is not None:
        return tr(
            '{table}, {row}: "{value}" in column {column} is not a number: remove {marks} if it is the mark of a '
            "footnote."
        ).format(**words, marks=marks)
    return tr('{table}, {row}: "{value}" in column {column} is not a number.').format(**words)


def parse_or_none(text: str) -> float | None:
    """The number in ``text``, ``None`` if there is none or its decimal mark is ambiguous."""
    try:
        return parse_number(text)
    except ValueError:
        return None


def _suggested(table: Rows) -> str:
    """The decimal mark suggested by the file or proven by other text columns; "" if they disagree."""
    if table.suggests:
        return table.suggests
    marks = set()
    for column in zip(*table.rows):
        found = evidence(column)
        marks |= found if len(found) == 1 else set()
    return marks.pop() if len(marks) == 1 else ""
