"""p-values against SciPy's distributions, and Holm's correction by hand."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics import significance
from carbon_balance.core.statistics.significance import holm, noncentral_f_upper, t_critical, t_two_sided

stats = pytest.importorskip("scipy.stats")


def test_t_on_both_sides():
    t, freedom = np.array([-2.0, 0, 2.5, np.nan]), np.array([5.0, 1, 30, 5])
    assert t_two_sided(t, freedom) == pytest.approx(2 * stats.t.sf(np.abs(t), freedom), nan_ok=True)
    assert np.isnan(t_two_sided(np.array([1.0, 1]), np.array([0.0, -1]))).all()
    assert t_two_sided(np.array(2.0), 0.5) == pytest.approx(2 * stats.t.sf(2, 0.5))


@pytest.mark.parametrize(("alpha", "freedom"), [(0.05, 10), (0.01, 3.5), (0.5, 1)])
def test_the_critical_t_is_exceeded_with_probability_alpha(alpha, freedom):
    assert t_critical(alpha, freedom) == pytest.approx(stats.t.isf(alpha / 2, freedom))


@pytest.mark.parametrize(("alpha", "freedom"), [(0.0, 5), (1.0, 5), (0.05, 0), (0.05, -1)])
def test_invalid_alpha_or_degrees_of_freedom_have_no_critical_t(alpha, freedom):
    assert np.isnan(t_critical(alpha, freedom))


@pytest.mark.parametrize(("f", "noncentrality"), [(2.5, 3.0), (0.0, 5.0), (40.0, 80.0), (1.2, 400.0)])
def test_the_noncentral_f(f, noncentrality):
    assert noncentral_f_upper(f, 3, 40, noncentrality) == pytest.approx(stats.ncf.sf(f, 3, 40, noncentrality), abs=1e-9)


def test_a_negative_noncentrality_counts_as_none():
    assert noncentral_f_upper(2.5, 3, 40, 0.0) == pytest.approx(stats.f.sf(2.5, 3, 40))
    assert noncentral_f_upper(2.5, 3, 40, -1.0) == pytest.approx(stats.f.sf(2.5, 3, 40))


@pytest.mark.parametrize(
    "values", [(1, 0, 5, 1), (1, 5, 0, 1), (1, 5, 5, np.inf), (1, 5, 5, np.nan), (np.nan, 5, 5, 1), (-np.inf, 5, 5, 1)]
)
def test_an_f_without_a_distribution_has_no_p(values):
    assert np.isnan(noncentral_f_upper(*values))


def test_an_infinite_f_has_a_p_of_zero():
    assert noncentral_f_upper(np.inf, 5, 5, 1.0) == 0


def test_holm_steps_down():
    """0.01, 0.02, 0.03, 0.4: multiplied by 4, 3, 2, 1, never decreasing, at most 1."""
    assert holm(np.array([0.03, 0.01, np.nan, 0.4, 0.02])) == pytest.approx(
        [0.06, 0.04, np.nan, 0.4, 0.06], nan_ok=True
    )
    assert holm(np.array([0.6, 0.7])) == pytest.approx([1, 1])
    assert holm(np.array([])).tolist() == []
    assert np.isnan(holm(np.array([np.nan]))).all()


def test_without_scipy_there_are_no_p_values(monkeypatch):
    log = Log()
    significance.log_missing_scipy(log)
    assert log.notes == []
    monkeypatch.setattr(significance, "has_scipy", lambda: False)
    significance.log_missing_scipy(log)
    assert len(log.warnings) == 1
    assert np.isnan(t_two_sided(np.ones(2), 5)).all()
    assert np.isnan([t_critical(0.05, 5), noncentral_f_upper(1, 5, 5, 1)]).all()
