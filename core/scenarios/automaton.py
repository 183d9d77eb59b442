"""One step of the cellular automaton FLUS: classes compete for cells until their demand is met.

After Liu et al. (2017), Landscape and Urban Planning 168, with what its console version does beyond
the paper. A cell's chance of class k is suitability x neighbourhood share x weight x permission, times
the class's inertia where k is its class now; a roulette over all classes draws one. Random numbers
are keyed to seed, step, iteration and block, and what is drawn is accepted in the order of random
keys, so the map does not depend on how many workers drew.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from ..log import Log
from .demand_check import chain
from .landscape import Landscape

INERTIA_RANGE = (1e-3, 1e3)
CELLS_A_BLOCK = 1 << 18
_SETTLING = 1 << 31  # sets the keys of the closing rounds apart from those of the iterations


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
    settle: bool = True


@dataclass
class Inertia:
    """The self-adapting inertia of each class.

    Attributes:
        values: (classes,), start at 1, kept within 0.001 and 1000 (left alone it runs away).
    """

    gaps: np.ndarray
    values: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.gaps.astype(float)
        self.values = np.ones(len(self.gaps))
        self._moving = 1.01 * self.first
        self._before = [self.first, self.first]

    def follow_deadband(self, gaps: np.ndarray, acceleration: float) -> None:
        """Adapt to the gaps (demand - cells) of now: only a class that is too slow or gets worse is pushed."""
        for k in np.flatnonzero((self.first != 0) & (gaps != 0)):
            rate = gaps[k] / self._moving[k]
            if 0 < rate < 1:
                self._moving[k] = gaps[k]
                push = rate + acceleration if rate > 1 - acceleration else 1.0
            else:
                push = rate**2 if rate > 1 else 1.0
            self.values[k] *= push if self.first[k] > 0 else 1 / push
        np.clip(self.values, *INERTIA_RANGE, out=self.values)

    def follow_published(self, gaps: np.ndarray) -> None:
        """Adapt by the paper's rule, from the gaps of the two iterations before."""
        self._before = [gaps.astype(float), self._before[0]]
        last, previous = self._before
        for k in np.flatnonzero(np.abs(last) > np.abs(previous)):
            if last[k] < previous[k] < 0:
                self.values[k] *= previous[k] / last[k]
            elif 0 < previous[k] < last[k]:
                self.values[k] *= last[k] / previous[k]
        np.clip(self.values, *INERTIA_RANGE, out=self.values)


def random_numbers(*key: int) -> np.random.Generator:
    """Random numbers that depend on ``key`` alone."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(key)))


def propose(
    land: Landscape, cells: slice, pull: np.ndarray, open_classes: np.ndarray, iteration: int, key: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the changes that the cells of a block would make.

    Args:
        land: the region.
        cells: the block, a range of flat indices.
        pull: factor on staying of each class, (classes,) float32.
        open_classes: whether a class is not at its demand, bool (classes,).
        iteration: counted from 0; early ones convert only cells that suit.
        key: of the random numbers.

    Returns:
        Flat indices, classes drawn, and random keys for the order of acceptance.
    """
    rng = random_numbers(*key)
    at = np.flatnonzero(land.others[cells] > 0)
    at += cells.start
    leave = land.others[at]
    total = pull[land.now[at]]
    total *= land.stay[at]
    total += leave
    ball = rng.random(len(at), np.float32)
    ball *= total
    moving = np.flatnonzero(ball < leave)
    at, ball = at[moving], ball[moving]
    chances = land.weighted(at)
    own = np.arange(len(at)), land.now[at]
    chances[own] = 0
    edges = np.cumsum(chances, axis=1)
    # The last edge may lie a rounding below the ball; the largest ball allowed stays within it.
    ball = np.minimum(ball, np.nextafter(edges[:, -1], np.float32(0)))
    drawn = np.argmax(edges > ball[:, None], axis=1)
    uniform = rng.random(len(at))
    order = rng.random(len(at))
    threshold = (uniform + 1 / land.classes) / (iteration + 1)
    keep = land.suitability[at, drawn] > threshold
    keep &= open_classes[drawn] & open_classes[own[1]]
    return at[keep], drawn[keep].astype(np.uint8), order[keep]


def accept(before: np.ndarray, after: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """Which changes are accepted, one after the other, while neither class is at its demand.

    The same as a loop over the changes with live counts, in as many rounds as classes fill up.

    Args:
        before, after: class of each change, in the order of acceptance.
        gaps: demand - cells of each class, int64 (classes,); brought up to date in place.

    Returns:
        Positions of the accepted changes.
    """
    classes = len(gaps)
    left = np.flatnonzero((gaps[before] != 0) & (gaps[after] != 0))
    taken = []
    while len(left):
        gained, lost = after[left], before[left]
        stop = len(left)
        for k in range(classes):
            if gaps[k] == 0:
                continue
            balance = np.cumsum((gained == k).astype(np.int64) - (lost == k))
            reached = balance == gaps[k]
            if reached.any():
                stop = min(stop, int(np.argmax(reached)) + 1)
        taken.append(left[:stop])
        gaps -= np.bincount(gained[:stop], minlength=classes) - np.bincount(lost[:stop], minlength=classes)
        left = left[stop:]
        left = left[(gaps[before[left]] != 0) & (gaps[after[left]] != 0)]
    return np.concatenate(taken) if taken else np.zeros(0, np.intp)


def settle(land: Landscape, rules: Rules, demand: np.ndarray, step: int, log: Log) -> int:
    """Allocate what is left over, along chains of permitted changes, to cells drawn by their chances.

    Cells beside the class that takes them come first by far; a cell far from it is used only where no
    other is left.

    Returns:
        Cells changed.
    """
    allowed = np.array(rules.permitted, bool)
    np.fill_diagonal(allowed, True)
    allowed = np.vstack([allowed, np.zeros(land.classes, bool)])
    changed, turn = 0, 0
    while True:
        log.check()
        surplus = land.counts() - demand
        held = land.held()
        capacity = np.einsum("oc,oj->cj", held, allowed[:-1].astype(np.int64))
        path = chain(capacity, surplus)
        if path is None:
            return changed
        links = list(zip(path[:-1], path[1:]))
        amount = min([int(surplus[path[0]]), -int(surplus[path[-1]]), *(int(capacity[a, b]) for a, b in links)])
        # In portions, so that a patch can grow outwards from its new edge.
        amount = min(amount, max(256, amount // 4))
        for here, there in reversed(links):
            cells = np.flatnonzero(land.now == here)
            cells = cells[allowed[land.origin[cells], there]]
            chance = land.suitability[cells, there] * (land.neighbours[cells, there] + np.float32(1e-3))
            rng = random_numbers(rules.seed, step, _SETTLING, turn)
            # Weighted sampling without replacement by Gumbel keys.
            score = np.log(chance + np.float32(1e-12)) - np.log(-np.log(rng.random(len(cells)) + 1e-300) + 1e-300)
            best = cells[np.argpartition(-score, amount - 1)[:amount]]
            land.change(best, np.full(amount, there, np.uint8))
            changed += amount
            turn += 1


def run_step(
    land: Landscape,
    rules: Rules,
    demand: np.ndarray,
    step: int = 0,
    executor: Executor | None = None,
    log: Log | None = None,
    on_iteration: Callable[[int, np.ndarray, np.ndarray, int], None] | None = None,
) -> int:
    """Change the classes of ``land`` until there are ``demand`` cells of each.

    Args:
        land: the region; changed in place.
        rules: how to run.
        demand: cells of each class wanted, int64 (classes,), reachable.
        step: number of the step, part of the random key.
        executor: whose workers draw; none draws here.
        log: progress and cancelling.
        on_iteration: told iteration, cells of each class before it, inertia, and cells changed by it.

    Returns:
        Cells that the closing rounds had to allocate.
    """
    log = log or Log()
    land.begin_step(rules.permitted, rules.weights)
    cells = len(land.now)
    spans = [slice(first, min(first + CELLS_A_BLOCK, cells)) for first in range(0, cells, CELLS_A_BLOCK)]
    counts = land.counts()
    gaps = np.asarray(demand, np.int64) - counts
    inertia = Inertia(gaps.copy())
    idle = 0
    for iteration in range(rules.iterations):
        log.check()
        if not gaps.any() or idle >= rules.patience:
            break
        log.progress(iteration / rules.iterations)
        if iteration:
            if rules.inertia == "published":
                inertia.follow_published(gaps)
            else:
                inertia.follow_deadband(gaps, rules.acceleration)
        # A base inertia of 10 a class, as in the console version; without it accuracy collapses.
        pull = np.append(inertia.values * 10 * land.classes, np.zeros(256 - land.classes)).astype(np.float32)
        tasks = [
            (land, span, pull, gaps != 0, iteration, (rules.seed, step, iteration, number))
            for number, span in enumerate(spans)
        ]
        drawn = list(executor.map(lambda task: propose(*task), tasks)) if executor else [propose(*t) for t in tasks]
        at, classes, keys = (np.concatenate(parts) for parts in zip(*drawn))
        order = np.argsort(keys, kind="stable")
        at, classes = at[order], classes[order]
        before = counts.copy()
        accepted = accept(land.now[at], classes, gaps)
        if len(accepted):
            land.change(at[accepted], classes[accepted])
        counts = np.asarray(demand, np.int64) - gaps
        idle = 0 if len(accepted) else idle + 1
        if on_iteration:
            on_iteration(iteration, before, inertia.values.copy(), len(accepted))
    return settle(land, rules, np.asarray(demand, np.int64), step, log) if rules.settle and gaps.any() else 0
