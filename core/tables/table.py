"""Tables of the user: conversion of their values to numbers, codes and names.

A table may come from any source (CSV, XLSX, GeoPackage, DBF): column names may differ in case, blanks or a byte-order
mark, and numbers may be text with blanks, thousands separators or full-width digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..options.tables import AUTO
from ..runtime.errors import CarbonBalanceError, did_you_mean, listed
from ..runtime.i18n import mark, tr
from .row_choice import sentence_of_repeats
from .spelling.names import plain
from .spelling.number_columns import numbers_of

# Larger numbers are refused, because their products and squares overflow.
LARGEST = 1e100
_PLACES = {
    *(
        "地区",
        "县区",
        "区县",
        "县市区",
        "县(市、区)",
        "县(市,区)",
        "区(县)",
        "市县",
        "行政区",
        "行政区划",
        "地市",
        "州市",
    ),
    *("市", "县", "region", "county", "district", "city", "municipality", "prefecture", "province"),
}


class LeftOut(NamedTuple):
    """A row of a file without data.

    Attributes:
        number: row number in the file, from 1.
        text: its cells.
        reason: one of the words of :mod:`.files.row_kinds`.
    """

    number: int
    text: str
    reason: str


@dataclass
class Table:
    """Rows of values.

    Attributes:
        label: name of the table in messages, such as ``the pool table "henan.csv"``.
        fields: names of the columns.
        rows: one sequence of values per row; ``None`` is NULL.
        aliases: alternative names of columns, such as those that QGIS displays.
        file_rows: row numbers in the source file, from 1; ``None`` for a layer.
        left_out: rows of the file without data, such as notes and repeated headers.
        decimal: the decimal mark of numbers stored as text.
        suggests: the decimal mark suggested by the file, "" for none.
        tell: receives a sentence on how the table was read.
        warn: receives a sentence on values that are suspect.
    """

    label: str
    fields: list[str]
    rows: Sequence[Sequence[object]] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    file_rows: list[int] | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    decimal: str = AUTO
    suggests: str = ""
    tell: Callable[[str], None] | None = field(default=None, repr=False, compare=False)
    warn: Callable[[str], None] | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def name(self) -> str:
        """The name in quotes in the label of the table, which is the same in every language."""
        quoted = re.search('"(.*)"', self.label, flags=re.DOTALL)
        return quoted[1] if quoted else self.label

    def kept(self, rows: Iterable[int]) -> Table:
        """The table with only some of its rows (counted from 0)."""
        rows = list(rows)
        numbers = None if self.file_rows is None else [self.file_rows[row] for row in rows]
        return replace(self, rows=[self.rows[row] for row in rows], file_rows=numbers)

    def find(self, *names: str) -> str | None:
        """The column called one of ``names`` (case, blanks and hyphens ignored), or ``None``.

        Raises:
            CarbonBalanceError: the first of ``names`` that exists occurs twice in the header.
        """
        known = {plain(alias): name for alias, name in self.aliases.items()}
        known.update({plain(name): name for name in reversed(self.fields)})
        for name in names:
            if plain(name) in known:
                exact = name in self.fields
                found = name if exact else known[plain(name)]
                self.need_once(found, exact)
                return found
        return None

    def need_once(self, name: str, exact: bool = False) -> None:
        """Refuse a column whose name occurs twice in the header; ``exact`` names are compared letter by letter."""
        places = [
            at for at, each in enumerate(self.fields, 1) if each == name or (not exact and plain(each) == plain(name))
        ]
        if len(places) > 1:
            raise CarbonBalanceError(
                tr(
                    "{table}: the header contains column {column} {count} times (columns {places}), which is "
                    "ambiguous: rename or delete the others."
                ).format(table=self.label, column=name, count=len(places), places=listed(places))
            )

    def need(self, *names: str) -> str:
        """Like :meth:`find`, but a missing column is an error.

        Raises:
            CarbonBalanceError: there is no such column; the message lists the existing ones.
        """
        found = self.find(*names)
        if found is None:
            raise CarbonBalanceError(
                tr("{table} has no column {column}{near}: it has {columns}.").format(
                    table=self.label,
                    column=" / ".join(names),
                    near=did_you_mean(names[0], self.fields),
                    columns=listed(self.fields, 40),
                )
            )
        return found

    def values(self, name: str) -> list[object]:
        """The values of column ``name``, not converted."""
        at = self.fields.index(self.need(name))
        return [row[at] for row in self.rows]

    def texts(self, name: str) -> list[str | None]:
        """The values of column ``name`` as stripped text; blank is ``None``."""
        cleaned = ("" if value is None else str(value).replace("\ufeff", "").strip() for value in self.values(name))
        return [text or None for text in cleaned]

    def title_column(self) -> str | None:
        """The column that most likely contains the names of the rows, if there is one.

        It is called so, or as yearbooks call places (地区) and has another text without digits in each row.
        """
        return self._title

    @cached_property
    def _title(self) -> str | None:
        called = next((name for name in self.fields if "name" in plain(name) or "名" in name), None)
        return called or next((name for name in self.fields if plain(name) in _PLACES and self._has_names(name)), None)

    def _has_names(self, column: str) -> bool:
        texts = [text or "" for text in self.texts(column)]
        return "" not in texts and len({*texts}) == len(texts) and not any(map(str.isdigit, "".join(texts)))

    def row_label(self, row: int) -> str:
        """The name of a row (counted from 0) in messages: its number from 1, and its name if it has one."""
        title = self.title_column()
        value = None if title is None else self.rows[row][self.fields.index(title)]
        number = row + 1 if self.file_rows is None else self.file_rows[row]
        return tr("row {number}").format(number=number) + (f" ({value})" if value not in (None, "") else "")

    def row_names(self) -> list[str]:
        """The names of the rows in results, in every language: with the row number where a name is not unique."""
        title = self.title_column()
        names = [None] * len(self) if title is None else self.texts(title)
        count = Counter(names)
        numbers = [mark("row {number}").format(number=row) for row in range(1, len(self) + 1)]
        return [
            number if name is None else name if count[name] == 1 else f"{name} ({number})"
            for name, number in zip(names, numbers)
        ]

    def row_labels(self, rows: Iterable[int]) -> str:
        """The names of several rows for a message, at most ten."""
        return listed([self.row_label(int(row)) for row in rows])

    def numbers(self, name: str, complete: bool = False, only: Sequence[int] | None = None) -> np.ndarray:
        """Column ``name`` as float64 (rows,), NaN where NULL or blank. Numbers may be text.

        Args:
            name: the column.
            complete: refuse NULL in any row.
            only: the rows that are needed, all if ``None``; invalid values in other rows become NaN.

        Raises:
            CarbonBalanceError: text that is not a number, a number beyond ``LARGEST``, ambiguous decimal commas, only
                NULL, or any NULL if ``complete``.
        """
        values = self.values(name)
        numbers = numbers_of(self, name, values, only)
        needed = np.arange(len(numbers)) if only is None else np.array(only, int)
        large = needed[np.abs(numbers[needed]) > LARGEST]
        if len(large):
            raise CarbonBalanceError(
                tr("{table}, {row}: {value:g} in column {column} is too large for computation.").format(
                    table=self.label, row=self.row_label(int(large[0])), value=numbers[large[0]], column=name
                )
            )
        missing = needed[np.isnan(numbers[needed])]
        if len(missing) and len(missing) == len(numbers):
            raise CarbonBalanceError(
                tr("{table}: column {column} is NULL in every row; numbers are needed.").format(
                    table=self.label, column=name
                )
            )
        if complete and len(missing):
            raise CarbonBalanceError(
                tr("{table}, {rows}: column {column} is empty; a number is needed.").format(
                    table=self.label, rows=self.row_labels(missing), column=name
                )
            )
        return numbers

    def non_negative(self, name: str, complete: bool = False, only: Sequence[int] | None = None) -> np.ndarray:
        """Like :meth:`numbers`, but negative values are an error: a population, area or density cannot be negative."""
        numbers = self.numbers(name, complete, only)
        below = np.flatnonzero(numbers < 0) if only is None else [row for row in only if numbers[row] < 0]
        if len(below):
            raise CarbonBalanceError(
                tr("{table}, {rows}: column {column} is negative ({value:g}): it must be at least 0.").format(
                    table=self.label, rows=self.row_labels(below), column=name, value=numbers[below[0]]
                )
            )
        return numbers

    def codes(self, name: str, unique: bool = True) -> np.ndarray:
        """Column ``name`` as int64 class codes, complete and, if ``unique``, without duplicates.

        Raises:
            CarbonBalanceError: a code that is empty, not a whole number, or a duplicate.
        """
        numbers = self.numbers(name, complete=True)
        broken = np.flatnonzero((numbers != np.round(numbers)) | (np.abs(numbers) > 2**53))
        if len(broken):
            raise CarbonBalanceError(
                tr("{table}, {row}: code {value} in column {column} is not a whole number.").format(
                    table=self.label, row=self.row_label(broken[0]), value=numbers[broken[0]], column=name
                )
            )
        codes = numbers.astype(np.int64)
        held, counts = np.unique(codes, return_counts=True)
        if unique and (counts > 1).any():
            raise CarbonBalanceError(
                tr(
                    "{table}: column {column} contains duplicate codes ({codes}); each class needs exactly one row: "
                    "{sentence}."
                ).format(
                    table=self.label,
                    codes=listed(held[counts > 1]),
                    column=name,
                    sentence=sentence_of_repeats(self, self.need(name), codes.tolist()),
                )
            )
        return codes
