"""Trends of time series in cells: Sen's slope and the Mann-Kendall test.

Sources: Sen, Estimates of the regression coefficient based on Kendall's tau, Journal of the American Statistical
Association 63 (1968); Mann, Nonparametric tests against trend, Econometrica 13 (1945); Kendall, Rank Correlation
Methods (1975), for the variance with ties and the correction for continuity.

    slope = median over i < j of (x_j - x_i) / (t_j - t_i)
    S = sum over i < j of sign(x_j - x_i),  Var S = (n (n - 1)(2 n + 5) - sum over ties t (t - 1)(2 t + 5)) / 18
    z = (S - sign S) / sqrt(Var S)

p is two-sided, from the normal distribution. Missing values are excluded from pairs and from n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .column_medians import column_medians, count_true

FEWEST_DATES = 4
# With fewer values the normal distribution is a poor approximation of the distribution of S.
DATES_FOR_NORMAL = 8
# Cells at once, so that the slopes of their pairs stay in the processor's cache.
_SLOPES_AT_ONCE, _FEWEST_CELLS = 1_600_000, 256
_WORTH_LEAVING_OUT = 0.9


@dataclass(frozen=True)
class Trend:
    """Slope per year, z and p of n cells (n,), float32; NaN where too few dates have a value."""

    slope: np.ndarray
    z: np.ndarray
    p: np.ndarray


def trend(values: np.ndarray, years: Sequence[float], fewest: int = FEWEST_DATES) -> Trend:
    """The trend of each series.

    Args:
        values: (dates, n), NaN where unknown.
        years: years of the dates, ascending (dates,).
        fewest: least number of values of a series.
    """
    values = np.asarray(values, np.float32)
    made = [np.full(values.shape[1], np.nan, np.float32) for _ in range(3)]
    at_once = max(_FEWEST_CELLS, 2 * _SLOPES_AT_ONCE // (len(values) * (len(values) - 1)))
    for start in range(0, values.shape[1], at_once):
        part = slice(start, start + at_once)
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
    cells = values.shape[1]
    slopes = _differences(values)
    flags = np.empty(slopes.shape, bool)
    rose = count_true(np.greater(slopes, np.float32(0), out=flags))
    fell = count_true(np.less(slopes, np.float32(0), out=flags))
    pairs = counts * (counts - 1) // 2
    z, p = _tested(values, counts, rose - fell, pairs - rose - fell)
    # Where not too many slopes are above 0 and not too many below, the median is 0: in all cells that never change.
    sloping = np.flatnonzero(np.maximum(rose, fell) > (pairs - 1) // 2)
    # Where few are, leaving them out costs more than it saves: their medians are found to be 0 like any other.
    if len(sloping) > _WORTH_LEAVING_OUT * cells:
        return _median_slopes(slopes, values, counts, years), z, p
    slope = np.zeros(cells, np.float32)
    if len(sloping):
        values, counts = np.take(values, sloping, axis=1), counts[sloping]
        slope[sloping] = _median_slopes(_differences(values), values, counts, years)
    return slope, z, p


def _differences(values: np.ndarray) -> np.ndarray:
    """x_j - x_i of all pairs of dates i < j (pairs, n)."""
    dates, cells = values.shape
    differences = np.empty((dates * (dates - 1) // 2, cells), np.float32)
    at = 0
    for i in range(dates - 1):
        np.subtract(values[i + 1 :], values[i], out=differences[at : at + dates - 1 - i])
        at += dates - 1 - i
    return differences


def _median_slopes(differences: np.ndarray, values: np.ndarray, counts: np.ndarray, years: np.ndarray) -> np.ndarray:
    """The medians of differences / years apart (n,); the differences are used up."""
    differences /= np.concatenate([years[i + 1 :] - years[i] for i in range(len(years) - 1)]).astype(np.float32)[
        :, None
    ]
    return column_medians(differences, counts * (counts - 1) // 2, *_least_squares_line(values, counts, years))


def _least_squares_line(values: np.ndarray, counts: np.ndarray, years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope by least squares, and about how far apart the slopes of pairs are there, float32 (n,).

    Of independent normal residuals with the standard deviation s, the difference of two has the density
    1 / (2 sqrt(pi) s) at 0, and its slope as many times that as their dates are years apart.
    """
    after = (years - years.mean()).astype(np.float32)
    unknown = np.isnan(values)
    if unknown.any():
        filled = np.where(unknown, np.float32(0), values)
        filled += unknown * (filled.sum(axis=0) / counts.astype(np.float32))
    else:
        filled = values
    residuals = filled - np.add.reduce(filled, axis=0) / np.float32(len(values))
    # BLAS would start threads of its own within each thread of the pass, which wait for each other.
    slope = np.einsum("i,ij->j", after, residuals) / (after @ after)
    residuals -= after[:, None] * slope
    deviation = np.sqrt(np.einsum("ij,ij->j", residuals, residuals) / np.float32(len(values)))
    years_apart = sum(float(np.sum(years[i + 1 :] - years[i])) for i in range(len(years) - 1))
    return slope, deviation * np.float32(2 * math.sqrt(math.pi) / years_apart)


def _tested(values: np.ndarray, counts: np.ndarray, score: np.ndarray, equal: np.ndarray) -> tuple:
    """z and p (n,), of the scores S and the numbers of pairs of equal values."""
    dates = len(values)
    # One or two equal pairs are groups of two, each worth 2 x 1 x 9 in the variance; more may be larger groups.
    # A score of 0 has z = 0, whatever its variance.
    simple = ((counts == dates) & (equal <= 2)) | (score == 0)
    pairs = dates * (dates - 1) // 2
    # Few scores are possible: each is computed once.
    code = np.where(simple, (np.minimum(equal, 2) * (2 * pairs + 1) + score + pairs), 0)
    there = np.flatnonzero(np.bincount(code, minlength=3 * (2 * pairs + 1)))
    z_of, p_of = np.empty((2, 3 * (2 * pairs + 1)), np.float32)
    z_of[there] = exact = _standard_score(
        there % (2 * pairs + 1) - pairs, np.full(len(there), dates), there // (2 * pairs + 1) * 18
    )
    p_of[there] = two_sided_p(exact)
    z, p = z_of[code], p_of[code]
    others = np.flatnonzero(~simple)
    if len(others):
        some = np.take(values, others, axis=1)
        ties = _tie_sums(some) if (equal[others] > 0).any() else np.zeros(len(others), int)
        exact = _standard_score(score[others], counts[others], ties)
        z[others], p[others] = exact, two_sided_p(exact)
    return z, p


def _standard_score(score: np.ndarray, counts: np.ndarray, ties: np.ndarray) -> np.ndarray:
    n = counts.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (score - np.sign(score)) / np.sqrt((n * (n - 1) * (2 * n + 5) - ties) / 18)
    z[~np.isfinite(z)] = 0.0
    return z


def _tie_sums(values: np.ndarray) -> np.ndarray:
    """Sum of t (t - 1)(2 t + 5) over the groups of t equal values of each column.

    The value that finds r equal ones before it adds 6 r (r + 2), by which the term grows from t = r to r + 1.
    """
    before = np.zeros(values.shape, np.int16)
    for i in range(len(values) - 1):
        before[i + 1 :] += values[i + 1 :] == values[i]
    r = before.astype(np.int64)
    return (6 * r * (r + 2)).sum(axis=0)


_ERFC = np.vectorize(math.erfc, otypes=[float])


def two_sided_p(z: np.ndarray) -> np.ndarray:
    """p of a standard score under the normal distribution (n,).

    S is an integer, so that z has few distinct values, each of which is computed once.
    """
    different, where = np.unique(np.abs(z), return_inverse=True)
    return _ERFC(different / math.sqrt(2))[where.reshape(z.shape)]
