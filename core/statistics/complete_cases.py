"""Selection of complete rows: those without NULL in any of the fields of a statistic."""

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
    """The numbers of ``fields`` and which rows are complete; excluded rows are logged.

    Args:
        table: the rows.
        fields: columns of numbers.
        log: receives the excluded rows.
        usable: rows that may be used, bool (rows,), such as those with a geometry.

    Returns:
        numbers (rows, fields) and the rows to use, bool (rows,).

    Raises:
        CarbonBalanceError: no complete row, or a field is chosen twice.
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
    """``values`` of the kept rows expanded to all rows, NaN elsewhere (rows, ...)."""
    whole = np.full((len(kept), *values.shape[1:]), np.nan)
    whole[kept] = values
    return whole
