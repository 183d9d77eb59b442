"""Moves as arrows: their places and the scale are true."""

from __future__ import annotations

import re

import pytest
from carbon_balance.core.assessment.report.space_time.arrow_path import Move, arrow_path


def lines(svg):
    """x1, y1, x2, y2 of each arrow, in pixels."""
    pattern = r'<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"'
    return [tuple(map(float, found)) for found in re.findall(pattern, svg)]


def scale_bar(svg):
    """Right end and length in words; it begins at 10."""
    right = re.search(r'<path d="M10 \d+v5H([\d.]+)v-5"', svg)[1]
    return float(right), re.search(r">([\d.e+-]+ km)<", svg)[1]


def labels(svg):
    return re.findall(r'paint-order="stroke">([^<]+)</text>', svg)


@pytest.mark.parametrize(
    ("east", "north", "line", "bar"),
    [
        # 10 km across the 280 pixels between the margins: 28 pixels a km.
        (10, 0, (70, 120, 350, 120), (66, "2 km")),
        (-10, 0, (350, 120, 70, 120), (66, "2 km")),
        # 10 km up the 180 pixels: 18 pixels a km.
        (0, 10, (210, 210, 210, 30), (46, "2 km")),
        (0, -10, (210, 30, 210, 210), (46, "2 km")),
        # Twice as wide as high: the width decides, 14 pixels a km.
        (20, 10, (70, 190, 350, 50), (80, "5 km")),
        (0.04, 0, (70, 120, 350, 120), (80, "0.01 km")),
        (4, 0, (70, 120, 350, 120), (80, "1 km")),
    ],
)
def test_an_arrow_and_its_scale_bar_have_the_same_scale(east, north, line, bar):
    svg = arrow_path([Move("a, 2000", "a, 2010", east, north)])
    assert lines(svg) == [line]
    assert scale_bar(svg) == bar


def test_each_arrow_begins_where_the_previous_one_ends():
    """4 km east, then 3 km north: the height of 180 pixels over 3 km gives 60 pixels per km."""
    svg = arrow_path([Move("a, 2000", "a, 2010", 4, 0), Move("a, 2010", "a, 2020", 0, 3)])
    assert lines(svg) == [(90, 210, 330, 210), (330, 210, 330, 30)]
    assert re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg) == [
        ("90.0", "210.0"),
        ("330.0", "210.0"),
        ("330.0", "30.0"),
    ]
    # Of one amount the years alone are written.
    assert labels(svg) == ["2000", "2010", "2020"]


def test_places_of_several_amounts_keep_their_names():
    svg = arrow_path([Move("a, 2000", "b, 2000", 4, 0)])
    assert labels(svg) == ["a, 2000", "b, 2000"]
    assert labels(arrow_path([Move("<a>", "b", 4, 0)])) == ["&lt;a&gt;", "b"]


def test_labels_do_not_cover_each_other():
    """All locations of a short move lie close together beside a long one: names go above, below, or are omitted."""
    moves = [Move(f"{at}", f"{at + 1}", 0.01, 0) for at in range(5)] + [Move("5", "far", 100, 0)]
    svg = arrow_path(moves)
    rows = [float(y) for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="middle" stroke', svg)]
    assert rows == [111, 139, 97, 153, 111]
    assert labels(svg) == ["0", "1", "2", "3", "far"]


@pytest.mark.parametrize(("apart_km", "height"), [(4.4, 139), (4.5, 111)])
def test_names_far_enough_apart_stay_on_one_line(apart_km, height):
    """Names of 10 letters of 0.62 x 12 pixels are 74.4 pixels wide, which are 4.43 km at 16.8 pixels per km."""
    names = ["a" * 10, "b" * 10, "c"]
    svg = arrow_path([Move(names[0], names[1], apart_km, 0), Move(names[1], names[2], 280 / 16.8 - apart_km, 0)])
    assert scale_bar(svg) == (pytest.approx(10 + 2 * 16.8), "2 km")
    rows = [float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)" text-anchor="middle" stroke', svg)]
    assert rows == [111, height, 111]


@pytest.mark.parametrize("moves", [[], [Move("a", "b", 0, 0)], [Move("a", "a", 1, 1)]])
def test_no_movement_gives_no_picture(moves):
    assert arrow_path(moves) == ""
