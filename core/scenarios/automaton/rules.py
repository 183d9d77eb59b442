"""How the automaton runs, and the random numbers that it draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...options import scenarios as options


@dataclass(frozen=True)
class PatchSizes:
    """Patches of one kind of change in the interval that has been learned from.

    Attributes:
        beside: pairs of a size in cells and how many patches had it, of those beside the class that they became.
        apart: the same of patches away from it.
        share_apart: of the cells, how many were in patches away from it.
    """

    beside: tuple[tuple[int, int], ...]
    apart: tuple[tuple[int, int], ...]
    share_apart: float


@dataclass(frozen=True)
class Rules:
    """How the automaton runs.

    Attributes:
        permitted: whether class at the start of the step (row) may become class (column), bool
            (classes, classes).
        weights: neighbourhood weight of each class, (classes,).
        seed: of the random numbers.
        iterations: at most so many a step.
        acceleration: how fast the inertia follows, 0 to 1.
        inertia: "deadband", the console version's rule, or "published", the paper's.
        patience: iterations without a change after which the step ends.
        base_inertia: factor on staying, times the number of classes. 10 as in the console version (without it
            accuracy collapses); where transitions are wanted, their quotas hold the amounts, and near 0 is better.
        settle: let what the iterations left over be allocated to the most likely cells, so that a
            reachable demand is met exactly.
        allocation: "roulette", as FLUS, or "ranked", see :mod:`.ranking`; that is for demand by transition alone.
        noise: of a ranked allocation, 0 or more.
        strength: power of the share of neighbours in a ranked allocation; 0 leaves them out.
        passes: of a ranked allocation, neighbours being counted anew after each.
        patches: sizes of patches by kind of change, for a ranked allocation in patches; none for one by cells.
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


def random_numbers(*key: int) -> np.random.Generator:
    """Random numbers that depend on ``key`` alone."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(key)))
