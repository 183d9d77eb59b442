"""The legends of local coefficients: classes of each coefficient's own, places without significance hatched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..runtime.i18n import tr
from ..tables import columns
from .colours import NEGATIVE_STOPS, POSITIVE_STOPS
from .legends import Hatch, Legend, as_numbers, number_legend
from .themes import DIVERGING, Theme

COEFFICIENT_THEME = Theme("", DIVERGING, 7, stops=POSITIVE_STOPS, below=NEGATIVE_STOPS)
# Of one normal test at 5 %, for columns of which the adjusted value is not known.
NORMAL_T = 1.96


def t_column(column: str) -> str:
    """The column of the t values of a coefficient."""
    return columns.GWR_T + column[len(columns.GWR_COEFFICIENT) :]


def is_coefficient(column: str, known: Mapping[str, object]) -> bool:
    """Whether a column is one of local coefficients: named so, with its t values beside it."""
    return column.startswith(columns.GWR_COEFFICIENT) and t_column(column) in known


def critical_t_by_column(recorded: Iterable[Mapping[str, object]]) -> dict[str, float]:
    """The critical t of each column of coefficients, and that of the last regression as "".

    Args:
        recorded: the numbers and texts that each regression gave, in their order, from a record of the layer; a record
            may come from elsewhere, so that what cannot be read is left out.
    """
    found: dict[str, float] = {}
    for numbers in recorded:
        found.update(_as_numbers_by_name(f'{{"": {numbers.get("CRITICAL_T")}}}'))
        found.update(_as_numbers_by_name(str(numbers.get("CRITICAL_T_BY_COLUMN"))))
    return found


def _as_numbers_by_name(text: str) -> dict[str, float]:
    try:
        return {name: float(value) for name, value in json.loads(text).items()}
    except (AttributeError, TypeError, ValueError):
        return {}


def coefficient_legend(
    column: str, known: Mapping[str, Sequence[object] | np.ndarray], critical_t: float = NORMAL_T
) -> Legend | None:
    """The legend of the local coefficients in ``column``.

    Natural breaks on both sides of zero. Places whose |t| is below ``critical_t`` are hatched (NaN stands for 1.96,
    the 5 % level of one normal test).

    Args:
        column: of the coefficients, ``b_`` and the name of the term.
        known: columns by name, among them that of the t values.
        critical_t: as the regression adjusted it to the number of tests.

    Returns:
        ``None`` where all coefficients are NULL.
    """
    term = column[len(columns.GWR_COEFFICIENT) :]
    title = tr("{term}: local coefficient").format(term=term)
    legend = number_legend(COEFFICIENT_THEME, column, title, known[column])
    if legend is None:
        return None
    legend = replace(legend, layer_name=title)
    limit = float(critical_t) if np.isfinite(critical_t) else NORMAL_T
    t_values = as_numbers(known[t_column(column)])
    count = int((np.abs(t_values) < limit).sum())
    if not count:
        return legend
    label = tr("not significant, |t| < {limit:.2f} ({count})").format(limit=limit, count=count)
    return replace(legend, hatch=Hatch(t_column(column), limit, label))
