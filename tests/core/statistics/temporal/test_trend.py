"""Trends against closed forms, SciPy and pymannkendall."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.statistics.temporal.trend import FEWEST_DATES, trend

YEARS = [2000, 2001, 2003, 2004, 2008, 2010, 2011, 2015, 2016, 2020]


def series(count=60, dates=10, ties=False, missing=False):
    generator = np.random.default_rng(8)
    values = generator.normal(size=(dates, count)) + np.arange(dates)[:, None] * generator.normal(0, 0.3, count)
    values = np.round(values) if ties else values
    if missing:
        values[generator.random(values.shape) < 0.3] = np.nan
    return values.astype(np.float32)


def test_ten_rising_values():
    """S = 45, Var S = 10 x 9 x 25 / 18 = 125: z = 44 / sqrt(125), p = 8.3e-5."""
    found = trend(3.0 * np.array(YEARS, float)[:, None], YEARS)
    assert found.slope[0] == pytest.approx(3.0)
    assert found.z[0] == pytest.approx(44 / 125**0.5)
    assert found.p[0] == pytest.approx(8.30e-5, rel=2e-3)


def test_four_values_with_a_tie_by_hand():
    """1 2 2 3: S = 5, Var S = (4 x 3 x 13 - 2 x 1 x 9) / 18 = 23/3, slopes 1 0.5 2/3 0 0.5 1: median 7/12."""
    found = trend(np.array([[1.0], [2], [2], [3]]), [0, 1, 2, 3])
    assert found.z[0] == pytest.approx(4 / (23 / 3) ** 0.5)
    assert found.slope[0] == pytest.approx(7 / 12)
    falling = trend(-np.array([[1.0], [2], [2], [3]]), [0, 1, 2, 3])
    assert (falling.z[0], falling.slope[0]) == (-found.z[0], -found.slope[0])


def test_equal_values_have_no_trend():
    found = trend(np.full((5, 1), 7.0), range(5))
    assert (found.slope[0], found.z[0], found.p[0]) == (0, 0, 1)


@pytest.mark.parametrize("dates", [4, 5, 6])
@pytest.mark.parametrize("unchanged", [0, 10_000])
def test_slopes_of_all_series_of_three_values_equal_to_numpy(dates, unchanged):
    """Medians of 0, and beside 0, for even and odd numbers of pairs; alone and among cells that never change."""
    every = np.array(list(itertools.product([0.0, 1.0, 2.0], repeat=dates))).T
    values = np.hstack([every, np.full((dates, unchanged), 5.0)])
    first, second = np.triu_indices(dates, 1)
    expected = np.median((values[second] - values[first]) / (second - first)[:, None], axis=0)
    found = trend(values, range(dates))
    np.testing.assert_allclose(found.slope, expected, rtol=1e-6)
    score = np.sign(values[second] - values[first]).sum(axis=0)
    np.testing.assert_array_equal(np.sign(found.z), np.sign(score) * (np.abs(score) > 1))
    np.testing.assert_array_equal(found.p[score == 0], 1)


def test_one_outlying_year_hardly_changes_the_slope():
    values = np.arange(10, dtype=float)
    values[4] = 1000
    assert trend(values[:, None], range(10)).slope[0] == 1


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("ties", [False, True])
def test_slopes_equal_to_scipy(ties, missing):
    stats = pytest.importorskip("scipy.stats")
    values = series(ties=ties, missing=missing)
    found = trend(values, YEARS)
    for at in range(values.shape[1]):
        known = np.isfinite(values[:, at])
        if known.sum() < FEWEST_DATES:
            assert np.isnan([found.slope[at], found.z[at], found.p[at]]).all()
            continue
        slope = stats.theilslopes(values[known, at].astype(float), np.array(YEARS, float)[known])[0]
        assert found.slope[at] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("ties", [False, True])
def test_z_and_p_equal_to_pymannkendall(ties):
    oracle = pytest.importorskip("pymannkendall")
    values = series(ties=ties)
    found = trend(values, range(10))
    for at in range(values.shape[1]):
        theirs = oracle.original_test(values[:, at].astype(float))
        assert (found.z[at], found.p[at]) == pytest.approx((theirs.z, theirs.p), abs=1e-6)
        assert found.slope[at] == pytest.approx(theirs.slope, abs=1e-6)


def test_more_pairs_than_a_byte_counts():
    """200 increasing dates: each date is below up to 199 others."""
    values = np.arange(200.0)[:, None]
    found = trend(values, range(200))
    variance = 200 * 199 * 405 / 18
    assert found.z[0] == pytest.approx((200 * 199 / 2 - 1) / variance**0.5)


def test_the_trend_of_a_cell_does_not_depend_on_other_cells():
    values = series(10_000, missing=True)
    whole, part = trend(values, YEARS), trend(values[:, 5000:5007], YEARS)
    for one, other in ((whole.slope, part.slope), (whole.z, part.z), (whole.p, part.p)):
        np.testing.assert_array_equal(one[5000:5007], other)


def test_too_few_dates_have_no_trend():
    values = np.array([[1.0], [2], [3], [np.nan], [5]])
    assert trend(values, range(5), fewest=4).slope[0] == 1
    assert np.isnan(trend(values, range(5), fewest=5).slope[0])
