"""Coupling coordination against the published values of Guiyang and at the limits of its levels."""

from __future__ import annotations

import json

import numpy as np
import pytest
from carbon_balance.core.assessment.change.coupling import LEVELS, coordination_level, coupling_coordination, min_max
from carbon_balance.core.runtime.errors import CarbonBalanceError
from layers import SAMPLE


@pytest.fixture(scope="module")
def units():
    """Emission and sink of Guiyang's five units, 2015, 10^4 t."""
    features = json.loads((SAMPLE / "guiyang.geojson").read_text(encoding="utf-8"))["features"]
    return np.array([[f["properties"][name] for f in features] for name in ("emission_2015_1e4t", "sink_2015_1e4t")])


def test_guiyang_2015(units):
    emission, sink = units
    scores = np.array([min_max(emission, lower_is_better=True), min_max(sink)])
    assert coupling_coordination(scores)[2] == pytest.approx([0, 0.7893, 0, 0.9269, 0.6277], abs=5e-5)


def test_coupling_of_two_systems_equals_the_manual_calculation():
    """U = 0.2 and 0.8: C = 2 sqrt(0.16) / 1 = 0.8, T = 0.5, D = sqrt(C T) = sqrt(0.4)."""
    coupling, development, degree = coupling_coordination(np.array([[0.2], [0.8]]))
    assert (coupling[0], development[0]) == pytest.approx((0.8, 0.5))
    assert degree[0] == pytest.approx(0.4**0.5)
    assert coupling_coordination(np.array([[0.2], [0.8]]), [3, 1])[1] == pytest.approx([0.35])
    assert coupling_coordination(np.array([[0.5], [0.5], [0.5]]))[0] == pytest.approx([1.0])


def test_coupling_of_zero_scores_is_0_and_of_unknown_scores_unknown():
    assert coupling_coordination(np.array([[0.0, np.nan], [0.0, 0.5]]))[2] == pytest.approx([0, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("degree", "number"),
    [(0.0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.5, 5), (0.6999, 6), (0.7, 7), (0.9, 9), (1.0, 9)],
)
def test_limits_of_coordination_levels_are_multiples_of_a_tenth(degree, number):
    assert coordination_level(degree) == LEVELS[number]


def test_an_unknown_degree_has_no_level():
    assert coordination_level(float("nan")) is None


@pytest.mark.parametrize(
    ("scores", "weights"),
    [([[0.5]], None), ([[0.5], [1.1]], None), ([[0.5], [-0.1]], None), ([[0.5], [0.5]], [1]), ([[0.5], [0.5]], [0, 0])],
)
def test_scores_and_weights_of_wrong_shape_or_range_are_refused(scores, weights):
    with pytest.raises(CarbonBalanceError):
        coupling_coordination(np.array(scores), weights)


def test_equal_values_cannot_be_scaled():
    with pytest.raises(CarbonBalanceError):
        min_max(np.array([3.0, 3.0]))
