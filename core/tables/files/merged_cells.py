"""Cells that are merged over several rows: only the first of the rows has the name or the year that holds for all."""

from __future__ import annotations

from collections.abc import Sequence

from ..totals import is_total
from .row_kinds import is_year, spells_number, text_of

# The fewest empty cells, and the fewest by name, from which on cells count as merged instead of missing.
_FEWEST_EMPTY, _EMPTY_BY_NAME = 2, 0.5


def filled_down(fields: Sequence[str], rows: list[list[object]]) -> list[str]:
    """Repeat merged names and years in the rows that they hold for.

    A column has merged cells if its first cell is filled, each of its names or years occurs once, many of its cells are
    empty, each row with an empty one has a figure, and another column, filled in all rows, tells the rows apart.

    Args:
        fields: names of the columns.
        rows: the data, which are changed.

    Returns:
        the names of the columns.
    """
    found: list[str] = []
    # Most tables have no such column, for which not every cell is to be read.
    if not any(map(_begins_merged, zip(*rows))):
        return found
    numeric = {at for at in range(len(fields)) if _is_numeric([row[at] for row in rows])}
    before: list[int] = []
    for at, name in enumerate(fields):
        # Merged cells stand left of what they hold for.
        if at in numeric or not numeric or at > max(numeric):
            break
        if _is_merged(rows, at, numeric, before, len(fields)):
            above: object = None
            for row in rows:
                above = row[at] = row[at] if text_of(row[at]) else above
            found.append(name)
        before.append(at)
    return found


def _begins_merged(cells: Sequence[object]) -> bool:
    """Whether a column begins with a name or a year and has empty cells."""
    first = cells[0]
    return bool(text_of(first)) and not all(map(text_of, cells)) and (is_year(first) or not spells_number(first))


def _is_numeric(cells: Sequence[object]) -> bool:
    """Whether the cells of a column are figures, but not years."""
    known = [cell for cell in cells if text_of(cell)]
    return bool(known) and all(map(spells_number, known)) and not all(map(is_year, known))


def _is_merged(rows: Sequence[Sequence[object]], at: int, numeric: set[int], before: Sequence[int], width: int) -> bool:
    names = [text_of(row[at]) for row in rows]
    empty = [row for row, name in zip(rows, names) if not name]
    known = len(names) - len(empty)
    if not names or not names[0] or known < 2 or len(empty) < max(_FEWEST_EMPTY, _EMPTY_BY_NAME * known):
        return False
    # Within a merged cell to the left, names such as those of sectors may occur again.
    outer = [tuple(text_of(row[left]) for left in before) for row, name in zip(rows, names) if name]
    once = len({*zip(outer, filter(None, names))}) == known
    if not once:
        return False
    # Above its parts, a whole has no name of a part or is called a total: there, an empty cell is no repeated name.
    inner = [row for row, name in zip(rows, names) if not is_total(name)]
    return all(any(text_of(row[column]) for column in numeric) for row in empty) and any(
        all(text_of(row[column]) and not is_total(row[column]) for row in inner)
        for column in range(at + 1, width)
        if column not in numeric
    )
