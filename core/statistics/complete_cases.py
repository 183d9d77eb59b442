"""The rows of a table that a statistic can use: those without NULL in any of its fields."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.table import Table


def complete_rows(
    table: Table, fields: Sequence[str], log: Log, usable: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of ``fields`` and which rows have them all; rows left out are counted and named.

    Args:
        table: the rows.
        fields: columns of numbers.
        log: receives the number of rows left out.
        usable: rows that may be used at all, bool (rows,): those with a place, say.

    Returns:
        numbers (rows, fields) and the rows to use, bool (rows,).

    Raises:
        CarbonBalanceError: no row is left, or a field is chosen twice.
    """
    twice = sorted({name for name in fields if list(fields).count(name) > 1})
    if twice:
        raise CarbonBalanceError(
            tr("{fields} is chosen more than once: choose each field only once.").format(fields=listed(twice))
        )
    numbers = np.column_stack([table.numbers(name) for name in fields])
    kept = np.isfinite(numbers).all(axis=1)
    if usable is not None:
        kept &= usable
    missing = np.flatnonzero(~kept)
    if len(missing) == len(kept):
        raise CarbonBalanceError(
            tr("{table}: no row has both a geometry and a number in every one of {fields}.").format(
                table=table.label, fields=listed(fields)
            )
        )
    if len(missing):
        log.warn(
            tr("{count} of {rows} rows are left out because a value or the geometry is NULL: {which}.").format(
                count=len(missing), rows=len(kept), which=table.row_labels(missing)
            )
        )
    return numbers, kept


def to_all_rows(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """``values`` of the kept rows at their rows, NaN elsewhere (rows, ...)."""
    whole = np.full((len(kept), *values.shape[1:]), np.nan)
    whole[kept] = values
    return whole
