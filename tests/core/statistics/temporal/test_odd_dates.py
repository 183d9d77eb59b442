"""Dates of a stack that are copies of others."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.temporal.odd_dates import same_values, warn_of_copies

CELLS = (np.ones(4), np.full(4, 9))


def warned(alike, cells=CELLS):
    log = Log()
    warn_of_copies(alike, np.stack(cells), ["a", "b", "c", "d"], log)
    return log.warnings


def test_dates_with_the_same_values_are_found():
    stack = np.random.default_rng(1).random((4, 50)).astype(np.float32)
    stack[:, 7] = np.nan
    stack[2] = stack[0]
    expected = np.eye(4, dtype=bool)
    expected[0, 2] = expected[2, 0] = True
    np.testing.assert_array_equal(same_values(stack), expected)
    (said,) = warned(expected)
    assert said.startswith("a, c have the same values in all cells")


def test_copies_are_told_once_and_not_of_empty_dates():
    assert len(warned(np.ones((4, 4), bool))) == 1
    assert warned(np.eye(4, dtype=bool)) == []
    (said,) = warned(np.ones((4, 4), bool), (np.ones(4), np.array([9, 0, 9, 4])))
    assert said.startswith("a, c have")
    assert warned(np.ones((4, 4), bool), (np.zeros(4), np.full(4, 9))) == [], "all 0"
