"""The examples in docstrings are correct."""

from __future__ import annotations

import doctest
import importlib

import numpy as np
import pytest
from carbon_balance.core.land_cover.keys import Keys
from carbon_balance.core.land_cover.tabulate import NO_ZONE, RASTER, REGION, tabulate
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.coverage import coverage
from carbon_balance.core.raster.outlines import Edges

MODULES = ("core.assessment.series", "core.scenarios.suitability.training", "core.tables.joining")


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    found = doctest.testmod(importlib.import_module(f"carbon_balance.{name}"))
    assert found.attempted > 0
    assert found.failed == 0


def ring(left: float, right: float) -> Edges:
    """Outline of a rectangle in one row of cells, in cell coordinates."""
    x0, y0 = np.array([right, right, left, left]), np.array([0.0, 1, 1, 0])
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    return Edges(x0, y0, x1, y1, np.zeros(4, np.int64), np.array([[np.floor(left), 0, np.ceil(right) - 1, 0]]))


def test_the_example_of_coverage_is_correct():
    spans, cut = coverage(ring(0.5, 2.5), Block(0, 0, 4, 1))
    whole = [tuple(run) for run in zip(spans.row.tolist(), spans.start.tolist(), spans.stop.tolist())]
    part = dict(zip(cut.column.tolist(), cut.fraction.tolist()))
    assert (whole, part) == ([(0, 1, 2)], {0: 0.5, 2: 0.5})


def test_the_example_of_tabulate_is_correct():
    keys = Keys(np.array([[0, 0, 1, 1]], np.uint8), np.array([1, 2]), np.array([True, True]))
    found = tabulate(keys, np.array([1.0]), Block(0, 0, 4, 1), ring(0, 3))
    areas = {(zone, code): area for zone, code, area in zip(found.zone.tolist(), found.code.tolist(), found.area_ha)}
    wanted = {RASTER: (2, 2), REGION: (2, 1), 0: (2, 1), NO_ZONE: (0, 1)}
    areas = {place: area for place, area in areas.items() if area}
    assert areas == {(zone, code): area for zone, both in wanted.items() for code, area in zip((1, 2), both) if area}
