"""Land-use dynamic degrees against study H and manual calculation."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.dynamic_degree import comprehensive_dynamic_degree, single_dynamic_degree


def test_henan_1995_to_2015():
    """Expected values follow from the published storage by class, which is proportional to area."""
    before = np.array([7272, 4024, 680.6, 221.9, 1010, 4.37])
    after = np.array([7124, 4017, 676.3, 253.1, 1120, 3.25])
    found = single_dynamic_degree(before, after, 20)
    assert found == pytest.approx([-0.1018, -0.0087, -0.0316, 0.7030, 0.5446, -1.2815], abs=5e-5)


def test_a_new_class_has_no_dynamic_degree():
    assert np.isnan(single_dynamic_degree(np.array([0.0]), np.array([5.0]), 10)[0])


def test_the_comprehensive_degree_is_the_changed_share_per_year():
    transitions = np.array([[70.0, 20.0], [10.0, 100.0]])
    assert comprehensive_dynamic_degree(transitions, 5) == pytest.approx(100 * 30 / 200 / 5)
    assert np.isnan(comprehensive_dynamic_degree(np.zeros((2, 2)), 5))
