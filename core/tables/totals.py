"""Detection of total rows, as printed in yearbooks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from .spelling.numerals import parse_number, squeezed

_TOTALS = {
    *("合计", "总计", "共计", "小计", "全部", "全市", "全省", "全县", "全区", "全国"),
    *("total", "sum", "all", "both", "grandtotal", "subtotal"),
}
_ENDINGS = ("合计", "总计", "小计")
_PART_MARKS = re.compile(r"(?:#(?=[\u4e00-\u9fff])|其中|ofwhich)")
# Tolerance for a row to count as the sum of the others, and the least number of others with a value.
SUM_WITHIN, FEWEST_PARTS = 1e-3, 3


def is_total(value: object) -> bool:
    """Whether a cell marks a total row: 合计, total."""
    if not isinstance(value, str):
        return False
    text = squeezed(value)
    return text in _TOTALS or text.endswith(_ENDINGS)


def is_part(value: object) -> bool:
    """Whether a cell marks a part of the amount above it: 其中：市区, #市区."""
    return isinstance(value, str) and _PART_MARKS.match(squeezed(value)) is not None


def parts_of_rows_above(rows: Sequence[Sequence[object]]) -> list[int]:
    """The rows marked as a part of the row above, unless that is a total or another part."""
    marked = [any(map(is_part, row)) for row in rows]
    whole = [any(map(is_total, row)) for row in rows]
    return [at for at in range(1, len(rows)) if marked[at] and not whole[at - 1] and not marked[at - 1]]


def total_rows(rows: Sequence[Sequence[object]]) -> list[int]:
    """The rows marked as totals by one of their cells; empty if all rows are."""
    found = [at for at, row in enumerate(rows) if any(map(is_total, row))]
    return found if len(found) < len(rows) else []


def row_like_a_sum(columns: Sequence[Sequence[object]]) -> int | None:
    """The row that is the sum of all others in every column of amounts.

    Args:
        columns: their values, of which only distinct amounts above 0 are used; years, codes and rates never add up to
            one of them.

    Returns:
        the row; ``None`` if no row is the sum in at least two columns, or in the only one.
    """
    rows: list[int] = []
    seen = 0
    for column in columns:
        numbers = np.array([_as_amount(value) for value in column])
        known = numbers[np.isfinite(numbers)]
        if len(known) <= FEWEST_PARTS or (known < 0).any() or np.count_nonzero(known) <= FEWEST_PARTS:
            continue
        seen += 1
        largest = int(np.nanargmax(np.where(np.isfinite(numbers), numbers, np.nan)))
        # Scaled by the largest value, so that sums do not overflow.
        if abs(2 - (known / numbers[largest]).sum()) <= SUM_WITHIN:
            rows.append(largest)
    if len(set(rows)) != 1 or len(rows) < min(seen, 2):
        return None
    return rows[0]


def _as_amount(value: object) -> float:
    try:
        number = parse_number(value)
    except (TypeError, ValueError):
        return float("nan")
    return float("nan") if number is None else number
