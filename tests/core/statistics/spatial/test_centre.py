"""Weighted centre and ellipse: Central Yunnan, closed forms, conventions."""

from __future__ import annotations

import json

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.spatial.centre import shift, weighted_centre
from layers import SAMPLE
from osgeo import ogr, osr


@pytest.fixture(scope="module")
def counties():
    """Centroids in an equal-area projection of 25 N, 102.5 E, and the published figures."""
    degrees, metres = osr.SpatialReference(), osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    metres.ImportFromProj4("+proj=laea +lat_0=25 +lon_0=102.5 +datum=WGS84")
    to_metres = osr.CoordinateTransformation(degrees, metres)
    points, figures = [], []
    for feature in json.loads((SAMPLE / "central_yunnan.geojson").read_text(encoding="utf-8"))["features"]:
        outline = ogr.CreateGeometryFromJson(json.dumps(feature["geometry"]))
        outline.Transform(to_metres)
        points.append(outline.Centroid().GetPoint(0)[:2])
        own = feature["properties"]
        figures.append((own["published_demand_t_km2"] * own["polygon_km2"], own["published_supply_1e6t"]))
    return np.array(points), *np.array(figures).T


def test_central_yunnan(counties):
    points, emission, supply = counties
    demand = weighted_centre(points, emission)
    assert (demand.x, demand.y) == pytest.approx((50383.6, 1323.4), abs=0.05)
    assert (demand.major, demand.minor) == pytest.approx((88921, 73774), abs=0.5)
    assert demand.azimuth_deg == pytest.approx(35.73, abs=0.01)
    land = weighted_centre(points, supply)
    assert (land.x, land.y) == pytest.approx((20459.2, 5250.8), abs=0.05)
    assert (land.major, land.minor) == pytest.approx((103403, 90780), abs=0.5)
    assert land.azimuth_deg == pytest.approx(48.45, abs=0.005)
    apart = shift(land, demand)
    assert apart.distance == pytest.approx(30181, abs=1)
    # 29,924.4 m east and 3,927.4 m south.
    assert apart.azimuth_deg == pytest.approx(97.48, abs=0.005)


def test_axes_by_convention():
    """Four points at (+-3, 0) and (0, +-1) with equal amounts: variances 4.5 and 0.5."""
    points, amounts = np.array([(3, 0), (-3, 0), (0, 1), (0, -1)], dtype=float), np.ones(4)
    plain = weighted_centre(points, amounts, "arcgis")
    assert (plain.major, plain.minor, plain.azimuth_deg) == pytest.approx((4.5**0.5, 0.5**0.5, 90.0))
    assert weighted_centre(points, amounts, "arcgis_pro").major == pytest.approx(3.0)
    # n = 4: 2 n / (n - 2) = 4.
    assert weighted_centre(points, amounts, "crimestat").minor == pytest.approx(2**0.5)


def test_direction_is_clockwise_from_north_and_the_outline_lies_on_the_axes():
    points = np.array([(0, 0), (1, 1), (2, 2), (1.2, 0.8), (0.8, 1.2)], dtype=float)
    found = weighted_centre(points, np.ones(5))
    assert found.azimuth_deg == pytest.approx(45)
    ring = found.outline(4) - (found.x, found.y)
    assert ring[0] == pytest.approx([found.major / 2**0.5, found.major / 2**0.5])
    assert np.hypot(*ring[1]) == pytest.approx(found.minor)
    assert ring[0].tolist() == ring[-1].tolist()


def test_the_centre_is_weighted_by_amount_and_zeros_are_ignored():
    points = np.array([(0, 0), (4, 0), (0, 4), (100, 100)], dtype=float)
    found = weighted_centre(points, np.array([2.0, 1.0, 1.0, 0.0]))
    assert (found.x, found.y, found.places) == (1.0, 1.0, 3)


@pytest.mark.parametrize("amounts", [[1, 1, 0], [1, 1, -1]])
def test_too_few_or_negative_amounts_are_refused(amounts):
    with pytest.raises(CarbonBalanceError):
        weighted_centre(np.array([(0, 0), (1, 0), (0, 1)], dtype=float), np.array(amounts, dtype=float))
