"""Medians by counting equal those of NumPy bit for bit, for any initial guess."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from carbon_balance.core.statistics.temporal.column_medians import column_medians, sorted_medians


def numbers(rows, kind):
    generator = np.random.default_rng(rows)
    values = generator.normal(0, 3, (rows, 500)) + generator.normal(0, 5, 500)
    if kind == "whole":
        values = np.round(values)
    if kind == "missing":
        values[generator.random(values.shape) < 0.4] = np.nan
    if kind == "far":
        values = np.sinh(values) * 1e9
    values[0, :] = np.where(np.isnan(values).all(axis=0), 1.5, values[0, :])
    return values.astype(np.float32)


@pytest.mark.parametrize("kind", ["plain", "whole", "missing", "far"])
@pytest.mark.parametrize("rows", [1, 2, 6, 45, 190, 300])
def test_medians_are_those_of_numpy(rows, kind):
    values = numbers(rows, kind)
    known = np.isfinite(values).sum(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for guess, spacing in ((0.0, 0.1), (np.nanmedian(values, axis=0), 1 / rows), (1e6, 0.0), (np.nan, np.inf)):
            guess, spacing = (np.broadcast_to(np.asarray(each, np.float32), 500) for each in (guess, spacing))
            found = column_medians(values.copy(), known, guess, spacing)
            np.testing.assert_array_equal(found, np.nanmedian(values, axis=0).astype(np.float32))
    np.testing.assert_array_equal(sorted_medians(values, known), np.nanmedian(values, axis=0).astype(np.float32))


@pytest.mark.parametrize(
    ("column", "median"),
    [
        ([-1, 1, 3, -5], 0),
        ([-1, 2, 2, 2], 2),
        ([0, -0.0, 0, -3], 0),
        ([-4, -4, -2, -1], -3),
        ([np.inf, 1, 2, -np.inf], 1.5),
        ([np.nan, -7, np.nan, -9], -8),
        ([-3, -2, -2, 8], -2),
    ],
)
@pytest.mark.parametrize("guess", [-2.5, -2.0, 0.0, 1.0, 2.0])
def test_medians_next_to_the_threshold_equal_the_manual_calculation(column, median, guess):
    """Thresholds equal to a number, and medians on both sides of 0."""
    values = np.array(column, np.float32)[:, None]
    known = np.array([np.count_nonzero(~np.isnan(values))])
    found = column_medians(values, known, np.array([guess], np.float32), np.ones(1, np.float32))
    assert found[0] == median
