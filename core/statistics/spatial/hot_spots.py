"""Hot and cold spots by the local statistics of Getis and Ord.

Source: Ord and Getis, Local spatial autocorrelation statistics, Geographical Analysis 27 (1995), equations 3 and 5,
with binary weights. p-values are of the normal distribution, two-sided; the false-discovery correction is that of
Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995), as ArcGIS applies it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..spatial_weights import Weights

HOT, COLD, NO_SPOT, NO_NEIGHBOURS = "hot spot", "cold spot", "not significant", "no neighbours"


@dataclass(frozen=True)
class HotSpots:
    """Gi or Gi* of n units.

    Attributes:
        z: standard score (n,), NaN for a unit without neighbours.
        p: two-sided p (n,).
        label: hot or cold spot if significant (n,).
        threshold: largest significant p: ``alpha``, or less with the false-discovery correction.
    """

    z: np.ndarray
    p: np.ndarray
    label: list[str]
    threshold: float


def hot_spots(
    values: np.ndarray, weights: Weights, with_self: bool = True, alpha: float = 0.05, corrected: bool = True
) -> HotSpots:
    """Gi* of ``values`` (n,), without NaN and not constant; Gi if the unit itself is excluded.

    Args:
        values: such as emissions per km2.
        weights: the neighbours of each unit.
        with_self: Gi* includes the unit among its neighbours; Gi excludes it, also from mean and variance.
        alpha: significance level of hot and cold spots.
        corrected: whether to control the false-discovery rate at ``alpha``.
    """
    n, counts = len(values), weights.counts()
    own = values if with_self else np.zeros(n)
    total = weights.lag(values) * counts + own
    neighbours = counts + 1.0 if with_self else counts.astype(float)
    # With binary weights, the sums of weights and of squared weights both equal the number of neighbours.
    if with_self:
        size, mean, variance = float(n), np.full(n, values.mean()), np.full(n, values.var())
    else:
        size = n - 1.0
        mean = (values.sum() - values) / size
        variance = np.maximum((np.square(values).sum() - np.square(values)) / size - mean**2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (total - neighbours * mean) / np.sqrt(variance * neighbours * (size - neighbours) / (size - 1.0))
    z[(counts == 0) | ~np.isfinite(z)] = np.nan
    p = np.array([math.erfc(abs(score) / math.sqrt(2)) if math.isfinite(score) else math.nan for score in z.tolist()])
    threshold = false_discovery_threshold(p, alpha) if corrected else alpha
    return HotSpots(
        z, p, [_label(*each, threshold) for each in zip(z.tolist(), p.tolist(), counts.tolist())], threshold
    )


def _label(z: float, p: float, count: int, threshold: float) -> str:
    if not count:
        return NO_NEIGHBOURS
    if not p <= threshold:
        return NO_SPOT
    return HOT if z > 0 else COLD


def false_discovery_threshold(p: np.ndarray, alpha: float) -> float:
    """The largest p-value in ``p`` (n,) rejected by the Benjamini-Hochberg procedure at ``alpha``; 0 if none is.

    NaN values are not counted. The i-th smallest of m is rejected with all smaller ones if it is at most i alpha / m.
    """
    ordered = np.sort(p[np.isfinite(p)])
    passed = np.flatnonzero(ordered <= alpha * np.arange(1, len(ordered) + 1) / max(len(ordered), 1))
    return float(ordered[passed[-1]]) if len(passed) else 0.0
