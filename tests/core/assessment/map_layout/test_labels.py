"""Names on a map: inside their zones, apart, and replaced by numbers where they do not fit."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.map_layout.labels import _inside, place_labels, text_width
from osgeo import ogr
from shapes import polygon, wkb


def box(west, north, east, south):
    return np.array([(west, north), (east, north), (east, south), (west, south), (west, north)], float)


def placed(rings, names, size):
    return [(each.row, each.text) for each in place_labels(rings, names, 1000, 1000, (size,))]


def test_widths_of_letters():
    assert text_width("abcd", 10) == pytest.approx(24.8)
    assert text_width("碳平", 10) == 20


@pytest.mark.parametrize(("share", "text"), [(1.29, "1234567890"), (1.31, "1"), (1.45, "1")])
def test_a_name_may_be_a_little_wider_than_its_zone(share, text):
    """Up to 1.3 times; a wider one could still have most of its letters in the zone if it were off its middle."""
    size = share * 100 / 6.2
    assert placed([box(400, 400, 500, 500)], ["1234567890"], size) == [(0, text)]


def test_two_names_do_not_overlap():
    """Two zones of 100 x 20 above each other have room for a name each, the same zone twice for a name and a number."""
    first, second = box(400, 400, 500, 420), box(400, 421, 500, 441)
    assert placed([first, second], ["abcdefgh", "ijklmnop"], 16) == [(0, "abcdefgh"), (1, "ijklmnop")]
    assert placed([first, first], ["abcdefgh", "ijklmnop"], 16)[0] == (0, "abcdefgh")
    assert (1, "ijklmnop") not in placed([first, first], ["abcdefgh", "ijklmnop"], 16)


def test_zones_without_outline_or_name_have_no_label():
    assert placed([None, box(0, 0, 500, 500), box(500, 500, 999, 999)], ["a", "", "c"], 12) == [(2, "c")]


def test_points_in_a_ring_are_those_of_geos():
    """A star with slanted edges in all directions, far from the origin."""
    turn = np.linspace(0, 2 * np.pi, 15)
    radius = np.where(np.arange(15) % 2, 30, 90)
    ring = np.column_stack([700 + radius * np.cos(turn), 300 + radius * np.sin(turn)])
    ring[-1] = ring[0]
    points = np.array([700, 300]) + np.random.default_rng(2).uniform(-95, 95, (400, 2))
    shape = ogr.CreateGeometryFromWkb(wkb(polygon(ring.tolist())))
    expected = [shape.Contains(ogr.CreateGeometryFromWkt(f"POINT({x!r} {y!r})")) for x, y in points.tolist()]
    assert 40 < sum(expected) < 360
    assert _inside(ring, points).tolist() == expected
