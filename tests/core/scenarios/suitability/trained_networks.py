"""Samples of a made region, and networks trained with them."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.suitability import skill as skills
from carbon_balance.core.scenarios.suitability import training


def samples(count: int = 4000, drivers: int = 4, classes: int = 4, seed: int = 0):
    """Drivers (drivers, samples) and classes that follow them, with noise, in curved borders."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(-3, 5, (drivers, count)) * np.logspace(0, 3, drivers)[:, None]
    scaled = values / np.logspace(0, 3, drivers)[:, None]
    scores = rng.normal(size=(classes, drivers)) @ scaled + np.sin(scaled[:1] * 2) + rng.gumbel(size=(classes, count))
    return values, scores.argmax(axis=0)


def fifth(count: int):
    """Samples to hold out, bool."""
    return np.random.default_rng(1).permutation(count) < count // 5


def trained(values, targets, seed: int = 1, now=None, stay_offset: float = 0.0, **more):
    codes = list(range(1, int(targets.max()) + 2))
    names = [f"driver {number}" for number in range(len(values))]
    held, low, high = fifth(len(targets)), values.min(axis=1), values.max(axis=1)
    cells = training.TrainingCells(values, targets, held, low, high, now, stay_offset)
    found = training.train(cells, codes, names, seed=seed, **more)
    return found, skills.measure_skill(found, values, targets, held, seed, now)
