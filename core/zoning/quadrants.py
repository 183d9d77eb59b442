"""Zones as quadrants of the economic (EEC) and ecological (SEC) carbon coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..options.zoning import AT_GIVEN, AT_MEAN, AT_ONE
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr

# A coefficient with a smaller relative distance to its threshold is on the threshold: sums have such rounding errors.
ON_THRESHOLD = 1e-9

# Quadrants from 1, as (EEC high, SEC high).
SIDES = [(True, True), (True, False), (False, True), (False, False)]
NO_QUADRANT = 0


@dataclass(frozen=True)
class Quadrants:
    """Units by whether each coefficient reaches its threshold.

    Attributes:
        eec_threshold, sec_threshold: thresholds from which a value is high (inclusive).
        quadrants: 1 both high, 2 EEC high, 3 SEC high, 4 both low, ``NO_QUADRANT`` if a coefficient is NaN, int64
            (units,).
        eec_distance, sec_distance: coefficient minus threshold (units,), NaN if unknown.
        distance: the smaller absolute distance, which is the change that would move the unit to another zone (units,).
        on_threshold: the units on a threshold, from 0.
    """

    eec_threshold: float
    sec_threshold: float
    quadrants: np.ndarray
    eec_distance: np.ndarray
    sec_distance: np.ndarray
    distance: np.ndarray
    on_threshold: np.ndarray

    def classes(self) -> list[int | None]:
        """Quadrant of each unit, ``None`` if unknown."""
        return [None if each == NO_QUADRANT else int(each) for each in self.quadrants]

    def zones(self, names: Sequence[str]) -> list[str | None]:
        """Name of the quadrant of each unit."""
        by_quadrant = [None, *names]
        return [by_quadrant[each] for each in self.quadrants]

    def members(self, quadrant: int) -> np.ndarray:
        """The units in ``quadrant``, from 0."""
        return np.flatnonzero(self.quadrants == quadrant)

    def nearest(self) -> int:
        """The unit nearest to a threshold, from 0."""
        return int(np.nanargmin(self.distance))


def threshold(values: np.ndarray, kind: str, given: float | None, name: str) -> float:
    """The threshold of a coefficient.

    Args:
        values: the coefficient (units,), NaN is ignored.
        kind: ``one``, the level of the region, because a coefficient is the share of GDP or sink divided by the share
            of emission; ``mean`` or ``median`` of the units; or ``given``.
        given: the threshold for ``given``.
        name: name of the coefficient in messages.

    Raises:
        CarbonBalanceError: ``given`` without a number.
    """
    if kind == AT_GIVEN:
        if given is None:
            raise CarbonBalanceError(
                tr(
                    "The threshold of {name} is set to given, but no number is given: give one, or choose one, mean or "
                    "median."
                ).format(name=name)
            )
        return given
    if kind == AT_ONE:
        return 1.0
    return float(np.nanmean(values) if kind == AT_MEAN else np.nanmedian(values))


def quadrant_zoning(eec: np.ndarray, sec: np.ndarray, eec_threshold: float, sec_threshold: float) -> Quadrants:
    """The quadrant of each unit.

    Args:
        eec, sec: dimensionless coefficients (units,), NaN where unknown.
        eec_threshold, sec_threshold: thresholds from which a coefficient is high (inclusive).

    Raises:
        CarbonBalanceError: no unit has both coefficients.
    """
    known = ~np.isnan(eec) & ~np.isnan(sec)
    if not known.any():
        raise CarbonBalanceError(tr("No unit has both EEC and SEC: both are needed to classify a unit."))
    eec_distance, sec_distance = eec - eec_threshold, sec - sec_threshold
    on_eec = np.abs(eec_distance) <= ON_THRESHOLD * abs(eec_threshold)
    on_sec = np.abs(sec_distance) <= ON_THRESHOLD * abs(sec_threshold)
    eec_high, sec_high = (eec_distance > 0) | on_eec, (sec_distance > 0) | on_sec
    quadrants = np.full(len(eec), NO_QUADRANT)
    for quadrant, (eec_side, sec_side) in enumerate(SIDES, start=1):
        quadrants[known & (eec_high == eec_side) & (sec_high == sec_side)] = quadrant
    return Quadrants(
        eec_threshold=eec_threshold,
        sec_threshold=sec_threshold,
        quadrants=quadrants,
        eec_distance=eec_distance,
        sec_distance=sec_distance,
        distance=np.where(known, np.minimum(np.abs(eec_distance), np.abs(sec_distance)), np.nan),
        on_threshold=np.flatnonzero(known & (on_eec | on_sec)),
    )
