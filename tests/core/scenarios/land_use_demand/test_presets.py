"""The published rules of the Beibu Gulf study, as printed."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.land_use_demand import presets


def test_the_neighbourhood_weights_of_the_study():
    roles = ("cropland", "forest", "grassland", "construction", "water", "unutilised")
    assert presets.weights(roles).tolist() == [0.20, 0.01, 0.30, 1.00, 0.40, 0.50]
    assert presets.weights(["forest", "forest"]).tolist() == [0.01, 0.01]


@pytest.mark.parametrize(
    ("scenario", "rows"),
    [
        ("urbanised", "100100 110100 101100 000100 111110 111111"),
        ("agricultural", "100000 111001 111111 000100 101011 111111"),
        ("ecological", "111111 010000 011010 000100 000010 111111"),
    ],
)
def test_the_permission_matrices_of_the_study(scenario, rows):
    expected = np.array([[int(digit) for digit in row] for row in rows.split()], bool)
    np.testing.assert_array_equal(presets.permissions(scenario, presets.CLASSES), expected)
    # Water may become forest in the urbanised scenario, forest never water.
    pair = presets.permissions(scenario, ["water", "forest"])
    assert pair.tolist() == [[expected[4, 4], expected[4, 1]], [expected[1, 4], expected[1, 1]]]


def test_a_class_of_another_study_is_refused():
    with pytest.raises(CarbonBalanceError, match="The preset has no class moor"):
        presets.weights(["forest", "moor"])
