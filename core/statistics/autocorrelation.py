"""Moran's I, global and local, of one variable or of two, with permutation tests.

Sources: Anselin, Local indicators of spatial association, Geographical Analysis 27 (1995); Anselin,
Syabri and Smirnov (2002) for two variables. Pseudo p-values are one-sided towards the nearer tail, as
GeoDa and PySAL report them: (1 + as extreme or more) / (1 + permutations). A permutation that gives the
observed value counts in both tails; PySAL counts it in the upper one only, so that its p of a lowest value
that is tied is too small.
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
        expected: its mean without autocorrelation, -1 / (n - 1); 0 for two variables.
        z: distance from the mean of the permutations in their standard deviations.
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
        quadrant: own value and the neighbours' mean, each high or low against the mean (n,).
        label: the quadrant where p is small enough, else "not significant", or "no neighbours" (n,);
            None without permutations.
    """

    i: np.ndarray
    p: np.ndarray
    quadrant: list[str]
    label: list[str | None]


def _z(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / values.std()


def _pseudo_p(simulated: np.ndarray, observed: float) -> float:
    # Sums of the same terms in another order are equal.
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
    """Global Moran's I of ``x`` (n,), or of ``x`` against the neighbours' ``y`` (n,).

    Args:
        x: own values, no NaN, not constant.
        weights: the neighbours; units without any stay in the mean and the variance.
        y: neighbours' values, ``x`` by default.
        permutations: of the neighbours' values among all units; number i depends on (seed, i) alone.
        seed: of the permutations.
        log: is asked whether to stop.
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
    """Local Moran's I of each unit, with conditional permutations: the unit stays, the others are drawn.

    Args as :func:`moran`; ``alpha`` is the pseudo p-value up to which a unit is called by its
    quadrant. The draws of unit i depend on (seed, i) alone.
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
            others = np.delete(other, unit)
            drawn = _drawn_means(others, int(counts[unit]), permutations, np.random.default_rng((seed, unit)))
            p[unit] = _pseudo_p(scale * own[unit] * drawn, i[unit])
    quadrant = [_quadrant(*pair) for pair in zip(own, lag)]
    label = [
        ISLAND if not count else None if np.isnan(value) else quad if value <= alpha else NOT_SIGNIFICANT
        for count, quad, value in zip(counts, quadrant, p)
    ]
    return Lisa(i, p, quadrant, label)


def _quadrant(own: float, lag: float) -> str:
    return level_pair(own > 0, lag > 0)


def _drawn_means(values: np.ndarray, k: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Means of ``k`` of ``values`` drawn without repetition, ``draws`` times (draws,)."""
    if k == 1:
        return values[generator.integers(len(values), size=draws)]
    if k * k * 4 < len(values):
        return _by_rejection(values, k, draws, generator)
    means = np.empty(draws)
    step = max(1, _PERMUTED_AT_ONCE // len(values))
    for begin in range(0, draws, step):
        end = min(begin + step, draws)
        picked = np.argpartition(generator.random((end - begin, len(values))), k - 1, axis=1)[:, :k]
        means[begin:end] = values[picked].mean(axis=1)
    return means


def _by_rejection(values: np.ndarray, k: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """The same for few of many: draw with repetition and draw rows with a repetition again."""
    picked = generator.integers(len(values), size=(draws, k))
    while True:
        ordered = np.sort(picked, axis=1)
        broken = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        if not broken.any():
            return values[picked].mean(axis=1)
        picked[broken] = generator.integers(len(values), size=(int(broken.sum()), k))
