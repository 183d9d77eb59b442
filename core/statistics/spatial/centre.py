"""Weighted centre and standard deviational ellipse of an amount, and shifts between centres.

Sources: Lefever, Measuring geographic concentration by means of the standard deviational ellipse, American Journal of
Sociology 32 (1926), for the ellipse; Yuill, The standard deviational ellipse, Geografiska Annaler B 53 (1971), for
weights. Programs define the length of the axes differently, so that the convention is stated with every result:

    ==========  ==========================================================
    convention  semi-axis
    ==========  ==========================================================
    arcgis      sqrt(sum w d^2 / sum w), the formula that ArcGIS documents
    arcgis_pro  sqrt(2) times that: the factor that ArcGIS Pro documents for one standard deviation in a plane
    crimestat   sqrt(2 n / (n - 2)) times that, n places with a weight, as CrimeStat IV
    ==========  ==========================================================

d are the distances from the other axis. The direction is the same in all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...options.statistics import ARCGIS, ARCGIS_PRO, CRIMESTAT
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr

FEWEST_PLACES = 3


@dataclass(frozen=True)
class WeightedCentre:
    """Centre and ellipse of an amount.

    Attributes:
        x, y: weighted mean of the locations, in their unit.
        major, minor: semi-axes in the same unit.
        azimuth_deg: azimuth of the major axis, clockwise from north, 0 to below 180.
        convention: definition of the axes, one of :data:`core.options.statistics.CENTRE_CONVENTIONS`.
        places: number of locations with a positive weight.
    """

    x: float
    y: float
    major: float
    minor: float
    azimuth_deg: float
    convention: str
    places: int

    def outline(self, corners: int = 72) -> np.ndarray:
        """The ellipse as a closed ring (corners + 1, 2)."""
        turn = np.append(np.linspace(0, 2 * np.pi, corners, endpoint=False), 0.0)
        along, across = self.major * np.cos(turn), self.minor * np.sin(turn)
        east, north = math.sin(math.radians(self.azimuth_deg)), math.cos(math.radians(self.azimuth_deg))
        return np.column_stack([self.x + along * east + across * north, self.y + along * north - across * east])


def weighted_centre(points: np.ndarray, amounts: np.ndarray, convention: str = ARCGIS) -> WeightedCentre:
    """The centre and the ellipse of ``amounts`` (n,) at ``points`` (n, 2), projected coordinates, all finite.

    Raises:
        CarbonBalanceError: a negative amount, or fewer than 3 locations with an amount.
    """
    if (amounts < 0).any():
        raise CarbonBalanceError(tr("A weighted centre needs amounts of 0 or more, but some are negative."))
    used = amounts > 0
    count = int(used.sum())
    if count < FEWEST_PLACES:
        raise CarbonBalanceError(
            tr("{count} zone(s) have an amount above 0: a weighted centre and its ellipse need {fewest}.").format(
                count=count, fewest=FEWEST_PLACES
            )
        )
    weight = amounts[used] / amounts[used].sum()
    centre = weight @ points[used]
    variance, direction = np.linalg.eigh((weight[:, None] * (points[used] - centre)).T @ (points[used] - centre))
    east, north = direction[:, 1]
    factor = {ARCGIS: 1.0, ARCGIS_PRO: 2.0, CRIMESTAT: 2.0 * count / (count - 2)}[convention]
    minor, major = np.sqrt(factor * np.maximum(variance, 0.0))
    azimuth = math.degrees(math.atan2(east, north)) % 180.0
    return WeightedCentre(
        x=float(centre[0]),
        y=float(centre[1]),
        major=float(major),
        minor=float(minor),
        azimuth_deg=azimuth,
        convention=convention,
        places=count,
    )


@dataclass(frozen=True)
class Shift:
    """The shift between two centres: distance in the unit of the coordinates, azimuth clockwise from north."""

    distance: float
    azimuth_deg: float


def shift(first: WeightedCentre, second: WeightedCentre) -> Shift:
    """The shift from the first to the second centre."""
    east, north = second.x - first.x, second.y - first.y
    return Shift(math.hypot(east, north), math.degrees(math.atan2(east, north)) % 360.0)
