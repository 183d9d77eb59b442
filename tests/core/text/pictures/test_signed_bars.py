"""Bars above and below zero: lengths, colours and labels."""

from __future__ import annotations

import re

import pytest
from carbon_balance.core.text.pictures.signed_bars import signed_bars, signed_text

BAR = re.compile(
    r'<text x="(?P<name_x>[\d.]+)" y="(?P<y>[\d.]+)" text-anchor="end">(?P<name>.*?)</text>'
    r'<rect x="(?P<x>[\d.]+)" y="(?P<top>[\d.]+)" width="(?P<width>[\d.]+)" height="14" fill="(?P<fill>.*?)"/>'
    r'<text x="(?P<text_x>[\d.]+)" y="(?P<text_y>[\d.]+)">(?P<text>.*?)</text>'
)
ABOVE, BELOW, GREY = "#d55e00", "#0072b2", "#666666"


def bars(*given, **kwargs):
    picture = signed_bars(*given, **kwargs)
    rows = [match.groupdict() for match in BAR.finditer(picture)]
    (zero,) = re.findall(r'<line x1="([\d.]+)" x2="\1" y1="0" y2="\d+"', picture)
    (height,) = re.findall(r'width="620" height="(\d+)" viewBox="0 0 620 \1"', picture)
    return rows, float(zero), int(height)


@pytest.mark.parametrize(("value", "text"), [(1234.5, "+1,234"), (-0.5, "−0.5000"), (0, "0"), (1e-4, "+0.0001000")])
def test_numbers_are_shown_with_their_sign(value, text):
    assert signed_text(value) == text


def test_bars_run_from_a_common_zero_to_both_sides():
    """270 pixels represent 30 - (-60): 3 pixels per unit, zero 180 pixels right of the left end at 240."""
    rows, zero, height = bars(["a", "b", "c", "d"], [30, -60, 0, -30], totals=1)
    assert ((620 - 240 - 90) / 90, height) == (pytest.approx(290 / 90), 4 * 22)
    scale = 290 / 90
    assert zero == pytest.approx(240 + 60 * scale, abs=0.06)
    found = [(float(row["x"]), float(row["width"])) for row in rows]
    wanted = [(zero, 30 * scale), (240, 60 * scale), (zero, 0), (240 + 30 * scale, 30 * scale)]
    assert found == [pytest.approx(each, abs=0.11) for each in wanted]
    assert [row["fill"] for row in rows] == [ABOVE, BELOW, BELOW, GREY]
    assert [row["text"] for row in rows] == ["+30.00", "−60.00", "0", "−30.00"]
    assert [float(row["text_x"]) for row in rows] == pytest.approx([zero + 30 * scale + 5, *[zero + 5] * 3], abs=0.11)


def test_names_and_numbers_are_aligned_with_their_bar():
    rows, _, _ = bars(["a", "<b>"], [1, 2])
    assert [row["name"] for row in rows] == ["a", "&lt;b&gt;"]
    for at, row in enumerate(rows):
        assert (row["top"], row["y"], row["text_y"]) == (str(22 * at + 4), str(22 * at + 15), str(22 * at + 15))
        assert row["name_x"] == "232"


def test_bars_of_one_sign_begin_at_the_end_of_the_drawing():
    rows, zero, _ = bars(["a", "b"], [1, 4])
    assert zero == 240
    assert [(float(row["x"]), float(row["width"])) for row in rows] == [(240, 72.5), (240, 290)]
    rows, zero, _ = bars(["a", "b"], [-1, -4], ("red", "green"))
    assert zero == 530
    assert [(float(row["x"]), float(row["width"]), row["fill"]) for row in rows] == [
        (457.5, 72.5, "green"),
        (240, 290, "green"),
    ]


def test_values_of_zero_have_no_bar():
    rows, zero, _ = bars(["a"], [0])
    assert (rows[0]["width"], zero) == ("0.0", 240)


def test_only_the_last_totals_are_grey():
    rows, _, _ = bars(["a", "b", "c"], [1, 1, 1], totals=2)
    assert [row["fill"] for row in rows] == [ABOVE, GREY, GREY]
    rows, _, _ = bars(["a", "b"], [1, 1])
    assert [row["fill"] for row in rows] == [ABOVE, ABOVE]


def test_a_title_wider_than_its_space_is_condensed():
    drawn = signed_bars(["forest", "cropland and natural vegetation mosaic", "耕地与自然植被镶嵌" * 3], [1.0, 2.0, 3.0])
    assert drawn.count('textLength="228"') == 2
    assert "textLength" not in drawn.split("forest")[0]
