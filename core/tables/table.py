"""Tables of the user: the one place where rows become numbers, codes and names.

A table comes from any source (CSV, XLSX, GeoPackage, DBF): names may have another case, blanks or a
byte-order mark, numbers may arrive as text with blanks or thousands marks, in full-width digits.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..runtime.errors import CarbonBalanceError, did_you_mean, listed
from ..runtime.i18n import mark, tr

# Products and squares of larger numbers overflow.
LARGEST = 1e100
NO_VALUE_TEXTS = {"", "na", "n/a", "nan", "null", "none", "-", "--", "—", "…"}


def plain(name: object) -> str:
    """``name`` as names are compared: width, case, blanks, hyphens and byte-order mark ignored."""
    text = unicodedata.normalize("NFKC", str(name)).replace("\ufeff", "").strip().casefold()
    return text.replace(" ", "_").replace("-", "_")


def parse_number(value: object) -> float | None:
    """The number that ``value`` is or spells, ``None`` for an empty value or a mark of absence.

    Accepts blanks, full-width digits and commas between groups of three digits.

    Raises:
        ValueError: ``value`` is text that spells no number, or is infinite.
    """
    if value is None:
        return None
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).replace("\ufeff", "").strip()
        if text.casefold() in NO_VALUE_TEXTS:
            return None
        text = "".join(text.split())
        head, *groups = text.lstrip("+-").split(".")[0].split(",")
        if groups and 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups):
            text = text.replace(",", "")
        if "_" in text:
            raise ValueError(value)
        number = float(text)
    else:
        number = float(value)
    if math.isnan(number):
        return None
    if math.isinf(number):
        raise ValueError(value)
    return number


@dataclass
class Table:
    """Rows of values.

    Attributes:
        label: how messages call the table, such as ``the pool table "henan.csv"``.
        fields: names of the columns.
        rows: a sequence of values a row; ``None`` is NULL.
        aliases: other names that columns are asked for by, such as those read in a wrong encoding.
    """

    label: str
    fields: list[str]
    rows: list[Sequence[object]] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def name(self) -> str:
        """The table's own name: what stands in quotes in its label, the same in every language."""
        quoted = re.search('"(.*)"', self.label, flags=re.DOTALL)
        return quoted[1] if quoted else self.label

    def find(self, *names: str) -> str | None:
        """The column called one of ``names`` (case, blanks and hyphens ignored), or ``None``."""
        known = {plain(alias): name for alias, name in self.aliases.items()}
        known.update({plain(name): name for name in reversed(self.fields)})
        return next((known[plain(name)] for name in names if plain(name) in known), None)

    def need(self, *names: str) -> str:
        """As :meth:`find`, but a column that is missing is refused.

        Raises:
            CarbonBalanceError: naming the column and those there are.
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
        """The values of column ``name``, as they came."""
        at = self.fields.index(self.need(name))
        return [row[at] for row in self.rows]

    def texts(self, name: str) -> list[str | None]:
        """The values of column ``name`` as text without outer blanks; blank is ``None``."""
        cleaned = ("" if value is None else str(value).replace("\ufeff", "").strip() for value in self.values(name))
        return [text or None for text in cleaned]

    def with_header(self) -> Table:
        """The table itself, or one whose first row was taken for data though it holds the names of the columns.

        Spreadsheets that hold nothing but text are read with columns Field1, Field2 ...; those stay as aliases.
        """
        unnamed = all(name.casefold() == f"field{at}" for at, name in enumerate(self.fields, 1))
        names = [str(value).strip() for value in self.rows[0]] if self.rows else []
        if not unnamed or len(self.rows) < 2 or None in self.rows[0] or "" in names or len(set(names)) < len(names):
            return self
        return Table(self.label, names, self.rows[1:], dict(zip(self.fields, names)))

    def title_column(self) -> str | None:
        """The column that seems to name the rows, if there is one."""
        return next((name for name in self.fields if "name" in plain(name) or "名" in name), None)

    def row_label(self, row: int) -> str:
        """How messages call a row (counted from 0): its number from 1, and its name if it has one."""
        title = self.title_column()
        value = None if title is None else self.rows[row][self.fields.index(title)]
        return tr("row {number}").format(number=row + 1) + (f" ({value})" if value not in (None, "") else "")

    def row_names(self) -> list[str]:
        """What results call the rows, the same in every language: by name, with the number where others share it."""
        title = self.title_column()
        names = [None] * len(self) if title is None else self.texts(title)
        count = Counter(names)
        numbers = [mark("row {number}").format(number=row) for row in range(1, len(self) + 1)]
        return [
            number if name is None else name if count[name] == 1 else f"{name} ({number})"
            for name, number in zip(names, numbers)
        ]

    def row_labels(self, rows: Iterable[int]) -> str:
        """Several rows for a message, cut after ten."""
        return listed([self.row_label(int(row)) for row in rows])

    def numbers(self, name: str, complete: bool = False) -> np.ndarray:
        """Column ``name`` as float64 (rows,), NaN where NULL or blank. Numbers may be text.

        Args:
            name: the column.
            complete: refuse NULL in any row.

        Raises:
            CarbonBalanceError: text that is no number or one beyond ``LARGEST`` (the row is named), nothing
                but NULL, or NULL where ``complete``.
        """
        numbers = np.full(len(self.rows), np.nan)
        for row, value in enumerate(self.values(name)):
            try:
                number = parse_number(value)
            except (TypeError, ValueError):
                raise CarbonBalanceError(
                    tr('{table}, {row}: "{value}" in column {column} is not a number.').format(
                        table=self.label, row=self.row_label(row), value=value, column=name
                    )
                ) from None
            numbers[row] = np.nan if number is None else number
            if abs(numbers[row]) > LARGEST:
                raise CarbonBalanceError(
                    tr("{table}, {row}: {value:g} in column {column} is too large to compute with.").format(
                        table=self.label, row=self.row_label(row), value=numbers[row], column=name
                    )
                )
        missing = np.flatnonzero(np.isnan(numbers))
        if len(missing) and len(missing) == len(numbers):
            raise CarbonBalanceError(
                tr("{table}: column {column} is NULL in every row, numbers are needed.").format(
                    table=self.label, column=name
                )
            )
        if complete and len(missing):
            raise CarbonBalanceError(
                tr("{table}, {rows}: column {column} is empty, a number is needed.").format(
                    table=self.label, rows=self.row_labels(missing), column=name
                )
            )
        return numbers

    def non_negative(self, name: str, complete: bool = False) -> np.ndarray:
        """As :meth:`numbers`, refusing negative ones, which no population, area or density can be."""
        numbers = self.numbers(name, complete)
        below = np.flatnonzero(numbers < 0)
        if len(below):
            raise CarbonBalanceError(
                tr("{table}, {rows}: column {column} is negative ({value:g}), it must be 0 or more.").format(
                    table=self.label, rows=self.row_labels(below), column=name, value=numbers[below[0]]
                )
            )
        return numbers

    def codes(self, name: str) -> np.ndarray:
        """Column ``name`` as int64 class codes, complete and without duplicates.

        Raises:
            CarbonBalanceError: a code that is empty, not whole, or there twice.
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
        unique, counts = np.unique(codes, return_counts=True)
        if (counts > 1).any():
            raise CarbonBalanceError(
                tr(
                    "{table}: column {column} contains duplicate codes ({codes}); each class needs exactly one row."
                ).format(table=self.label, codes=listed(unique[counts > 1]), column=name)
            )
        return codes
