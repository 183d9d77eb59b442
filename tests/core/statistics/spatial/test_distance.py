"""Distances on the ellipsoid against published geodesics and a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.statistics.spatial.distance import geodesic_km


def between(first, second):
    return geodesic_km(np.array([first], float), np.array([second], float))[0, 0]


def test_known_geodesics():
    # A degree of longitude on the equator: radius x pi / 180; a quarter of the meridian of WGS 84 is 10,001.966 km.
    assert between((0, 0), (1, 0)) == pytest.approx(6378.137 * np.pi / 180, rel=1e-9)
    assert between((10, 0), (10, 90)) == pytest.approx(10001.966, rel=1e-4)
    # JFK to LHR, from GeographicLib's documentation: 5,551.759 km.
    assert between((-73.8, 40.6), (-0.5, 51.6)) == pytest.approx(5551.759, rel=1e-4)
    # A minute of latitude at 25 degrees north: M = a (1 - e2)/(1 - e2 sin2)^1.5.
    e2 = 0.00669437999014
    middle = np.radians(25 + 1 / 120)
    metres = 6378.137 * (1 - e2) / (1 - e2 * np.sin(middle) ** 2) ** 1.5 * np.radians(1 / 60)
    assert between((102, 25), (102, 25 + 1 / 60)) == pytest.approx(metres, rel=1e-5)


def test_the_distance_of_a_point_to_itself_is_zero():
    places = np.array([[102.7, 25.0], [103.8, 25.5], [-179.9, 10.0], [179.9, 10.0]])
    distances = geodesic_km(places, places)
    assert distances.diagonal() == pytest.approx(0)
    assert distances == pytest.approx(distances.T)
    assert distances[2, 3] == pytest.approx(21.9, abs=0.1)
