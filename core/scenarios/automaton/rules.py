"""Rules of the automaton, and its random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...options import scenarios as options


@dataclass(frozen=True)
class PatchSizes:
    """Patch sizes of one kind of change in the calibration interval.

    Attributes:
        beside: pairs of size (cells) and number of patches, for patches adjacent to the class that they became.
        apart: the same for patches not adjacent to it.
        share_apart: share of cells in patches not adjacent to it.
    """

    beside: tuple[tuple[int, int], ...]
    apart: tuple[tuple[int, int], ...]
    share_apart: float


@dataclass(frozen=True)
class Rules:
    """The rules of the automaton.

    Attributes:
        permitted: whether class at the start of the step (row) may become class (column), bool (classes, classes).
        weights: neighbourhood weight of each class, (classes,).
        seed: seed of the random numbers.
        iterations: largest number of iterations per step.
        acceleration: adaptation rate of the inertia, 0 to 1.
        inertia: "deadband", the rule of the console version, or "published", that of the paper.
        patience: number of iterations without a change after which the step ends.
        base_inertia: factor for persistence, multiplied by the number of classes. It is 10 in the console version
            (without it accuracy is poor); with demand by transition, quotas limit the amounts and values near 0 are
            better.
        settle: whether the remaining demand is allocated to the most likely cells, so that a reachable demand is met
            exactly.
        allocation: "roulette", as in FLUS, or "ranked", see :mod:`.ranking`, which needs demand by transition.
        noise: noise of a ranked allocation, 0 or more.
        strength: exponent of the share of neighbours in a ranked allocation; 0 ignores neighbours.
        passes: passes of a ranked allocation; neighbours are counted again after each.
        patches: patch sizes by kind of change for a ranked allocation in patches; empty for allocation by cells.
        patch_share: share of the changes adjacent to the class that they become that is placed in such patches; the
            others are ranked by cells.
    """

    permitted: np.ndarray
    weights: np.ndarray
    seed: int = 1
    iterations: int = 300
    acceleration: float = 0.1
    inertia: str = "deadband"
    patience: int = 10
    base_inertia: float = 10.0
    settle: bool = True
    allocation: str = options.ROULETTE
    noise: float = options.DEFAULT_NOISE
    strength: float = options.DEFAULT_STRENGTH
    passes: int = options.DEFAULT_PASSES
    patches: Mapping[tuple[int, int], PatchSizes] = field(default_factory=dict)
    patch_share: float = options.DEFAULT_PATCH_SHARE


def random_numbers(*key: int) -> np.random.Generator:
    """Random generator that depends only on ``key``."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(key)))
