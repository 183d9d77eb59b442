"""Bounds in whole cells at their limits, and values by class."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.optimisation.plan_inputs import class_values, read_bounds
from carbon_balance.core.tables.table import Table

CODES, CELLS = np.array([1, 2, 5]), np.array([100, 33, 0])


def bounds(rows=None, change=20.0, cell_ha=0.25):
    table = None if rows is None else Table("bounds", ["code", "min_ha", "max_ha"], rows)
    return read_bounds(table, CODES, CELLS, cell_ha, change)


def test_the_largest_change_in_whole_cells():
    """20 % of 33 cells are 6.6: at least 27 and at most 39 cells; a class of no cells keeps none."""
    found = bounds()
    assert found.least.tolist() == [80, 27, 0]
    assert found.most.tolist() == [120, 39, 0]
    assert bounds(change=150).least.tolist() == [0, 0, 0]
    fixed = bounds(change=0)
    assert fixed.least.tolist() == fixed.most.tolist() == [100, 33, 0]


def test_bounds_in_ha_are_whole_cells_within_them():
    """Cells of 0.25 ha: a minimum of 24.9 ha is 100 cells, a maximum of 25.24 ha is 100, and 25 ha is 100 for both."""
    inside = bounds([(1, 24.9, 25.24)])
    assert (inside.least[0], inside.most[0]) == (100, 100)
    exact = bounds([(1, 25.0, 25.0)])
    assert (exact.least[0], exact.most[0]) == (100, 100)
    assert bounds([(1, 25.01, None)]).least[0] == 101
    assert bounds([(1, None, 24.99)]).most[0] == 99
    # 24.8 ha at least and 24.8 ha at most are not a whole number of cells.
    with pytest.raises(CarbonBalanceError, match="class 1 has a least area of 25.00 ha and a largest area of 24.75 ha"):
        bounds([(1, 24.8, 24.8)])


def test_bounds_in_the_units_that_their_columns_state():
    """0.249 km2 and 378.6 mu are 24.9 ha and 25.24 ha."""
    table = Table("bounds", ["code", "min_km2", "面积上限(亩)"], [(1, 0.249, 378.6)])
    found = read_bounds(table, CODES, CELLS, 0.25, 20.0)
    assert (found.least[0], found.most[0]) == (100, 100)


def test_a_class_without_cells_may_grow_if_the_table_permits():
    assert bounds([(5, None, 10.0)]).most.tolist() == [120, 39, 40]


def test_refusals():
    with pytest.raises(CarbonBalanceError, match="bounds for class"):
        bounds([(4, 1.0, 2.0)])
    with pytest.raises(CarbonBalanceError, match="negative"):
        bounds([(1, -1.0, 2.0)])


def test_values_in_the_order_of_the_classes():
    table = Table("values", ["code", "v"], [(5, 50.0), (2, 20.0), (1, -10.0), (9, 1.0)])
    assert class_values(table, "v", CODES).tolist() == [-10, 20, 50]
    with pytest.raises(CarbonBalanceError, match="no value for class.* 5"):
        class_values(Table("values", ["code", "v"], [(1, 1.0), (2, 2.0)]), "v", CODES)


def test_rounding_moves_no_bound_by_a_cell():
    """In binary 0.3 / 0.1 is slightly below 3, 1.1 / 0.1 slightly above 11, and 115 may be 114.99999999999999."""
    found = bounds([(1, 1.1, 0.3 + 1.1), (2, None, 0.3)], cell_ha=0.1, change=100)
    assert (found.least[0], found.most[1]) == (11, 3)
    assert bounds(change=15).most[0] == 115
    assert bounds(change=41).least[0] == 59


def test_bounds_have_a_tolerance_of_a_millionth_of_a_cell():
    assert bounds([(1, None, 25 - 0.9e-6 * 0.25)]).most[0] == 100
    assert bounds([(1, None, 25 - 1.1e-6 * 0.25)]).most[0] == 99
    assert bounds([(1, 25 + 0.9e-6 * 0.25, None)]).least[0] == 100
    assert bounds([(1, 25 + 1.1e-6 * 0.25, None)]).least[0] == 101
