"""Tapio's eight states at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.change import decoupling
from carbon_balance.core.assessment.change.decoupling import decoupling_state, elasticity


@pytest.mark.parametrize(
    ("value", "growing", "shrinking"),
    [
        (-1e-9, "strong decoupling", "strong negative decoupling"),
        (0.0, "weak decoupling", "weak negative decoupling"),
        (0.7999, "weak decoupling", "weak negative decoupling"),
        (0.8, "expansive coupling", "recessive coupling"),
        (1.2, "expansive coupling", "recessive coupling"),
        (1.2001, "expansive negative decoupling", "recessive decoupling"),
    ],
)
def test_states_by_elasticity_and_by_the_sign_of_growth(value, growing, shrinking):
    assert decoupling_state(value, 1.0) == growing
    assert decoupling_state(value, -1.0) == shrinking


def test_there_are_eight_states_and_none_without_growth():
    assert len(set(decoupling.STATES)) == 8
    assert decoupling_state(0.5, 0.0) is None
    assert decoupling_state(float("nan"), 1.0) is None


def test_elasticity_is_growth_over_growth():
    # Emission +10 %, GDP +40 %; then emission -10 % and GDP -5 %.
    found = elasticity(
        np.array([100.0, 100.0]), np.array([110.0, 90.0]), np.array([50.0, 200.0]), np.array([70.0, 190.0])
    )
    assert found == pytest.approx([0.25, 2.0])


@pytest.mark.parametrize(
    ("emission", "gdp"),
    [((0.0, 5.0), (1.0, 2.0)), ((5.0, 6.0), (0.0, 2.0)), ((5.0, 6.0), (2.0, 2.0)), ((5.0, np.nan), (1.0, 2.0))],
)
def test_no_elasticity_where_growth_cannot_be_computed(emission, gdp):
    arrays = [np.array([value]) for value in (*emission, *gdp)]
    assert np.isnan(elasticity(*arrays)[0])
