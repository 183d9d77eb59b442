"""Distributions of densities: transformation of standard normal scores to t/ha, and covariances of pools.

Every draw starts as a normal score z, so that pools are correlated through their scores (Gaussian copula). The quantile
function of the distribution of a pool transforms scores to densities.
"""

from __future__ import annotations

import math

import numpy as np

from ..options.uncertainty import DISTRIBUTIONS, LOGNORMAL, NORMAL, TRIANGULAR
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr

# Largest SD / mean of a triangular distribution from 0, whose mode is then 0.
TRIANGULAR_CV = math.sqrt(0.5)
# A normal distribution this far above 0 (in SD) is never negative in double precision.
_NEVER_BELOW = 8.3
_NODES, _TERMS = 128, 48


def normal_cdf(z: np.ndarray) -> np.ndarray:
    """Standard normal distribution function, any shape."""
    try:
        from scipy.special import ndtr
    except ImportError:
        return np.vectorize(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)), otypes=[float])(z)
    return ndtr(z)


def normal_quantile(p: np.ndarray) -> np.ndarray:
    """Inverse of :func:`normal_cdf`, any shape, 0 < p < 1."""
    try:
        from scipy.special import ndtri
    except ImportError:
        from statistics import NormalDist

        return np.vectorize(NormalDist().inv_cdf, otypes=[float])(p)
    return ndtri(p)


def check(kind: str, mean: np.ndarray, sd: np.ndarray, labels: list[str]) -> None:
    """Refuse densities that are impossible for the distribution.

    Args:
        kind: one of ``DISTRIBUTIONS``.
        mean, sd: t/ha (n,).
        labels: names in messages (n,).

    Raises:
        CarbonBalanceError: an unknown distribution, an SD with a density of 0, or an SD too large for a triangular
            distribution.
    """
    if kind not in DISTRIBUTIONS:
        raise CarbonBalanceError(
            tr("Unknown distribution {kind}: choose one of {known}.").format(
                kind=kind, known=tr(", ").join(DISTRIBUTIONS)
            )
        )
    if kind == NORMAL:
        return
    limit = TRIANGULAR_CV if kind == TRIANGULAR else np.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        broken = np.flatnonzero((sd > 0) & ((mean <= 0) | (sd / mean > limit * (1 + 1e-12))))
    if len(broken):
        named = listed([f"{labels[i]} ({mean[i]:g} with SD {sd[i]:g})" for i in broken], 5)
        raise CarbonBalanceError(
            tr(
                "A triangular density needs a mean greater than 0 and an SD of at most 0.707 times the mean, which "
                "{which} does not meet: choose lognormal or normal."
            ).format(which=named)
            if kind == TRIANGULAR
            else tr(
                "A lognormal density needs a mean greater than 0, which {which} does not meet: choose normal."
            ).format(which=named)
        )


def density(kind: str, z: np.ndarray, mean: float, sd: float) -> np.ndarray:
    """Densities for normal scores ``z``, t/ha, in the shape of ``z``.

    normal: a normal distribution with ``mean`` and ``sd`` truncated at 0, which changes both slightly if the SD exceeds
        about 0.4 of the mean. lognormal and triangular have exactly this mean and SD; the triangular distribution is
        symmetric up to SD = mean/sqrt(6) and starts at 0 beyond that.
    """
    if sd == 0:
        return np.full(z.shape, float(mean))
    if kind == LOGNORMAL:
        log_variance = math.log1p((sd / mean) ** 2)
        return np.exp(math.log(mean) - log_variance / 2 + math.sqrt(log_variance) * z)
    if kind == TRIANGULAR:
        return _triangular(normal_cdf(z), mean, sd)
    if mean > _NEVER_BELOW * sd:
        return mean + sd * z
    # The part above 0, computed from upper tails to preserve precision.
    kept = normal_cdf(np.array(mean / sd))
    return np.maximum(mean - sd * normal_quantile(np.maximum(normal_cdf(-z) * kept, 1e-300)), 0.0)


def _triangular(u: np.ndarray, mean: float, sd: float) -> np.ndarray:
    """Quantiles of a triangular distribution with this mean and SD that is not negative."""
    half = sd * math.sqrt(6)
    low, mode, high = mean - half, mean, mean + half
    if low < 0:
        # Starting at 0: mode + high = 3 mean and mode x high = 3 mean^2 - 6 sd^2.
        root = math.sqrt(max(24 * sd**2 - 3 * mean**2, 0.0))
        low, mode, high = 0.0, max((3 * mean - root) / 2, 0.0), (3 * mean + root) / 2
    at_mode = (mode - low) / (high - low)
    rising = low + np.sqrt(np.maximum(u * (high - low) * (mode - low), 0))
    falling = high - np.sqrt(np.maximum((1 - u) * (high - low) * (high - mode), 0))
    return np.where(u < at_mode, rising, falling)


def moments(kind: str, mean: np.ndarray, sd: np.ndarray, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Exact means of distributions, and covariances for correlated scores.

    A function of a normal score is a sum of Hermite polynomials, T(z) = sum_j c_j He_j(z)/sqrt(j!); the covariance
    of two such functions of scores with correlation r is sum_{j >= 1} c_j c'_j r^j (Mehler's formula).

    Args:
        kind: one of ``DISTRIBUTIONS``.
        mean, sd: mean and SD of n densities, t/ha (n,).
        correlation: correlation between the scores of any two, 0 to 1.

    Returns:
        means, t/ha (n,), and covariances, (t/ha)^2 (n, n).
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    basis = np.empty((_TERMS, _NODES))
    basis[0], basis[1] = 1.0, nodes
    for j in range(2, _TERMS):
        basis[j] = (nodes * basis[j - 1] - math.sqrt(j - 1) * basis[j - 2]) / math.sqrt(j)
    values = np.array([density(kind, nodes, m, s) for m, s in zip(mean, sd)])
    coefficients = (values * weights) @ basis.T
    powers = correlation ** np.arange(1, _TERMS)
    covariance = (coefficients[:, 1:] * powers) @ coefficients[:, 1:].T
    centred = values - coefficients[:, :1]
    np.fill_diagonal(covariance, (weights * centred**2).sum(axis=1))
    if correlation == 1:
        covariance = (weights * centred) @ centred.T
    certain = np.asarray(sd) == 0
    covariance[certain], covariance[:, certain] = 0.0, 0.0
    return np.where(certain, mean, coefficients[:, 0]), covariance
