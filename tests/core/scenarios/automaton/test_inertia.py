"""Inertia of classes against manual calculation."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.automaton.inertia import Inertia


def test_deadband_inertia_strengthens_lagging_classes():
    """By hand: gaps of 100 and -100 first change little (rate 0.98 / 1.01 > 0.9), then increase."""
    inertia = Inertia(np.array([100, -100, 0]))
    inertia.follow_deadband(np.array([98, -98, 0]), 0.1)
    push = 98 / 101 + 0.1
    np.testing.assert_allclose(inertia.values, [push, 1 / push, 1])
    inertia.follow_deadband(np.array([50, -50, 0]), 0.1)
    np.testing.assert_allclose(inertia.values, [push, 1 / push, 1])
    inertia.follow_deadband(np.array([60, -60, 0]), 0.1)
    np.testing.assert_allclose(inertia.values, [push * 1.44, 1 / push / 1.44, 1])
    for gap in range(61, 4000):
        inertia.follow_deadband(np.array([gap**2, -(gap**2), 0]), 0.1)
    np.testing.assert_allclose(inertia.values, [1e3, 1e-3, 1])


def test_published_inertia_strengthens_classes_with_an_increasing_gap():
    """By hand, after Liu et al. (2017): gaps of the two previous iterations, of which the last is larger."""
    inertia = Inertia(np.array([100, -100, 50, -50]))
    inertia.follow_published(np.array([80, -80, 50, -50]))
    np.testing.assert_allclose(inertia.values, 1)
    inertia.follow_published(np.array([120, -100, 50, 60]))
    np.testing.assert_allclose(inertia.values, [120 / 80, 80 / 100, 1, 1])
    inertia.follow_published(np.array([120, -50, 40, 90]))
    np.testing.assert_allclose(inertia.values, [120 / 80, 80 / 100, 1, 90 / 60])
    for power in range(3, 40):
        inertia.follow_published(np.array([2.0**power, -(2.0**power), 0, 0]))
    np.testing.assert_allclose(inertia.values[:2], [1e3, 1e-3])


def test_a_gap_that_changes_sign_does_not_change_inertia():
    """100, then -50 (negative rate, unchanged), then 95: the rate still refers to 101."""
    inertia = Inertia(np.array([100]))
    inertia.follow_deadband(np.array([-50]), 0.1)
    np.testing.assert_allclose(inertia.values, 1)
    inertia.follow_deadband(np.array([95]), 0.1)
    np.testing.assert_allclose(inertia.values, 95 / 101 + 0.1)


def test_a_gap_that_begins_at_zero_does_not_change_inertia():
    inertia = Inertia(np.array([0, 0]))
    inertia.follow_published(np.array([5, -5]))
    np.testing.assert_allclose(inertia.values, 1)
    inertia.follow_published(np.array([10, -10]))
    np.testing.assert_allclose(inertia.values, [2, 0.5])


def test_inertia_does_not_change_at_the_limits_of_the_rate():
    """Rates of 1 and of exactly 1 less the acceleration change nothing."""
    inertia = Inertia(np.array([100]))
    inertia._moving = np.array([100.0])
    inertia.follow_deadband(np.array([100]), 0.1)
    np.testing.assert_allclose(inertia.values, 1)
    inertia.follow_deadband(np.array([75]), 0.25)
    np.testing.assert_allclose(inertia.values, 1)
