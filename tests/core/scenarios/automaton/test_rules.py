"""Defaults of the automaton, those of the console version of FLUS, and its random numbers."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.automaton.rules import Rules, random_numbers


def test_defaults():
    rules = Rules(np.ones((2, 2), bool), np.ones(2))
    assert (rules.seed, rules.iterations, rules.patience, rules.settle) == (1, 300, 10, True)
    assert (rules.acceleration, rules.base_inertia, rules.inertia) == (0.1, 10, "deadband")
    assert (rules.allocation, rules.noise, rules.strength, rules.passes, rules.patches) == ("roulette", 0.5, 1, 1, {})


def test_random_numbers_depend_on_their_key_alone():
    first = random_numbers(1, 2).random(3)
    assert np.array_equal(first, random_numbers(1, 2).random(3))
    assert not np.array_equal(first, random_numbers(1, 3).random(3))
