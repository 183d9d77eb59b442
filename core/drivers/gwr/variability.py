"""Monte Carlo test of whether a coefficient varies over space more than by chance."""

from __future__ import annotations

import numpy as np

from ...runtime.log import Log
from .fit import Regression


def spatial_variability(
    regression: Regression,
    coefficients: np.ndarray,
    bandwidth: float,
    permutations: int,
    seed: int = 0,
    log: Log | None = None,
) -> np.ndarray:
    """Pseudo p-value of each coefficient (p,), which is small if it varies more than by chance.

    Observations are permuted among the locations and fitted with the same bandwidth; the statistic is the standard
    deviation of the local coefficients. Source: Brunsdon, Fotheringham and Charlton, Geographical Analysis 28 (1996). p
    = (1 + number of permutations with at least the same variation) / (1 + permutations).

    Args:
        regression: model and kernel.
        coefficients: coefficients of the original data (n, p).
        bandwidth: neighbours or distance.
        permutations: 99 or 999 are usual.
        seed: permutation i depends only on (seed, i).
        log: receives progress; for cancellation.
    """
    observed = coefficients.std(axis=0)
    as_varied = np.zeros(len(observed))
    log = log or Log()
    for number in range(permutations):
        order = np.random.default_rng((seed, number)).permutation(len(coefficients))
        part = log.part(number / permutations, (number + 1) / permutations)
        as_varied += np.nanstd(regression.coefficients(bandwidth, order, part), axis=0) >= observed
    return (1 + as_varied) / (1 + permutations)
