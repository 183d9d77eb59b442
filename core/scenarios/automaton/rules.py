"""How the automaton runs, and the random numbers that it draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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


def random_numbers(*key: int) -> np.random.Generator:
    """Random numbers that depend on ``key`` alone."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(key)))
