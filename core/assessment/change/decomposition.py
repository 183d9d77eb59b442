"""Decomposition of a change into factors by the logarithmic mean Divisia index (LMDI-I).

Source: Ang, The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33 (2005); zeros as in Ang
and Choi, Decomposition of aggregate energy and gas emission intensities for industry, Energy Journal 18 (1997).

An amount is a product of factors, summed over sectors: E = sum_j x1_j x2_j ... With the logarithmic mean
L(a, b) = (a - b) / ln(a / b), L(a, a) = a, the contribution of factor x is

    additive        sum_j L(E_j later, E_j earlier) ln(x_j later / x_j earlier), in the unit of E
    multiplicative  exp(sum_j L(E_j later, E_j earlier) / L(E later, E earlier) ln(x_j later / x_j earlier))

The additive contributions add up to the change, the product of the multiplicative ones is later over earlier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr


@dataclass(frozen=True)
class Decomposition:
    """The contributions of k factors.

    Attributes:
        additive: in the unit of the amount (k,).
        multiplicative: as a ratio (k,), NaN where the amount is 0 at one of the dates.
        change: later minus earlier amount; the sum of ``additive``.
    """

    additive: np.ndarray
    multiplicative: np.ndarray
    change: float


def log_mean(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """L(a, b) of amounts of 0 or more, any shape; L(a, a) = a and L(a, 0) = 0."""
    first, second = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    found = np.where(first == second, first, 0.0)
    ratio = np.divide(first, second, out=np.ones(first.shape), where=(second > 0) & (first > 0))
    apart = (ratio != 1.0) & (first != second)
    # log1p is accurate if the two are close.
    found[apart] = (first[apart] - second[apart]) / np.log1p((first[apart] - second[apart]) / second[apart])
    return found


def decompose(earlier: np.ndarray, later: np.ndarray) -> Decomposition:
    """LMDI-I of the product of ``k`` factors over sectors.

    Args:
        earlier, later: factors by sector at the two dates (k, sectors); finite, 0 or more. A factor that is NaN at one
            date, such as the intensity of a sector without output, is treated as unchanged.

    For a sector whose amount is 0 at only one date, the amount of the other date is attributed in equal parts to the
    factors that are 0, which is the limit for small values. A sector with 0 at both dates does not contribute.

    Raises:
        CarbonBalanceError: a negative or infinite factor.
    """
    earlier, later = np.array(earlier, dtype=float), np.array(later, dtype=float)
    unknown_before, unknown_after = np.isnan(earlier), np.isnan(later)
    earlier[unknown_before], later[unknown_after] = later[unknown_before], earlier[unknown_after]
    earlier, later = np.where(np.isnan(earlier), 1.0, earlier), np.where(np.isnan(later), 1.0, later)
    if not (np.isfinite(earlier) & np.isfinite(later) & (earlier >= 0) & (later >= 0)).all():
        raise CarbonBalanceError(tr("A decomposition needs factors of 0 or more: one is negative or infinite."))
    before, after = earlier.prod(axis=0), later.prod(axis=0)
    both = (before > 0) & (after > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(both, np.log(later / earlier), 0.0)
    additive = (log_mean(after, before) * logs).sum(axis=1)
    for at_zero, amount, sign in ((earlier == 0, after, 1.0), (later == 0, -before, -1.0)):
        sectors = (sign * amount > 0) & at_zero.any(axis=0)
        shares = at_zero[:, sectors] / at_zero[:, sectors].sum(axis=0)
        additive += (shares * amount[sectors]).sum(axis=1)
    mean = float(log_mean(after.sum(), before.sum()))
    ratios = np.exp(additive / mean) if mean > 0 else np.full(len(additive), np.nan)
    return Decomposition(additive, ratios, float(after.sum() - before.sum()))
