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
from functools import partial
from typing import Union

import numpy as np

from ..log import Log
from .candidates import MOST_RENEWED
from .demand_check import chain
from .landscape import Landscape
from .spread import SpreadLandscape
from .targets import ClassTarget, TransitionTarget

INERTIA_RANGE = (1e-3, 1e3)
Region = Union[Landscape, SpreadLandscape]
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
    land: Landscape,
    at: np.ndarray,
    pull: np.ndarray,
    open_changes: np.ndarray,
    iteration: int,
    key: tuple[int, ...],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Draw the changes that the cells of a block would make.

    Args:
        land: the region.
        at: the cells of the block that take part, flat indices.
        pull: factor on staying of each class, (classes,) float32.
        open_changes: whether class (row) may become class (column) just now, bool (classes, classes).
        iteration: counted from 0; early ones convert only cells that suit.
        key: of the random numbers.

    Returns:
        Flat indices, classes drawn, random keys for the order of acceptance, and how many draws were
        refused for this time because the cell does not suit well enough yet.
    """
    rng = random_numbers(*key)
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
    keep = open_changes[own[1], drawn]
    suits = land.suitability[at, drawn] > threshold
    waiting = int((keep & ~suits).sum())
    keep &= suits
    return at[keep], drawn[keep].astype(np.uint8), order[keep], waiting


def _drawn(
    land: Landscape,
    cells: slice,
    number: int,
    pull: np.ndarray,
    wanted: np.ndarray,
    once: bool,
    listing: bool,
    iteration: int,
    key: tuple[int, ...],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """:func:`propose` for the candidates of span ``number``, flat indices those of the whole region.

    The classes are pairs, class now x 256 + class drawn, uint16: one array to bring into order. The last value says
    whether cells wait for the threshold to fall.
    """
    floor = 1 / land.classes / (iteration + 1)
    at, others_wait = land.candidates.of_span(land, cells, number, wanted, once, floor, listing)
    at, classes, order, waiting = propose(land, at, pull, wanted, iteration, (*key, number))
    moves = land.now[at].astype(np.uint16)
    moves <<= 8
    moves |= classes
    at += land.first
    return at, moves, order, waiting > 0 or others_wait


def _rated(
    land: Landscape, cells: slice, _number: int, here: int, there: int, origins: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The cells of a span that may go from ``here`` to ``there``, and their chances.

    ``origins`` says from which class at the start of the step, bool (classes + 1,).
    """
    at = np.flatnonzero(land.now[cells] == here)
    at += cells.start
    at = at[origins[land.origin[at]]]
    chance = land.suitability[at, there] * (land.neighbours[at, there] + np.float32(1e-3))
    at += land.first
    return at, chance


def _convert(
    land: Region,
    here: int,
    there: int,
    amount: int,
    origins: np.ndarray,
    key: tuple[int, ...],
    executor: Executor | None,
) -> int:
    """Change up to ``amount`` cells (see :func:`_rated`), drawn by their chances; says how many.

    Weighted sampling without replacement, by Gumbel keys. Cells beside the class that takes them come
    first by far; a cell away from it is used only where no other is left.
    """
    if amount <= 0:
        return 0
    found = land.each_span(partial(_rated, here=here, there=there, origins=origins), executor)
    eligible, chance = (np.concatenate(column) for column in zip(*found))
    amount = min(amount, len(eligible))
    if not amount:
        return 0
    noise = -np.log(-np.log(random_numbers(*key).random(len(eligible)) + 1e-300) + 1e-300)
    score = np.log(chance + np.float32(1e-12)) + noise
    best = eligible[np.argpartition(-score, amount - 1)[:amount]]
    land.change(best, np.full(amount, there, np.uint8))
    return amount


def settle(
    land: Region,
    rules: Rules,
    target: ClassTarget | TransitionTarget,
    step: int,
    log: Log,
    executor: Executor | None = None,
) -> int:
    """Allocate what the iterations left over: first the kinds of change wanted, then along any permitted chain.

    Returns:
        Cells changed.
    """
    allowed = np.array(rules.permitted, bool)
    np.fill_diagonal(allowed, True)
    allowed = np.vstack([allowed, np.zeros(land.classes, bool)])
    changed, turn = 0, 0
    if isinstance(target, TransitionTarget):
        for here, there in np.argwhere(target.quotas > 0):
            unmoved = np.arange(land.classes + 1) == here
            key = (rules.seed, step, _SETTLING, turn)
            moved = _convert(land, here, there, int(target.quotas[here, there]), unmoved, key, executor)
            changed, turn = changed + moved, turn + 1
    while True:
        log.check()
        surplus = land.counts() - target.demand
        capacity = np.einsum("oc,oj->cj", land.held(), allowed[:-1].astype(np.int64))
        path = chain(capacity, surplus)
        if path is None:
            return changed
        links = list(zip(path[:-1], path[1:]))
        amount = min([int(surplus[path[0]]), -int(surplus[path[-1]]), *(int(capacity[a, b]) for a, b in links)])
        # In portions, so that a patch can grow outwards from its new edge.
        amount = min(amount, max(256, amount // 4))
        for here, there in reversed(links):
            key = (rules.seed, step, _SETTLING, turn)
            changed += _convert(land, here, there, amount, allowed[:, there], key, executor)
            turn += 1


def run_step(
    land: Region,
    rules: Rules,
    target: ClassTarget | TransitionTarget,
    step: int = 0,
    executor: Executor | None = None,
    log: Log | None = None,
    on_iteration: Callable[[int, np.ndarray, np.ndarray, int], None] | None = None,
) -> int:
    """Change the classes of ``land``, prepared by :meth:`Landscape.begin`, until ``target`` is reached.

    Args:
        land: the region; changed in place.
        rules: how to run.
        target: what to reach; must be reachable.
        step: number of the step, part of the random key.
        executor: whose workers draw; none draws here.
        log: progress and cancelling.
        on_iteration: told iteration, cells of each class before it, inertia, and cells changed by it.

    Returns:
        Cells that the closing rounds had to change.
    """
    log = log or Log()
    inertia = Inertia(target.pressure)
    base = rules.base_inertia * land.classes
    # Each accepted change renews the cells of a neighbourhood.
    cells = land.stride * (land.height + 2 * land.radius) / (2 * land.radius + 1) ** 2
    idle, listing = 0, False
    for iteration in range(rules.iterations):
        log.check()
        if target.is_reached or idle >= rules.patience:
            break
        log.progress(iteration / rules.iterations)
        if iteration:
            if rules.inertia == "published":
                inertia.follow_published(target.pressure)
            else:
                inertia.follow_deadband(target.pressure, rules.acceleration)
        pull = np.append(inertia.values * base, np.zeros(256 - land.classes)).astype(np.float32)
        wanted = target.open_changes & ~np.eye(land.classes, dtype=bool)
        key = (rules.seed, step, iteration)
        draw = partial(
            _drawn, pull=pull, wanted=wanted, once=target.once, listing=listing, iteration=iteration, key=key
        )
        drawn = land.each_span(draw, executor)
        at, moves, keys = (np.concatenate([part[column] for part in drawn]) for column in range(3))
        waiting = any(part[3] for part in drawn)
        del drawn
        order = np.argsort(keys, kind="stable")
        at, moves = at[order], moves[order]
        del keys, order
        now, classes = (moves >> 8).astype(np.uint8), moves.astype(np.uint8)
        before = target.demand - target.gaps
        accepted = target.accept(now, classes)
        if len(accepted):
            land.change(at[accepted], classes[accepted])
        listing = len(accepted) * MOST_RENEWED < cells
        # While cells only wait for the threshold to fall, the run is not stuck.
        idle = 0 if len(accepted) or waiting else idle + 1
        if on_iteration:
            on_iteration(iteration, before, inertia.values.copy(), len(accepted))
    return settle(land, rules, target, step, log, executor) if rules.settle else 0
