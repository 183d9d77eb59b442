"""Overlaps of zones against the areas computed by GEOS for every pair, and layers that only seem to overlap."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.raster.zone_outlines import segments
from carbon_balance.core.raster.zone_outlines.overlaps import Overlaps, find_overlaps, no_overlaps
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr
from shapes import polygon, star, wkb


def square(left, bottom, right, top, *more):
    return wkb(polygon([(left, bottom), (right, bottom), (right, top), (left, top)], *more))


def by_geos(outlines):
    """Area that each pair shares, every pair tried."""
    shapes = [None if each is None else ogr.CreateGeometryFromWkb(each) for each in outlines]
    shared = {}
    for i, j in itertools.combinations(range(len(shapes)), 2):
        if shapes[i] and shapes[j]:
            area = shapes[i].Intersection(shapes[j]).Area()
            if area > 1e-9:
                shared[i, j] = area
    return shared


def union_area(outlines):
    whole = ogr.Geometry(ogr.wkbPolygon)
    for each in outlines:
        whole = whole.Union(ogr.CreateGeometryFromWkb(each))
    return whole.Area()


def found(outlines):
    overlaps = find_overlaps(outlines)
    return {(i, j): area for (i, j), area in zip(overlaps.pairs.tolist(), overlaps.area)}


stars = st.tuples(st.floats(-4, 4), st.floats(-4, 4), st.lists(st.floats(0.2, 4), min_size=3, max_size=12))


@given(st.lists(stars, min_size=2, max_size=7))
def test_pairs_and_union_of_any_polygons_equal_those_of_geos(places):
    outlines = [wkb(polygon(star(*place))) for place in places]
    expected = by_geos(outlines)
    got = found(outlines)
    assert {pair for pair, area in expected.items() if area > 1e-7} <= set(got)
    for pair, area in got.items():
        assert area == pytest.approx(expected.get(pair, 0.0), rel=1e-9, abs=1e-9)
    overlaps = find_overlaps(outlines)
    areas = np.array([ogr.CreateGeometryFromWkb(each).Area() for each in outlines])
    assert (areas - overlaps.again_area).sum() == pytest.approx(union_area(outlines), rel=1e-9)


@pytest.mark.parametrize("tests_at_once", [5, 1 << 22])
def test_zones_of_very_different_sizes_anywhere_equal_those_of_geos(tests_at_once, monkeypatch):
    """Small zones far inside of large ones, whose edges meet none of theirs."""
    monkeypatch.setattr(segments, "_TESTS_AT_ONCE", tests_at_once)
    generator = np.random.default_rng(5)
    corners, sizes = generator.uniform(-20, 20, (70, 2)), np.exp(generator.normal(0, 1.8, (70, 2)))
    outlines = [square(x, y, x + wide, y + high) for (x, y), (wide, high) in zip(corners, sizes)]
    expected = by_geos(outlines)
    assert len(expected) > 40
    assert found(outlines) == pytest.approx(expected)


cells = st.lists(st.lists(st.integers(0, 15), min_size=1, max_size=8, unique=True), min_size=2, max_size=5)


@given(cells)
def test_overlaps_of_zones_dissolved_from_squares_equal_the_shared_squares(members):
    """Zones dissolved from the squares of one chessboard cross each other at corners that both have."""
    outlines = []
    for zone in members:
        whole = ogr.Geometry(ogr.wkbPolygon)
        for cell in zone:
            column, row = cell % 4, cell // 4
            whole = whole.Union(ogr.CreateGeometryFromWkb(square(column, row, column + 1, row + 1)))
        # Every corner of the board along the outline is a point of it.
        whole.Segmentize(1.0)
        outlines.append(bytes(whole.ExportToWkb()))
    expected = {
        (i, j): float(len(set(members[i]) & set(members[j])))
        for i, j in itertools.combinations(range(len(members)), 2)
        if set(members[i]) & set(members[j])
    }
    assert found(outlines) == pytest.approx(expected)


def test_tiling_zones_do_not_overlap():
    tiles = [square(c, r, c + 1, r + 1) for r in range(4) for c in range(5)]
    assert found(tiles) == {}
    assert not find_overlaps(tiles)


def test_a_neighbour_with_fewer_points_on_the_border_does_not_overlap():
    left = wkb(polygon([(0, 0), (1, 0), (1, 0.3), (1, 0.7), (1, 1), (0, 1)]))
    assert found([left, square(1, 0, 2, 1)]) == {}


def test_a_duplicate_outline_with_fewer_points_overlaps_fully():
    twice = wkb(polygon([(0, 0), (1, 0), (1, 0.3), (1, 0.7), (1, 1), (0, 1)]))
    assert found([square(0, 0, 1, 1), twice]) == {(0, 1): 1.0}


def test_a_city_overlaps_each_of_its_counties():
    counties = [square(c, r, c + 1, r + 1) for r in range(2) for c in range(2)]
    overlaps = find_overlaps([*counties, square(0, 0, 2, 2)])
    assert overlaps.pairs.tolist() == [[0, 4], [1, 4], [2, 4], [3, 4]]
    assert overlaps.once_share.tolist() == [1, 1, 1, 1, 0]
    assert overlaps


def test_an_inner_zone_overlaps_and_a_zone_in_a_hole_does_not():
    inner, hole = square(4, 4, 5, 5), [(1, 1), (1, 3), (3, 3), (3, 1)]
    outer = square(0, 0, 9, 9, hole)
    assert found([inner, outer, square(1.5, 1.5, 2, 2), square(1, 1, 3, 3)]) == {(0, 1): 1.0, (2, 3): 0.25}


def test_two_bars_that_cross_in_corners_of_both():
    across = wkb(polygon([(0, 1), (1, 1), (2, 1), (3, 1), (3, 2), (2, 2), (1, 2), (0, 2)]))
    down = wkb(polygon([(1, 0), (2, 0), (2, 1), (2, 2), (2, 3), (1, 3), (1, 2), (1, 1)]))
    assert found([across, down]) == {(0, 1): 1.0}


def test_parts_that_touch_in_one_point_and_islands():
    islands = wkb("MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)),((5 5,6 5,6 6,5 6,5 5)))")
    assert found([islands, square(1, 1, 2, 2), square(5.2, 5.2, 5.4, 5.4)]) == {(0, 2): pytest.approx(0.04)}


def test_slivers_are_measured_but_not_reported():
    overlaps = find_overlaps([square(0, 0, 1, 1), square(0.9999, 0, 2, 1)])
    assert overlaps.area == pytest.approx([1e-4])
    assert not overlaps
    assert find_overlaps([square(0, 0, 1, 1), square(0.99, 0, 2, 1)])


def test_zones_without_outline_and_zones_without_size():
    flat = wkb("POLYGON((0 0,1 0,2 0,0 0))")
    assert found([None, square(0, 0, 1, 1), flat, square(0, 0, 1, 1)]) == {(1, 3): 1.0}
    assert found([None, None]) == {}


def test_land_in_three_zones_is_counted_again_by_the_second_and_third():
    overlaps = find_overlaps([square(0, 0, 2, 1), square(1, 0, 3, 1), square(1, 0, 4, 1)])
    assert overlaps.again_area.tolist() == pytest.approx([0, 1, 2])
    assert (overlaps.zone_area - overlaps.again_area).sum() == pytest.approx(4)


def test_zones_that_share_nothing_have_no_pairs_of_two():
    found = no_overlaps(3)
    assert found.pairs.shape == (0, 2)
    np.testing.assert_array_equal(found.once_share, [1, 1, 1])


@pytest.mark.parametrize(("shared", "told"), [(0.1, False), (0.1001, True)])
def test_more_than_a_thousandth_of_the_smaller_zone_is_reported(shared, told):
    """The smaller zone has an area of 100."""
    overlaps = Overlaps(np.array([[0, 1]]), np.array([shared]), np.array([900.0, 100.0]), [None, None], np.zeros(2))
    assert bool(overlaps) is told
    assert overlaps.noteworthy.tolist() == [told]


def test_pairs_are_listed_from_the_largest_in_km2():
    """Outlines may be in degrees: km2 follow from the shared fraction of the zone."""
    pairs, shared = np.array([[0, 1], [0, 2], [1, 2]]), np.array([1.0, 2.0, 0.001])
    overlaps = Overlaps(pairs, shared, np.array([10.0, 10.0, 10.0]), [None] * 3, np.array([0.0, 1.0, 2.0]))
    text = overlaps.pairs_text(["A", "B", "C"], np.array([1000.0, 1000.0, 100.0]))
    assert text == "A and C (200 km2), A and B (100 km2)"
    assert overlaps.once_share == pytest.approx([1, 0.9, 0.8])
    assert no_overlaps(2).once_share.tolist() == [1, 1]


@pytest.mark.parametrize(("strip", "known"), [(1e-3, True), (1e-13, False)])
def test_an_overlap_counts_by_its_share_of_the_smaller_zone(strip, known):
    """A small zone in one of 4e12 m2 overlaps with all of its area, however small that is beside the large one.

    Of two zones of 1 m2 each, a strip of 1e-3 m2 is an overlap, one of 1e-13 m2 the rounding of a common border.
    """
    large, small = square(0, 0, 2e6, 2e6), square(9, 9, 10, 10)
    assert found([large, small]) == {(0, 1): 1}
    beside = found([square(0, 0, 1, 1), square(1 - strip, 0, 2, 1)])
    assert list(beside) == ([(0, 1)] if known else [])


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("step", [1, -1])
def test_doubled_outlines_in_a_larger_one_overlap_wherever_their_rings_begin(first, step):
    """All of their edges belong to both, and only those of the first corner are looked for in the larger one."""
    corners = [(4, 4), (4, 6), (6, 6), (6, 4)]
    inner, large = wkb(polygon((corners[first:] + corners[:first])[::step])), square(0, 0, 10, 10)
    assert found([inner, inner, large]) == {(0, 1): 4, (0, 2): 4, (1, 2): 4}
    assert found([large, inner, inner]) == {(0, 1): 4, (0, 2): 4, (1, 2): 4}
