"""Back-fitting of multiscale GWR: bandwidth and coefficient surface of one variable at a time.

Source: Fotheringham, Yang and Kang, Multiscale Geographically Weighted Regression, Annals of the
American Association of Geographers 107 (2017). Limits, rounding and stopping rule are those of mgwr 2.2.1 (Oshan et al.
2019), so that bandwidths can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from ....options.drivers import BISQUARE, BY_AICC
from ....runtime.errors import CarbonBalanceError
from ....runtime.i18n import tr
from ....runtime.log import AskingLog, Log
from ....runtime.parallel import map_in_order
from ..bandwidth import Search, limits
from ..diagnostics import aicc, cross_validation
from ..fit import LOCALLY_COLLINEAR, Quick, Regression
from ..kernels import Neighbourhoods
from .ranked_sums import RankedNeighbours, RankedSums

CONVERGED = 1e-5
MOST_ITERATIONS = 200
# A bandwidth that did not change over this number of iterations is not searched again.
_STABLE = 5
_GOLDEN_SHARE = 0.38197
_SAME_SCORE = 1e-6
_MOST_BANDWIDTHS_TRIED = 200
# Cache of weights of the first bandwidths tried: dense weights of 3,000 locations take 72 MB per bandwidth.
_KEPT_BYTES = 256_000_000


@dataclass(frozen=True)
class BackFit:
    """The result of back-fitting; n rows, p terms with the intercept first.

    Attributes:
        coefficients: (n, p), in standard deviations.
        residuals: (n,).
        history: bandwidth of each term in each iteration (iterations, p).
        changes: score of change of each iteration (iterations,).
        has_converged: whether the last score is below ``CONVERGED``.
    """

    coefficients: np.ndarray
    residuals: np.ndarray
    history: np.ndarray
    changes: np.ndarray
    has_converged: bool

    @property
    def bandwidths(self) -> np.ndarray:
        """The bandwidth of each term (p,)."""
        return self.history[-1]


Fit = Callable[[float], "tuple[np.ndarray, Quick]"]


class Smoother:
    """Local regressions on one variable without an intercept."""

    def __init__(self, neighbourhoods: Neighbourhoods, workers: int, log: Log) -> None:
        self.neighbourhoods = neighbourhoods
        self.workers = workers
        # These steps are too short to report progress, but can be cancelled.
        self._log = AskingLog(log)
        self._ranked: RankedNeighbours | None = None
        self._squares: dict[int, RankedSums] = {}

    def rank(self) -> None:
        """Prepare for many bandwidths of an adaptive bisquare kernel, if there is memory for that."""
        kernel, places = self.neighbourhoods.kernel, self.neighbourhoods.places
        if kernel.adaptive and kernel.shape == BISQUARE and RankedNeighbours.fit_into_memory(len(places)):
            self._ranked = RankedNeighbours(places, self.workers, self._log)

    def sums(self, bandwidth: float, table: np.ndarray) -> np.ndarray:
        """Weighted sums of ``table`` (n, q) at each location (n, q)."""
        ended = np.vstack([table, np.zeros((1, table.shape[1]))])
        summed = np.empty(table.shape)

        def work(batch: list[np.ndarray]) -> list[np.ndarray]:
            return [self.neighbourhoods.weights(block, bandwidth).sums(ended) for block in batch]

        batches = list(self.neighbourhoods.batches())
        for batch, found in self._each(work, batches):
            for rows, each in zip(batch, found):
                summed[rows] = each
        self._log.check()
        return summed

    def _each(self, work: Callable, batches: list) -> Iterable[tuple[list[np.ndarray], list[np.ndarray]]]:
        """Apply ``work`` to each of ``batches``; a single one is processed without a thread."""
        if len(batches) == 1:
            return [(batches[0], work(batches[0]))]
        return map_in_order(work, batches, self._log, len(batches), self.workers, here=True)

    def fit(self, term: int, x: np.ndarray, target: np.ndarray) -> Fit:
        """The fit of ``target`` (n,) on ``x`` (n,), which is the variable of ``term``, as a function of the bandwidth.

        It returns coefficients (n,), and residuals and influence; NaN if unsolvable.
        """
        if self._ranked is None:
            table = np.column_stack([x * x, x * target])

            def of(bandwidth: float) -> tuple[np.ndarray, Quick]:
                return _solved(x, target, *self.sums(bandwidth, table).T)

            return of
        if term not in self._squares:
            self._squares[term] = self._ranked.sums(x * x)
        squares, products = self._squares[term], self._ranked.sums(x * target)

        def of_ranked(bandwidth: float) -> tuple[np.ndarray, Quick]:
            return _solved(x, target, squares.at(int(bandwidth)), products.at(int(bandwidth)))

        return of_ranked


def _solved(x: np.ndarray, target: np.ndarray, squares: np.ndarray, products: np.ndarray) -> tuple[np.ndarray, Quick]:
    squares = np.where(squares > LOCALLY_COLLINEAR, squares, np.nan)
    coefficients = products / squares
    return coefficients, Quick(target - coefficients * x, x * x / squares)


def back_fit(
    regression: Regression,
    design: np.ndarray,
    y: np.ndarray,
    bandwidth: float,
    criterion: str = BY_AICC,
    lowest: float | None = None,
    highest: float | None = None,
    log: Log | None = None,
) -> BackFit:
    """Fit each variable in turn to the residuals of the others until convergence.

    Args:
        regression: model, kernel and blocks, of standardised variables.
        design: the intercept and the standardised explanatory variables (n, p).
        y: the standardised dependent (n,).
        bandwidth: bandwidth of the initial regression with a single bandwidth.
        criterion: ``aicc`` or ``cv``.
        lowest, highest: limits of each bandwidth instead of :func:`search_range`.
        log: receives progress; for cancellation.

    Raises:
        CarbonBalanceError: an empty search range, or no bandwidth that can be solved.
    """
    log = log or Log()
    low, high = search_range(regression, lowest, highest)
    whole = regression.kernel.adaptive
    kept = Neighbourhoods(regression.sample.places, regression.kernel, regression.neighbourhoods.blocks, _KEPT_BYTES)
    smoother = Smoother(kept, regression.workers, log)
    smoother.rank()
    measure = aicc if criterion == BY_AICC else cross_validation
    rows, terms = design.shape
    coefficients = regression.coefficients(bandwidth, log=AskingLog(log))
    parts = coefficients * design
    residuals = y - parts.sum(axis=1)
    history: list[list[float]] = []
    changes: list[float] = []
    unchanged = 0
    while len(changes) < MOST_ITERATIONS:
        before = parts.copy()
        chosen = []
        for j in range(terms):
            x, target = design[:, j], parts[:, j] + residuals
            fit = smoother.fit(j, x, target)
            if unchanged >= _STABLE:
                best = history[-1][j]
            else:
                best = _golden_bandwidth(_scorer(measure, fit), low, high, whole)
            coefficients[:, j], quick = fit(best)
            if not np.isfinite(quick.residuals).all():
                raise CarbonBalanceError(_unsolvable(low, high))
            residuals = quick.residuals
            parts[:, j] = coefficients[:, j] * x
            chosen.append(best)
        unchanged = unchanged + 1 if history and history[-1] == chosen else 0
        history.append(chosen)
        changes.append(_change(before, parts))
        # The number of iterations is not known in advance; most models need five to thirty.
        log.progress(len(changes) / (len(changes) + 8))
        if changes[-1] < CONVERGED:
            break
    log.progress(1)
    return BackFit(
        coefficients=coefficients,
        residuals=residuals,
        history=np.array(history, float),
        changes=np.array(changes),
        has_converged=changes[-1] < CONVERGED,
    )


def search_range(regression: Regression, lowest: float | None, highest: float | None) -> tuple[float, float]:
    """The search range of the bandwidth of each variable: from 2 neighbours to all, or between two distances.

    Raises:
        CarbonBalanceError: an empty search range.
    """
    rows = len(regression.sample.y)
    if not regression.kernel.adaptive:
        low, high = limits(regression)
        low, high = low if lowest is None else lowest, high if highest is None else highest
    else:
        fewest = max(2, regression.sample.places.most_at_one_place() + 1)
        low = float(fewest if lowest is None else math.ceil(lowest))
        high = float(rows if highest is None else min(math.floor(highest), rows))
        if low < fewest:
            raise CarbonBalanceError(
                tr(
                    "The smallest bandwidth to try is {value:g} neighbours: it must be a whole number from {fewest} to "
                    "{rows}."
                ).format(value=lowest, fewest=fewest, rows=rows)
            )
    if not 0 < low < high:
        raise CarbonBalanceError(
            tr("There is no bandwidth to search between {low:g} and {high:g}: give other limits.").format(
                low=low, high=high
            )
        )
    return low, high


def start(regression: Regression, criterion: str = BY_AICC, log: Log | None = None) -> Search:
    """The single bandwidth with which back-fitting starts, by golden section only, as in mgwr.

    Raises:
        CarbonBalanceError: too few observations, or no bandwidth that can be solved.
    """
    log = log or Log()
    low, high = limits(regression)
    measure = aicc if criterion == BY_AICC else cross_validation
    tried: dict[float, float] = {}

    def score(bandwidth: float) -> float:
        if bandwidth not in tried:
            tried[bandwidth] = measure(regression.quick(bandwidth, AskingLog(log)))
            log.progress(min(len(tried) / 15, 1))
        return tried[bandwidth]

    best = _golden_bandwidth(score, low, high, regression.kernel.adaptive)
    if not math.isfinite(tried[best]):
        raise CarbonBalanceError(_unsolvable(low, high))
    return Search(best, tried[best], tried)


def _unsolvable(low: float, high: float) -> str:
    return tr(
        "No bandwidth between {low:g} and {high:g} allows every local regression to be solved: widen the "
        "limits or use fewer explanatory fields."
    ).format(low=low, high=high)


def _scorer(measure: Callable, fit: Fit) -> Callable[[float], float]:
    tried: dict[float, float] = {}

    def score(bandwidth: float) -> float:
        if bandwidth not in tried:
            tried[bandwidth] = measure(fit(bandwidth)[1])
        return tried[bandwidth]

    return score


def _golden_bandwidth(score: Callable[[float], float], low: float, high: float, whole: bool) -> float:
    """The bandwidth found by golden section search (p. 212 of the 2002 book), rounded in each step if whole."""
    left, right = low + _GOLDEN_SHARE * (high - low), high - _GOLDEN_SHARE * (high - low)
    best = left
    for _ in range(_MOST_BANDWIDTHS_TRIED):
        if whole:
            left, right = float(np.round(left)), float(np.round(right))
        at_left, at_right = score(left), score(right)
        if at_left <= at_right and math.isfinite(at_left):
            best, high, right = left, right, left
            left = low + _GOLDEN_SHARE * (high - low)
        else:
            # If neither can be solved, the wider bandwidth is closer to a solvable one.
            best, low, left = right, left, right
            right = high - _GOLDEN_SHARE * (high - low)
        if abs(at_left - at_right) <= _SAME_SCORE or (whole and low == high):
            break
    return best


def _change(before: np.ndarray, after: np.ndarray) -> float:
    """The score of change of the terms x b of the fit (n, p): equation 12 of the 2017 paper."""
    moved = float(((after - before) ** 2).sum()) / len(after)
    return math.sqrt(moved / float((after.sum(axis=1) ** 2).sum()))
