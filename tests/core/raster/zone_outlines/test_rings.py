"""Rings read from well-known binary equal those of GDAL's geometries, and intersections are found among many."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.outlines import edges_on_grid
from carbon_balance.core.raster.zone_outlines.rings import rings_of_polygons, rings_of_wkb, self_intersecting
from osgeo import ogr

SQUARE, HOLE, FAR = "(1 1,9 1,9 9,1 9,1 1)", "(3 3,3 5,5 5,5 3,3 3)", "(20 1,30 1,30 9,20 1)"
BOW = "POLYGON((1 1,9 9,9 1,1 9,1 1))"
FINE = [
    f"POLYGON({SQUARE})",
    f"POLYGON({SQUARE},{HOLE})",
    f"MULTIPOLYGON(({SQUARE}))",
    f"MULTIPOLYGON(({SQUARE},{HOLE}),({FAR}))",
    "POLYGON Z((1 1 5,9 1 6,9 9 7,1 1 5))",
    "MULTIPOLYGON M(((1 1 5,9 1 6,9 9 7,1 1 5)))",
    f"GEOMETRYCOLLECTION(POLYGON({SQUARE}),POINT(3 3))",
    "CURVEPOLYGON(CIRCULARSTRING(2 5,6 9,10 5,6 1,2 5))",
    "POLYGON EMPTY",
    "MULTIPOLYGON EMPTY",
    "POINT(1 2)",
]
BROKEN = [BOW, "MULTIPOLYGON(((1 1,5 1,5 5,1 5,1 1)),((3 3,7 3,7 7,3 7,3 3)))", f"MULTIPOLYGON({BOW[7:]})"]


def wkb(text, order=ogr.wkbNDR):
    return bytes(ogr.CreateGeometryFromWkt(text).ExportToWkb(order))


def equal(found, expected):
    assert [hole for _, hole in found] == [hole for _, hole in expected]
    for (ring, _), (other, _) in zip(found, expected):
        np.testing.assert_array_equal(ring, other)


@pytest.mark.parametrize("order", [ogr.wkbNDR, ogr.wkbXDR])
@pytest.mark.parametrize("text", FINE)
def test_rings_equal_those_of_the_geometry(text, order):
    equal(rings_of_wkb(wkb(text, order)), rings_of_polygons(ogr.CreateGeometryFromWkt(text)))


def test_parts_in_another_byte_order_are_read_too():
    """Every part of a geometry has a byte order of its own."""
    parts = [f"POLYGON({SQUARE},{HOLE})", f"POLYGON({FAR})"]
    whole = wkb(f"MULTIPOLYGON(({SQUARE}),({FAR}))")[:9] + wkb(parts[0]) + wkb(parts[1], ogr.wkbXDR)
    found = rings_of_wkb(whole)
    assert [(len(ring), hole) for ring, hole in found] == [(5, False), (5, True), (4, False)]
    equal(found, rings_of_polygons(ogr.CreateGeometryFromWkt(f"MULTIPOLYGON(({SQUARE},{HOLE}),({FAR}))")))


def test_intersections_are_found_among_others():
    assert self_intersecting([wkb(text) for text in FINE]) == [False] * len(FINE)
    for text in BROKEN:
        given = [wkb(each) for each in FINE] + [None, wkb(text), wkb(FINE[0])]
        assert self_intersecting(given) == [False] * (len(FINE) + 1) + [True, False]


def test_outlines_that_overlap_each_other_do_not_intersect_themselves():
    assert self_intersecting([wkb(FINE[0]), wkb(FINE[0]), wkb(FINE[3])]) == [False] * 3


def test_repaired_outlines_are_named_among_many():
    outlines = [wkb(f"POLYGON({SQUARE})")] * 700
    outlines[3] = outlines[256] = outlines[699] = wkb(BOW)
    outlines[255] = None
    edges = edges_on_grid(outlines, Grid(40, 12, (0.0, 1.0, 0.0, 12.0, 0.0, -1.0), ""))
    assert edges.repaired == (3, 256, 699)
    assert np.flatnonzero(np.isnan(edges.box[:, 0])).tolist() == [255]
    assert np.unique(edges.zone).tolist() == [zone for zone in range(700) if zone != 255]
