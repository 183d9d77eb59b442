"""One pool table of all pool regions, a row for each region and class, with codes that hold both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...tables.class_columns import CODE_NAMES, NAME_NAMES, _column, without_blank_rows
from ...tables.table import Table
from ..pools import PoolTable
from .regional_pools import REGION_NAMES

_LARGEST_NUMBER = 65_535


@dataclass(frozen=True)
class RegionalPoolTable(PoolTable):
    """A pool table of several regions: its codes are region x step + class code.

    Attributes:
        step: power of ten above all class codes.
        regions: region number -> name.
    """

    step: int = 1
    regions: Mapping[int, str] | None = None

    def format_code(self, code: int) -> str:
        """How messages call a code."""
        number, own = divmod(int(code), self.step)
        return tr("{code} in pool region {region}").format(code=own, region=(self.regions or {}).get(number, number))


@dataclass(frozen=True)
class RegionalTables:
    """How codes of classes and of pool regions become one.

    Attributes:
        label: how messages call the pool table.
        step: power of ten above all class codes.
        regions: region number -> name.
        numbers: of the regions, int64 (regions,).
    """

    label: str
    step: int
    regions: dict[int, str]

    @property
    def numbers(self) -> np.ndarray:
        """The numbers of the regions (regions,)."""
        return np.array(sorted(self.regions), np.int64)

    def joint(self, table: Table, columns: Mapping[str, str]) -> Table:
        """``table`` with region x step + class code for a code, and the region behind the name of the class."""
        table = without_blank_rows(table)
        code, region = _code_column(table, columns), _region_column(table)
        number_of = {name: number for number, name in self.regions.items()}
        name = _column(table, "name", NAME_NAMES, columns)
        codes, regions = table.numbers(code), _texts(table, region)
        names = table.texts(name) if name else [None] * len(table)
        fields = list(table.fields) if name else [*table.fields, "name"]
        rows = []
        for row, own, text, title in zip(table.rows, codes, regions, names):
            if text not in number_of:
                raise CarbonBalanceError(
                    tr("{table} has the pool region {region}, which the pool table {first} does not have.").format(
                        table=table.label, region=text, first=self.label
                    )
                )
            values = list(row) if name else [*row, None]
            values[table.fields.index(code)] = number_of[text] * self.step + int(own)
            values[fields.index(name or "name")] = f"{title or int(own)} ({text})"
            rows.append(values)
        return replace(table, fields=fields, rows=rows)

    def pools(self, table: PoolTable) -> RegionalPoolTable:
        """What was read from a :meth:`joint` table."""
        return RegionalPoolTable(
            label=table.label,
            codes=table.codes,
            names=table.names,
            pools_t_ha=table.pools_t_ha,
            total_t_ha=table.total_t_ha,
            step=self.step,
            regions=self.regions,
        )


def regional_tables(
    tables: Sequence[Table], columns: Mapping[str, str], wanted: Sequence[str] | None = None
) -> RegionalTables:
    """How the codes of pool tables with a column region become one.

    Args:
        tables: of the dates, the first one first.
        columns: where the user says so, "code" -> column.
        wanted: names of regions that zones have; ``None`` for regions that are numbers, as in a raster.

    Raises:
        CarbonBalanceError: no column region or of codes, a row without region, a region that is no number from 1 to
            65,535, codes that are negative or not whole, or a region that is wanted and has no rows.
    """
    largest = 0.0
    for table in tables:
        codes = without_blank_rows(table).codes(_code_column(table, columns), unique=False)
        if len(codes) and codes.min() < 0:
            raise CarbonBalanceError(
                tr("{table} has the class code {code}: with pool regions, codes must not be negative.").format(
                    table=table.label, code=int(codes.min())
                )
            )
        largest = max(largest, float(codes.max(initial=0)))
    first = without_blank_rows(tables[0])
    names = list(dict.fromkeys(_texts(first, _region_column(first))))
    if wanted is None:
        regions = {_region_number(name, first): name for name in names}
    else:
        unknown = sorted(set(wanted) - set(names))
        if unknown:
            raise CarbonBalanceError(
                tr("{table} has no rows for the region {unknown}; it has {known}.").format(
                    table=first.label, unknown=listed(unknown), known=listed(sorted(names))
                )
            )
        regions = dict(enumerate(names, 1))
    return RegionalTables(first.label, 10 ** len(str(int(largest))), regions)


def _region_column(table: Table) -> str:
    column = table.find(*REGION_NAMES)
    if column is None:
        raise CarbonBalanceError(
            tr(
                "{table} needs a column region, because a pool region is chosen (POOL_REGION or POOL_REGION_RASTER); "
                "it has {columns}."
            ).format(table=table.label, columns=listed(table.fields))
        )
    return column


def _code_column(table: Table, columns: Mapping[str, str]) -> str:
    code = _column(table, "code", CODE_NAMES, columns)
    if code is None:
        raise CarbonBalanceError(
            tr("{table} has no column of class codes: it needs lucode (or code){choice}; it has {columns}.").format(
                table=table.label,
                choice=tr(" or another column chosen in {parameter}").format(parameter="CODE_FIELD"),
                columns=listed(table.fields),
            )
        )
    return code


def _texts(table: Table, column: str) -> list[str]:
    texts = [plain_region(text) for text in table.texts(column)]
    empty = [row for row, text in enumerate(texts) if not text]
    if empty:
        raise CarbonBalanceError(
            tr("{table} has no region in {rows}: fill the column region in.").format(
                table=table.label, rows=table.row_labels(empty)
            )
        )
    return texts


def plain_region(text: str | None) -> str:
    """The name of a region without blanks; a whole number without decimals."""
    name = (text or "").strip()
    return name[:-2] if name.endswith(".0") and name[:-2].isdigit() else name


def _region_number(text: str, table: Table) -> int:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (value == np.rint(value) and 0 < value <= _LARGEST_NUMBER):
        raise CarbonBalanceError(
            tr(
                "{table} has the region {region}: with a raster of pool regions (POOL_REGION_RASTER), regions are its "
                "values, whole numbers from 1 to 65,535."
            ).format(table=table.label, region=text)
        )
    return int(value)
