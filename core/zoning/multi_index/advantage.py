"""Normalised revealed comparative advantage (NRCA) of units in several quantities.

NRCA_ij = X_ij/X - X_i X_j/X^2 with the amount X_ij of quantity j in unit i, its sums by unit and by quantity, and the
sum X of all (Yu, Cai and Leung 2009). A positive value means that the unit has more of the quantity than expected from
its size. Rows and columns add up to 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr

# Tolerance of the sums of rows and columns, relative to the largest value.
_SUMS_TO_ZERO = 1e-12


@dataclass(frozen=True)
class Advantages:
    """NRCA of units.

    Attributes:
        values: (units, quantities), NaN in the whole row of a unit with an unknown amount.
        gap: largest absolute sum of a row or column over the counted units; 0 except for rounding.
    """

    values: np.ndarray
    gap: float


def revealed_advantage(amounts: np.ndarray, titles: Sequence[str], counted: np.ndarray | None = None) -> Advantages:
    """Compute the NRCA of every unit in every quantity.

    Args:
        amounts: amounts in the same unit of measure, at least 0 (units, quantities), NaN where unknown.
        titles: names of the quantities, for messages.
        counted: units included in sums, bool (units,); ``None`` for all.

    Raises:
        CarbonBalanceError: fewer than two quantities or units, a negative amount, or a sum of 0.
    """
    if amounts.shape[1] < 2:
        raise CarbonBalanceError(
            tr("NRCA compares quantities with each other: choose at least two columns, such as emission and sink.")
        )
    with np.errstate(invalid="ignore"):
        negative = [title for title, column in zip(titles, amounts.T) if (column < 0).any()]
    if negative:
        raise CarbonBalanceError(
            tr("{columns}: a value is negative; NRCA needs amounts of at least 0.").format(columns=listed(negative))
        )
    known = np.isfinite(amounts).all(axis=1)
    used = known if counted is None else known & counted
    total = float(amounts[used].sum())
    if used.sum() < 2 or not total > 0:
        raise CarbonBalanceError(
            tr(
                "NRCA needs at least two units with all amounts, and a sum above 0: check the columns {columns}."
            ).format(columns=listed(titles))
        )
    by_unit, by_quantity = amounts.sum(axis=1), amounts[used].sum(axis=0)
    values = amounts / total - by_unit[:, None] * by_quantity[None, :] / total**2
    values[~known] = np.nan
    sums = np.concatenate([values[used].sum(axis=0), values[used].sum(axis=1)])
    gap = float(np.abs(sums).max())
    scale = float(np.abs(amounts[used]).max()) / total
    if gap > _SUMS_TO_ZERO * max(scale, 1.0) * max(amounts.shape):
        raise CarbonBalanceError(
            tr(
                "The sums of NRCA differ from 0 by {gap:.3g}, which is more than rounding: please report this error."
            ).format(gap=gap)
        )
    return Advantages(values, gap)
