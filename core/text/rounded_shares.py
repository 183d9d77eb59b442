"""Shares that add up: percentages rounded for print by the largest remainder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def format_shares(amounts: Sequence[float] | np.ndarray, decimals: int = 2) -> np.ndarray:
    """Percentages of the sum, rounded so that what is printed adds up to 100 exactly.

    Every share is cut to ``decimals``; the units that are then missing go to the largest remainders, of equal
    ones to the first (Hamilton's method of apportionment).

    Args:
        amounts: 0 or more (n,); NaN has no share.
        decimals: digits after the point.

    Returns:
        Percent (n,); NaN where the amount is NaN, and throughout if the sum is not positive or one is negative.
    """
    values = np.asarray(amounts, float)
    known = np.isfinite(values)
    total = values[known].sum()
    result = np.full(len(values), np.nan)
    if not known.any() or total <= 0 or (values[known] < 0).any():
        return result
    steps = 100 * 10**decimals
    exact = values[known] / total * steps
    whole = np.floor(exact)
    # Ties that differ by rounding alone must not depend on it.
    remainder = np.round(exact - whole, 9)
    missing = int(round(steps - whole.sum()))
    whole[np.argsort(-remainder, kind="stable")[:missing]] += 1
    result[known] = whole / 10**decimals
    return result
