"""Tables with several rows per key: the column that distinguishes them (year, scenario), and row filters."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import NamedTuple, Protocol

from ..runtime.errors import CarbonBalanceError, did_you_mean, listed
from ..runtime.i18n import tr
from .spelling.names import plain
from .spelling.numerals import parse_number, squeezed
from .totals import is_total

_TIMES = {
    *("year", "years", "date", "time", "period", "month", "quarter", "yr"),
    *("年份", "年度", "年", "时间", "日期", "时期", "期间", "月", "月份", "季度", "统计年份"),
}
_VARIANTS = {
    *("scenario", "scenarios", "variant", "version", "rcp", "ssp", "case", "run", "model"),
    *("情景", "场景", "方案", "版本", "口径", "指标", "指标名称", "indicator"),
}
_PARTS = {
    *("sex", "gender", "sector", "industry", "type", "category", "group", "source"),
    *("性别", "行业", "部门", "类别", "类型", "城乡", "来源", "用途"),
}
# Columns in which names are searched, and how many must be repeated before a table is assumed to have several years.
_NAMES_WITHIN, _FEWEST_NAMES = 3, 2
# No name has more years, months or variants: with more rows of a name, such as that of a group, nothing is searched.
_MOST_ROWS_OF_A_NAME = 1000

# A year, month or day, perhaps with a time behind it; blanks are removed before.
_DAY_OR_MONTH = re.compile(
    r"((?:19|20)\d\d)年?(?:[-/.]?(?<=[-/.年])(\d{1,2})月?(?:[-/.]?(?<=[-/.月])(\d{1,2})日?(?:t?\d\d:\S*)?)?)?"
)


class Records(Protocol):
    """The interface of :class:`.table.Table` that this module needs."""

    label: str
    fields: list[str]

    def __len__(self) -> int: ...

    def find(self, *names: str) -> str | None:
        """The column called one of ``names``."""

    def values(self, name: str) -> list[object]:
        """The values of a column."""

    def row_label(self, row: int) -> str:
        """How messages call a row."""


class Apart(NamedTuple):
    """The columns that distinguish rows with the same key.

    Attributes:
        values: column -> its values, in order.
        exclusive: whether only one of the rows can apply: years or scenarios, or a total and its parts.
    """

    values: dict[str, list[str]]
    exclusive: bool

    def sentence(self) -> str:
        """A sentence naming the columns and how to choose a row."""
        columns = " / ".join(
            tr("{column} ({values})").format(column=c, values=listed(v)) for c, v in self.values.items()
        )
        example = "; ".join(f"{column}={values[-1]}" for column, values in self.values.items())
        return tr("the rows differ in column {columns}: choose with ROW_FILTER, such as {example}").format(
            columns=columns, example=example
        )


def repeated_keys(keys: Sequence[Hashable | None]) -> dict[Hashable, list[int]]:
    """The rows of each duplicate key; ``None`` is not a key."""
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        if key is not None:
            rows[key].append(row)
    return {key: found for key, found in rows.items() if len(found) > 1}


def telling_apart(table: Records, groups: Sequence[Sequence[int]], but: Sequence[str] = ()) -> Apart | None:
    """The one or two columns in which the rows of each group differ; ``None`` if there are none.

    Args:
        table: the table.
        groups: groups of rows with the same key.
        but: excluded columns, such as the key itself and the amounts.
    """
    texts = {}
    for name in table.fields:
        if name not in but and table.fields.count(name) == 1:
            texts[name] = ["" if value is None else squeezed(value) for value in table.values(name)]
    most = max((len(group) for group in groups), default=0)
    named = [name for name in texts if _rank(name, texts[name]) < len(_KINDS)]

    def differs(names: Sequence[str]) -> bool:
        return all(len({tuple(texts[name][row] for name in names) for row in group}) == len(group) for group in groups)

    fitting = [
        name
        for name in texts
        if (name in named or (len(groups) > 1 and len(set(texts[name])) <= 2 * most)) and differs([name])
    ]
    if not fitting:
        pairs = [pair for pair in combinations(named, 2) if differs(pair)]
        chosen = list(min(pairs, key=lambda pair: sum(_rank(name, texts[name]) for name in pair))) if pairs else []
    else:
        chosen = [min(fitting, key=lambda name: (_rank(name, texts[name]), len(set(texts[name]))))]
    if not chosen:
        return None
    values = {name: _values(table, name) for name in chosen}
    exclusive = any(_rank(name, texts[name]) < 2 or _has_total(values[name]) for name in chosen)
    return Apart(values, exclusive)


def sentence_of_repeats(table: Records, column: str, keys: Sequence[Hashable | None], but: Sequence[str] = ()) -> str:
    """A sentence about the first duplicate key: its rows and what distinguishes them; "" if there is none.

    Args:
        table: the table.
        column: column of the keys.
        keys: one per row, ``None`` for none.
        but: excluded columns, such as amounts.
    """
    groups = repeated_keys(keys)
    if not groups:
        return ""
    key, rows = next(iter(groups.items()))
    apart = telling_apart(table, list(groups.values()), [column, *but])
    return tr('"{key}" is in {rows}; {choice}').format(
        key=table.values(column)[rows[0]],
        rows=listed([table.row_label(row).split(" (")[0] for row in rows], 5),
        choice=apart.sentence() if apart else tr("one row for each is needed"),
    )


def sentence_of_panel(table: Records) -> str:
    """A sentence on what distinguishes rows of one name of which only one can apply, such as years; or "".

    Names are searched in the first columns, because amounts usually come last.
    """
    for column in table.fields[:_NAMES_WITHIN]:
        if table.fields.count(column) > 1 or _all_differ(table.values(column)):
            continue
        texts = _texts_of(table, column)
        if _rank(column, texts) < len(_KINDS):
            continue
        keys = [text or None for text in texts]
        groups = list(repeated_keys(keys).values())
        if len(groups) < _FEWEST_NAMES or sum(map(len, groups)) < len(keys):
            continue
        if max(map(len, groups)) > _MOST_ROWS_OF_A_NAME:
            continue
        apart = telling_apart(table, groups, [column])
        if apart and apart.exclusive:
            return sentence_of_repeats(table, column, keys)
    return ""


def _all_differ(values: Sequence[object]) -> bool:
    """Whether a column has a different number with decimals in each row, so that it cannot be one of repeated names."""
    return set(map(type, values)) == {float} and len(set(values)) == len(values)


def _texts_of(table: Records, column: str) -> list[str]:
    return ["" if value is None else squeezed(value) for value in table.values(column)]


_KINDS = (_TIMES, _VARIANTS, _PARTS)


def _rank(name: str, texts: Sequence[str]) -> int:
    """Rank of a column as the one that distinguishes rows: 0 time, 1 variant, 2 part of a whole, 3 anything else."""
    for rank, words in enumerate(_KINDS):
        if plain(name) in words:
            return rank
    known = [text for text in texts if text]
    years = known and all(re.fullmatch(r"(19|20)\d\d(\.0+)?年?", text) for text in known)
    return 0 if years else len(_KINDS)


def _values(table: Records, name: str) -> list[str]:
    found = dict.fromkeys(_shown(value) for value in table.values(name) if value is not None)
    return sorted(found) if all(text.isdigit() for text in found) else list(found)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def _has_total(values: Sequence[str]) -> bool:
    totals = [value for value in values if is_total(value)]
    return bool(totals) and len(totals) < len(values)


def parse_filter(text: str) -> list[tuple[str, str]]:
    """The conditions of a row filter, such as ``年份=2020; scenario=A``: (column, value).

    Raises:
        CarbonBalanceError: a part that does not have the form column=value.
    """
    conditions = []
    for part in re.split("[;；]", text):
        if not part.strip():
            continue
        column, sign, value = unicodedata.normalize("NFKC", part).partition("=")
        if not sign or not column.strip() or not value.strip():
            raise CarbonBalanceError(
                tr('Row filter (ROW_FILTER): "{part}" is not column=value, such as year=2020.').format(
                    part=part.strip()
                )
            )
        conditions.append((column.strip().strip('"'), value.strip("= ").strip("'\"")))
    return conditions


def rows_chosen(table: Records, conditions: Sequence[tuple[str, str]]) -> tuple[list[int] | None, set[str]]:
    """The rows that meet all conditions on columns of the table, and the names of these columns as in the conditions.

    Returns:
        rows, ``None`` if no condition concerns the table; columns.

    Raises:
        CarbonBalanceError: a value that does not occur in its column.
    """
    rows, used = list(range(len(table))), set()
    for column, value in conditions:
        name = table.find(column)
        if name is None:
            continue
        used.add(column)
        met = {row for row, each in enumerate(table.values(name)) if _is(each, value)}
        if not met:
            values = _values(table, name)
            raise CarbonBalanceError(
                tr(
                    "{table}: no row has {value} in column {column} (ROW_FILTER){near}: its values are {values}."
                ).format(
                    table=table.label,
                    value=value,
                    column=name,
                    near=did_you_mean(value, values),
                    values=listed(values),
                )
            )
        rows = [row for row in rows if row in met]
    if used and not rows:
        raise CarbonBalanceError(
            tr("{table}: no row meets all conditions of ROW_FILTER together.").format(table=table.label)
        )
    return (rows if used else None), used


def _is(value: object, wanted: str) -> bool:
    if value is None:
        return False
    texts = [squeezed(each) for each in (_shown(value), wanted)]
    if texts[0] == texts[1] or texts[0].rstrip("年") == texts[1].rstrip("年") or _is_within(*texts):
        return True
    try:
        return parse_number(texts[0]) == parse_number(texts[1]) is not None
    except ValueError:
        return False


def _is_within(date: str, period: str) -> bool:
    """Whether a date such as 2020-12-31 or 2020年12月 lies in a year or month such as 2020, 2020-12 or 2020年12月."""
    parts = _parts_of_date(date), _parts_of_date(period)
    return 0 < len(parts[1]) <= len(parts[0]) and parts[0][: len(parts[1])] == parts[1]


def _parts_of_date(text: str) -> list[int]:
    """Year, month and day of a text, as many as it has; empty if it is neither a date nor a month nor a year."""
    found = _DAY_OR_MONTH.fullmatch(text)
    return [int(part) for part in found.groups() if part] if found else []
