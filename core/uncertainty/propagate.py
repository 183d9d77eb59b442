"""Random densities through areas: carbon of zones in every realisation, summed up zone by zone.

A zone's carbon is its areas times the densities of a realisation. All zones, dates and scenarios share the
realisation's densities: drawing them apart would average the error away, though a wrong density is wrong
everywhere.
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
    """The chain to zone classes: R = demand/supply, both per area, against limits.

    Attributes:
        demand_t: demand of each zone, t a year (zones,), NaN where unknown.
        limits: upper limits of R between zone classes, ascending, each belonging to the class below (classes - 1,).
    """

    demand_t: np.ndarray
    limits: np.ndarray


@dataclass(frozen=True)
class RealisationSummary:
    """What the realisations of one quantity are like, by zone; all t C (zones,), NaN where the area is NaN.

    Attributes:
        mean, sd: of the realisations.
        low, median, high: 2.5, 50 and 97.5 %.
        gain: part of the realisations above 0; NaN where no land changes.
    """

    mean: np.ndarray
    sd: np.ndarray
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    gain: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """Everything that the realisations say.

    Attributes:
        stock: of the first land cover.
        changes: of each later land cover against the first.
        best: part of the realisations in which each later land cover has the highest change (scenarios, zones);
            empty for fewer than two.
        classes: part of the realisations in which each zone is in each class of the ratio (zones, classes).
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
    """Carbon of every zone in every realisation, as mean, SD, quantiles and probabilities.

    Args:
        stock_ha: areas at the first date (zones, classes); NaN rows stay NaN.
        changes_ha: for each later land cover, area gained minus area lost by class (zones, classes).
        draws_t_ha: densities of the realisations (draws, classes).
        log: progress, cancelling.
        ratio: demand and limits, if zone classes are wanted.
        workers: threads; the result does not depend on them.

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
    # Not a matrix product of a library, whose rounding may depend on its threads.
    return np.einsum("zk,kd->zd", area_ha, by_class)


def summarised(carbon: np.ndarray, area_ha: np.ndarray) -> RealisationSummary:
    """Mean, SD and quantiles of (zones, draws); reorders ``carbon``."""
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
    """How often each scenario leads (scenarios, zones); NaN where no scenario changes any land."""
    if leader is None:
        return np.empty((0, part.stop - part.start))
    shares = np.array([(leader == at).mean(axis=1) for at in range(len(changes_ha))])
    still = np.all(
        [(area_ha[part] == 0).all(axis=1) | np.isnan(area_ha[part]).any(axis=1) for area_ha in changes_ha], 0
    )
    shares[:, still] = np.nan
    return shares


def _classes(stock: np.ndarray, demand_t: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """How often R = demand/stock is in each class (zones, classes); NaN where demand or stock is not known."""
    with np.errstate(invalid="ignore"):
        # R <= limit as demand <= limit x stock: a stock of 0 then needs no division.
        below = np.array([(demand_t[:, None] <= limit * stock).mean(axis=1) for limit in limits])
    ends = np.vstack([np.zeros(len(stock)), below.reshape(len(limits), -1), np.ones(len(stock))])
    shares = np.diff(ends, axis=0).T
    shares[np.isnan(demand_t) | np.isnan(stock).any(axis=1)] = np.nan
    return shares


def joined_summaries(parts: Sequence[RealisationSummary]) -> RealisationSummary:
    """The summaries of groups of zones as one."""
    names = ("mean", "sd", "low", "median", "high", "gain")
    return RealisationSummary(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
