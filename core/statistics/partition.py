"""Ordered values cut into classes of least cost in all, by dynamic programming (Fisher 1958)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

# The cost of classes from their starts to before their ends, arrays of positions; floats or Python's integers.
Cost = Callable[[np.ndarray, np.ndarray], np.ndarray]


def best_cuts(m: int, n_classes: int, cost: Cost) -> tuple[list[int], float]:
    """Where the classes after the first begin, ascending (n_classes - 1), and the cost of all classes together.

    The best start of a class never moves down when its end moves up, so each layer is solved by divide and conquer:
    O(k m log m) in whole-array steps. Of equal optima the one with the lowest cuts is taken.

    Args:
        m: number of values, at least ``n_classes``.
        n_classes: of the result.
        cost: of single classes.
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
    """One layer of the dynamic programme: ``layer`` classes that end at each position.

    Positions are solved coarse to fine: the best starts of the solved neighbours on both sides bound
    the search, so each level looks at about m candidates in all.

    Args:
        previous: least cost of ``layer - 1`` classes over the first i distinct values (m + 1,).
        cost: of the last class, from its start and end.
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
    """The squared deviations within a class of distinct values start..end-1, as whole numbers of one tiny unit.

    For values of which some lie so far out that floats lose the others: every float is a whole number of some power
    of two, so that sums and squares can be exact. It takes a hundred times as long as floats do.

    The unit is fine enough to tell any two sums of ``n_classes`` classes apart: their quotients have the sizes of
    classes as divisors, so that they differ by at least one over the product of all of them.

    Args:
        distinct: ascending (m,).
        counts: how often each occurs (m,).
        n_classes: how many costs are added.
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
