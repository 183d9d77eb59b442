"""Optimal partition of ordered values into classes by dynamic programming (Fisher 1958)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

# Function for the costs of classes from starts to (exclusive) ends, arrays of positions; floats or Python integers.
Cost = Callable[[np.ndarray, np.ndarray], np.ndarray]


def best_cuts(m: int, n_classes: int, cost: Cost) -> tuple[list[int], float]:
    """Start positions of all classes but the first, ascending (n_classes - 1), and the total cost.

    The optimal start of a class does not decrease when its end increases, so that each layer is solved by divide and
    conquer: O(k m log m) in array operations. Among equal optima the one with the lowest cuts is returned.

    Args:
        m: number of values, at least ``n_classes``.
        n_classes: number of classes.
        cost: cost of classes.
    """
    alone = cost(np.zeros(m, int), np.arange(1, m + 1))
    if n_classes == 1:
        return [], alone[-1]
    best = np.full(m + 1, np.inf, alone.dtype)
    best[1:] = alone
    layers = []
    for layer in range(2, n_classes):
        best, starts = _best_starts(best, cost, layer)
        layers.append(starts)
    candidates = np.arange(n_classes - 1, m)
    totals = best[candidates] + cost(candidates, np.full(len(candidates), m))
    least = int(np.argmin(totals))
    end = int(candidates[least])
    cuts = [end]
    for starts in reversed(layers):
        end = int(starts[end])
        cuts.append(end)
    return cuts[::-1], totals[least]


def _best_starts(previous: np.ndarray, cost: Cost, layer: int) -> tuple[np.ndarray, np.ndarray]:
    """One layer of the dynamic programme: the optimum of ``layer`` classes that end at each position.

    Positions are solved from coarse to fine: the optimal starts of solved neighbours bound the search, so that each
    level examines about m candidates.

    Args:
        previous: least cost of ``layer - 1`` classes over the first i distinct values (m + 1,).
        cost: cost of classes.
        layer: 2 or more.

    Returns:
        Least cost of ``layer`` classes (m + 1,), inf below ``layer``; where the last class starts (m + 1,).
    """
    m = len(previous) - 1
    best, starts = np.full(m + 1, np.inf, previous.dtype), np.zeros(m + 1, np.int64)
    stride = 1 << ((m - layer + 1).bit_length() - 1)
    while stride:
        ends = np.arange(layer - 1 + stride, m + 1, 2 * stride)
        low = np.maximum(starts[ends - stride], layer - 1)
        after = np.minimum(ends + stride, m)
        high = np.where(ends + stride <= m, np.minimum(starts[after], ends - 1), ends - 1)
        lengths = high - low + 1
        first = np.cumsum(lengths) - lengths
        candidates = np.arange(lengths.sum()) + np.repeat(low - first, lengths)
        totals = previous[candidates] + cost(candidates, np.repeat(ends, lengths))
        best[ends] = np.minimum.reduceat(totals, first)
        hits = np.flatnonzero(totals == np.repeat(best[ends], lengths))
        starts[ends] = candidates[hits[np.searchsorted(hits, first)]]
        stride //= 2
    return best, starts


def exact_cost(distinct: np.ndarray, counts: np.ndarray, n_classes: int) -> Cost:
    """A cost function of exact squared deviations within classes of distinct values, in integers of a tiny unit.

    It is used with extreme outliers, for which floats lose the other values: every float is an integer multiple of a
    power of two, so that sums and squares can be exact. It takes a hundred times as long as floats.

    The unit is small enough to distinguish any two sums over ``n_classes`` classes: their quotients have class sizes as
    divisors, so that they differ by at least one over the product of all class sizes.

    Args:
        distinct: ascending (m,).
        counts: frequency of each value (m,).
        n_classes: number of costs that are added.
    """
    exact = [Fraction(float(value)) for value in distinct]
    scale = max(value.denominator for value in exact)
    whole = np.array([int(value * scale) for value in exact], dtype=object)
    whole -= whole[len(whole) // 2]
    times = np.array([int(count) for count in counts], dtype=object)
    weight, total, square = (_running(terms) for terms in (times, times * whole, times * whole**2))
    bits = 2 * n_classes * int(counts.sum()).bit_length() + n_classes.bit_length() + 2

    def cost(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        size, moment = weight[end] - weight[start], total[end] - total[start]
        return (((square[end] - square[start]) * size - moment**2) << bits) // size

    return cost


def _running(terms: np.ndarray) -> np.ndarray:
    """Sums of the first 0, 1, ... of ``terms`` (m + 1,), Python integers."""
    return np.concatenate([np.array([0], dtype=object), np.cumsum(terms)])
