"""Outlines that nearly touch, at the tolerance and on both sides of it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.statistics import near_outlines
from carbon_balance.core.statistics.near_outlines import Outline, overlapping_boxes, usual_tolerance
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


def boxes_of(kind):
    generator = np.random.default_rng(3)
    corner, size = generator.integers(0, 40, (80, 2)), generator.integers(0, 6, (80, 2))
    if kind == "of very different sizes":
        size = np.round(np.exp(generator.normal(0, 2, (80, 2))), 1)
    if kind == "without height":
        size[:, 1] = 0
    if kind == "at one place":
        corner, size = corner * 0, size * 0
    made = np.column_stack([corner[:, 0], corner[:, 0] + size[:, 0], corner[:, 1], corner[:, 1] + size[:, 1]]) - 20.0
    made[::9] = np.nan
    return made


@pytest.mark.parametrize("kind", ["touching", "of very different sizes", "without height", "at one place"])
@pytest.mark.parametrize("at_once", [3, 1 << 20])
def test_overlapping_boxes_are_those_of_all_pairs(kind, at_once, monkeypatch):
    monkeypatch.setattr(near_outlines, "_PAIRS_AT_ONCE", at_once)
    boxes = boxes_of(kind)
    expected = [
        (i, j)
        for i, j in itertools.combinations(range(len(boxes)), 2)
        if all(boxes[a, at] <= boxes[b, at + 1] for a, b in ((i, j), (j, i)) for at in (0, 2))
    ]
    assert len(expected) > 10
    assert sorted(tuple(sorted(pair)) for pair in overlapping_boxes(boxes).tolist()) == expected


def test_no_boxes_have_no_pairs():
    assert overlapping_boxes(np.full((3, 4), np.nan)).shape == (0, 2)
