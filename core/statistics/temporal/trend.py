"""The trend of a series in every cell: Sen's slope and the test of Mann and Kendall.

Sources: Sen, Estimates of the regression coefficient based on Kendall's tau, Journal of the American Statistical
Association 63 (1968); Mann, Nonparametric tests against trend, Econometrica 13 (1945); Kendall, Rank Correlation
Methods (1975), for the variance with ties and the correction for continuity.

    slope = median over i < j of (x_j - x_i) / (t_j - t_i)
    S = sum over i < j of sign(x_j - x_i),  Var S = (n (n - 1)(2 n + 5) - sum over ties t (t - 1)(2 t + 5)) / 18
    z = (S - sign S) / sqrt(Var S)

p is two-sided, of the normal distribution. Values that are missing leave out their pairs and their place in n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

FEWEST_DATES = 4
# With fewer values the normal distribution is a poor approximation of that of S.
DATES_FOR_NORMAL = 8
# Cells at once, so that their pairs stay in the processor's cache.
_CELLS_AT_ONCE = 1 << 12


@dataclass(frozen=True)
class Trend:
    """Of n cells: slope per year, z and p (n,), float32; NaN where fewer than the fewest dates have a value."""

    slope: np.ndarray
    z: np.ndarray
    p: np.ndarray


def trend(values: np.ndarray, years: Sequence[float], fewest: int = FEWEST_DATES) -> Trend:
    """The trend of each series.

    Args:
        values: (dates, n), NaN where unknown.
        years: of the dates, ascending (dates,).
        fewest: values that a series must have.
    """
    values = np.asarray(values, np.float32)
    made = [np.full(values.shape[1], np.nan, np.float32) for _ in range(3)]
    for start in range(0, values.shape[1], _CELLS_AT_ONCE):
        part = slice(start, start + _CELLS_AT_ONCE)
        here = np.ascontiguousarray(values[:, part])
        counts = np.isfinite(here).sum(axis=0)
        known = counts >= fewest
        if not known.any():
            continue
        if not known.all():
            here, counts = here[:, known], counts[known]
        at = np.flatnonzero(known) + start
        for into, found in zip(made, _of_known(here, counts, np.asarray(years, float))):
            into[at] = found
    return Trend(*made)


def _of_known(values: np.ndarray, counts: np.ndarray, years: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    dates, cells = values.shape
    # One row a pair: rows are written as a whole, and turned once for the medians.
    slopes = np.empty((dates * (dates - 1) // 2, cells), np.float32)
    score, unequal = np.zeros(cells, np.int32), np.zeros(cells, np.int32)
    at = 0
    for i in range(dates - 1):
        steps = slopes[at : at + dates - 1 - i]
        at += len(steps)
        np.subtract(values[i + 1 :], values[i], out=steps)
        rose, fell = (_count_true(steps > 0), _count_true(steps < 0))
        score += rose - fell
        unequal += rose + fell
        steps /= (years[i + 1 :] - years[i]).astype(np.float32)[:, None]
    pairs = counts * (counts - 1) // 2
    alike = _alike(values) if (unequal < pairs).any() else None
    n = counts.astype(float)
    variance = n * (n - 1) * (2 * n + 5)
    if alike is not None:
        # Over the members of a group of t equal values, (t - 1)(2 t + 5) adds up to t (t - 1)(2 t + 5).
        variance -= (alike * (2.0 * (alike + 1) + 5)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (score - np.sign(score)) / np.sqrt(variance / 18)
    z[~np.isfinite(z)] = 0.0
    return _medians(slopes, counts), z, two_sided_p(z)


def _count_true(flags: np.ndarray) -> np.ndarray:
    """How many of each column, int32: bytes are added without a cast, as many as a byte holds at a time."""
    found = np.zeros(flags.shape[1], np.int32)
    for start in range(0, len(flags), 127):
        found += np.add.reduce(flags[start : start + 127].view(np.int8), axis=0, dtype=np.int8)
    return found


def _alike(values: np.ndarray) -> np.ndarray:
    """With how many other dates each value is equal (dates, cells)."""
    found = np.zeros(values.shape, np.int32)
    for i, j in combinations(range(len(values)), 2):
        same = values[i] == values[j]
        found[i] += same
        found[j] += same
    return found


def _medians(slopes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Median over the pairs that are known, of each column."""
    # Sorting is quicker than partitioning where NumPy sorts with vector instructions. NaN come last.
    turned = np.sort(np.ascontiguousarray(slopes.T), axis=1)
    number = counts * (counts - 1) // 2
    rows = np.arange(len(turned))
    return (turned[rows, (number - 1) // 2] + turned[rows, number // 2]) / 2


_ERFC = np.vectorize(math.erfc, otypes=[float])


def two_sided_p(z: np.ndarray) -> np.ndarray:
    """p of a standard score under the normal distribution (n,).

    z takes few values, for S is a whole number: each is computed once.
    """
    different, where = np.unique(np.abs(z), return_inverse=True)
    return _ERFC(different / math.sqrt(2))[where.reshape(z.shape)]
