"""Contributions of classes and pools to the variance of a total (tornado diagram)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .densities import DensityDraws
from .distributions import density

_Z = 1.959963984540054


@dataclass(frozen=True)
class Tornado:
    """Class by pool, largest share first.

    Attributes:
        row: row of the class in the pool table, -1 for the error of the land cover (bars,).
        pool: index of the pool, -1 for the error of the land cover (bars,).
        carbon_t: area x mean density (bars,).
        sd_t: its SD (bars,).
        low_t, high_t: the total with this density at its 2.5 or 97.5 % quantile and all others at their means; for row
            -1 the ends that are given, otherwise 1.96 SD to either side, but not below 0 if nothing else is (bars,).
        share: share of the variance of the total, adding up to 1 (bars,).
    """

    row: np.ndarray
    pool: np.ndarray
    carbon_t: np.ndarray
    sd_t: np.ndarray
    low_t: np.ndarray
    high_t: np.ndarray
    share: np.ndarray


def tornado(
    area_ha: np.ndarray,
    drawn: DensityDraws,
    kind: str,
    other_sd_t: float = 0.0,
    other_ends_t: tuple[float, float] | None = None,
) -> Tornado:
    """Compute the bars of a total.

    The share of a pool is its covariance with the total divided by the variance of the total, so that shares add up to
    1 for any correlation of pools.

    Args:
        area_ha: area, or area gained minus lost, by class (classes,).
        drawn: the densities.
        kind: their distribution.
        other_sd_t: additional SD from a judgement on classes or the error of the land cover.
        other_ends_t: the least and the most that the total can be by a judgement: 1.96 SD of a few values are farther
            than any of them.
    """
    classes, pools = drawn.pool_mean_t_ha.shape
    row, pool = (each.reshape(-1) for each in np.indices((classes, pools)))
    area = area_ha[row]
    mean = drawn.pool_mean_t_ha[row, pool]
    sd = np.sqrt(np.einsum("kpp->kp", drawn.covariance))[row, pool]
    with_total = area**2 * drawn.covariance.sum(axis=2)[row, pool]
    total_t = float(area @ mean)
    ends = np.array(
        [
            [float(density(kind, np.array(z), m, s)) for z in (-_Z, _Z)]
            for m, s in zip(drawn.pools.mean_t_ha[row, pool], drawn.pools.sd_t_ha[row, pool])
        ]
    )
    swings = np.sort(total_t + area[:, None] * (ends - mean[:, None]), axis=1)
    bars = [row, pool, area * mean, np.abs(area) * sd, swings[:, 0], swings[:, 1], with_total]
    if other_sd_t > 0:
        low_t, high_t = other_ends_t or (total_t - _Z * other_sd_t, total_t + _Z * other_sd_t)
        if (area * mean >= 0).all():
            # Whatever the classes of the land are, it cannot store less than nothing.
            low_t = max(low_t, 0.0)
        last = (-1, -1, np.nan, other_sd_t, low_t, high_t, other_sd_t**2)
        bars = [np.append(bar, each) for bar, each in zip(bars, last)]
    variance = bars[-1].sum()
    bars[-1] = bars[-1] / variance if variance > 0 else np.full(len(bars[-1]), np.nan)
    order = np.argsort(-bars[-1], kind="stable")
    order = order[bars[3][order] > 0]
    return Tornado(*(bar[order] for bar in bars))
