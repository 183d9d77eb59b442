"""Global and local Moran's I of one or two variables, with permutation tests.

Sources: Anselin, Local indicators of spatial association, Geographical Analysis 27 (1995); Anselin,
Syabri and Smirnov (2002) for two variables. Pseudo p-values are one-sided towards the nearer tail, as in GeoDa and
PySAL: (1 + number at least as extreme) / (1 + permutations). A permutation equal to the observed value counts in both
    tails; PySAL counts it only in the upper tail, so that its p of tied lowest values is too small.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.log import Log
from ..tables.levels import level_pair
from .spatial_weights import Weights

NOT_SIGNIFICANT, ISLAND = "not significant", "no neighbours"

_PERMUTED_AT_ONCE, _DRAWN_AT_ONCE = 1 << 21, 1 << 17
# Up to so many numbers are compared each with each, which is faster than sorting them for many units at once.
_COMPARED_IN_PAIRS = 12


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


def _pseudo_p(simulated: np.ndarray, observed: np.ndarray | np.floating) -> np.ndarray:
    """p of observed (...) among simulated (..., permutations), the smaller of both tails."""
    # Tolerance, because sums of the same terms in another order differ by rounding.
    rounding = 1e-12 * np.maximum(np.abs(observed), np.abs(simulated).max(axis=-1))
    upper = np.count_nonzero(simulated >= (observed - rounding)[..., None], axis=-1)
    lower = np.count_nonzero(simulated <= (observed + rounding)[..., None], axis=-1)
    return (np.minimum(upper, lower) + 1) / (simulated.shape[-1] + 1)


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
    return moran_of_several([(x, y)], weights, permutations, seed, log)[0]


def moran_of_several(
    variables: Sequence[tuple[np.ndarray, np.ndarray | None]],
    weights: Weights,
    permutations: int = 999,
    seed: int = 0,
    log: Log | None = None,
) -> list[Moran]:
    """Global Moran's I of several variables or pairs (x, y), as by :func:`moran`, which would permute the same."""
    log = log or Log()
    n = len(weights)
    linked = n - len(weights.islands())
    scales = [n / max(linked, 1) if y is None else 1.0 for _, y in variables]
    owns = [_z(x) for x, _ in variables]
    # Neighbours' values that are the same array are permuted and summed once.
    others = {id(each): _z(each) for each in (x if y is None else y for x, y in variables)}

    def statistics(order: np.ndarray | None) -> list[float]:
        lags = {key: weights.lag(z if order is None else z[order]) for key, z in others.items()}
        return [
            float(
                scale * ((own if order is None or y is not None else own[order]) @ lags[id(x if y is None else y)]) / n
            )
            for scale, own, (x, y) in zip(scales, owns, variables)
        ]

    observed = statistics(None)
    simulated = np.empty((len(variables), permutations))
    for number in range(permutations):
        log.check()
        simulated[:, number] = statistics(np.random.default_rng((seed, number)).permutation(n))
    return [
        _tested_moran(i, -1 / (n - 1) if y is None else 0.0, draws)
        for i, (_, y), draws in zip(observed, variables, simulated)
    ]


def _tested_moran(observed: float, expected: float, simulated: np.ndarray) -> Moran:
    if not len(simulated):
        return Moran(observed, expected, float("nan"), float("nan"))
    simulated_sd = simulated.std()
    z = (observed - simulated.mean()) / simulated_sd if simulated_sd > 0 else float("nan")
    return Moran(observed, expected, float(z), float(_pseudo_p(simulated, np.float64(observed))))


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

    Arguments as for :func:`moran`; ``alpha`` is the significance level of the labels. The draws depend only on the seed
    and on how many neighbours each unit has.
    """
    return lisa_of_several([(x, y)], weights, permutations, seed, alpha, log)[0]


def lisa_of_several(
    variables: Sequence[tuple[np.ndarray, np.ndarray | None]],
    weights: Weights,
    permutations: int = 999,
    seed: int = 0,
    alpha: float = 0.05,
    log: Log | None = None,
) -> list[Lisa]:
    """Local Moran's I of several variables or pairs (x, y), as by :func:`lisa`, which would draw the same for each."""
    log = log or Log()
    n, counts = len(weights), weights.counts()
    owns = [_z(x) for x, _ in variables]
    others = [own if y is None else _z(y) for own, (_, y) in zip(owns, variables)]
    lags = [weights.lag(other) for other in others]
    # As in GeoDa and PySAL: n - 1 over the sum of squares.
    scale = (n - 1) / n
    local = [np.where(counts > 0, scale * own * lag, np.nan) for own, lag in zip(owns, lags)]
    p = np.full((len(variables), n), np.nan)
    if permutations:
        draws, done = _ConditionalDraws(counts, permutations, seed), 0
        for units in draws.batches():
            log.check()
            log.progress(done / n)
            done += len(units)
            for at, means in enumerate(draws.means(others, units)):
                p[at, units] = _pseudo_p((scale * owns[at][units])[:, None] * means, local[at][units])
    found = []
    for own, lag, i, each in zip(owns, lags, local, p):
        quadrant = [_quadrant(*pair) for pair in zip(own.tolist(), lag.tolist())]
        label = [
            ISLAND if not count else None if math.isnan(value) else quad if value <= alpha else NOT_SIGNIFICANT
            for count, quad, value in zip(counts.tolist(), quadrant, each.tolist())
        ]
        found.append(Lisa(i, each, quadrant, label))
    return found


def _quadrant(own: float, lag: float) -> str:
    return level_pair(own > 0, lag > 0)


class _ConditionalDraws:
    """Draws, for each unit, of as many other units as it has neighbours, without replacement.

    What is drawn depends on the seed, the number of neighbours of each unit and :data:`_DRAWN_AT_ONCE` alone.
    """

    def __init__(self, counts: np.ndarray, draws: int, seed: int) -> None:
        self.counts, self.draws, self.seed = counts, draws, seed
        self.others = len(counts) - 1

    def batches(self) -> Iterator[np.ndarray]:
        """The units with neighbours, those with the same number of neighbours together."""
        for k in np.unique(self.counts[self.counts > 0]).tolist():
            same = np.flatnonzero(self.counts == k)
            step = max(1, _DRAWN_AT_ONCE // (self.draws * k)) if self._few(k) else 1
            for begin in range(0, len(same), step):
                yield same[begin : begin + step]

    def means(self, variables: Sequence[np.ndarray], units: np.ndarray) -> list[np.ndarray]:
        """The means of each variable (n,) over what is drawn for the units of a batch (units, draws)."""
        k, first = int(self.counts[units[0]]), int(units[0])
        # One generator a batch: to make one for every unit takes longer than to draw.
        generator = np.random.default_rng((self.seed, first))
        if not self._few(k):
            return [each[None] for each in self._means_of_many(variables, first, generator)]
        # A size of several numbers takes a third longer.
        picked = generator.integers(self.others, size=len(units) * self.draws * k).reshape(len(units), self.draws, k)
        _redraw(picked.reshape(-1, k), self.others, generator)
        # From the numbers of the other units to rows: a copy of the values without the unit is slow.
        picked += picked >= units[:, None, None]
        return [values[picked].mean(axis=2) for values in variables]

    def _few(self, k: int) -> bool:
        """Whether repetitions are so rare that drawing with replacement and again is faster than ordering all."""
        return k == 1 or k * k * 4 < self.others

    def _means_of_many(
        self, variables: Sequence[np.ndarray], unit: int, generator: np.random.Generator
    ) -> list[np.ndarray]:
        k, means = int(self.counts[unit]), np.empty((len(variables), self.draws))
        step = max(1, _PERMUTED_AT_ONCE // self.others)
        for begin in range(0, self.draws, step):
            end = min(begin + step, self.draws)
            picked = np.argpartition(generator.random((end - begin, self.others)), k - 1, axis=1)[:, :k]
            for values, into in zip(variables, means):
                into[begin:end] = values[picked + (picked >= unit)].mean(axis=1)
        return list(means)


def _with_repetitions(picked: np.ndarray) -> np.ndarray:
    """Which draws (draws, k) have a number twice (draws,)."""
    if picked.shape[1] > _COMPARED_IN_PAIRS:
        ordered = np.sort(picked, axis=1)
        return (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
    columns = np.ascontiguousarray(picked.T)
    found = np.zeros(len(picked), bool)
    for at in range(1, len(columns)):
        for other in columns[:at]:
            found |= columns[at] == other
    return found


def _redraw(picked: np.ndarray, count: int, generator: np.random.Generator) -> None:
    """Draw rows of numbers below ``count`` (draws, k) again, in place, until none has a number twice."""
    broken = np.flatnonzero(_with_repetitions(picked))
    while len(broken):
        picked[broken] = generator.integers(count, size=(len(broken), picked.shape[1]))
        broken = broken[_with_repetitions(picked[broken])]
