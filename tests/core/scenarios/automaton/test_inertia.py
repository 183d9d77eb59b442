"""Inertia of classes against manual calculation."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.automaton.inertia import Inertia


def test_deadband_inertia_pushes_classes_that_lag():
    """By hand: gaps 100 and -100 hardly move (rate 0.98 / 1.01 > 0.9), then get worse."""
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


def test_published_inertia_pushes_classes_whose_gap_grew():
    """By hand, after Liu et al. (2017): the gaps of the two iterations before, where the last is the larger."""
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


def test_a_gap_that_changed_its_sign_moves_nothing():
    """100, then -50 (rate below 0: left alone), then 95: the rate is still that of 101."""
    inertia = Inertia(np.array([100]))
    inertia.follow_deadband(np.array([-50]), 0.1)
    np.testing.assert_allclose(inertia.values, 1)
    inertia.follow_deadband(np.array([95]), 0.1)
    np.testing.assert_allclose(inertia.values, 95 / 101 + 0.1)


def test_a_gap_that_opens_from_nothing_moves_nothing():
    inertia = Inertia(np.array([0, 0]))
    inertia.follow_published(np.array([5, -5]))
    np.testing.assert_allclose(inertia.values, 1)
    inertia.follow_published(np.array([10, -10]))
    np.testing.assert_allclose(inertia.values, [2, 0.5])


def test_a_rate_at_its_limits():
    """Rates of 1 and of exactly 1 less the acceleration push nothing."""
    inertia = Inertia(np.array([100]))
    inertia._moving = np.array([100.0])
    inertia.follow_deadband(np.array([100]), 0.1)
    np.testing.assert_allclose(inertia.values, 1)
    inertia.follow_deadband(np.array([75]), 0.25)
    np.testing.assert_allclose(inertia.values, 1)
