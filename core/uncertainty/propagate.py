"""Propagation of random densities through areas: statistics of the carbon of zones over all realisations.

The carbon of a zone is its areas times the densities of a realisation. All zones, dates and scenarios share these
densities: a wrong density is wrong everywhere, and separate draws would average the error out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order

LOW_QUANTILE, MIDDLE_QUANTILE, HIGH_QUANTILE = 0.025, 0.5, 0.975
_BYTES_AT_ONCE = 4 << 20


@dataclass(frozen=True)
class Ratio:
    """Zone classes of R = demand/supply, both per area, with given limits.

    Attributes:
        demand_t: demand of each zone, t a year (zones,), NaN where unknown.
        limits: inclusive upper limits of R between zone classes, ascending (classes - 1,).
    """

    demand_t: np.ndarray
    limits: np.ndarray


@dataclass(frozen=True)
class RealisationSummary:
    """Statistics of the realisations of one quantity by zone, t C (zones,), NaN where the area is NaN.

    Attributes:
        mean, sd: mean and SD of the realisations.
        low, median, high: quantiles of 2.5, 50 and 97.5 %.
        gain: share of the realisations above 0; NaN if no land changes.
    """

    mean: np.ndarray
    sd: np.ndarray
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    gain: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """Statistics of all quantities over the realisations.

    Attributes:
        stock: carbon of the first land cover.
        changes: change to each later land cover.
        best: share of the realisations in which each later land cover has the highest change (scenarios, zones); empty
            for fewer than two.
        classes: share of the realisations in which each zone is in each class of the ratio (zones, classes).
    """

    stock: RealisationSummary
    changes: list[RealisationSummary] = field(default_factory=list)
    best: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    classes: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))


def closed_form_sd(area_ha: np.ndarray, sd_t_ha: np.ndarray) -> np.ndarray:
    """SD of the carbon of areas (zones, classes): sqrt(sum_k (A_k s_k)^2), t C (zones,)."""
    return np.sqrt(((area_ha * sd_t_ha) ** 2).sum(axis=1))


def propagate(
    stock_ha: np.ndarray,
    changes_ha: Sequence[np.ndarray],
    draws_t_ha: np.ndarray,
    log: Log,
    ratio: Ratio | None = None,
    workers: int = WORKERS,
) -> Outcome:
    """Compute mean, SD, quantiles and probabilities of the carbon of every zone over all realisations.

    Args:
        stock_ha: areas at the first date (zones, classes); NaN rows remain NaN.
        changes_ha: for each later land cover, area gained minus area lost by class (zones, classes).
        draws_t_ha: densities of the realisations (draws, classes).
        log: progress and cancellation.
        ratio: demand and limits, if zone classes are wanted.
        workers: number of threads, which does not affect the result.

    Raises:
        Cancelled: the user stopped the run.
    """
    zones, by_class = len(stock_ha), np.ascontiguousarray(draws_t_ha.T)
    parts = slices_of(zones, len(draws_t_ha))

    def work(part: slice):
        stock = carbon_of(stock_ha[part], by_class)
        classes = _classes(stock, ratio.demand_t[part], ratio.limits) if ratio else None
        done = [summarised(stock, stock_ha[part])]
        best, leader = None, None
        for at, change_ha in enumerate(changes_ha):
            change = carbon_of(change_ha[part], by_class)
            if len(changes_ha) > 1:
                best = change.copy() if best is None else best
                leader = np.zeros(change.shape, np.int16) if leader is None else leader
                leader[change > best] = at
                np.maximum(best, change, out=best)
            done.append(summarised(change, change_ha[part]))
        return done, _shares(leader, changes_ha, part), classes

    results = [result for _, result in map_in_order(work, parts, log, len(parts), workers, here=True)]
    summaries = [joined_summaries([result[0][at] for result in results]) for at in range(1 + len(changes_ha))]
    return Outcome(
        stock=summaries[0],
        changes=summaries[1:],
        best=np.concatenate([result[1] for result in results], axis=1),
        classes=np.concatenate([result[2] for result in results]) if ratio else np.empty((zones, 0)),
    )


def slices_of(zones: int, draws: int) -> list[slice]:
    """Zones in groups of which all realisations fit into the cache of a processor."""
    rows = max(1, _BYTES_AT_ONCE // (8 * draws))
    return [slice(top, min(top + rows, zones)) for top in range(0, zones, rows)]


def carbon_of(area_ha: np.ndarray, by_class: np.ndarray) -> np.ndarray:
    """Carbon of areas (zones, classes) in each realisation (zones, draws)."""
    # Not a BLAS matrix product, whose rounding may depend on the number of threads.
    return np.einsum("zk,kd->zd", area_ha, by_class)


def summarised(carbon: np.ndarray, area_ha: np.ndarray) -> RealisationSummary:
    """Mean, SD and quantiles of ``carbon`` (zones, draws), which is reordered."""
    draws = carbon.shape[1]
    mean, sd = carbon.mean(axis=1), carbon.std(axis=1, ddof=1)
    gain = np.where((area_ha == 0).all(axis=1) | np.isnan(mean), np.nan, (carbon > 0).mean(axis=1))
    places = [(draws - 1) * share for share in (LOW_QUANTILE, MIDDLE_QUANTILE, HIGH_QUANTILE)]
    below = [int(place) for place in places]
    carbon.partition(sorted({each for at in below for each in (at, min(at + 1, draws - 1))}), axis=1)
    low, median, high = (
        carbon[:, at] + (place - at) * (carbon[:, min(at + 1, draws - 1)] - carbon[:, at])
        for place, at in zip(places, below)
    )
    return RealisationSummary(mean=mean, sd=sd, low=low, median=median, high=high, gain=gain)


def _shares(leader: np.ndarray | None, changes_ha: Sequence[np.ndarray], part: slice) -> np.ndarray:
    """Share of draws in which each scenario is best (scenarios, zones); NaN if no scenario changes land."""
    if leader is None:
        return np.empty((0, part.stop - part.start))
    shares = np.array([(leader == at).mean(axis=1) for at in range(len(changes_ha))])
    still = np.all(
        [(area_ha[part] == 0).all(axis=1) | np.isnan(area_ha[part]).any(axis=1) for area_ha in changes_ha], 0
    )
    shares[:, still] = np.nan
    return shares


def _classes(stock: np.ndarray, demand_t: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Share of draws with R = demand/stock in each class (zones, classes); NaN if demand or stock is unknown."""
    with np.errstate(invalid="ignore"):
        # R <= limit is evaluated as demand <= limit x stock to avoid division by a stock of 0.
        below = np.array([(demand_t[:, None] <= limit * stock).mean(axis=1) for limit in limits])
    ends = np.vstack([np.zeros(len(stock)), below.reshape(len(limits), -1), np.ones(len(stock))])
    shares = np.diff(ends, axis=0).T
    shares[np.isnan(demand_t) | np.isnan(stock).any(axis=1)] = np.nan
    return shares


def joined_summaries(parts: Sequence[RealisationSummary]) -> RealisationSummary:
    """The summaries of groups of zones as one."""
    names = ("mean", "sd", "low", "median", "high", "gain")
    return RealisationSummary(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
