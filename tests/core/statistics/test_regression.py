"""Ordinary least squares against closed forms, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.statistics.regression import (
    collinear_set,
    constant_columns,
    corrected_aic,
    gaussian_log_likelihood,
    least_squares,
    refuse_collinear,
    refuse_constant,
    standardised,
)


def test_a_column_is_constant_within_rounding():
    x = np.array([[5.0, 1e6, 1e6, 0], [5, 1e6 + 0.9e-6, 1e6 + 2e-6, 0]])
    assert constant_columns(x).tolist() == [True, True, False, True]
    with pytest.raises(CarbonBalanceError, match="^a, b, d: the value is the same in every row used"):
        refuse_constant(x, list("abcd"))
    refuse_constant(x[:, 2:3], ["c"])


def test_values_are_standardised_by_the_population_sd():
    z, means, deviations = standardised(np.array([[1.0, 7], [3, 7], [5, 7], [7, 7]]))
    assert means.tolist() == [4, 7]
    assert deviations == pytest.approx([np.sqrt(5), 1])
    assert z[:, 0] == pytest.approx(np.array([-3, -1, 1, 3]) / np.sqrt(5))
    assert z[:, 1].tolist() == [0] * 4


def test_tiny_differences_are_standardised_too():
    z, _, deviations = standardised(np.array([[0.0], [2e-170], [4e-170]]))
    assert z[:, 0] == pytest.approx([-np.sqrt(1.5), 0, np.sqrt(1.5)])
    assert deviations[0] == pytest.approx(2e-170 * np.sqrt(2 / 3))


def test_dependent_columns_are_named_together():
    generator = np.random.default_rng(1)
    a, b, c = generator.normal(size=(3, 50))
    assert collinear_set(np.column_stack([a, b, c]), list("abc")) == []
    found = collinear_set(np.column_stack([a, b, c, 2 * a - 3 * c + 1]), list("abcd"))
    assert sorted(found) == ["a", "c", "d"]
    # 1 - R2 just below and just above 1e-10.
    near = a + 0.5e-5 * (b - b.mean()) / b.std() * a.std()
    assert sorted(collinear_set(np.column_stack([a, near]), ["a", "n"])) == ["a", "n"]
    apart = a + 2e-5 * (b - b.mean()) / b.std() * a.std()
    assert collinear_set(np.column_stack([a, apart]), ["a", "n"]) == []


def test_a_line_by_hand():
    """y = 1, 3, 2, 6 at x = 0, 1, 2, 3: slope 7/5, intercept 0.9, residual sum 4.2, total 14."""
    found = least_squares(np.array([[0.0], [1], [2], [3]]), np.array([1.0, 3, 2, 6]))
    assert found.coefficients == pytest.approx([0.9, 1.4])
    assert found.residuals == pytest.approx([0.1, 0.7, -1.7, 0.9])
    assert found.r2 == pytest.approx(1 - 4.2 / 14)
    # Variance 4.2 / 2; of the slope over 5, of the intercept times (1/4 + 1.5^2 / 5).
    assert found.standard_errors == pytest.approx([np.sqrt(2.1 * 0.7), np.sqrt(2.1 / 5)])
    assert found.t_values == pytest.approx([0.9 / np.sqrt(2.1 * 0.7), 1.4 / np.sqrt(0.42)])
    # The error variance counts: 4 rows, 3 parameters.
    assert found.adjusted_r2 == pytest.approx(1 - 0.3 * 3 / 1)
    assert found.log_likelihood == pytest.approx(-2 * (np.log(2 * np.pi * 4.2 / 4) + 1))
    assert found.aicc == float("inf")


def test_several_variables_equal_numpy_and_scipy():
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(4)
    x, y = generator.normal(5, 2, (20, 3)), generator.normal(size=20)
    found = least_squares(x, y)
    design = np.column_stack([np.ones(20), x])
    assert found.coefficients == pytest.approx(np.linalg.lstsq(design, y, rcond=None)[0])
    covariance = np.linalg.inv(design.T @ design) * (found.residuals @ found.residuals) / 16
    assert found.standard_errors == pytest.approx(np.sqrt(np.diag(covariance)))
    assert found.p_values == pytest.approx(2 * stats.t.sf(np.abs(found.t_values), 16))


def test_the_corrected_aic_of_gwr4():
    """-2 ll + 2 K + 2 K (K + 1) / (n - K - 1) with K = parameters + 1."""
    assert corrected_aic(-10.0, 2, 5) == 20 + 6 + 24 / 1
    assert corrected_aic(-10.0, 2.5, 20) == pytest.approx(20 + 7 + 2 * 3.5 * 4.5 / 15.5)
    assert corrected_aic(-10.0, 2, 4) == float("inf")
    assert gaussian_log_likelihood(0.0, 9) == float("inf")


def test_without_degrees_of_freedom_there_is_no_variance():
    exact = least_squares(np.array([[0.0], [1]]), np.array([1.0, 3]))
    assert np.isnan(exact.standard_errors).all()
    assert np.isnan(exact.adjusted_r2)
    three = least_squares(np.array([[0.0], [1], [2]]), np.array([1.0, 3, 2]))
    assert np.isfinite(three.standard_errors).all()
    assert np.isnan(three.adjusted_r2)


def test_collinear_fields_are_refused_by_name():
    x = np.array([[0.0, 1], [1, 3], [2, 5], [5, 11]])
    with pytest.raises(CarbonBalanceError, match="^a, b are collinear"):
        refuse_collinear(x, ["a", "b"])
    refuse_collinear(x[:, :1], ["a"])
