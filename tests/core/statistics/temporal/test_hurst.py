"""Hurst exponents against closed forms and against the expectation of series without memory."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from carbon_balance.core.statistics.temporal.hurst import (
    FEWEST_DATES_HURST,
    hurst_exponent,
    hurst_without_memory,
)


def line_of(rescaled):
    """The slope of log R/S on log length, by hand."""
    lengths = sorted(rescaled)
    return np.polyfit(np.log(lengths), np.log([rescaled[length] for length in lengths]), 1)[0]


def test_a_straight_line_has_its_closed_form():
    """Sums of k deviations reach k^2/8, or (k^2 - 1)/8 for odd k; S^2 = (k^2 - 1)/12 in every window."""
    rescaled = {k: (k * k - k % 2) / 8 / math.sqrt((k * k - 1) / 12) for k in range(4, 13)}
    found = hurst_exponent(np.arange(12.0)[:, None] * [[3.0, -0.5]])
    assert found == pytest.approx([line_of(rescaled)] * 2, abs=1e-6)
    assert found[0] == pytest.approx(0.9875, abs=5e-5)


def test_an_alternating_series_has_its_closed_form():
    """1 -1 1 -1: R = S = 1 in windows of even length; in odd ones the mean is 1/k or -1/k."""
    values = np.array([1.0, -1] * 4)[:, None]
    rescaled = {}
    for k in range(4, 9):
        # Deviations 1 - 1/k and -1 - 1/k, (k + 1)/2 and (k - 1)/2 times: sums run from 1 - 1/k up and down to 0.
        sums = np.cumsum([(1 if j % 2 == 0 else -1) - (k % 2) / k for j in range(k)])
        rescaled[k] = (max(sums.max(), 0) - min(sums.min(), 0)) / math.sqrt(1 - (k % 2) / k**2)
    assert rescaled[4] == rescaled[6] == rescaled[8] == 1
    assert hurst_exponent(values)[0] == pytest.approx(line_of(rescaled), abs=1e-6)


def test_series_without_memory_have_the_expected_rescaled_range():
    """Mean of R/S over 20,000 series against the theoretical expectation; that of its logarithm is slightly smaller."""
    generator = np.random.default_rng(3)
    dates = 20
    found = hurst_exponent(generator.normal(size=(dates, 20_000)).astype(np.float32))
    assert found.mean() == pytest.approx(hurst_without_memory(dates), abs=0.025)
    assert hurst_without_memory(dates) > 0.6
    assert hurst_without_memory(10_000) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("dates", [20, 30])
def test_a_linear_trend_alone_brings_the_exponent_near_one(dates):
    """Deviations from the trend have no memory, as the help says: 0.3 of their standard deviation a date suffice."""
    deviations = np.random.default_rng(5).normal(size=(dates, 2000))
    found = hurst_exponent(deviations + 0.3 * np.arange(dates)[:, None])
    assert 0.95 < found.mean() < 1.1
    assert hurst_exponent(deviations).mean() < 0.65


def test_constant_or_incomplete_series_have_no_exponent():
    values = np.stack([np.full(8, 3.0), [1, 2, np.nan, 4, 5, 6, 7, 8], np.arange(8.0)], axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = hurst_exponent(values)
    assert np.isnan(found).tolist() == [True, True, False]
    assert FEWEST_DATES_HURST == 8


def test_a_constant_window_is_left_out():
    """Four equal dates, then 0 1 2 3: only the second window of length 4 is used."""
    values = np.array([5.0, 5, 5, 5, 0, 1, 2, 3])
    rescaled = {}
    for k in range(4, 9):
        window = values[4:8] if k == 4 else values[:k]
        sums = np.r_[0, np.cumsum(window - window.mean())]
        rescaled[k] = np.ptp(sums) / window.std()
    assert hurst_exponent(values[:, None])[0] == pytest.approx(line_of(rescaled), abs=1e-6)
