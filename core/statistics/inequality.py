"""Inequality of an amount: Gini coefficient and Lorenz curve, also relative to another amount."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr


def gini(amounts: np.ndarray) -> float:
    """Gini coefficient of ``amounts`` (units,) with equal weights, from 0 (equal) to 1 - 1/n.

    Source: sum of |x_i - x_j| over all pairs / (2 n^2 mean), computed from the sorted amounts.

    Raises:
        CarbonBalanceError: a negative amount, or no positive amount.
    """
    return lorenz(amounts, np.ones(len(amounts))).gini


@dataclass(frozen=True)
class Lorenz:
    """A Lorenz curve.

    Attributes:
        order: units from the lowest to the highest amount per base (n,).
        base_share: cumulative share of the base, from 0 (n + 1,).
        amount_share: cumulative share of the amount, from 0 (n + 1,).
        gini: 1 minus twice the area under the curve.
    """

    order: np.ndarray
    base_share: np.ndarray
    amount_share: np.ndarray
    gini: float


def lorenz(amounts: np.ndarray, base: np.ndarray, title: str = "amounts", base_title: str = "base") -> Lorenz:
    """The Lorenz curve of ``amounts`` relative to ``base`` (both (n,), no NaN), ordered by their ratio.

    A unit with an amount but no base is last; units of equal ratio keep their order. Titles are used in messages.

    Raises:
        CarbonBalanceError: a negative value, or a sum of 0.
    """
    for name, values in ((title, amounts), (base_title, base)):
        if (values < 0).any() or not values.sum() > 0:
            raise CarbonBalanceError(
                tr(
                    "A Lorenz curve needs amounts of at least 0 that are not all 0: {column} is negative or all 0."
                ).format(column=name)
            )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(base > 0, amounts / base, np.where(amounts > 0, np.inf, 0.0))
    order = np.argsort(ratio, kind="stable")
    base_share = np.concatenate([[0.0], np.cumsum(base[order]) / base.sum()])
    amount_share = np.concatenate([[0.0], np.cumsum(amounts[order]) / amounts.sum()])
    area = np.sum(np.diff(base_share) * (amount_share[1:] + amount_share[:-1]))
    return Lorenz(order, base_share, amount_share, float(1 - area))
