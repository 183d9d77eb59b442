"""Detection of numbers that programs use for missing data among the values of a raster or column.

Such a number is extreme, far from the other values, and often frequent. Common numbers are known, but whether one of
them is a real value is not, so that it is reported and the user decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# No amount, density, height or distance in any supported unit is as large.
IMPOSSIBLE = 1e19
_NEGATIVE = (-99.0, -999.0, -9999.0, -99999.0, -999999.0, -9999999.0, -32767.0, -32768.0, -2147483647.0, -2147483648.0)
_POSITIVE = (999.0, 9999.0, 99999.0, 999999.0, 9999999.0, 99999999.0, 32766.0, 32767.0, 65534.0, 65535.0)
_LIMITS = (2147483647.0, 4294967295.0, 9223372036854775807.0)
_BYTES = (-128.0, 127.0, 128.0, 253.0, 254.0, 255.0)
USUAL = frozenset((*_NEGATIVE, *_POSITIVE, *_LIMITS, *_BYTES))
# Thresholds: share of the values from which a number is frequent, and distance from the range of the others from which
# it is far.
_FREQUENT, _RARE, _FAR_FOR_FREQUENT = 0.01, 0.002, 0.05
_FEWEST = 3
# Only among more different values than this is -1 no class.
_FEWEST_AMOUNTS = 20
# Any other number must be this many ranges away from the other values.
_FAR_FOR_ANY = 10.0


@dataclass(frozen=True)
class Sentinel:
    """A value that may be undeclared nodata.

    Attributes:
        value: the value.
        share: its share of the examined values.
        count: how often it occurs among them.
    """

    value: float
    share: float
    count: int

    @property
    def is_impossible(self) -> bool:
        """Whether it is too large for any quantity."""
        return abs(self.value) >= IMPOSSIBLE


@dataclass(frozen=True)
class Unmarked:
    """The result of a search.

    Attributes:
        found: values that may be undeclared nodata, ascending.
        low, high: range of the others; NaN if there are none.
    """

    found: tuple[Sentinel, ...]
    low: float
    high: float

    def __bool__(self) -> bool:
        return bool(self.found)


def find_sentinels(values: np.ndarray, is_table: bool = False) -> Unmarked:
    """Find values that may be undeclared nodata.

    Args:
        values: array of any shape; NaN and infinite values are ignored.
        is_table: whether they are a column of a table, in which small whole numbers are plausible values and few rows
            may already be frequent.
    """
    values = values[np.isfinite(values)].astype(np.float64, copy=False)
    distinct, counts = np.unique(values, return_counts=True)
    impossible = np.abs(distinct) >= IMPOSSIBLE
    usual = np.isin(distinct, list(USUAL - set(_BYTES)) if is_table else list(USUAL)) & ~impossible
    rest = np.flatnonzero(~impossible & ~usual)
    chosen = np.zeros(len(distinct), bool)
    chosen[impossible] = True
    if len(rest):
        low, high = float(distinct[rest[0]]), float(distinct[rest[-1]])
        for at in np.flatnonzero(usual):
            chosen[at] = _stands_out(
                float(distinct[at]), int(counts[at]), len(values), low=low, high=high, others=len(rest)
            )
        if not is_table:
            _add_unusual(distinct, counts, rest, chosen)
    kept = np.flatnonzero(~chosen)
    limits = (float(distinct[kept[0]]), float(distinct[kept[-1]])) if len(kept) else (float("nan"),) * 2
    found = [
        Sentinel(float(distinct[at]), float(counts[at] / len(values)), int(counts[at])) for at in np.flatnonzero(chosen)
    ]
    return Unmarked(tuple(found), *limits)


def _stands_out(value: float, count: int, size: int, low: float, high: float, others: int) -> bool:
    """Whether a common nodata number is one, given ``others`` distinct other values from ``low`` to ``high``."""
    if low <= value <= high:
        return False
    gap, spread, share = (low - value if value < low else value - high), high - low, count / size
    if value in _NEGATIVE and low >= 0:
        return True
    if others < 2:
        return value in _NEGATIVE or value in _LIMITS
    if share >= _FREQUENT and count >= _FEWEST and gap >= _FAR_FOR_FREQUENT * spread:
        return True
    if value in _BYTES and (share < _RARE or count < _FEWEST):
        return False
    return gap >= spread


def _add_unusual(distinct: np.ndarray, counts: np.ndarray, rest: np.ndarray, chosen: np.ndarray) -> None:
    """Also choose a lowest or highest value of any kind that is frequent and very far from all others, and a frequent
    -1 if it is the only negative value among amounts."""
    size = counts.sum()
    below = np.flatnonzero(distinct < 0)
    lone = len(below) == 1 and distinct[below[0]] == -1.0 and len(distinct) > _FEWEST_AMOUNTS
    if lone and counts[below[0]] >= max(_FREQUENT * size, _FEWEST):
        chosen[below[0]] = True
    for at, near, far in ((rest[0], rest[1:2], rest[-1]), (rest[-1], rest[-2:-1], rest[0])):
        if len(rest) < 4 or counts[at] < _FREQUENT * size or counts[at] < _FEWEST:
            continue
        gap, spread = abs(distinct[at] - distinct[near[0]]), abs(distinct[far] - distinct[near[0]])
        if gap >= _FAR_FOR_ANY * spread:
            chosen[at] = True
