"""Rounding of percentages so that they add up to 100, by the method of largest remainders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def format_shares(amounts: Sequence[float] | np.ndarray, decimals: int = 2) -> np.ndarray:
    """Percentages of the sum, rounded so that the printed values add up to exactly 100.

    Every share is truncated to ``decimals``; the missing units go to the largest remainders, and among equal ones to
    the first (Hamilton's method of apportionment).

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
    # Rounded, so that ties do not depend on floating-point errors.
    remainder = np.round(exact - whole, 9)
    missing = int(round(steps - whole.sum()))
    whole[np.argsort(-remainder, kind="stable")[:missing]] += 1
    result[known] = whole / 10**decimals
    return result
