"""Pairs of high and low: the level of the first amount comes first."""

from __future__ import annotations

from carbon_balance.core.tables.levels import level, level_pair


def test_each_pair_of_levels_has_a_label():
    assert (level(True), level(False)) == ("high", "low")
    assert [level_pair(*each) for each in ((True, True), (True, False), (False, True), (False, False))] == [
        "high-high",
        "high-low",
        "low-high",
        "low-low",
    ]
