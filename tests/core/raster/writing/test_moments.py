"""Moments that are added up block by block equal those of all cells."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.writing.moments import Moments, moments_of


def test_moments_of_one_block():
    found = moments_of(np.array([[1.0, 2.0], [-9.0, 6.0]]), -9.0)
    assert (found.count, found.least, found.largest) == (3, 1, 6)
    assert found.mean == pytest.approx(3)
    assert found.squares == pytest.approx(14)  # 4 + 1 + 9


def test_combined_moments_of_two_blocks_equal_those_of_all_cells():
    cells = np.random.default_rng(2).normal(100, 7, 500)
    found = Moments() + moments_of(cells[:9], None) + moments_of(cells[9:], None)
    assert found.count == 500
    assert found.statistics() == pytest.approx([cells.min(), cells.max(), cells.mean(), cells.std()], rel=1e-12)


def test_no_cells_have_no_moments():
    found = Moments() + moments_of(np.full((2, 2), -9.0), -9.0)
    assert found == Moments(0, np.inf, -np.inf, 0.0, 0.0)
