"""The limits of the classes of a map: natural breaks on both sides of a middle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..statistics.breaks import exact_limits, published_limits
from .colours import ramp

# Values that differ by less than this share of the largest are drawn as equal; measured areas differ by as much.
SAME_VALUE_TOLERANCE = 1e-5
MANY = 5000  # The published method compares neighbouring classes repeatedly: too slow for more values.


def label_limits(known: np.ndarray, classes: Sequence[tuple[float, float, str]]) -> list[tuple[float, float]]:
    """The limits shown in a legend: for a class with a single value, that value."""
    labelled = []
    for at, (lower, upper, _) in enumerate(classes):
        # A shared limit belongs to the lower class.
        above = known > lower if at and classes[at - 1][1] == lower < upper else known >= lower
        inside = known[above & (known <= upper)]
        alone = len(inside) and np.ptp(inside) <= SAME_VALUE_TOLERANCE * np.abs(inside).max()
        labelled.append((float(inside[0]), float(inside[0])) if alone else (lower, upper))
    return labelled


def side_classes(
    values: np.ndarray, count: int, stops: Sequence[str], inner: Sequence[float] = ()
) -> list[tuple[float, float, str]]:
    """Classes of the values on one side of the middle: lower limit, upper limit and colour of each.

    They are natural breaks, or given by the ``inner`` limits.
    """
    if len(inner) and len(values):
        lowest, highest = float(values.min()), float(values.max())
        limits = [lowest, *(limit for limit in inner if lowest <= limit < highest), highest]
    else:
        limits = _break_limits(values, count)
    pairs = list(zip(limits[:-1], limits[1:]))
    return [(lower, upper, colour) for (lower, upper), colour in zip(pairs, ramp(stops, len(pairs)))]


def classes_by_side(below: np.ndarray, above: np.ndarray, count: int) -> tuple[int, int]:
    """Number of the ``count`` classes on each side of the balance, by number of values, at least one each."""
    if not len(below) or not len(above):
        return (count if len(below) else 0), (count if len(above) else 0)
    share = round(count * len(below) / (len(below) + len(above)))
    first = min(max(share, 1), count - 1)
    return first, count - first


def _break_limits(values: np.ndarray, count: int) -> list[float]:
    """Lowest value, inner limits and highest value of natural breaks; fewer classes if there are too few values."""
    distinct = np.unique(values)
    if not len(distinct) or count < 1:
        return []
    count = min(count, len(distinct))
    if count == 1 or distinct[-1] - distinct[0] <= SAME_VALUE_TOLERANCE * np.abs(distinct).max():
        return [float(distinct[0]), float(distinct[-1])]
    find = published_limits if len(distinct) <= MANY else exact_limits
    # The classification treats values that differ only by rounding as equal, so that there may be fewer classes.
    while count > 1:
        try:
            inner = find(values, count, "")
        except ValueError:
            count -= 1
            continue
        return [float(distinct[0]), *map(float, inner), float(distinct[-1])]
    return [float(distinct[0]), float(distinct[-1])]
