"""Time series of zones as a long table, and changes between dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..balance.indices import Index
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..statistics.temporal.named_years import warn_of_other_years
from ..tables import columns
from ..tables.joining import code_key
from ..tables.row_choice import sentence_of_repeats
from ..tables.spelling.name_index import NameIndex
from ..tables.spelling.numerals import parse_list
from ..tables.table import Table

DATE_MARK = "{date}"
BALANCE_IMPROVED, BALANCE_UNCHANGED, BALANCE_WORSE = "improved", "unchanged", "worse"


def dates_in(text: str) -> list[float]:
    """Parse dates from "2000; 2010; 2020" (or with commas, or 年 behind years), which must be ascending.

    Raises:
        CarbonBalanceError: no date, not a number, or not ascending.
    """
    parts = parse_list(text)
    try:
        dates = [float(part.rstrip("年")) for part in parts]
    except ValueError:
        dates = []
    if not dates or not np.all(np.isfinite(dates)) or not np.all(np.diff(dates) > 0):
        raise CarbonBalanceError(
            tr(
                'The dates are "{text}": give years in ascending order separated by semicolons, such as 2000; 2010; '
                "2020."
            ).format(text=text)
        )
    return dates


def at_date(column: str, date: float) -> str:
    """The column of a date: e{date} and 2015 give e2015; a name without placeholder is the same at all dates."""
    return column.replace(DATE_MARK, f"{date:g}")


def base_name(column: str) -> str:
    """The name of a column in the long table, without the placeholder: e_{date}_t becomes e_t."""
    before, mark, after = column.partition(DATE_MARK)
    return "_".join(part for part in (before.strip("_ "), after.strip("_ ")) if part) if mark else column


@dataclass(frozen=True)
class Series:
    """Values by zone and date.

    Attributes:
        keys: keys of the zones in the order of first occurrence (zones,).
        dates: years, ascending (dates,).
        numbers: column -> (zones, dates), NaN where unknown.
        texts: column -> zones x dates, ``None`` where unknown.
    """

    keys: list[object]
    dates: list[float]
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    texts: dict[str, list[list[str | None]]] = field(default_factory=dict)


def series(
    tables: Sequence[Table], dates: Sequence[float], key: str, numbers: Sequence[str], texts: Sequence[str], log: Log
) -> Series:
    """Join the tables of several dates.

    Args:
        tables: one table per date in the order of ``dates``, or one with all dates and {date} in column names.
        dates: years.
        key: column of zone codes or names, the same in all tables.
        numbers: columns of numbers, with {date} if names differ by date.
        texts: columns of classes and zones, likewise.
        log: receives zones that are missing at some dates, dates that the names of the tables contradict, and dates
            with the same numbers.

    Raises:
        CarbonBalanceError: the numbers of tables and dates differ, a key is empty or duplicate, or a column is missing.

    >>> def at(rows):
    ...     return Table("zones", ["code", "carbon_t"], rows)
    >>> found = series([at([["a", 10], ["b", 5]]), at([["b", 6]])], [2010, 2020], "code", ["carbon_t"], [], Log())
    >>> found.keys, found.numbers["carbon_t"].tolist()
    (['a', 'b'], [[10.0, nan], [5.0, 6.0]])
    """
    if not (numbers or texts):
        raise CarbonBalanceError(tr("No column is given: choose at least one of supply, demand, index and class."))
    if len(tables) not in (1, len(dates)):
        raise CarbonBalanceError(
            tr(
                "{layers} layers are given for {dates} dates: give one layer per date, or a single layer that contains "
                "all dates."
            ).format(layers=len(tables), dates=len(dates))
        )
    single = len(tables) == 1 and len(dates) > 1
    if single and not all(DATE_MARK in name for name in (*numbers, *texts)):
        raise CarbonBalanceError(
            tr(
                "One layer contains all dates: write {mark} where the column names contain the date, such as "
                "ratio_{mark}."
            ).format(mark=DATE_MARK)
        )
    rows_at = [_rows_by_key(table, key) for table in tables]
    order = list(dict.fromkeys(code for rows in rows_at for code in rows))
    first = {code: (table, rows[code]) for rows, table in zip(rows_at[::-1], tables[::-1]) for code in rows}
    at = [tables[0]] * len(dates) if single else list(tables)
    rows_at = rows_at * len(dates) if single else rows_at
    partial = [code for code in order if any(code not in rows for rows in rows_at)]
    if partial:
        log.warn(
            tr("{count} zone(s) do not exist at every date; their missing dates are NULL: {keys}.").format(
                count=len(partial), keys=listed(partial)
            )
        )
        _warn_of_renamed(partial, rows_at, log)
    result = Series([first[code][0].values(key)[first[code][1]] for code in order], list(dates))
    for name in numbers:
        values = np.full((len(order), len(dates)), np.nan)
        for when, (table, rows) in enumerate(zip(at, rows_at)):
            column = table.numbers(table.need(at_date(name, dates[when])))
            values[:, when] = [column[rows[code]] if code in rows else np.nan for code in order]
        result.numbers[base_name(name)] = values
    for name in texts:
        by_date = [table.texts(table.need(at_date(name, date))) for table, date in zip(at, dates)]
        result.texts[base_name(name)] = [
            [column[rows[code]] if code in rows else None for column, rows in zip(by_date, rows_at)] for code in order
        ]
    if not single:
        warn_of_other_years([table.label for table in tables], list(dates), log)
        _warn_of_equal_dates(result, log)
    return result


def _warn_of_equal_dates(result: Series, log: Log) -> None:
    """Warn of two dates in a row with the same numbers, as if one layer were given twice."""
    for before, after in zip(range(len(result.dates)), range(1, len(result.dates))):
        numbers = [values[:, [before, after]] for values in result.numbers.values()]
        if numbers and all(np.array_equal(each[:, 0], each[:, 1], equal_nan=True) for each in numbers):
            log.warn(
                tr(
                    "All numbers of {before:g} and {after:g} are the same: check that each layer is given at its own "
                    "date."
                ).format(before=result.dates[before], after=result.dates[after])
            )


def _warn_of_renamed(partial: Sequence[str], rows_at: Sequence[dict[str, int]], log: Log) -> None:
    """Warn of zones that never exist at the same date and may be one zone under two names."""
    index = NameIndex(partial)
    pairs = [
        (code, partial[other])
        for row, code in enumerate(partial)
        for other in index.like(index.places[row])
        if other > row and not any(code in rows and partial[other] in rows for rows in rows_at)
    ]
    if pairs:
        log.warn(
            tr(
                "Zones under two names may be the same, but are told apart: {pairs}; write their names alike at all "
                "dates, or choose a column of codes (KEY)."
            ).format(pairs=listed(" = ".join(pair) for pair in pairs))
        )


def _rows_by_key(table: Table, key: str) -> dict[str, int]:
    values = table.texts(table.need(key))
    empty = [row for row, value in enumerate(values) if value is None]
    if empty:
        raise CarbonBalanceError(
            tr("{table}, {rows}: the key in column {column} is empty.").format(
                table=table.label, rows=table.row_labels(empty), column=key
            )
        )
    codes = [code_key(value) for value in values]
    twice = sorted(code for code, count in Counter(codes).items() if count > 1)
    if twice:
        raise CarbonBalanceError(
            tr(
                "{table}: column {column} contains duplicate keys ({keys}); each zone needs its own key: {sentence}."
            ).format(
                table=table.label,
                keys=listed(twice),
                column=key,
                sentence=sentence_of_repeats(table, table.need(key), codes),
            )
        )
    return {code: row for row, code in enumerate(codes)}


def long_columns(result: Series) -> dict[str, list[object]]:
    """Columns with one row per zone and date, sorted by zone and date."""
    pairs = [(zone, date) for zone in range(len(result.keys)) for date in range(len(result.dates))]
    table: dict[str, list[object]] = {
        columns.UNIT: [str(result.keys[zone]) for zone, _ in pairs],
        columns.DATE: [result.dates[date] for _, date in pairs],
    }
    table.update({name: [float(values[pair]) for pair in pairs] for name, values in result.numbers.items()})
    table.update({name: [values[z][d] for z, d in pairs] for name, values in result.texts.items()})
    return table


def yearly_rate_pct(before: np.ndarray, after: np.ndarray, years: float) -> np.ndarray:
    """Compound change in % a year, NaN unless both are positive (any shape)."""
    rate = np.full(np.shape(before), np.nan)
    with np.errstate(invalid="ignore"):
        fit = (before > 0) & (after > 0)
    rate[fit] = 100 * ((after[fit] / before[fit]) ** (1 / years) - 1)
    return rate


def change_direction(index: Index, before: float, after: float) -> str | None:
    """The direction of change of an index: improved if it moved towards surplus."""
    if not (np.isfinite(before) and np.isfinite(after)):
        return None
    step = (after - before) * (1 if index.surplus_above else -1)
    if abs(step) <= 1e-12 * max(abs(before), abs(after)):
        return BALANCE_UNCHANGED
    return BALANCE_IMPROVED if step > 0 else BALANCE_WORSE


def change_columns(result: Series, index: Index | None = None, index_column: str = "") -> dict[str, list[object]]:
    """Columns with one row per zone and pair of dates: difference and annual rate of numbers, texts at both dates.

    Args:
        result: the series.
        index: the index in ``index_column``, for the direction of change; ``None`` if there is none.
        index_column: name of its column in the series.
    """
    spans = [(date, date + 1) for date in range(len(result.dates) - 1)]
    pairs = [(zone, *span) for zone in range(len(result.keys)) for span in spans]
    table: dict[str, list[object]] = {
        columns.UNIT: [str(result.keys[zone]) for zone, _, _ in pairs],
        columns.FROM_DATE: [result.dates[first] for _, first, _ in pairs],
        columns.TO_DATE: [result.dates[last] for _, _, last in pairs],
        columns.YEARS: [result.dates[last] - result.dates[first] for _, first, last in pairs],
    }
    for name, values in result.numbers.items():
        rates = {
            first: yearly_rate_pct(values[:, first], values[:, last], result.dates[last] - result.dates[first])
            for first, last in spans
        }
        table[name + columns.CHANGE] = [float(values[z, last] - values[z, first]) for z, first, last in pairs]
        # The rate of an index that may be negative is meaningless, but not its direction.
        if name != index_column:
            table[name + columns.RATE_PCT_YEAR] = [float(rates[first][z]) for z, first, _ in pairs]
    if index is not None:
        of = result.numbers[index_column]
        table[columns.DIRECTION] = [change_direction(index, of[z, first], of[z, last]) for z, first, last in pairs]
    for name, texts in result.texts.items():
        table[name + columns.FROM] = [texts[z][first] for z, first, _ in pairs]
        table[name + columns.TO] = [texts[z][last] for z, _, last in pairs]
    return table


def changes_counted(changes: dict[str, list[object]]) -> tuple[int | None, int | None, int | None]:
    """Rows of :func:`change_columns` that improved, did not change and worsened; ``None`` without an index."""
    if columns.DIRECTION not in changes:
        return None, None, None
    found = changes[columns.DIRECTION]
    return found.count(BALANCE_IMPROVED), found.count(BALANCE_UNCHANGED), found.count(BALANCE_WORSE)
