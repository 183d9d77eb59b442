"""Random small regions for the simulation's tests."""

from __future__ import annotations

import numpy as np
from carbon_balance.core.scenarios.landscape import Landscape


def patches(rng: np.random.Generator, height: int, width: int, classes: int) -> np.ndarray:
    """Class indices in patches of a few cells, uint8 (height, width)."""
    coarse = rng.integers(0, classes, (-(-height // 4), -(-width // 4)))
    fine = np.kron(coarse, np.ones((4, 4), int))[:height, :width]
    noise = rng.random((height, width)) < 0.1
    return np.where(noise, rng.integers(0, classes, (height, width)), fine).astype(np.uint8)


def suitability(rng: np.random.Generator, classes: int, height: int, width: int) -> np.ndarray:
    """Shares that sum to 1 at each cell, float32 (classes, height, width)."""
    values = rng.gamma(0.7, size=(classes, height, width)) + 1e-3
    return (values / values.sum(axis=0)).astype(np.float32)


def landscape(classes_map, shares, restricted=None, window: int = 3) -> Landscape:
    """The region in memory."""
    height, width = classes_map.shape
    land = Landscape(width, height, len(shares), window)
    land.put(slice(0, height), slice(0, width), classes_map, shares, restricted)
    return land
