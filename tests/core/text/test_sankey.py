"""Bands between classes: widths in proportion, inside the drawing, no band for zero."""

from __future__ import annotations

import re

import numpy as np
import pytest
from carbon_balance.core.text.sankey import BandFlow, changed_flows, sankey


def heights(drawing):
    """Heights of the classes, left ones first."""
    return [float(text) for text in re.findall(r'<rect [^>]*height="([\d.]+)"', drawing)]


def test_heights_are_in_proportion():
    drawing = sankey([BandFlow(0, 1, 30.0), BandFlow(0, 2, 10.0)], ["crop", "grass", "town"], "ha")
    # Two gaps of 8 at most: 344 for 40 ha.
    assert heights(drawing) == [344.0, 258.0, 86.0]
    assert "crop → grass: 30.00 ha" in drawing
    assert drawing.count("<path") == 2


def test_omitted_small_flows_are_counted_and_names_escaped():
    drawing = sankey([BandFlow(0, 1, 1e6), BandFlow(1, 0, 1.0)], ["<b>", "&"], "ha")
    assert "1 transition too small to draw" in drawing and "&lt;b&gt;" in drawing and "<b>" not in drawing


@pytest.mark.parametrize(("pixels", "drawn"), [(0.31, True), (0.29, False)])
def test_a_band_needs_three_tenths_of_a_pixel(pixels, drawn):
    """Two gaps of 8 leave 344 pixels for 344 ha."""
    drawing = sankey([BandFlow(0, 1, 344 - pixels), BandFlow(1, 0, pixels)], ["a", "b"], "ha")
    assert drawing.count("<path") == 1 + drawn
    assert ("too small to draw" in drawing) != drawn


def test_no_change_gives_no_drawing():
    assert sankey(changed_flows(np.diag([1.0, 2.0])), ["a", "b"], "ha") == ""


def test_gains_and_losses_of_carbon():
    area, carbon = np.array([[5.0, 2], [3, 5]]), np.array([[0.0, -20], [30, 0]])
    assert changed_flows(area) == [BandFlow(0, 1, 2.0), BandFlow(1, 0, 3.0)]
    assert changed_flows(area, carbon) == [BandFlow(0, 1, 20.0, True), BandFlow(1, 0, 30.0, False)]
    drawing = sankey(changed_flows(area, carbon), ["a", "b"], "t C")
    assert drawing.count('fill="#d55e00"') == 1 and drawing.count('fill="#0072b2"') == 1
