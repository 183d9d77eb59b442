"""Outlines that nearly touch, at the tolerance and on both sides of it."""

from __future__ import annotations

import pytest
from carbon_balance.core.statistics import near_outlines
from carbon_balance.core.statistics.near_outlines import Outline, usual_tolerance
from osgeo import ogr


def shape(*points):
    text = ", ".join(f"{x} {y}" for x, y in (*points, points[0]))
    return ogr.CreateGeometryFromWkt(f"POLYGON (({text}))")


def box(west, south, east, north):
    return shape((west, south), (east, south), (east, north), (west, north))


SQUARE = box(0, 0, 10, 10)
OTHERS = {
    "right": (box(12, 2, 20, 8), 2),
    "above": (box(2, 13, 8, 20), 3),
    "left": (box(-9, -5, -1, 15), 1),
    "below": (box(-5, -9, 15, -4), 4),
    "corner": (box(13, 14, 20, 20), 5),
    "point against a side": (shape((11, 5), (20, 0), (20, 10)), 1),
}


@pytest.mark.parametrize("name", OTHERS)
def test_outlines_are_near_by_the_distance_of_their_borders(name):
    other, apart = OTHERS[name]
    first, second = Outline(SQUARE), Outline(other)
    for one, two in ((first, second), (second, first)):
        assert one.lies_within(two, apart)
        assert one.lies_within(two, apart + 0.001)
        assert not one.lies_within(two, apart - 0.001)


def test_the_result_does_not_depend_on_the_number_of_pairs_at_once(monkeypatch):
    monkeypatch.setattr(near_outlines, "_PAIRS_AT_ONCE", 2)
    for other, apart in OTHERS.values():
        assert Outline(SQUARE).lies_within(Outline(other), apart)
        assert not Outline(SQUARE).lies_within(Outline(other), apart - 0.001)


def test_a_zone_within_another_is_near_its_border():
    assert Outline(SQUARE).lies_within(Outline(box(1, 4, 6, 6)), 1)
    assert not Outline(SQUARE).lies_within(Outline(box(1, 4, 6, 6)), 0.999)


def test_a_zone_without_outline_is_near_no_other():
    empty = ogr.CreateGeometryFromWkt("POLYGON EMPTY")
    assert not Outline(empty).lies_within(Outline(SQUARE), 100)
    assert not Outline(SQUARE).lies_within(Outline(empty), 100)


def test_the_default_tolerance_is_two_percent_of_the_median_zone_s_side():
    shapes = [
        box(0, 0, 10, 10),
        box(0, 0, 30, 30),
        box(0, 0, 100, 100),
        None,
        ogr.CreateGeometryFromWkt("POLYGON EMPTY"),
    ]
    assert usual_tolerance(shapes) == pytest.approx(0.6)
    assert usual_tolerance([None]) == 0
