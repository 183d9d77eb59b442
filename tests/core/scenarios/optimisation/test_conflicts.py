"""Contradicting bounds are named, and the cost of each bound is computed."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.scenarios.optimisation.conflicts import (
    FORBIDDEN,
    LEAST,
    LOCKED,
    MOST,
    Constraint,
    conflict_sentence,
    conflicting,
    prices,
)
from carbon_balance.core.scenarios.optimisation.land_plan import best_plan
from test_land_plan import bounds_of, land_of, random_case


def test_bounds_with_a_feasible_plan_have_no_conflict():
    assert conflicting(land_of([10, 10]), bounds_of([10, 10], [20, 20])) == []
    assert conflicting(land_of([10, 10]), bounds_of([10, 11], [20, 20])) == [
        Constraint(LEAST, 0),
        Constraint(LEAST, 1),
    ]


def test_a_conflict_with_the_permission_matrix_is_named():
    land = land_of([100, 100, 100], permitted=[[1, 0, 0], [0, 1, 1], [1, 1, 1]])
    found = conflicting(land, bounds_of([0, 150, 100], [300] * 3))
    assert found == [Constraint(FORBIDDEN, 0), Constraint(LEAST, 1), Constraint(LEAST, 2)]
    sentence = conflict_sentence(land, bounds_of([0, 150, 100], [300] * 3), found)
    assert "forbids class 1 to become 2, 3" in sentence
    assert "class 2 at least 150.00 ha; class 3 at least 100.00 ha" in sentence


def test_a_conflict_with_restricted_cells_is_named():
    found = conflicting(land_of([10, 100], [90, 0]), bounds_of([0, 0], [89, 300]))
    assert found == [Constraint(LOCKED, 0), Constraint(MOST, 0)]
    sentence = conflict_sentence(land_of([10, 100], [90, 0]), bounds_of([0, 0], [89, 300]), found)
    assert "cells that may not change keep 90.00 ha of class 1; class 1 at most 89.00 ha" in sentence
    assert conflicting(land_of([10, 100], [90, 0]), bounds_of([0, 0], [90, 300])) == []


def test_every_named_constraint_is_needed_for_the_conflict():
    rng = np.random.default_rng(2)
    seen = 0
    for _ in range(40):
        land, bounds = random_case(rng)
        bounds.least[0] = land.cells.sum() * 0.6
        found = conflicting(land, bounds)
        for each in found:
            others = [one for one in found if one != each]
            left = land, bounds_of(np.zeros(4), np.full(4, np.inf))
            everything = land_of(land.free + land.locked)
            seen += 1
            # Only the named ones, without one of them, leave a plan.
            own_land, own_bounds = everything, left[1]
            for one in others:
                own_land, own_bounds = kept(one, land, bounds, own_land, own_bounds)
            assert best_plan(own_land, own_bounds, np.zeros(4)) is not None
    assert seen > 20


def kept(constraint, land, bounds, own_land, own_bounds):
    """The land and bounds with one constraint more."""
    at = constraint.place
    least, most = own_bounds.least.copy(), own_bounds.most.copy()
    free, locked, permitted = own_land.free.copy(), own_land.locked.copy(), own_land.permitted.copy()
    if constraint.kind == LEAST:
        least[at] = bounds.least[at]
    elif constraint.kind == MOST:
        most[at] = bounds.most[at]
    elif constraint.kind == LOCKED:
        free[at], locked[at] = land.free[at], land.locked[at]
    else:
        permitted[at] = land.permitted[at]
    return land_of(free, locked, permitted), bounds_of(least, most)


def test_the_price_of_a_bound_equals_the_manual_calculation():
    """Class 2 at 3 t/ha gains from class 1 at 1 t/ha until class 1 is at its minimum of 80: 2 t/ha more is possible."""
    land = land_of([100, 100], cell_ha=0.5)
    found = prices(land, bounds_of([80, 0], [200, 150]), np.array([1.0, 3.0]))
    assert [each.constraint for each in found] == [Constraint(LEAST, 0)]
    assert found[0].gain_per_ha == pytest.approx(2)
    # Without the least of class 1, class 2 grows by 30 more cells of 0.5 ha to its most.
    assert found[0].gain == pytest.approx(2 * 30 * 0.5)
    closed = land_of([100, 100], permitted=[[1, 0], [1, 1]])
    (only,) = prices(closed, bounds_of([0, 0], [200, 150]), np.array([1.0, 3.0]))
    assert only.constraint == Constraint(FORBIDDEN, 0)
    assert only.gain == pytest.approx(2 * 50) and np.isnan(only.gain_per_ha)
    assert prices(land, bounds_of([200, 200], [200, 200]), np.ones(2)) == []


def test_equal_costs_keep_the_order_of_the_classes():
    """Classes 2 to 4 have the same value, so that removing the bound of any of them gains the same."""
    land = land_of([1000, 7, 13, 29], cell_ha=0.1)
    found = prices(land, bounds_of([800, 0, 0, 0], [1000, 8, 14, 30]), np.array([0.1, 0.7, 0.7, 0.7]))
    assert [each.constraint for each in found] == [Constraint(MOST, 1), Constraint(MOST, 2), Constraint(MOST, 3)]
    assert {round(each.gain, 9) for each in found} == {round(0.6 * 197 * 0.1, 9)}
