"""Detection of the header among the rows of a table, and of the names of its columns.

Tables of yearbooks and data portals have titles and units above the header, headers over two rows with merged cells,
units or column numbers below the header, repeated headers where the table continues (续表), and notes at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ..column_units import split_unit
from ..table import LeftOut, plain
from .row_kinds import (
    UNITS,
    filled,
    is_amount_title,
    is_header_word,
    is_title,
    is_unit,
    is_unit_label,
    is_year,
    reason_to_leave_out,
    says_nothing,
    spells_number,
    text_of,
    unclear_units,
    unit_line,
)

# A header row has at least this share of the cells of a typical row.
_HEADER_SHARE = 0.6
# The header is searched for among this many rows.
_HEADER_WITHIN = 60
# A column is numeric if this share of its cells below the header are numbers.
_NUMERIC = 0.5


@dataclass
class Layout:
    """A table, separated from titles and notes around it.

    Attributes:
        fields: names of the columns.
        rows: the data.
        file_rows: the row number of each in the file, from 1.
        aliases: alternative column name -> name.
        left_out: rows below the header without data.
        header_rows: row numbers of the header in the file; empty if there is no header.
        unit: the unit that a line above the header states for the whole table, "" for none.
        unit_columns: columns to which this unit was applied.
        unclear_units: several units that such a line states for columns without a unit of their own, "" for none.
    """

    fields: list[str]
    rows: list[list[object]]
    file_rows: list[int]
    aliases: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    header_rows: list[int] = field(default_factory=list)
    unit: str = ""
    unit_columns: list[str] = field(default_factory=list)
    unclear_units: str = ""


def laid_out(rows: Sequence[Sequence[object]], header_row: int | None, label: str) -> Layout:
    """The table in ``rows``.

    Args:
        rows: all rows of the file, including blank ones.
        header_row: the number of the header's last row, from 1; 0 for no header; ``None`` to detect it.
        label: name of the table in messages.

    Raises:
        CarbonBalanceError: no rows, or no header in the given row.
    """
    cells = _square(rows)
    places = [at for at, row in enumerate(cells) if filled(row)]
    if not places:
        raise CarbonBalanceError(tr("{table} has no rows.").format(table=label))
    if header_row is not None:
        if header_row and header_row - 1 not in places:
            raise CarbonBalanceError(
                tr(
                    "{table}: row {row} (HEADER_ROW) is empty or does not exist: the rows are {first} to {last}."
                ).format(table=label, row=header_row, first=places[0] + 1, last=places[-1] + 1)
            )
        last = header_row - 1
    else:
        last = _find_header(cells, places)
    width = len(cells[0])
    if last < 0:
        return _as_layout(cells, places, [], [f"field_{at + 1}" for at in range(width)], {})
    head = _header_rows(cells, places, last) if header_row is None else _rows_above(cells, places, last) + [last]
    below = [at for at in places if at > head[-1]]
    headers = [cells[at] for at in head]
    units = _unit_row(cells, below, headers)
    above = [at for at in places if at < head[0]]
    # Some tables state their unit directly below the header instead of above it.
    above += [at for at in below[:1] if not units and reason_to_leave_out(cells[at], headers) == UNITS]
    stated = _unit_above(cells, above)
    common = {} if units or not stated else _common_unit(cells, below, headers, stated)
    names, aliases = _column_names(headers, {**common, **units})
    result = _as_layout(cells, below, head, names, aliases)
    result.unit, result.unit_columns = stated, [names[column] for column in common]
    if not units and not stated and _common_unit(cells, below, headers, "?"):
        result.unclear_units = next((each for at in above for each in map(unclear_units, cells[at]) if each), "")
    return result


def _square(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """The rows padded to equal width, without empty columns at the right."""
    width = max((filled(row)[-1] + 1 for row in rows if filled(row)), default=0)
    return [[*row[:width], *[None] * (width - len(row))] for row in rows]


def _find_header(cells: list[list[object]], places: list[int]) -> int:
    """The index of the first complete header row; -1 if the first complete row is data."""
    width = len(cells[0])
    counts = sorted(len(filled(cells[at])) for at in places if len(filled(cells[at])) > 1)
    usual = counts[len(counts) // 2] if counts else 1
    for at in places[:_HEADER_WITHIN]:
        row = cells[at]
        if len(filled(row)) >= max(_HEADER_SHARE * usual, min(2, width)) and not is_title(row, width):
            below = [place for place in places if place > at]
            return -1 if _is_data(cells, at, below) else at
    return places[0]


def _numeric_columns(cells: list[list[object]], below: Sequence[int]) -> set[int]:
    """Columns whose cells in the rows ``below`` are mostly numbers."""
    found = set()
    for column in range(len(cells[0])):
        known = [cells[at][column] for at in below if not says_nothing(cells[at][column])]
        if known and sum(map(spells_number, known)) >= _NUMERIC * len(known):
            found.add(column)
    return found


def _is_data(cells: list[list[object]], at: int, below: list[int]) -> bool:
    """Whether a row is data: it has numbers in the numeric columns and contains no column title such as a year."""
    row = cells[at]
    if not below or is_header_word(row[filled(row)[0]]) or _is_top_of_matrix(cells, at, below):
        return False
    numeric = _numeric_columns(cells, below) & set(filled(row))
    if not numeric or any(not spells_number(row[column]) for column in numeric):
        return False
    return not all(is_year(row[column]) for column in numeric)


def _is_top_of_matrix(cells: list[list[object]], at: int, below: list[int]) -> bool:
    """Whether a row is the header of a matrix: an empty corner, then the same names as in the first column below."""
    names = [text_of(cell) for cell in cells[at][1:]]
    rows = {text_of(cells[place][0]) for place in below}
    return not text_of(cells[at][0]) and "" not in rows and len(set(names)) == len(names) and rows <= set(names)


def _rows_above(cells: list[list[object]], places: list[int], last: int) -> list[int]:
    """Rows directly above a header row that belong to it: groups of its columns."""
    width = len(cells[0])
    above: list[int] = []
    for at in reversed([place for place in places if place < last]):
        if is_title(cells[at], width) or len(above) == 2 or any(map(spells_number, cells[at])):
            break
        above.insert(0, at)
    return above


def _header_rows(cells: list[list[object]], places: list[int], first: int) -> list[int]:
    """All rows of the header, above and below its first complete row."""
    head = [*_rows_above(cells, places, first), first]
    below = [at for at in places if at > first]
    for at in below[:2]:
        rest = [place for place in below if place > at]
        if not rest or not _continues(cells, at, head[0], rest):
            break
        head.append(at)
    return head


def _continues(cells: list[list[object]], at: int, top: int, rest: list[int]) -> bool:
    """Whether the row below a header continues it: words or years above numbers, and no data in the first column."""
    row = cells[at]
    numeric = _numeric_columns(cells, rest)
    over = [column for column in filled(row) if column in numeric]
    first = filled(row)[0]
    if not over or (first == 0 and not is_header_word(row[0])):
        return False
    if reason_to_leave_out(row, [cells[top]]):
        return False
    # A unit row must be distinguished from a second row of names; years belong to the header only below the name of a
    # group.
    return all(not spells_number(row[column]) or is_year(row[column]) for column in over) and any(
        text_of(cells[top][column]) != text_of(row[column]) for column in over
    )


def _unit_row(cells: list[list[object]], below: list[int], headers: list[list[object]]) -> dict[int, str]:
    """The units (column -> unit) in a row directly below the header that contains only units."""
    if not below or reason_to_leave_out(cells[below[0]], headers) != UNITS:
        return {}
    row = cells[below[0]]
    places = (
        filled(row)[1:] if is_unit_label(row[filled(row)[0]]) else [at for at in filled(row) if at and is_unit(row[at])]
    )
    return {at: text_of(row[at]).strip("()（）[] ") for at in places}


def _unit_above(cells: list[list[object]], above: list[int]) -> str:
    """The unit that the nearest line above the header states for the whole table; "" for none."""
    stated = (unit_line(cell) for at in reversed(above) for cell in cells[at])
    return next(filter(None, stated), "")


def _common_unit(cells: list[list[object]], below: list[int], headers: list[list[object]], unit: str) -> dict[int, str]:
    """The columns of amounts that have no unit, to which the unit of the whole table applies, and that unit."""
    found = {}
    for column in sorted(_numeric_columns(cells, below)):
        parts = _parts(headers, column)
        has_unit = any(split_unit(part)[1] or is_unit(part) for part in parts)
        if parts and not has_unit and all(map(is_amount_title, parts)):
            found[column] = unit
    return found


def _column_names(head: list[list[object]], units: dict[int, str]) -> tuple[list[str], dict[str, str]]:
    """The names of the columns and their aliases.

    A name consists of the group, the column and the unit: 人口(万人) above 2020 gives 人口_2020(万人).
    """
    parts = [_parts(head, column) for column in range(len(head[0]))]
    names = [_joined(each) or f"field_{at}" for at, each in enumerate(parts, 1)]
    candidates: list[tuple[str, str]] = []
    for column, (name, each) in enumerate(zip(names, parts)):
        candidates += [(other, name) for other in (*each, "_".join(each), *(split_unit(part)[0] for part in each))]
        if column in units and not split_unit(name)[1]:
            names[column] = f"{name}({units[column]})"
            candidates = [(other, names[column] if known == name else known) for other, known in candidates]
            candidates.append((name, names[column]))
    own = {plain(name) for name in names}
    of: dict[str, set[str]] = {}
    for other, name in candidates:
        of.setdefault(plain(other), set()).add(name)
    aliases = {
        other: name
        for other, name in candidates
        if other and plain(other) not in own and len(of[plain(other)]) == 1 and names.count(name) == 1
    }
    return names, aliases


def _parts(head: list[list[object]], column: int) -> list[str]:
    """The header cells above a column, from the top; a merged cell applies to the columns to its right."""
    found: list[str] = []
    for level, row in enumerate(head):
        text = _one_line(row[column])
        below = any(text_of(other[column]) for other in head[level + 1 :])
        if not text and below and level < len(head) - 1:
            left = next((at for at in range(column - 1, -1, -1) if text_of(row[at])), None)
            # A cell with nothing below it is merged downwards, not to the right.
            if left is not None and any(text_of(other[left]) for other in head[level + 1 :]):
                text = _one_line(row[left])
        if text and plain(text) not in map(plain, found):
            found.append(text)
    return found


def _one_line(cell: object) -> str:
    text = " ".join(text_of(cell).split())
    return f"{cell:g}" if isinstance(cell, float) and cell.is_integer() else text


def _joined(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    titles = [split_unit(part) if not is_unit(part) else ("", part.strip("()（）[]")) for part in parts]
    unit = next((unit for _, unit in reversed(titles) if unit), "")
    name = "_".join(title for title, _ in titles if title)
    return f"{name}({unit})" if unit else name


def _as_layout(
    cells: list[list[object]], below: list[int], head: list[int], names: list[str], aliases: dict[str, str]
) -> Layout:
    """The layout, with the rows without data separated."""
    headers = [cells[at] for at in head]
    result = Layout(
        fields=names, rows=[], file_rows=[], aliases=aliases, left_out=[], header_rows=[at + 1 for at in head]
    )
    for at in below:
        reason = reason_to_leave_out(cells[at], headers) if head else ""
        if reason:
            texts = [text_of(cell) for cell in cells[at] if text_of(cell)]
            result.left_out.append(LeftOut(at + 1, " ".join(texts), reason))
        else:
            result.rows.append([None if text_of(cell) == "" else cell for cell in cells[at]])
            result.file_rows.append(at + 1)
    return result
