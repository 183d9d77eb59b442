"""The factors whose explanatory power is determined: numeric ones as classes, and categories as they are."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.drivers.factor_study import study_factors
from carbon_balance.core.options.statistics import OPTIMAL, QUANTILE


@pytest.mark.parametrize("method", [QUANTILE, OPTIMAL])
def test_categories_are_combined_with_classes_of_numbers(method):
    """Ten rows each of y = 0 and 1 in one category, 10 and 11 in the other: 10 of 1,010 is within categories."""
    rng = np.random.default_rng(1)
    y = np.tile([0.0, 1], 20) + np.repeat([0.0, 10], 20)
    study = study_factors(
        np.column_stack([y, rng.random(40)]), ["y"], ["a"], groups={"kind": ["x"] * 20 + ["z"] * 20}, method=method
    )
    assert set(study.powers) == {("y", "a"), ("y", "kind")}
    # Sums of squares: 40 x 0.25 within the categories, 40 x 25 between them.
    assert study.powers["y", "kind"].q == pytest.approx(1 - 10 / 1010)
    assert set(study.interactions) == {("y", "a", "kind")}
