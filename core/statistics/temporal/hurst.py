"""How long a series remembers: the Hurst exponent of each series by rescaled ranges.

Sources: Hurst, Long-term storage capacity of reservoirs, Transactions of the American Society of Civil Engineers 116
(1951), for R/S; Mandelbrot and Wallis, Robustness of the rescaled range R/S in the measurement of noncyclic long run
statistical dependence, Water Resources Research 5 (1969), for windows of many lengths; Anis and Lloyd, The expected
value of the adjusted rescaled Hurst range of independent normal summands, Biometrika 63 (1976).

For each length k from 4 to the number of dates n, windows of k dates are laid end to end from the first date:

    R = max - min over j = 0 .. k of the sums of the first j deviations from the window's mean
    S = standard deviation of the window (divisor k)

H is the slope of the least-squares line of log mean(R/S) on log k. Dates are taken as evenly spaced.
"""

from __future__ import annotations

import math

import numpy as np

SHORTEST_WINDOW = 4
# Of fewer dates the line rests on too few lengths.
FEWEST_DATES_HURST = 8
# So many that their sums stay in the processor's cache.
_SERIES_AT_ONCE = 1 << 13


def hurst_exponent(values: np.ndarray) -> np.ndarray:
    """H of each series (n,), float32; NaN where a value is missing or a series does not vary.

    Args:
        values: (dates, n), at least ``FEWEST_DATES_HURST`` dates, NaN where unknown.
    """
    found = np.empty(values.shape[1], np.float32)
    for start in range(0, values.shape[1], _SERIES_AT_ONCE):
        part = slice(start, start + _SERIES_AT_ONCE)
        found[part] = _hurst_of(np.asarray(values[:, part], np.float64))
    return found


def _hurst_of(values: np.ndarray) -> np.ndarray:
    dates, series = values.shape
    windows = _Windows(values)
    lengths = range(SHORTEST_WINDOW, dates + 1)
    logs = np.array([math.log(length) for length in lengths])
    ranges = np.empty((len(lengths), series))
    with np.errstate(divide="ignore", invalid="ignore"):
        for at, length in enumerate(lengths):
            ranges[at] = np.log(windows.mean_rescaled(length))
        # A length in which no window varies is left out of the line of its series.
        used = np.isfinite(ranges)
        count = used.sum(axis=0)
        ranges[~used] = 0.0
        # Not by BLAS, which would start threads of its own within each thread of the pass.
        apart = (logs[:, None] - np.einsum("i,ij->j", logs, used) / count) * used
        slope = (apart * ranges).sum(axis=0) / (apart**2).sum(axis=0)
    slope[(count < 2) | np.isnan(values).any(axis=0)] = np.nan
    return slope


class _Windows:
    """Sums from the first date on, from which those of any window follow."""

    def __init__(self, values: np.ndarray) -> None:
        self.dates, series = values.shape
        # Of deviations from the mean of all, so that squares keep their digits.
        apart = values - values.mean(axis=0)
        self.sums, self.squares = np.zeros((2, self.dates + 1, series))
        # Row by row: NumPy's own cumulative sums go down the columns.
        for date in range(self.dates):
            np.add(self.sums[date], apart[date], out=self.sums[date + 1])
            np.add(self.squares[date], apart[date] ** 2, out=self.squares[date + 1])
        # How often a value differs from the one before it, up to each date.
        self.changes = np.zeros((self.dates, series), np.int16)
        for date in range(1, self.dates):
            np.add(self.changes[date - 1], values[date] != values[date - 1], out=self.changes[date])

    def mean_rescaled(self, length: int) -> np.ndarray:
        """Mean of R/S over the windows of a length in which a series varies (n,); NaN where it varies in none."""
        total, varying = np.zeros(self.sums.shape[1]), np.zeros(self.sums.shape[1])
        steps = np.arange(length + 1)[:, None]
        for begin in range(0, self.dates - length + 1, length):
            end = begin + length
            mean = (self.sums[end] - self.sums[begin]) / length
            # The window's own deviations summed up, but for a constant.
            summed = self.sums[begin : end + 1] - steps * mean
            variance = (self.squares[end] - self.squares[begin]) / length - mean * mean
            varies = self.changes[end - 1] != self.changes[begin]
            rescaled = (summed.max(axis=0) - summed.min(axis=0)) / np.sqrt(variance)
            total += np.where(varies, rescaled, 0.0)
            varying += varies
        return total / varying


def hurst_without_memory(dates: int) -> float:
    """H that independent normal values give on average at this number of dates: above 0.5, more so for few dates.

    The line through the expected R/S of Anis and Lloyd instead of those of a series.
    """
    lengths = np.arange(SHORTEST_WINDOW, dates + 1)
    expected = np.array([_expected_rescaled(int(length)) for length in lengths])
    return float(np.polyfit(np.log(lengths), np.log(expected), 1)[0])


def _expected_rescaled(length: int) -> float:
    """Expected R/S of independent normal values, formula of Anis and Lloyd."""
    ratio = math.exp(math.lgamma((length - 1) / 2) - math.lgamma(length / 2)) / math.sqrt(math.pi)
    r = np.arange(1, length)
    return ratio * float(np.sqrt((length - r) / r).sum())
