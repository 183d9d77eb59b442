"""Distances between many locations on the ellipsoid WGS 84."""

from __future__ import annotations

import numpy as np

_RADIUS_KM, _FLATTENING = 6378.137, 1 / 298.257223563


def geodesic_km(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distance from each of ``first`` to each of ``second``, km (m, n).

    Lambert's formula (1942): the great circle between reduced latitudes, corrected to the first order of the
    flattening; accurate within 10 m per 1,000 km except for almost antipodal locations.

    Args:
        first, second: longitude and latitude in degrees, (m, 2) and (n, 2).
    """
    (lon_1, lat_1), (lon_2, lat_2) = np.radians(first).T, np.radians(second).T
    beta_1 = np.arctan((1 - _FLATTENING) * np.tan(lat_1))[:, None]
    beta_2 = np.arctan((1 - _FLATTENING) * np.tan(lat_2))[None, :]
    # The haversine formula is accurate for nearby locations.
    half = np.sin((beta_2 - beta_1) / 2) ** 2
    half = half + np.cos(beta_1) * np.cos(beta_2) * np.sin((lon_2[None, :] - lon_1[:, None]) / 2) ** 2
    half = np.clip(half, 0.0, 1.0)
    angle = 2 * np.arcsin(np.sqrt(half))
    mean, difference = (beta_1 + beta_2) / 2, (beta_2 - beta_1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        x = (angle - np.sin(angle)) * (np.sin(mean) * np.cos(difference)) ** 2 / (1 - half)
        y = (angle + np.sin(angle)) * (np.cos(mean) * np.sin(difference)) ** 2 / half
    correction = np.nan_to_num(x) + np.nan_to_num(y)
    return _RADIUS_KM * np.maximum(angle - _FLATTENING / 2 * correction, 0.0)
