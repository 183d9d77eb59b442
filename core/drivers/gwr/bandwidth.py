"""Bandwidth search by golden section or on a grid, minimising AICc or the cross-validation score."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...options.drivers import BY_AICC, GOLDEN_SECTION, GRID
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from .diagnostics import aicc, cross_validation
from .fit import Regression
from .kernels import Kernel, Neighbourhoods

_GOLDEN = (3 - math.sqrt(5)) / 2
_CLOSE = 1e-5
_GRID_STEPS = 20


@dataclass(frozen=True)
class Search:
    """The result of a search.

    Attributes:
        bandwidth: neighbours (whole) or distance.
        score: criterion at the bandwidth.
        tried: bandwidth -> score of every bandwidth tried, in order.
        at_limit: "lower" or "upper" if the best bandwidth is at a limit of the search, otherwise "".
    """

    bandwidth: float
    score: float
    tried: dict[float, float] = field(default_factory=dict)
    at_limit: str = ""


def fewest_neighbours(regression: Regression) -> int:
    """The fewest neighbours with which a local regression may be solvable; the last one has weight 0."""
    sample = regression.sample
    return max(sample.parameters + 2, sample.places.most_at_one_place() + 1)


def check_bandwidth(regression: Regression, bandwidth: float) -> None:
    """Refuse an invalid bandwidth.

    Raises:
        CarbonBalanceError: more neighbours than observations, or fewer than the model has parameters.
    """
    rows, parameters = len(regression.sample.y), regression.sample.parameters
    if not regression.kernel.adaptive:
        if not bandwidth > 0:
            raise CarbonBalanceError(
                tr("The bandwidth is {value:g}: it must be a distance greater than 0.").format(value=bandwidth)
            )
        return
    fewest = fewest_neighbours(regression)
    if not fewest <= bandwidth <= rows or bandwidth != int(bandwidth):
        raise CarbonBalanceError(
            tr(
                "The bandwidth is {value:g} neighbours: with {parameters} parameters and up to {together} observations "
                "at one location, it must be a whole number from {fewest} to {rows}."
            ).format(
                value=bandwidth,
                parameters=parameters,
                together=regression.sample.places.most_at_one_place(),
                fewest=fewest,
                rows=rows,
            )
        )


def limits(regression: Regression) -> tuple[float, float]:
    """The search range: from 40 + 2 p neighbours (fewer if necessary) or a similar distance, to all."""
    rows, p = len(regression.sample.y), regression.sample.parameters
    fewest = fewest_neighbours(regression)
    few = max(fewest, min(40 + 2 * p, rows // 3))
    if fewest >= rows:
        raise CarbonBalanceError(
            tr(
                "There are {rows} observations for {parameters} parameters: there are too few neighbours for local "
                "regressions; use fewer explanatory fields or more features."
            ).format(rows=rows, parameters=p)
        )
    if regression.kernel.adaptive:
        return float(few), float(rows)
    places = regression.sample.places
    farthest = places.extent()
    nearest = Neighbourhoods(places, Kernel(adaptive=True), regression.neighbourhoods.blocks)
    nth = [nearest.weights(block, fewest).bandwidths for block in nearest.blocks]
    return min(float(np.concatenate(nth).max()), farthest), 2 * farthest


def search(
    regression: Regression,
    criterion: str = BY_AICC,
    method: str = GOLDEN_SECTION,
    lowest: float | None = None,
    highest: float | None = None,
    log: Log | None = None,
) -> Search:
    """The bandwidth with the lowest criterion.

    Args:
        regression: model and kernel.
        criterion: ``aicc`` or ``cv``.
        method: ``golden_section``, or ``grid``: twenty bandwidths in equal ratios.
        lowest, highest: limits of the search instead of :func:`limits`.
        log: receives progress; for cancellation.

    Raises:
        CarbonBalanceError: an empty search range, or no bandwidth that can be solved.
    """
    log = log or Log()
    low, high = limits(regression)
    low = low if lowest is None else lowest
    high = (
        high if highest is None else min(highest, len(regression.sample.y)) if regression.kernel.adaptive else highest
    )
    check_bandwidth(regression, math.ceil(low) if regression.kernel.adaptive else low)
    if not low < high:
        raise CarbonBalanceError(
            tr("There is no bandwidth to search between {low:g} and {high:g}: give other limits.").format(
                low=low, high=high
            )
        )
    measure = aicc if criterion == BY_AICC else cross_validation
    tried: dict[float, float] = {}
    expected = _GRID_STEPS if method == GRID else 2 + math.log(_CLOSE) / math.log(1 - _GOLDEN)
    if regression.kernel.adaptive and method != GRID:
        expected = 4 + math.log(1 / (high - low)) / math.log(1 - _GOLDEN)

    def score(bandwidth: float) -> float:
        bandwidth = float(round(bandwidth)) if regression.kernel.adaptive else bandwidth
        if bandwidth not in tried:
            done = len(tried)
            part = log.part(min(done / expected, 1), min((done + 1) / expected, 1))
            tried[bandwidth] = measure(regression.quick(bandwidth, part))
        return tried[bandwidth]

    if method == GRID:
        for bandwidth in np.geomspace(low, high, _GRID_STEPS):
            score(float(bandwidth))
    else:
        _golden_section(score, low, high, whole=regression.kernel.adaptive)
    best = min(tried, key=lambda bandwidth: (tried[bandwidth], bandwidth))
    if regression.kernel.adaptive and method != GRID:
        best = _polished(score, best, math.ceil(low), math.floor(high))
    if not math.isfinite(tried[best]):
        raise CarbonBalanceError(
            tr(
                "No bandwidth between {low:g} and {high:g} allows every local regression to be solved: widen the "
                "limits or use fewer explanatory fields."
            ).format(low=low, high=high)
        )
    close = 1.0 if regression.kernel.adaptive else 2 * _CLOSE * (high - low)
    at_limit = "lower" if best - low <= close else "upper" if high - best <= close else ""
    return Search(best, tried[best], tried, at_limit)


def _golden_section(score: Callable[[float], float], low: float, high: float, whole: bool) -> None:
    """Golden section search: narrow (low, high) around the lower of two inner points until convergence."""
    stop = 1.0 if whole else _CLOSE * (high - low)
    left, right = low + _GOLDEN * (high - low), high - _GOLDEN * (high - low)
    while high - low > stop:
        if score(left) <= score(right):
            high, right = right, left
            left = low + _GOLDEN * (high - low)
        else:
            low, left = left, right
            right = high - _GOLDEN * (high - low)
        if whole and round(left) == round(right):
            break


def _polished(score: Callable[[float], float], best: float, low: int, high: int) -> float:
    """Move to the best neighbouring whole number, because rounding may have stopped the search next to it."""
    while True:
        near = [number for number in (best - 1, best, best + 1) if low <= number <= high]
        lower = min(near, key=lambda number: (score(number), number))
        if lower == best or score(lower) == score(best):
            return best
        best = lower
