"""The sections of a factor report depend on the factors."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.factor_report import factor_page_parts
from carbon_balance.core.drivers.factor_study import study_factors


@pytest.mark.parametrize("factors", [1, 2])
def test_variance_inflation_is_shown_for_two_or_more_factors(factors):
    values = np.random.default_rng(3).normal(size=(40, 1 + factors))
    study = study_factors(values, ["y"], ["a", "b"][:factors])
    text = "".join(factor_page_parts(study))
    assert ("Variance inflation factors" in text) == (factors == 2)
    assert "Geographical detector" in text
    assert "40 rows" in text
