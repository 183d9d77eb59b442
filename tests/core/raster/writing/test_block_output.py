"""A block's overviews and statistics, of one band or of several."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.writing.block_output import Form

GRID = Grid(4, 2, (0.0, 1.0, 0.0, 2.0, 0.0, -1.0), "")
VALUES = np.array([[1, 2, 3, 4], [5, 6, 7, -9]], np.float32)


def form(bands, continuous=True):
    return Form(GRID, np.dtype(np.float32), -9.0, tuple(bands), (), continuous)


def test_one_band_has_one_set_of_moments():
    (found,) = form("a").held(VALUES).moments
    assert (found.count, found.least, found.largest, found.mean) == (7, 1, 7, 4)
    assert found.squares == pytest.approx(28)


def test_each_band_has_its_own():
    first, second = form("ab").held(np.stack([VALUES, VALUES * 0 + 3])).moments
    assert (first.count, first.mean) == (7, 4)
    assert (second.count, second.least, second.largest, second.mean, second.squares) == (8, 3, 3, 3, 0)


def test_codes_have_none():
    assert form("a", continuous=False).held(VALUES).moments == []
