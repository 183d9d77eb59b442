"""The exact median of each column, found by counting instead of sorting.

A column of m numbers has its median between the a-th and the (a + 1)-th smallest. A threshold t lies there as soon as a
numbers are below it; counting what is below costs a small part of sorting, since it runs over rows with vector
instructions, and few counts are needed: false position between thresholds with too few and too many below. The two
numbers beside the threshold are then the nearest below and above. What is found is what sorting finds, to the last bit:
a column that is not settled after some counts (equal numbers about the median, mostly) is sorted.
"""

from __future__ import annotations

import numpy as np

# Counts over all columns, then over those that are not settled, before the rest is sorted.
_ROUNDS, _MORE_ROUNDS = 4, 5


def column_medians(values: np.ndarray, known: np.ndarray, guess: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Median of the known numbers of each column, float32 (n,).

    Args:
        values: float32 (m, n); NaN where unknown. Used up.
        known: how many are known, at least 1 (n,).
        guess: near the median, float32 (n,). Guess and spacing change the time, not the result.
        spacing: about how far apart neighbouring numbers are at the median, float32 (n,).
    """
    made = np.empty(values.shape[1], np.float32)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        search = _Search(known, guess, spacing)
        search.rounds(values, _ROUNDS)
        medians, settled, origin = search.medians(values)
        made[settled] = medians[settled]
        left = np.flatnonzero(~settled)
        if not len(left):
            return made
        some = _back(np.take(values, left, axis=1), origin[left])
        search, known = search.of(left), known[left]
        search.rounds(some, _MORE_ROUNDS)
        equal, tied = search.equal_pair(some)
        medians, settled, origin = search.medians(some)
        medians[tied] = equal[tied]
        last = np.flatnonzero(~(settled | tied))
        if len(last):
            medians[last] = sorted_medians(_back(np.take(some, last, axis=1), origin[last]), known[last])
        made[left] = medians
    return made


def sorted_medians(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The same by sorting."""
    # NaN come last.
    turned = np.sort(np.ascontiguousarray(values.T), axis=1)
    rows = np.arange(len(turned))
    return (turned[rows, (known - 1) // 2] + turned[rows, known // 2]) / np.float32(2)


def count_true(flags: np.ndarray) -> np.ndarray:
    """How many of each column, int32: bytes are added without a cast, as many as a byte holds at a time."""
    found = np.zeros(flags.shape[1], np.int32)
    for start in range(0, len(flags), 127):
        found += np.add.reduce(flags[start : start + 127].view(np.int8), axis=0, dtype=np.int8)
    return found


class _Search:
    """Thresholds between the numbers of which the median is the mean."""

    def __init__(self, known: np.ndarray, guess: np.ndarray, spacing: np.ndarray) -> None:
        # As many numbers are below the middle, counting that of an odd number of them itself.
        self.rank = ((known + 1) // 2).astype(np.float32)
        self.odd = known % 2 == 1
        self.threshold = guess.astype(np.float32) + np.float32(0)
        # A first bracket, wide enough for nearly all, with the counts that an even spread would give it.
        reach = np.float32(0.35) * self.rank * 2
        self.low, self.high = self.threshold - reach * spacing, self.threshold + reach * spacing
        self.below_low, self.below_high = self.rank - reach, self.rank + reach
        self.below = np.zeros(len(known), np.float32)

    def of(self, columns: np.ndarray) -> _Search:
        """The search in some of the columns."""
        other = object.__new__(_Search)
        other.__dict__.update({name: each[columns] for name, each in self.__dict__.items()})
        return other

    def rounds(self, values: np.ndarray, count: int) -> None:
        """Count what is below the thresholds, and move them where that does not tell the median."""
        flags = np.empty(values.shape, bool)
        for done in range(count):
            np.less(values, self.threshold, out=flags)
            self.below = below = count_true(flags).astype(np.float32)
            if done == count - 1:
                return
            # Where too few are below +inf, else -inf: minima and maxima with it choose without branches.
            side = np.copysign(np.float32(np.inf), self.rank - np.float32(0.5) - below)
            self.low = np.maximum(self.low, np.minimum(self.threshold, side))
            self.below_low = np.maximum(self.below_low, np.minimum(below, side))
            self.high = np.minimum(self.high, np.maximum(self.threshold, side))
            self.below_high = np.minimum(self.below_high, np.maximum(below, side))
            part = (self.rank + np.float32(0.5) - self.below_low) / (self.below_high - self.below_low + np.float32(1))
            if done % 4 == 3:
                part = np.float32(0.5)
            moved = self.low + (self.high - self.low) * part
            np.copyto(self.threshold, moved + np.float32(0), where=~self._between())

    def _between(self) -> np.ndarray:
        """Whether one neighbour of the threshold, or both, make the median."""
        return (self.below == self.rank) | (self.odd & (self.below == self.rank - 1))

    def medians(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The medians where the counts settle them, and where that is; the values are used up, see :func:`_back`."""
        below, above, origin = _neighbours(values, self.threshold, values)
        upper = self.below == self.rank - 1
        first = np.where(upper, above, below)
        second = np.where(self.odd, first, above)
        sign = np.signbit(self.threshold)
        settled = self._between() & (np.signbit(first) == sign) & (np.signbit(second) == sign)
        medians = (first + second) / np.float32(2)
        return medians, settled & ~np.isnan(medians), origin

    def equal_pair(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The numbers next above the lower limits, and where the median lies among several equal to them."""
        tied = np.zeros(values.shape[1], bool)
        equal = np.zeros(values.shape[1], np.float32)
        asked = np.flatnonzero(~self._between())
        if len(asked):
            some, search = np.take(values, asked, axis=1), self.of(asked)
            _, above, _ = _neighbours(some, search.low + np.float32(0), np.empty_like(some))
            fewer, up_to = (count_true(each).astype(np.float32) for each in (some < above, some <= above))
            equal[asked], tied[asked] = above, (fewer < search.rank) & (up_to >= search.rank + ~search.odd)
        return equal, tied


def _neighbours(
    values: np.ndarray, threshold: np.ndarray, scratch: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The greatest number below each threshold and the least that is not, right where their sign is the threshold's.

    The bits of numbers of one sign are ordered as their amounts. Counted from those of the threshold, modulo 2^32, the
    nearest on one side has the least difference and the nearest on the other the greatest; numbers of the other sign
    and NaN lie between. The differences are left in ``scratch``, and what was taken off is returned as the third.
    """
    negative = np.signbit(threshold)
    # An equal number is not below; among negative ones, whose bits grow downwards, it must come last.
    origin = threshold.view(np.uint32) + negative.astype(np.uint32)
    apart = np.subtract(values.view(np.uint32), origin, out=scratch.view(np.uint32))
    least, greatest = (each.reduce(apart, axis=0) + origin for each in (np.minimum, np.maximum))
    below = np.where(negative, least, greatest).view(np.float32)
    above = np.where(negative, greatest, least).view(np.float32)
    return below, above, origin


def _back(used_up: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """The values that :func:`_neighbours` took differences of, in place."""
    bits = used_up.view(np.uint32)
    bits += origin
    return used_up
