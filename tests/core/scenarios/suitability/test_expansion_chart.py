"""The picture of an expansion analysis: order, lengths and curves are to scale."""

from __future__ import annotations

import re

from carbon_balance.core.scenarios.suitability.expansion_chart import expansion_chart


def chart(rows, responses=None, start=None):
    columns = {
        "from_code": [start] * len(rows),
        "to_code": [5] * len(rows),
        "driver": [name for name, _ in rows],
        "importance": [value for _, value in rows],
    }
    if responses is not None:
        names = ("from_code", "to_code", "driver", "value", "probability")
        responses = dict(zip(names, zip(*((start, 5, *row) for row in responses))))
    return expansion_chart(columns, responses)


def bars(svg):
    return [float(width) for width in re.findall(r'<rect x="200" y="\d+" width="([\d.]+)"', svg)]


def test_bars_are_to_scale_longest_first():
    svg = chart([("slope", 0.1), ("roads", 0.4), ("noise", -0.2)])
    assert bars(svg) == [150, 37.5, 0]
    assert re.findall(r"<title>(\w+)</title>", svg) == ["roads", "slope", "noise"]
    assert re.findall(r">(-?\d\.\d{3})<", svg) == ["0.400", "0.100", "-0.200"]
    assert "Class 5" in svg and "Probability" not in svg
    assert 'viewBox="0 0 420 164"' in svg  # three rows of 40 below a head of 44


def test_without_any_importance_no_bar_is_drawn():
    assert bars(chart([("slope", 0.0), ("roads", -1.0)])) == [0, 0]


def test_twelve_drivers_are_shown():
    svg = chart([(f"d{at}", float(at)) for at in range(14)])
    assert re.findall(r"<title>d(\d+)</title>", svg) == [str(at) for at in range(13, 1, -1)]


def test_long_names_are_cut_after_27_letters():
    svg = chart([("a" * 28, 2.0), ("b" * 29, 1.0)])
    assert ">" + "a" * 28 + "<" in svg.split("</title>")[1]
    assert ">" + "b" * 27 + "…<" in svg


def test_curves_have_one_scale_of_probability_and_their_own_range():
    """The highest probability of all curves is 24 pixels high; values lie over 170 pixels from 420 on."""
    svg = chart(
        [("slope", 2.0), ("roads", 1.0), ("bare", 0.5)],
        [("slope", 30, 0.1), ("slope", 10, 0.4), ("slope", 15, 0.2), ("roads", 3, 0.2), ("roads", 3, 0.1)],
        start=2.0,
    )
    assert "From 2 to 5" in svg and "Probability, 0 to 0.4" in svg
    assert re.findall(r'points="([^"]+)"', svg) == [
        "420.0,46.0 462.5,58.0 590.0,64.0",
        "420.0,104.0 590.0,98.0",
    ]
    assert re.findall(r'font-size="9" text-anchor="\w+">([^<]+)<', svg) == ["10", "30", "3", "3"]
    assert 'viewBox="0 0 610 164"' in svg


def test_each_kind_of_change_has_its_own_chart():
    columns = {"from_code": ["1", "", None], "to_code": [5, 5, 6.0], "driver": ["a"] * 3, "importance": [1.0] * 3}
    svg = expansion_chart(columns)
    assert re.findall(r'aria-label="([^"]+)"', svg) == ["From 1 to 5", "Class 5", "Class 6"]
