"""Global and local Moran's I of one or two variables, with permutation tests.

Sources: Anselin, Local indicators of spatial association, Geographical Analysis 27 (1995); Anselin,
Syabri and Smirnov (2002) for two variables. Pseudo p-values are one-sided towards the nearer tail, as in GeoDa and
PySAL: (1 + number at least as extreme) / (1 + permutations). A permutation equal to the observed value counts in both
    tails; PySAL counts it only in the upper tail, so that its p of tied lowest values is too small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..runtime.log import Log
from ..tables.levels import level_pair
from .spatial_weights import Weights

NOT_SIGNIFICANT, ISLAND = "not significant", "no neighbours"

_PERMUTED_AT_ONCE = 1 << 21


@dataclass(frozen=True)
class Moran:
    """A global Moran's I.

    Attributes:
        i: the statistic.
        expected: expectation without autocorrelation, -1 / (n - 1); 0 for two variables.
        z: deviation from the mean of the permutations in standard deviations.
        p: pseudo p-value; NaN without permutations.
    """

    i: float
    expected: float
    z: float
    p: float


@dataclass(frozen=True)
class Lisa:
    """Local Moran's I of n units.

    Attributes:
        i: (n,), NaN for a unit without neighbours.
        p: pseudo p-values (n,).
        quadrant: own value and mean of the neighbours, each high or low relative to the mean (n,).
        label: the quadrant if significant, else "not significant" or "no neighbours" (n,); ``None`` without
            permutations.
    """

    i: np.ndarray
    p: np.ndarray
    quadrant: list[str]
    label: list[str | None]


def _z(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def _pseudo_p(simulated: np.ndarray, observed: float) -> float:
    # Tolerance, because sums of the same terms in another order differ by rounding.
    rounding = 1e-12 * max(abs(observed), float(np.abs(simulated).max()))
    upper = np.count_nonzero(simulated >= observed - rounding)
    lower = np.count_nonzero(simulated <= observed + rounding)
    return (min(upper, lower) + 1) / (len(simulated) + 1)


def moran(
    x: np.ndarray,
    weights: Weights,
    y: np.ndarray | None = None,
    permutations: int = 999,
    seed: int = 0,
    log: Log | None = None,
) -> Moran:
    """Global Moran's I of ``x`` (n,), or of ``x`` and ``y`` of the neighbours (n,).

    Args:
        x: own values, no NaN, not constant.
        weights: the neighbours; units without neighbours are included in mean and variance.
        y: values of the neighbours, ``x`` by default.
        permutations: number of permutations of the values of neighbours among all units; permutation i depends only on
            (seed, i).
        seed: seed of the permutations.
        log: for cancellation.
    """
    log = log or Log()
    own, other = _z(x), _z(x if y is None else y)
    n = len(own)
    linked = n - len(weights.islands())
    scale = n / max(linked, 1) if y is None else 1.0

    def statistic(values: np.ndarray, at_own: np.ndarray) -> float:
        return float(scale * (at_own @ weights.lag(values)) / n)

    observed = statistic(other, own)
    simulated = np.empty(permutations)
    for number in range(permutations):
        log.check()
        order = np.random.default_rng((seed, number)).permutation(n)
        simulated[number] = statistic(other[order], own[order] if y is None else own)
    expected = -1 / (n - 1) if y is None else 0.0
    if not permutations:
        return Moran(observed, expected, float("nan"), float("nan"))
    simulated_sd = simulated.std()
    z = (observed - simulated.mean()) / simulated_sd if simulated_sd > 0 else float("nan")
    return Moran(observed, expected, float(z), _pseudo_p(simulated, observed))


def lisa(
    x: np.ndarray,
    weights: Weights,
    y: np.ndarray | None = None,
    permutations: int = 999,
    seed: int = 0,
    alpha: float = 0.05,
    log: Log | None = None,
) -> Lisa:
    """Local Moran's I of each unit, with conditional permutations of the other units.

    Arguments as for :func:`moran`; ``alpha`` is the significance level of the labels. The draws of unit i depend only
    on (seed, i).
    """
    log = log or Log()
    own, other = _z(x), _z(x if y is None else y)
    n, counts = len(own), weights.counts()
    lag = weights.lag(other)
    # As in GeoDa and PySAL: n - 1 over the sum of squares.
    scale = (n - 1) / n
    i = np.where(counts > 0, scale * own * lag, np.nan)
    p = np.full(n, np.nan)
    for unit in range(n if permutations else 0):
        log.check()
        log.progress(unit / n)
        if counts[unit]:
            generator = np.random.default_rng((seed, unit))
            drawn = _drawn_means(other, unit, k=int(counts[unit]), draws=permutations, generator=generator)
            p[unit] = _pseudo_p(scale * own[unit] * drawn, i[unit])
    quadrant = [_quadrant(*pair) for pair in zip(own, lag)]
    label = [
        ISLAND if not count else None if np.isnan(value) else quad if value <= alpha else NOT_SIGNIFICANT
        for count, quad, value in zip(counts, quadrant, p)
    ]
    return Lisa(i, p, quadrant, label)


def _quadrant(own: float, lag: float) -> str:
    return level_pair(own > 0, lag > 0)


def _drawn_means(values: np.ndarray, unit: int, k: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Means of ``k`` values of other units than ``unit``, drawn without replacement, ``draws`` times (draws,)."""
    others = len(values) - 1
    if k == 1:
        return values[_rows_without(unit, generator.integers(others, size=draws))]
    if k * k * 4 < others:
        return values[_rows_without(unit, _few_of_many(others, k, draws, generator))].mean(axis=1)
    means = np.empty(draws)
    step = max(1, _PERMUTED_AT_ONCE // others)
    for begin in range(0, draws, step):
        end = min(begin + step, draws)
        picked = np.argpartition(generator.random((end - begin, others)), k - 1, axis=1)[:, :k]
        means[begin:end] = values[_rows_without(unit, picked)].mean(axis=1)
    return means


def _rows_without(unit: int, numbers: np.ndarray) -> np.ndarray:
    """Rows of the other units, from their numbers 0, 1, ... in order: a copy of the values without ``unit`` is slow."""
    return numbers + (numbers >= unit)


def _few_of_many(count: int, k: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """``k`` different numbers below ``count`` (draws, k): draw with replacement and redraw rows with repetitions."""
    picked = generator.integers(count, size=(draws, k))
    while True:
        ordered = np.sort(picked, axis=1)
        broken = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        if not broken.any():
            return picked
        picked[broken] = generator.integers(count, size=(int(broken.sum()), k))
