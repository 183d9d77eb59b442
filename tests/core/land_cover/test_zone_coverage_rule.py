"""Zones partly without land cover, at the limit and on both sides of it."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.coverage import CoverageRule, without
from carbon_balance.core.runtime.log import Log

COVERAGE = np.array([0.0, 0.949, 0.95, 1.0, 0.2, np.nan])
NAMES = ["none", "below", "at", "whole", "little", "unknown"]


def test_zones_below_95_percent_are_named_in_ascending_order():
    log = Log()
    assert not CoverageRule().apply(COVERAGE, NAMES, log).any()
    assert log.warnings == [
        "These zones have data of the land cover on less than 95 % of their area, so that their amounts cover only a "
        "part of the zone (see the column of coverage): little (20.0 %), below (94.9 %)."
    ]


def test_zones_with_little_coverage_can_be_left_without_results():
    log = Log()
    left = CoverageRule(partial="null").apply(COVERAGE, NAMES, log)
    assert left.tolist() == [False, True, False, False, True, False]
    assert log.warnings[0].startswith(
        "These zones have data of the land cover on less than 95 % of their area and get no results: little"
    )


def test_full_coverage_gives_no_message():
    log = Log()
    assert CoverageRule(20).apply(COVERAGE, NAMES, log).tolist() == [False] * 6
    assert CoverageRule(20, "null").apply(COVERAGE, NAMES, log).tolist() == [False] * 6
    assert log.notes == []


def test_columns_are_null_in_omitted_rows():
    values = {"carbon_t": np.array([1.0, 2.0]), "name": ["a", "b"]}
    found = without(np.array([True, False]), values)
    assert found["carbon_t"].tolist() == pytest.approx([np.nan, 2], nan_ok=True)
    assert found["name"] == [None, "b"]
    kept = without(np.array([False, False]), values)
    assert kept["carbon_t"].tolist() == [1, 2]
    assert kept["name"] == ["a", "b"]
