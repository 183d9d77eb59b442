"""Does a coefficient vary over space more than it would by chance? A Monte Carlo test."""

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
    """Pseudo p-value of each coefficient (p,): small where it varies more than by chance.

    Observations are shuffled among the places and fitted at the same bandwidth; compared is the
    standard deviation of the local coefficients. Source: Brunsdon, Fotheringham and Charlton,
    Geographical Analysis 28 (1996). p = (1 + as varied or more) / (1 + permutations).

    Args:
        regression: model and kernel.
        coefficients: those of the observed places (n, p).
        bandwidth: neighbours or distance.
        permutations: 99 or 999 are usual.
        seed: permutation number i depends on (seed, i) alone.
        log: receives progress; asked whether to stop.
    """
    observed = coefficients.std(axis=0)
    as_varied = np.zeros(len(observed))
    log = log or Log()
    for number in range(permutations):
        order = np.random.default_rng((seed, number)).permutation(len(coefficients))
        part = log.part(number / permutations, (number + 1) / permutations)
        as_varied += np.nanstd(regression.coefficients(bandwidth, order, part), axis=0) >= observed
    return (1 + as_varied) / (1 + permutations)
