"""What a calibration tries, and the weights that it takes from the gains."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.calibration import search


def test_values_that_are_tried():
    """As the help of the calibration states them."""
    assert search.TRIED_WINDOWS == (3, 5, 7, 11)
    assert search.TRIED_STRENGTHS == (0.5, 1, 2)
    assert search.TRIED_NOISES == (0, 0.25, 0.5, 1)
    assert search.TRIED_PASSES == (1, 4)
    assert search.PATCH_NOISES == (0, 0.25, 0.5)
    assert search.LEAST_GAIN == 0.1


def test_weights_are_shares_of_the_largest_gain():
    """Gains of 30, 10 and 0 cells; what stays is no gain, and no weight is below 0.01."""
    flows = np.array([[900, 7, 0], [10, 900, 0], [20, 3, 900]])
    assert search.expansion_weights(flows, np.array([1, 5, -2])) == {1: 1.0, 5: 0.3333, -2: 0.01}
    assert search.expansion_weights(np.diag([5, 5]), np.array([1, 2])) == {1: 0.01, 2: 0.01}
