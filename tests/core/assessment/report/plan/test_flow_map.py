"""Flows as arrows: widths in proportion to the largest, and what the note says of those left out."""

from __future__ import annotations

import re

import numpy as np
import pytest
from carbon_balance.core.assessment.report.maps import MapOutlines
from carbon_balance.core.assessment.report.plan.flow_map import flow_arrows
from carbon_balance.core.assessment.report.plan.plan_data import FlowLines


def square(x, y):
    return np.array([(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5), (x - 5, y - 5)], float)


# The zones a, b, c lie in a row from west to east, 200 map units apart; d has no geometry.
OUTLINES = MapOutlines([""] * 4, [square(0, 50), square(200, 50), square(400, 50), None], 400, 100, 1.0, 0.0, 0.0)
NAMES = ["a", "b", "c", "d"]


def drawn(*flows):
    start, end, amount = zip(*flows)
    return flow_arrows(OUTLINES, FlowLines(start, end, np.array(amount, float), np.full(len(flows), 2.5)), NAMES, NAMES)


def widths(svg):
    """Of each arrow: twice the distance of its first corner from the row of the centres."""
    return [2 * abs(float(y) - 50) for y in re.findall(r'<path d="M[\d.]+ ([\d.]+)L', svg)]


def test_the_largest_arrow_is_13_wide_and_the_others_in_proportion():
    svg, note = drawn(("a", "b", 100), ("b", "c", 1300), ("c", "a", 650))
    assert widths(svg) == pytest.approx([13, 6.5, 2], abs=0.21)
    assert re.findall("<title>(.*?)</title>", svg) == [
        "b to c: 1,300 t a year over 2.50 km",
        "c to a: 650 t a year over 2.50 km",
        "a to b: 100 t a year over 2.50 km",
    ]
    assert note == "The widest arrow is 1,300 t a year."


def test_flows_that_cannot_be_drawn_are_named_in_the_note():
    """Flows to a zone without geometry, to an unknown zone, and within one zone."""
    svg, note = drawn(("a", "b", 60), ("a", "d", 20), ("a", "x", 10), ("c", "c", 10))
    assert len(widths(svg)) == 1
    assert note == "The widest arrow is 60 t a year. 1 of 4 flows are drawn; they hold 60.0 % of the amount."


def test_no_flows_give_no_map():
    assert drawn(("a", "b", 0)) == ("", "")
    empty = FlowLines([], [], np.empty(0), np.empty(0))
    assert flow_arrows(OUTLINES, empty, NAMES, NAMES) == ("", "")
