"""The chart of Lorenz curves contains its data."""

from __future__ import annotations

import re
from xml.dom import minidom

import numpy as np
from carbon_balance.core.text.lorenz_chart import DrawnCurve, lorenz_chart


def test_a_curve_runs_through_its_points():
    half = DrawnCurve("a < b: 0.500", np.array([0, 0.5, 1]), np.array([0, 0, 1]), "#0072b2", dashed=True)
    drawn = minidom.parseString(lorenz_chart([half], "across", "up"))
    equal, curve = drawn.getElementsByTagName("polyline")
    assert equal.getAttribute("points") == "0.0,320.0 320.0,0.0"
    assert curve.getAttribute("points") == "0.0,320.0 160.0,320.0 320.0,0.0"
    assert curve.getAttribute("stroke") == "#0072b2" and curve.getAttribute("stroke-dasharray")
    texts = [each.firstChild.data for each in drawn.getElementsByTagName("text")]
    assert texts[:2] == ["equal", "a < b: 0.500"]
    assert texts[-2:] == ["across", "up"]


def test_thousands_of_points_are_drawn_once_for_each_tenth_of_a_pixel():
    share = np.linspace(0, 1, 100_001)
    text = lorenz_chart([DrawnCurve("x", share, share**2 + 1e-17, "#e69f00")], "", "")
    _, curve = minidom.parseString(text).getElementsByTagName("polyline")
    points = np.array(
        [[float(number) for number in point.split(",")] for point in curve.getAttribute("points").split()]
    )
    assert points[0].tolist() == [0, 320] and points[-1].tolist() == [320, 0] and "-0.0" not in text
    assert len(points) < 7000
    steps = np.abs(np.diff(points, axis=0))
    assert steps.max() < 0.25 and steps.any(axis=1).all()
    assert np.abs(320 - points[:, 1] - points[:, 0] ** 2 / 320).max() < 0.2


def test_every_curve_has_a_line_and_a_legend_entry_inside_the_drawing():
    shares = np.linspace(0, 1, 4)
    curves = [DrawnCurve(name, shares, shares**2, "#e69f00") for name in "xyz"]
    text = lorenz_chart(curves, "", "")
    assert text.count("<polyline") == text.count('x1="8"') == 4
    assert all(0 <= float(number) <= 320 for number in re.findall(r'<line x1="8" x2="32" y1="(\d+)"', text))
