"""SEC of units, their zones of EEC and SEC, and what decisions on judged codes do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.log import Log
from ...runtime.parallel import WORKERS
from ...tables import columns
from ...tables.names import judgement_columns
from ...zoning.quadrants import NO_QUADRANT, SIDES, Quadrants, quadrant_zoning
from ..confusion import ConfusionMatrix
from ..densities import CodeMoments
from ..judgement import JudgedCode
from ..pool_sd import UncertainPools
from ..propagate import RealisationSummary
from ..variance_sources import ZoneStability, stability_of, variance_shares
from .sec_chances import SecAreas, sec_realisations, sec_values

SEC_SHARES = (
    judgement_columns.SEC_VARIANCE_JUDGEMENT,
    judgement_columns.SEC_VARIANCE_COEFFICIENTS,
    judgement_columns.SEC_VARIANCE_AREAS,
)


@dataclass(frozen=True)
class SecLimits:
    """What the SEC of units is measured by.

    Attributes:
        areas: behind the SEC.
        sec_limit, eec_limit: a coefficient that reaches its limit is high.
        eec: of each unit (units,), ``None`` if EEC is not given.
        zone_names: of the four quadrants.
    """

    areas: SecAreas
    sec_limit: float
    eec_limit: float
    eec: np.ndarray | None
    zone_names: Sequence[str]


@dataclass(frozen=True)
class SecOutcome:
    """SEC of units (units,) and their zones.

    Attributes:
        limits: what it is measured by.
        central: SEC at the table's coefficients.
        drawn: of the realisations, without unit.
        high: part of the realisations in which SEC reaches its limit.
        shares: of judgement, coefficients and class areas in the variance of the distance to the limit (units, 3).
        stability: whether decisions move SEC to the other side of its limit, if there are judged codes.
        quadrants: at the table's coefficients, if EEC is given.
    """

    limits: SecLimits
    central: np.ndarray
    drawn: RealisationSummary
    high: np.ndarray
    shares: np.ndarray
    stability: ZoneStability | None
    quadrants: Quadrants | None

    def chances(self) -> np.ndarray:
        """Part of the realisations in which each unit is in each quadrant (units, 4); NaN without EEC or SEC."""
        quadrants = self.quadrants
        if quadrants is None:
            return np.empty((len(self.high), 0))
        eec_high = np.isin(quadrants.quadrants, [at for at, (eec, _) in enumerate(SIDES, 1) if eec])
        chances = np.column_stack(
            [np.where(eec_high == eec, self.high if sec else 1 - self.high, 0.0) for eec, sec in SIDES]
        )
        chances[quadrants.quadrants == NO_QUADRANT] = np.nan
        return chances

    def columns(self) -> dict[str, object]:
        """The columns of units (units,), called as :func:`sink_zone_column_names` says."""
        found: dict[str, object] = {
            columns.SEC: self.central,
            judgement_columns.SEC_SD: self.drawn.sd,
            judgement_columns.SEC_LOW: self.drawn.low,
            judgement_columns.SEC_MEDIAN: self.drawn.median,
            judgement_columns.SEC_HIGH: self.drawn.high,
            judgement_columns.P_SEC_REACHED: self.high,
        }
        if self.quadrants is not None:
            chances = self.chances()
            at = np.maximum(self.quadrants.quadrants - 1, 0)
            found[columns.CLASS] = self.quadrants.classes()
            found[columns.ZONE] = self.quadrants.zones(self.limits.zone_names)
            found[columns.P_ZONE] = chances[np.arange(len(at)), at]
        if self.stability:
            found.update(zip(SEC_SHARES, self.shares.T))
            found[judgement_columns.ZONE_KEPT] = self.stability.words()
            found[judgement_columns.MOVED_BY] = self.stability.moved_by
        return found

    def long_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """A row for each unit and quadrant."""
        units, quadrants = len(self.high), len(SIDES)
        return {
            columns.ZONE_ROW: np.repeat(np.arange(1, units + 1), quadrants),
            columns.ZONE_NAME: [name for name in zone_names for _ in range(quadrants)],
            columns.CLASS: np.tile(np.arange(1, quadrants + 1), units),
            columns.ZONE: list(self.limits.zone_names) * units,
            columns.P_ZONE: self.chances().reshape(-1),
        }


@dataclass(frozen=True)
class DrawnSinks:
    """What was drawn for the sinks and is used for SEC as well.

    Attributes:
        sinks: coefficients with their SD.
        draws_t_ha: by map class (draws, codes).
        moments: of the coefficients by source.
        expected: mean part of each map class that is each class on the ground (codes, codes).
        judged: the codes whose class is a judgement.
        confusion: the confusion matrix, if there is one.
    """

    sinks: UncertainPools
    draws_t_ha: np.ndarray
    moments: CodeMoments
    expected: np.ndarray
    judged: Sequence[JudgedCode]
    confusion: ConfusionMatrix | None


def sec_outcome(limits: SecLimits, drawn: DrawnSinks, log: Log, workers: int = WORKERS) -> SecOutcome:
    """SEC of units in all realisations, and at the table's coefficients.

    Args:
        limits: areas, limits and EEC.
        drawn: the coefficients.
        log: progress, cancelling.
        workers: threads; the result does not depend on them.

    Raises:
        CarbonBalanceError: EEC is given, but no unit has both EEC and SEC.
    """
    coefficient_t_ha = drawn.sinks.mean_t_ha.sum(axis=1)
    on_ground = SecAreas(
        limits.areas.unit_ha @ drawn.expected, limits.areas.region_ha @ drawn.expected, limits.areas.emission_share
    )
    central = sec_values(on_ground, coefficient_t_ha)
    central[~(central > 0)] = np.nan
    summary, high = sec_realisations(limits.areas, limits.sec_limit, drawn.draws_t_ha, log, workers)
    slack_t = on_ground.slack_t(limits.sec_limit, coefficient_t_ha)
    stability = None
    if drawn.judged:
        stability = stability_of(
            on_ground.margin_ha(limits.sec_limit),
            coefficient_t_ha,
            drawn.judged,
            lambda margin_t: (margin_t >= -slack_t).astype(int),
            ~np.isnan(central),
        )
    quadrants = None
    if limits.eec is not None:
        quadrants = quadrant_zoning(limits.eec, central, limits.eec_limit, limits.sec_limit)
    margin_ha = limits.areas.margin_ha(limits.sec_limit)
    shares = variance_shares(margin_ha, drawn.sinks.codes, drawn.moments, drawn.confusion)
    return SecOutcome(limits, central, summary, high, shares=shares, stability=stability, quadrants=quadrants)
