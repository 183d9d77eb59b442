"""Zones as quadrants of the economic (EEC) and ecological (SEC) carbon coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..options.zoning import AT_GIVEN, AT_MEAN, AT_ONE
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr

# A coefficient this near to its threshold, relatively, lies on it: sums of shares differ by as much from rounding.
ON_THRESHOLD = 1e-9

# Quadrants from 1, as (EEC high, SEC high).
SIDES = [(True, True), (True, False), (False, True), (False, False)]
NO_QUADRANT = 0


@dataclass(frozen=True)
class Quadrants:
    """Units by whether each coefficient reaches its threshold.

    Attributes:
        eec_threshold, sec_threshold: what high is measured against; a value on the threshold is high.
        quadrants: 1 both high, 2 EEC high, 3 SEC high, 4 both low, ``NO_QUADRANT`` where a coefficient
            is NaN (units,) int64.
        eec_distance, sec_distance: coefficient minus threshold (units,), NaN where it is NaN.
        distance: the smaller of both without its sign: how little would move the unit into another zone (units,).
        on_threshold: the units that lie on a threshold, from 0.
    """

    eec_threshold: float
    sec_threshold: float
    quadrants: np.ndarray
    eec_distance: np.ndarray
    sec_distance: np.ndarray
    distance: np.ndarray
    on_threshold: np.ndarray

    def classes(self) -> list[int | None]:
        """Quadrant of each unit, ``None`` where it has none."""
        return [None if each == NO_QUADRANT else int(each) for each in self.quadrants]

    def zones(self, names: Sequence[str]) -> list[str | None]:
        """Name of the quadrant of each unit."""
        by_quadrant = [None, *names]
        return [by_quadrant[each] for each in self.quadrants]

    def members(self, quadrant: int) -> np.ndarray:
        """The units in ``quadrant``, from 0."""
        return np.flatnonzero(self.quadrants == quadrant)

    def nearest(self) -> int:
        """The unit, from 0, nearest to a threshold."""
        return int(np.nanargmin(self.distance))


def threshold(values: np.ndarray, kind: str, given: float | None, name: str) -> float:
    """What a coefficient is measured against.

    Args:
        values: the coefficient (units,), NaN is left out.
        kind: ``one``, the region's own level, since a unit's coefficient is its share of GDP or of the sink
            over its share of the emission; ``mean`` or ``median`` of the units; or ``given``.
        given: the threshold for ``given``.
        name: how messages call the coefficient.

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
        eec, sec: coefficients without unit (units,), NaN where unknown.
        eec_threshold, sec_threshold: a coefficient that reaches its threshold is high.

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
