"""Diagnostics where degrees of freedom run out: error variance needs more than 0, the adjusted R2 more than 1."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.diagnostics import cooks_distance, cross_validation, diagnose
from carbon_balance.core.drivers.gwr.fit import Local

Y = np.array([1.0, 2, 3, 6])
# A sum of squares of 2; the squares about the mean 3 are 14 in sum.
RESIDUALS = np.array([1.0, -1, 0, 0])


def local(influence):
    influence = np.array(influence, float)
    two = np.zeros((4, 2))
    return Local(two, two, RESIDUALS, influence, influence, np.zeros(4), np.zeros(4), np.zeros(4))


@pytest.mark.parametrize(
    ("influence", "sigma2", "adjusted_r2"),
    [
        # No degrees of freedom are left, then half a one, one, and one and a half.
        ([1, 1, 1, 1], np.nan, np.nan),
        ([0.5, 1, 1, 1], 2 / 0.5, np.nan),
        ([0.5, 0.5, 1, 1], 2 / 1, np.nan),
        ([0.5, 0.5, 0.5, 1], 2 / 1.5, 1 - 2 / 14 * 3 / 0.5),
    ],
)
def test_diagnostics_need_enough_degrees_of_freedom(influence, sigma2, adjusted_r2):
    found = diagnose(local(influence), Y)
    assert found.effective_parameters == sum(influence)
    assert found.r2 == pytest.approx(1 - 2 / 14)
    assert found.sigma2 == pytest.approx(sigma2, nan_ok=True)
    assert found.adjusted_r2 == pytest.approx(adjusted_r2, nan_ok=True)
    # Of 2 nominal parameters; the level is not raised where fewer are effective.
    assert found.alpha_adjusted == pytest.approx(0.05 * 2 / sum(influence))
    assert diagnose(local([0.1] * 4), Y).alpha_adjusted == 0.05


def test_an_observation_with_leverage_one_has_no_cook_distance():
    """Cook's distance of leverage h and residual e is e2 h / (s2 k (1 - h)2), here 1 x 0.5 / (s2 x k x 0.25)."""
    fit = local([0.5, 0.5, 0.5, 1])
    found = cooks_distance(fit, diagnose(fit, Y))
    each = 0.5 / (2 / 1.5 * 2.5 * 0.25)
    assert found == pytest.approx([each, each, 0, np.nan], nan_ok=True)
    assert cross_validation(fit) == np.inf
    assert cross_validation(local([0.5] * 4)) == pytest.approx((4 + 4) / 4)
