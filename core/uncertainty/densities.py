"""Random class densities: one draw of the pool table per realisation, common to all cells, zones and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..options.uncertainty import NORMAL
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .distributions import check, density, moments
from .pool_sd import UncertainPools

# Streams of random numbers: class densities, rows of the confusion matrix, classes of judged codes.
DENSITY_STREAM, MATRIX_STREAM, JUDGEMENT_STREAM = 1, 2, 3
_SHIFTED = 0.01


@dataclass(frozen=True)
class UncertaintySettings:
    """Settings of the draws.

    Attributes:
        distribution: one of ``distributions.DISTRIBUTIONS``.
        correlation: correlation between the pools of a class, 0 to 1.
        draws: number of realisations.
        seed: seed of the random numbers.
    """

    distribution: str = NORMAL
    correlation: float = 1.0
    draws: int = 10_000
    seed: int = 1


@dataclass(frozen=True)
class DensityDraws:
    """Drawn class densities and their exact moments.

    Attributes:
        pools: the pool table with SD.
        correlation: correlation between the scores of the pools of a class.
        draws_t_ha: total density of each class in each realisation (draws, classes).
        mean_t_ha: exact means of the class densities (classes,).
        covariance: covariance of the pools of each class, (t/ha)^2 (classes, pools, pools).
        pool_mean_t_ha: exact means of the pools (classes, pools).
    """

    pools: UncertainPools
    correlation: float
    draws_t_ha: np.ndarray
    mean_t_ha: np.ndarray
    covariance: np.ndarray
    pool_mean_t_ha: np.ndarray

    @property
    def sd_t_ha(self) -> np.ndarray:
        """Exact SD of the total density of each class, given the correlation of its pools (classes,)."""
        return np.sqrt(self.covariance.sum(axis=(1, 2)))


@dataclass(frozen=True)
class CodeMoments:
    """Mean density of each code of the pool table and its variance by source, (t C/ha)^2 (codes,).

    Attributes:
        mean: mean over judgement and densities, t C/ha.
        judgement: variance caused by the judgement alone (of the mean over densities).
        density: variance caused by the densities alone (of the mean over judgements).
        both: variance caused by both together.
        together: rows of codes that one decision changes, and the covariance that it gives their means, (t C/ha)^2
            (rows, rows) with a diagonal of 0; for each decision on several codes.
    """

    mean: np.ndarray
    judgement: np.ndarray
    density: np.ndarray
    both: np.ndarray
    together: Sequence[tuple[np.ndarray, np.ndarray]] = ()

    def of_shared_decisions(self, area_ha: np.ndarray) -> np.ndarray:
        """What decisions on several codes add to the variance, (t C)^2 (zones,); ``area_ha`` (zones, codes)."""
        added = np.zeros(len(area_ha))
        for rows, covariance in self.together:
            own = area_ha[:, rows]
            added += np.sum(own @ covariance * own, axis=1)
        return added


def shared_covariance(codes: Sequence[tuple[int, np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of codes of one decision, and the covariance of their means over its choices with a diagonal of 0.

    Args:
        codes: row, weights of the choices, which are the same for all, and means of the choices (choices,).
    """
    weights, means = codes[0][1], np.stack([each for *_, each in codes])
    apart = means - (means @ weights)[:, None]
    covariance = (apart * weights) @ apart.T
    np.fill_diagonal(covariance, 0.0)
    return np.array([row for row, *_ in codes]), covariance


def generator(seed: int, stream: int, code: int) -> np.random.Generator:
    """Random generator of one class, which depends only on seed, purpose and code."""
    return np.random.default_rng([seed % 2**64, stream, code % 2**64])


def class_draws(
    code: int, mean: np.ndarray, sd: np.ndarray, kind: str, correlation: float, draws: int, seed: int
) -> np.ndarray:
    """Total density of a code in each realisation, t C/ha (draws,); ``mean`` and ``sd`` of its pools (pools,)."""
    scores = generator(seed, DENSITY_STREAM, code).standard_normal((1 + len(mean), draws))
    drawn = np.zeros(draws)
    for pool in range(len(mean)):
        z = np.sqrt(correlation) * scores[0] + np.sqrt(1 - correlation) * scores[1 + pool]
        drawn += density(kind, z, mean[pool], sd[pool])
    return drawn


def draw_densities(
    pools: UncertainPools, kind: str, correlation: float, draws: int, seed: int, log: Log
) -> DensityDraws:
    """Draw the densities of all classes.

    Args:
        pools: means and SD.
        kind: one of ``distributions.DISTRIBUTIONS``.
        correlation: correlation between the pools of a class: 0 independent, 1 fully correlated. Classes are
            independent.
        draws: number of realisations.
        seed: the same seed gives the same draws.
        log: receives a note if truncating a normal distribution at 0 changes a mean.

    Raises:
        CarbonBalanceError: a correlation outside 0..1, fewer than 100 draws, or densities that are impossible for the
            distribution.
    """
    if not 0 <= correlation <= 1:
        raise CarbonBalanceError(
            tr("The correlation between pools is {value:g}: it must be from 0 to 1.").format(value=correlation)
        )
    if draws < 100:
        raise CarbonBalanceError(
            tr("{draws} draws are too few for an interval: use at least 100, usually 10,000.").format(draws=draws)
        )
    labels = [f"{name} {pool}" for name in pools.names for pool in pools.pools]
    check(kind, pools.mean_t_ha.reshape(-1), pools.sd_t_ha.reshape(-1), labels)
    classes, n_pools = pools.mean_t_ha.shape
    drawn = np.zeros((draws, classes))
    covariance, exact = np.zeros((classes, n_pools, n_pools)), np.zeros((classes, n_pools))
    for at, code in enumerate(pools.codes):
        mean, sd = pools.mean_t_ha[at], pools.sd_t_ha[at]
        drawn[:, at] = class_draws(int(code), mean, sd, kind=kind, correlation=correlation, draws=draws, seed=seed)
        exact[at], covariance[at] = moments(kind, mean, sd, correlation)
        log.check()
    total, stated = exact.sum(axis=1), pools.mean_t_ha.sum(axis=1)
    moved = np.flatnonzero(np.abs(total - stated) > _SHIFTED * stated)
    if kind == NORMAL and len(moved):
        log.warn(
            tr(
                "Truncating the normal distribution at 0 raises the mean density of {classes}: the SD is large "
                "relative to the mean; a lognormal distribution preserves both."
            ).format(
                classes=tr(", ").join(
                    tr("{name} from {stated:.4g} to {total:.4g} t/ha").format(
                        name=pools.names[i], stated=stated[i], total=total[i]
                    )
                    for i in moved[:10]
                )
            )
        )
    return DensityDraws(
        pools=pools,
        correlation=correlation,
        draws_t_ha=drawn,
        mean_t_ha=total,
        covariance=covariance,
        pool_mean_t_ha=exact,
    )
