"""Outlines on a grid against GDAL's rasteriser, polygon intersection, and an independent program."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.coverage import coverage
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.outlines import edges_on_grid
from hypothesis import given, settings
from hypothesis import strategies as st
from rasters import wkt
from shapes import centre_rule, checkerboard, fraction_rule, intersected, polygon, rasterised, star, wkb

W, H = 13, 11
PLAIN = (0.0, 1.0, 0.0, float(H), 0.0, -1.0)


def grid(geotransform=PLAIN, width=W, height=H):
    return Grid(width, height, geotransform, wkt(32648))


radii = st.lists(st.floats(0.05, 9), min_size=3, max_size=14)
places = st.tuples(st.floats(-3, W + 3), st.floats(-3, H + 3))
GRIDS = [
    grid(),
    grid((500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0)),
    grid((100.0, 0.05, 0.0, 26.0, 0.0, -0.05)),
    grid((0.0, 1.0, 0.0, 0.0, 0.0, 1.0)),
]
ROTATED = grid((7.0, 1.2, 0.5, 9.0, 0.4, -1.1))


def on(where, points):
    return [where.xy(*point) for point in points]


@settings(max_examples=150, deadline=None)
@given(where=st.sampled_from(GRIDS), place=places, rays=radii, block=st.sampled_from([4, 5, 13]))
def test_centre_rule_equals_gdal(where, place, rays, block):
    outline = wkb(polygon(on(where, star(*place, rays))))
    found = centre_rule([outline], where)[0]
    np.testing.assert_array_equal(found, rasterised(outline, where))
    np.testing.assert_array_equal(centre_rule([outline], where, checkerboard(block, where))[0], found)


@settings(max_examples=60, deadline=None)
@given(where=st.sampled_from([*GRIDS, ROTATED]), place=places, rays=radii, block=st.sampled_from([4, 5, 13]))
def test_fractions_equal_the_intersections(where, place, rays, block):
    outline = wkb(polygon(on(where, star(*place, rays))))
    found = fraction_rule([outline], where)[0]
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-12
    np.testing.assert_allclose(found, intersected(outline, where), atol=2e-7)
    np.testing.assert_allclose(fraction_rule([outline], where, checkerboard(block, where))[0], found, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    corners=st.lists(st.tuples(st.integers(-4, 2 * W + 4), st.integers(-4, 2 * H + 4)), min_size=4, max_size=8),
    where=st.sampled_from(GRIDS),
)
def test_shared_borders_through_centres_assign_each_cell_once(corners, where):
    """A ragged line through cell centres splits the raster: every centre lies on exactly one side."""
    line = sorted({y: x for x, y in corners}.items())
    line = [(x / 2, y / 2) for y, x in line if 0 < y < 2 * H]
    line = [(6.5, -1.0), *line, (6.5, H + 1.0)]
    left = polygon(on(where, [(-30.0, -1.0), *line, (-30.0, H + 1.0)]))
    right = polygon(on(where, [(60.0, -1.0), *line, (60.0, H + 1.0)]))
    np.testing.assert_array_equal(centre_rule([wkb(left), wkb(right)], where).sum(axis=0), 1)
    np.testing.assert_allclose(fraction_rule([wkb(left), wkb(right)], where).sum(axis=0), 1, atol=1e-9)


@pytest.mark.parametrize(
    "corner", [(0.0, 1.0, 200.0), (500000.0, 30.0, 3000000.0), (100.0, 0.05, 26.0), (0.1, 1 / 120, 3)]
)
def test_slanted_borders_through_centres_assign_each_cell_once(corner):
    """Borders of any slope that meet centres within rounding, each drawn in both directions."""
    x, size, y = corner
    where = grid((x, size, 0.0, y, 0.0, -size), 200, 200)
    middle = (100.5, 100.5)
    rim = [(x + 0.5, y + 0.5) for x, y in [(a, -1) for a in range(-1, 201, 7)] + [(201, a) for a in range(-1, 201, 7)]]
    rim += [
        (x + 0.5, y + 0.5) for x, y in [(a, 201) for a in range(201, -1, -7)] + [(-1, a) for a in range(201, -1, -7)]
    ]
    slices = [wkb(polygon(on(where, [middle, a, b]))) for a, b in zip(rim, rim[1:] + rim[:1])]
    np.testing.assert_array_equal(centre_rule(slices, where).sum(axis=0), 1)
    np.testing.assert_allclose(fraction_rule(slices, where).sum(axis=0), 1, atol=1e-9)


SHAPES = {
    "hole": polygon([(1.2, 1.3), (11.7, 1.1), (11.1, 9.9), (1.4, 9.2)], [(4.1, 4.2), (4.3, 7.1), (8.2, 6.6)]),
    "hole wound as the outside": polygon(
        [(1.2, 1.3), (11.7, 1.1), (11.1, 9.9), (1.4, 9.2)], [(8.2, 6.6), (4.3, 7.1), (4.1, 4.2)]
    ),
    "island in a hole": "MULTIPOLYGON(((1 1,12 1,12 10,1 10,1 1),(2.3 2.3,2.3 8.8,10.7 8.8,10.7 2.3,2.3 2.3)),"
    "((4.4 4.4,6.9 4.4,6.9 6.9,4.4 6.9,4.4 4.4)))",
    "parts": "MULTIPOLYGON(((0.2 0.2,3 0.4,3 3,0.2 0.2)),((5 5,9 5.5,7 9,5 5)),((-5 -5,-1 -5,-1 -1,-5 -5)))",
    "height and measure": "MULTIPOLYGON ZM(((0.2 0.2 5 1,9 0.4 5 2,3 8 5 3,0.2 0.2 5 1)))",
    "height": "POLYGON Z((0.2 0.2 5,9 0.4 5,3 8 5,0.2 0.2 5))",
    "all in one cell": "POLYGON((3.1 3.1,3.4 3.1,3.4 3.3,3.1 3.1))",
    "one whole cell": "POLYGON((3 3,4 3,4 4,3 4,3 3))",
    "whole raster and beyond": "POLYGON((-9 -9,40 -9,40 40,-9 40,-9 -9))",
    "sliver": "POLYGON((0.01 0.02,12.9 10.8,12.91 10.8,0.01 0.02))",
    "beside the raster": "POLYGON((20 3,25 3,25 9,20 3))",
    "left of the raster": "POLYGON((-9 3,-5 3,-5 9,-9 3))",
    "over the left edge": "POLYGON((-9.5 2.2,3.3 3.1,-5.1 9.9,-9.5 2.2))",
    "a collection": "GEOMETRYCOLLECTION(POINT(1 1),POLYGON((2.2 2.2,8 2.5,5 7.7,2.2 2.2)),LINESTRING(0 0,9 9))",
    "several rings touch": "POLYGON((0.3 0.3,10 0.3,10 10,0.3 10,0.3 0.3),(0.3 5,3 3,3 7,0.3 5))",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_shapes(shape):
    outline, where = wkb(shape), grid()
    expected = intersected(outline, where) if "GEOMETRYCOLLECTION" not in shape else None
    if expected is None:
        expected = intersected(wkb("POLYGON((2.2 2.2,8 2.5,5 7.7,2.2 2.2))"), where)
        outline_of_gdal = wkb("POLYGON((2.2 2.2,8 2.5,5 7.7,2.2 2.2))")
    else:
        outline_of_gdal = outline
    np.testing.assert_array_equal(centre_rule([outline], where)[0], rasterised(outline_of_gdal, where))
    np.testing.assert_allclose(fraction_rule([outline], where)[0], expected, atol=1e-9)
    assert edges_on_grid([outline], where).repaired == ()


@pytest.mark.parametrize(
    "curved",
    [
        "CURVEPOLYGON(CIRCULARSTRING(2 5,6 9,10 5,6 1,2 5))",
        "MULTISURFACE(CURVEPOLYGON(CIRCULARSTRING(2 5,6 9,10 5,6 1,2 5)))",
    ],
)
def test_arcs(curved):
    assert fraction_rule([wkb(curved)], grid()).sum() == pytest.approx(math.pi * 16, rel=2e-4)
    centres = np.hypot(*np.meshgrid(np.arange(W) + 0.5 - 6, np.arange(H) + 0.5 - 6)) < 4
    np.testing.assert_array_equal(centre_rule([wkb(curved)], grid())[0], centres)


def test_self_intersecting_outlines_are_repaired_and_named():
    bow, fine = wkb("POLYGON((1 1,9 9,9 1,1 9,1 1))"), wkb("POLYGON((1 1,9 1,9 9,1 1))")
    edges = edges_on_grid([fine, bow, None], grid())
    assert edges.repaired == (1,)
    assert fraction_rule([fine, bow, None], grid()).sum(axis=(1, 2)) == pytest.approx([32, 32, 0])
    twice = wkb("MULTIPOLYGON(((1 1,5 1,5 5,1 5,1 1)),((3 3,7 3,7 7,3 7,3 3)))")
    assert edges_on_grid([twice], grid()).repaired == (0,)
    assert fraction_rule([twice], grid()).max() <= 1 + 1e-12
    assert fraction_rule([twice], grid()).sum() == pytest.approx(28)


@pytest.mark.parametrize("workers", ["1", "3"])
def test_outlines_read_in_groups_equal_outlines_read_alone(monkeypatch, workers):
    monkeypatch.setenv("CARBONBALANCE_THREADS", workers)
    bow, hole = "POLYGON((1 1,9 9,9 1,1 9,1 1))", "MULTIPOLYGON(((0 0,6 0,6 6,0 6,0 0),(1 1,1 2,2 2,1 1)))"
    outlines = [wkb(polygon(star(5 + number / 500, 4, [1, 2, 3 + number % 7]))) for number in range(700)]
    outlines[30] = outlines[300] = None
    outlines[255], outlines[256], outlines[699] = wkb(hole), wkb("POLYGON EMPTY"), wkb(bow)
    edges = edges_on_grid(outlines, grid())
    assert edges.repaired == (699,)
    assert (edges.box.shape, edges.zone.dtype) == ((700, 4), np.int64)
    for number, outline in enumerate(outlines):
        alone, here = edges_on_grid([outline], grid()), edges.zone == number
        for end in ("x0", "y0", "x1", "y1"):
            np.testing.assert_array_equal(getattr(edges, end)[here], getattr(alone, end))
        np.testing.assert_array_equal(edges.box[number], alone.box[0])
        assert (edges.area[number], edges.perimeter[number]) == (alone.area[0], alone.perimeter[0])
    # Measured again, without the values of the threads.
    again = replace(edges)
    np.testing.assert_array_equal(edges.area, again.area)
    np.testing.assert_array_equal(edges.perimeter, again.perimeter)


@pytest.mark.parametrize(
    "nothing",
    ["POLYGON EMPTY", "POINT(3 3)", "LINESTRING(0 0,5 5)", "POLYGON((3 3,5 5,3 3,3 3))", "MULTIPOLYGON EMPTY"],
)
def test_outlines_without_area_contain_no_cell(nothing):
    edges = edges_on_grid([wkb(nothing), None], grid())
    assert len(edges.x0) == 0
    assert not edges.meets(grid()).any()
    assert centre_rule([wkb(nothing)], grid()).sum() == 0
    assert fraction_rule([wkb(nothing)], grid()).sum() == 0


def test_polygon_area_in_closed_form_far_from_the_origin():
    where = grid((500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), 400, 300)
    points = [where.xy(*p) for p in star(200.123, 150.321, [140.0 + 9 * math.sin(i) for i in range(500)])]
    # About the centre: products of the coordinates as they are would leave 0.1 m2 to rounding.
    x, y = (np.array(points) - np.mean(points, axis=0)).T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert fraction_rule([wkb(polygon(points))], where).sum() * 900 == pytest.approx(area, rel=1e-9)


def test_cells_that_a_border_only_touches_are_not_inside():
    """Squares on cell borders at coordinates without an exact binary fraction."""
    where = grid((100.0, 0.05, 0.0, 26.0, 0.0, -0.05), 40, 40)
    square = wkb(polygon([(100 + 0.05 * c, 26 - 0.05 * r) for c, r in ((3, 7), (17, 7), (17, 23), (3, 23))]))
    spans, cut = coverage(edges_on_grid([square], where), Block(0, 0, 40, 40))
    held = np.zeros((40, 40), bool)
    held[cut.row, cut.column] = True
    for row, start, stop in zip(spans.row, spans.start, spans.stop):
        held[row, start:stop] = True
    expected = np.zeros((40, 40), bool)
    expected[7:23, 3:17] = True
    np.testing.assert_array_equal(held, expected)


def test_fractions_equal_exactextract():
    exactextract = pytest.importorskip("exactextract")
    where = grid((500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0), 60, 50)
    random = np.random.default_rng(5)
    shapes = [on(where, star(*random.uniform(-5, 60, 2), random.uniform(0.3, 30, 12))) for _ in range(25)]
    values = np.arange(where.width * where.height, dtype=np.float64).reshape(where.height, where.width)
    xmin, ymin, xmax, ymax = where.bounds()
    raster = exactextract.raster.NumPyRasterSource(values, xmin, ymin, xmax, ymax)
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[*s, s[0]]]}}
        for s in shapes
    ]
    found = fraction_rule([wkb(polygon(s)) for s in shapes], where)
    peers = list(exactextract.exact_extract(raster, features, ["values", "coverage"]))
    assert len(found) == len(peers) == 25
    for own, peer in zip(found, peers):
        expected = np.zeros(values.size)
        expected[peer["properties"]["values"].astype(int)] = peer["properties"]["coverage"]
        np.testing.assert_allclose(own.ravel(), expected, atol=1e-6)


def test_a_border_through_a_centre_within_rounding_assigns_it_once():
    """Two zones share a border through a centre; each follows it in its own direction."""
    random = np.random.default_rng(3)
    where = grid()
    outlines = []
    for turn in random.uniform(0.1, 3, 400):
        back, forth = random.uniform(0.6, 40, 2)
        a = (6.5 - back * math.cos(turn), 5.5 - back * math.sin(turn))
        b = (6.5 + forth * math.cos(turn), 5.5 + forth * math.sin(turn))
        outlines += [wkb(polygon(on(where, [a, b, (-300.0, 5.0)]))), wkb(polygon(on(where, [b, a, (300.0, 6.0)])))]
    times = centre_rule(outlines, where)[:, 5, 6]
    np.testing.assert_array_equal(times[0::2] + times[1::2], 1)


def test_a_centre_on_a_border_falls_to_one_side():
    """Borders of the squares run through centres: cells belong to the western and to the southern square."""
    where = grid(width=4, height=4, geotransform=(0.0, 1.0, 0.0, 4.0, 0.0, -1.0))
    west, east = ([(0, 0), (1.5, 0), (1.5, 4), (0, 4)], [(1.5, 0), (4, 0), (4, 4), (1.5, 4)])
    found = centre_rule([wkb(polygon(west)), wkb(polygon(east))], where)
    assert found[0].tolist() == [[1, 1, 0, 0]] * 4
    assert found[1].tolist() == [[0, 0, 1, 1]] * 4
    for outline, cells in zip((west, east), found):
        np.testing.assert_array_equal(rasterised(wkb(polygon(outline)), where), cells)
    south, north = ([(0, 0), (4, 0), (4, 1.5), (0, 1.5)], [(0, 1.5), (4, 1.5), (4, 4), (0, 4)])
    found = centre_rule([wkb(polygon(south)), wkb(polygon(north))], where)
    assert found[0].tolist() == [[0] * 4, [0] * 4, [1] * 4, [1] * 4]
    assert found[1].tolist() == [[1] * 4, [1] * 4, [0] * 4, [0] * 4]
