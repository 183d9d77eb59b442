"""How sure the sink coefficient SEC of units is, and on which side of its limit each of them lies.

SEC_i = (S_i/S)/(E_i/E), with the sink S_i and the emission E_i of a unit and their sums S and E (study of Guiyang).
SEC_i reaches the limit t where S_i - t (E_i/E) S >= 0. This margin is a sum of areas times coefficients as the sink is,
with the areas A_ik - t (E_i/E) A_k of class k: those of the unit less its share of those of the region. So what holds
for such sums (closed forms of the shares of variance, the least and the most of all decisions) holds for the margin
too, and a decision is taken for the whole region at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...zoning.quadrants import ON_THRESHOLD
from ..propagate import RealisationSummary, carbon_of, joined_summaries, slices_of, summarised


@dataclass(frozen=True)
class SecAreas:
    """What the SEC of units is made of.

    Attributes:
        unit_ha: area of whole units by code, from the part that is mapped (units, codes); NaN where nothing is.
        region_ha: sum over the units of which area and emission are known (codes,).
        emission_share: of each unit in the emission of these (units,); NaN where it has no SEC.
    """

    unit_ha: np.ndarray
    region_ha: np.ndarray
    emission_share: np.ndarray

    def margin_ha(self, limit: float) -> np.ndarray:
        """Areas of each unit less its share in those of the region times ``limit`` (units, codes).

        Times coefficients they give 0 for a unit whose SEC is on the limit, and more for one above it.
        """
        return self.unit_ha - limit * self.emission_share[:, None] * self.region_ha

    def slack_t(self, limit: float, coefficient_t_ha: np.ndarray) -> np.ndarray:
        """By how much a margin may lie below 0 and yet be on the limit, t a year (units,)."""
        return ON_THRESHOLD * abs(limit) * self.emission_share * float(self.region_ha @ coefficient_t_ha)


def sec_areas(area_ha: np.ndarray, coverage: np.ndarray, emission: np.ndarray, counted: np.ndarray) -> SecAreas:
    """The areas behind the SEC of units.

    Args:
        area_ha: of each unit by code, NaN where it does not meet the land cover (units, codes).
        coverage: part of each unit that is mapped, 0 to 1 (units,); the rest is taken to be like that part.
        emission: of each unit in any unit (units,), NaN where unknown.
        counted: which units the sums of the region count, bool (units,).
    """
    with np.errstate(invalid="ignore"):
        mapped = (coverage > 0) & (area_ha.sum(axis=1) > 0)
        emits = emission > 0
        both = mapped & (emission >= 0) & counted
    unit_ha = area_ha / np.where(mapped, np.minimum(coverage, 1.0), np.nan)[:, None]
    whole = float(emission[both].sum())
    known = mapped & emits & (whole > 0)
    share = np.divide(emission, whole, out=np.full(len(emission), np.nan), where=known)
    return SecAreas(unit_ha, unit_ha[both].sum(axis=0), share)


def sec_values(areas: SecAreas, coefficient_t_ha: np.ndarray) -> np.ndarray:
    """SEC of each unit at coefficients (codes,); NaN where it is not defined (units,)."""
    return _ratio(areas.unit_ha @ coefficient_t_ha, float(areas.region_ha @ coefficient_t_ha) * areas.emission_share)


def sec_realisations(
    areas: SecAreas, limit: float, draws_t_ha: np.ndarray, log: Log, workers: int = WORKERS
) -> tuple[RealisationSummary, np.ndarray]:
    """SEC of every unit in every realisation: what the realisations are like, and how many reach the limit.

    Args:
        areas: of the units.
        limit: a SEC that reaches it is high.
        draws_t_ha: coefficients of the realisations, t/ha a year (draws, codes).
        log: progress, cancelling.
        workers: threads; the result does not depend on them.

    Returns:
        The summary, without unit, and the part of the realisations that reach ``limit`` (units,), both NaN without SEC.

    Raises:
        Cancelled: the user stopped the run.
    """
    by_code = np.ascontiguousarray(draws_t_ha.T)
    region_t = carbon_of(areas.region_ha[None, :], by_code)[0]
    parts = slices_of(len(areas.unit_ha), len(draws_t_ha))

    def work(part: slice):
        share = areas.emission_share[part]
        sec = _ratio(carbon_of(areas.unit_ha[part], by_code), share[:, None] * region_t)
        high = np.where(np.isnan(share), np.nan, (sec >= limit - ON_THRESHOLD * abs(limit)).mean(axis=1))
        return summarised(sec, areas.unit_ha[part]), high

    found = [result for _, result in map_in_order(work, parts, log, len(parts), workers, here=True)]
    return joined_summaries([summary for summary, _ in found]), np.concatenate([high for _, high in found])


def _ratio(sink_t: np.ndarray, at_one_t: np.ndarray) -> np.ndarray:
    """Sink over the sink that a unit would have at SEC = 1; NaN where that is not above 0."""
    sink_t, at_one_t = np.broadcast_arrays(sink_t, at_one_t)
    with np.errstate(invalid="ignore"):
        return np.divide(sink_t, at_one_t, out=np.full(sink_t.shape, np.nan), where=at_one_t > 0)
