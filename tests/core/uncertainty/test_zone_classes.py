"""Zone classes of demand over supply, and the tables of their probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.uncertainty.zone_classes import zone_classes

DEMAND, SUPPLY = np.array([50.0, 100, 300, 0, 7, 40]), np.array([100.0, 100, 100, 5, 0, 100])
FOUND = zone_classes(DEMAND, SUPPLY, [0.5, 1.0], 9, "1-2,3", lambda count: ["low", "high"][:count], "ratio")
CHANCES = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.5, 0.5], [0.5, 0.5], [0.7, 0.3], [np.nan, np.nan]])


def test_a_ratio_needs_a_demand_and_a_supply():
    assert FOUND.central.tolist() == [0, 0, 1, -1, -1, 0]
    assert (FOUND.limits.tolist(), FOUND.names) == ([1], ["low", "high"])
    assert FOUND.demand_t.tolist() == pytest.approx([50, 100, 300, np.nan, np.nan, 40], nan_ok=True)


def test_the_probability_of_the_class_from_the_table_is_given():
    names, chances = FOUND.zone_columns(CHANCES)
    assert names == ["low", "low", "high", None, None, "low"]
    assert chances.tolist() == pytest.approx([0.9, 0.6, 0.8, np.nan, np.nan, 0.7], nan_ok=True)


def test_a_row_for_each_zone_and_class():
    found = FOUND.long_columns(CHANCES, list("ABCDEF"))
    assert found["zone_row"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert found["zone_name"][:4] == ["A", "A", "B", "B"]
    assert found["class"].tolist() == [1, 2] * 6
    assert found["zone"] == ["low", "high"] * 6
    assert found["p_zone"].tolist() == CHANCES[:6].ravel().tolist()


def test_without_limits_the_classes_are_natural_breaks():
    demand = np.array([1.0, 1.1, 1.2, 9.0, 9.1, 9.2])
    found = zone_classes(demand, np.ones(6), [], 2, "", lambda count: ["a", "b"][:count], "ratio")
    assert found.central.tolist() == [0, 0, 0, 1, 1, 1]
    assert len(found.limits) == 1
