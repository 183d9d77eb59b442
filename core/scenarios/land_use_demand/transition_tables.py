"""Demand by transition, as a table: from which class to which, and how much."""

from __future__ import annotations

import numpy as np

from ...options.scenarios import IN_CELLS, IN_SHARES
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...tables.class_columns import without_blank_rows
from ...tables.plausibility import need_shares
from ...tables.row_choice import repeated_keys, sentence_of_repeats
from ...tables.table import Table
from .demand_tables import (
    AREA_ROUNDING,
    CLASS_COLUMN_NAMES,
    FROM_NAMES,
    TO_NAMES,
    LandUseDemand,
    amounts_of,
    steps_of,
)
from .markov import whole_cells


def read_transitions(table: Table, codes: np.ndarray, cells: np.ndarray, area_ha: np.ndarray) -> LandUseDemand:
    """Demand by transition: a row for each pair of classes (and year).

    Amounts count from the start, so that those of a later year hold those of the years before. The amounts of a class
    that has a row for what stays may be in any one unit: they are scaled to the cells that the class has. Of a class
    without one, what the rows do not name stays. Shares of a class must add up to 1 or 100.

    Args:
        table: columns from_code, to_code, perhaps year, and an amount.
        codes, cells, area_ha: the classes of the land cover (classes,).

    Raises:
        CarbonBalanceError: a pair of classes twice, a class that the land cover does not have loses cells, or a class
            loses more than it has.
    """
    table = without_blank_rows(table)
    if not (table.find(*FROM_NAMES) or table.find(*TO_NAMES)) and table.find(*CLASS_COLUMN_NAMES):
        raise CarbonBalanceError(
            tr(
                "{table} has a row for each class (code), but one for each transition (from_code, to_code) is needed: "
                "give it as demand by class (DEMAND)."
            ).format(table=table.label)
        )
    fields = [table.find(*names) or table.need(*names) for names in (FROM_NAMES, TO_NAMES)]
    steps = [(year, rows, [_codes(rows, field) for field in fields]) for year, rows in steps_of(table)]
    every = np.unique(np.concatenate([codes, *(side for _, _, sides in steps for side in sides)]))
    held = np.zeros(len(every), np.int64)
    held[np.searchsorted(every, codes)] = cells
    cell_ha = float(area_ha.sum()) / max(int(cells.sum()), 1)
    flows = np.zeros((len(steps), len(every), len(every)), np.int64)
    for step, (_, rows, sides) in enumerate(steps):
        _need_once(rows, fields, sides)
        amounts, unit = amounts_of(rows, None, "ha")
        matrix, named = np.zeros((2, len(every), len(every)))
        place = tuple(np.searchsorted(every, side) for side in sides)
        matrix[place], named[place] = amounts, 1
        absent = (matrix.sum(axis=1) > 0) & (held == 0)
        if absent.any():
            raise CarbonBalanceError(
                tr("{table} converts class(es) {codes}, but the land cover has no cell of them.").format(
                    table=table.label, codes=listed(every[absent])
                )
            )
        staying = np.flatnonzero(named.any(axis=1) & (np.diagonal(named) == 0) & (held > 0))
        has = held * (1.0 if unit == IN_CELLS else cell_ha)
        _complete(matrix, staying, has, every, unit, table.label)
        if unit == IN_SHARES:
            for k in np.flatnonzero(matrix.any(axis=1)):
                need_shares(table.label, matrix[k], rows.warn, tr(" of class {code}").format(code=every[k]))
        for k in range(len(every)):
            flows[step, k] = whole_cells(matrix[k] if matrix[k].any() else np.eye(len(every))[k], int(held[k]))
    return LandUseDemand([year for year, _, _ in steps], every, flows.sum(axis=1), flows)


def _complete(
    matrix: np.ndarray, staying: np.ndarray, has: np.ndarray, every: np.ndarray, unit: str, label: str
) -> None:
    """Put in place what stays of the classes ``staying`` (their places), of which the table only says what leaves.

    Args:
        matrix: amounts, ha or cells (classes, classes).
        staying: places of classes.
        has: what each class has, in the same unit (classes,).
        every: class codes (classes,).
        unit: of the amounts.
        label: of the table.
    """
    for k in staying:
        leaves = float(matrix[k].sum())
        if unit == IN_SHARES:
            raise CarbonBalanceError(
                tr(
                    "{table} gives shares of class {code}, but no row for what stays (from {code} to {code}): add it, "
                    "or give cells or areas."
                ).format(table=label, code=every[k])
            )
        if leaves > has[k] * (1 + AREA_ROUNDING):
            raise CarbonBalanceError(
                tr(
                    "{table} converts {leaves:,.2f} {unit} of class {code}, but the land cover has {has:,.2f}: reduce "
                    "the demand, or check its unit."
                ).format(
                    table=label,
                    leaves=leaves,
                    unit=tr("cells") if unit == IN_CELLS else "ha",
                    code=every[k],
                    has=has[k],
                )
            )
        matrix[k, k] = max(has[k] - leaves, 0.0)


def _codes(rows: Table, field: str) -> np.ndarray:
    """Column ``field`` as class codes, int64 (rows,)."""
    numbers = rows.numbers(field, complete=True)
    broken = np.flatnonzero((numbers != np.round(numbers)) | (np.abs(numbers) > 2**53))
    if len(broken):
        raise CarbonBalanceError(
            tr("{table}, {row}: code {value} in column {column} is not a whole number.").format(
                table=rows.label, row=rows.row_label(int(broken[0])), value=numbers[broken[0]], column=field
            )
        )
    return numbers.astype(np.int64)


def _need_once(rows: Table, fields: list[str], sides: list[np.ndarray]) -> None:
    """Refuse a pair of classes that stands more than once, such as in several scenarios."""
    pairs = [f"{now}>{later}" for now, later in zip(*(side.tolist() for side in sides))]
    repeated = repeated_keys(pairs)
    if repeated:
        raise CarbonBalanceError(
            tr("{table} contains transitions more than once ({pairs}); each needs exactly one row: {sentence}.").format(
                table=rows.label,
                pairs=listed(repeated),
                sentence=sentence_of_repeats(rows, fields[0], pairs, but=fields),
            )
        )
