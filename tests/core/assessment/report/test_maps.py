"""Maps of the report as SVG."""

from __future__ import annotations

import re

import numpy as np
import pytest
from carbon_balance.core.assessment.map_layout.labels import text_width
from carbon_balance.core.assessment.report.maps import definitions, label_key, map_figure, outlines_of
from carbon_balance.core.symbology.legends import column_legend
from osgeo import ogr


def square(west, south, side):
    east, north = west + side, south + side
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    return bytes(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))").ExportToWkb())


def figure(shapes, values, names, column="carbon_t_km2"):
    outlines = outlines_of(shapes)
    legend = column_legend(column, values)
    return outlines, map_figure(outlines, legend, values, names, [str(value) for value in values])


def test_a_zone_too_small_to_be_seen_is_a_dot_and_one_without_outline_is_left_out():
    shapes = [square(0, 0, 1e6), square(3e5, 3e5, 1), None]
    outlines, drawn = figure(shapes, [1, 2, 3], ["large", "tiny", "none"])
    assert [bool(path) for path in outlines.paths] == [True, True, False]
    assert definitions(outlines).count("<path id=") == 2
    assert 'href="#z1"' in drawn
    assert 'href="#z2"' not in drawn


def test_paths_are_the_polygons_in_map_units():
    outlines = outlines_of([square(100, 200, 50), square(150, 200, 50)])
    assert outlines.paths == ["M0 500l0 -500 500 0 0 500z", "M500 500l0 -500 500 0 0 500z"] or all(
        sorted(re.findall(r"-?\d+", path))[-1] == "500" for path in outlines.paths
    )
    assert (outlines.width, outlines.height) == (1000, 500)
    assert outlines.unit_m == 0.1


def test_holes_and_parts_are_kept():
    wkt = "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(3 3,6 3,6 6,3 6,3 3)),((20 0,29 0,29 9,20 9,20 0)))"
    outlines = outlines_of([bytes(ogr.CreateGeometryFromWkt(wkt).ExportToWkb())])
    assert outlines.paths[0].count("M") == 3


def test_names_never_cover_each_other_or_stick_out():
    rng = np.random.default_rng(2)
    shapes = [square(x * 1e4, y * 1e4, 1e4) for x in range(8) for y in range(8)]
    names = ["区" * int(rng.integers(1, 9)) if rng.random() < 0.5 else "n" * int(rng.integers(1, 20)) for _ in shapes]
    outlines, drawn = figure(shapes, list(range(64)), names)
    boxes = []
    for *numbers, name in re.findall(r'<text x="(-?\d+)" y="(-?\d+)" font-size="(\d+)">([^<]+)</text>', drawn):
        x, y, size = map(float, numbers)
        assert name in names or f"{name} " in label_key(outlines, names)
        width = text_width(name, size)
        boxes.append((x - width / 2, y - size, x + width / 2, y))
    assert len(boxes) > 10
    for at, (west, north, east, south) in enumerate(boxes):
        assert west >= -10
        assert east <= outlines.width + 10
        for other in boxes[at + 1 :]:
            assert east <= other[0] + 1 or other[2] <= west + 1 or south <= other[1] + 1 or other[3] <= north + 1


def test_a_name_without_room_is_a_number_with_a_key():
    shapes = [square(0, 0, 900), square(900, 0, 30), square(900, 30, 30)]
    names = ["large", "far too long for so small a zone", "another that is too long"]
    outlines, drawn = figure(shapes, [1.0, 2.0, 3.0], names)
    assert re.findall(r'<text x="\d+" y="\d+" font-size="\d+">([^<]+)</text>', drawn)[:3] == ["large", "1", "2"]
    assert label_key(outlines, names) == f"1 {names[1]}, 2 {names[2]}"


def test_names_are_placed_away_from_borders_if_there_is_room():
    """The centroid of a C-shaped zone lies outside it: its name goes into an arm; a square has it in its middle."""
    c_shape = "POLYGON((0 0,100 0,100 20,20 20,20 80,100 80,100 100,0 100,0 0))"
    shapes = [bytes(ogr.CreateGeometryFromWkt(c_shape).ExportToWkb()), square(100, 0, 100)]
    _, drawn = figure(shapes, [1.0, 2.0], ["Panlong", "Square"])
    places = re.findall(r'<text x="(\d+)" y="(\d+)" font-size="20">(\w+)</text>', drawn)
    (x, y), (square_x, square_y) = ([float(each) for each in place[:2]] for place in places)
    half = text_width("Panlong", 20) / 2
    assert (y < 100 or y > 400) or x + half < 100
    assert x - half > 0
    assert (square_x, square_y) == (pytest.approx(750, abs=40), pytest.approx(257, abs=40))


def test_null_is_hatched_in_map_and_legend():
    _, drawn = figure([square(0, 0, 5), square(5, 0, 5)], [1.0, None], ["a", "b"])
    assert drawn.count("url(#novalue)") == 2


def test_missing_and_empty_outlines_give_no_map():
    assert outlines_of([None, None]) is None
    assert outlines_of([bytes(ogr.CreateGeometryFromWkt("POLYGON EMPTY").ExportToWkb())]) is None


@pytest.mark.parametrize(("wide_km", "bar"), [(9.9, 1), (10.1, 2), (19, 2), (24, 2), (25.1, 5), (49.9, 5), (50.1, 10)])
def test_the_scale_bar_has_a_round_length_of_at_most_a_fifth_of_the_map(wide_km, bar):
    _, drawn = figure([square(0, 0, wide_km * 1000)], [1.0], ["a"])
    assert f">{bar} km</text>" in drawn
