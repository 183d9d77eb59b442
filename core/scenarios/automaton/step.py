"""One step of the cellular automaton FLUS: classes compete for cells until their demand is met.

After Liu et al. (2017), Landscape and Urban Planning 168, with what its console version does beyond
the paper. The potential of class k in a cell is suitability x neighbourhood share x weight x permission, multiplied by
the inertia of the class if k is its current class; a roulette over all classes draws one. Random numbers depend on
seed, step, iteration and block, and draws are accepted in the order of random keys, so that the map does not depend on
the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ...options.scenarios import RANKED
from ...runtime.log import Log
from ..landscape.candidates import MOST_RENEWED
from ..landscape.distributed_landscape import AnyLandscape
from ..landscape.landscape import Landscape, by_class
from .acceptance import Drawn, accept_in_order
from .final_allocation import settle
from .inertia import Inertia
from .patches import run_patches
from .ranking import run_ranked
from .rules import Rules, random_numbers
from .targets import ClassTarget, TransitionTarget


def _needed_suitability(uniform: np.ndarray | float, classes: int, iteration: int) -> np.ndarray | float:
    """The suitability that a class must exceed, for random numbers 0 to 1: lower from iteration to iteration."""
    return (uniform + 1 / classes) / (iteration + 1)


def propose(
    land: Landscape,
    at: np.ndarray,
    pull: np.ndarray,
    open_changes: np.ndarray,
    iteration: int,
    key: tuple[int, ...],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Draw the changes proposed for the cells of a block.

    Args:
        land: the region.
        at: flat indices of the cells of the block that take part.
        pull: persistence factor of each class, float32 (classes,).
        open_changes: whether class (row) may currently become class (column), bool (classes, classes).
        iteration: number from 0; early iterations convert only cells of high suitability.
        key: key of the random numbers.

    Returns:
        flat indices, drawn classes, random keys for the order of acceptance, and the number of draws that were refused
        because the suitability is too low at this iteration.
    """
    rng = random_numbers(*key)
    leave = land.others.take(at)
    total = pull.take(land.now.take(at))
    total *= land.stay.take(at)
    total += leave
    ball = rng.random(len(at), np.float32)
    ball *= total
    moving = np.flatnonzero(ball < leave)
    at, ball = at.take(moving), ball.take(moving)
    if not len(at):
        return at, np.empty(0, np.uint8), np.empty(0), 0
    chances = land.weighted(at)
    own = np.arange(len(at)), land.now.take(at)
    chances[own] = 0
    edges = np.add.accumulate(by_class(chances))
    # Rounding may put the last edge slightly below the drawn number, so that the number is limited to it.
    ball = np.minimum(ball, np.nextafter(edges[-1], np.float32(0)))
    drawn = np.add.reduce(edges <= ball, dtype=np.uint8)
    uniform = rng.random(len(at))
    order = rng.random(len(at))
    threshold = _needed_suitability(uniform, land.classes, iteration)
    keep = open_changes[own[1], drawn]
    suits = land.suitability[at, drawn] > threshold
    waiting = int((keep & ~suits).sum())
    keep &= suits
    return at[keep], drawn[keep], order[keep], waiting


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
) -> Drawn:
    """Like :func:`propose`, for the candidates of span ``number``, with flat indices of the whole region."""
    floor = float(_needed_suitability(0.0, land.classes, iteration))
    at, others_wait = land.candidates.of_span(
        land, cells, number, wanted=wanted, once=once, floor=floor, listing=listing
    )
    k = land.classes
    if not len(at):
        return Drawn(at, np.empty(0, np.uint16), np.empty(0), np.zeros((k, k), np.int64), others_wait)
    at, classes, order, waiting = propose(land, at, pull, open_changes=wanted, iteration=iteration, key=(*key, number))
    moves = land.now.take(at).astype(np.uint16)
    counts = np.bincount(moves.astype(np.intp) * k + classes, minlength=k * k).reshape(k, k)
    moves <<= 8
    moves |= classes
    at += land.first
    return Drawn(at, moves, order, counts, waiting > 0 or others_wait)


def _accepted(land: AnyLandscape, target: ClassTarget | TransitionTarget, drawn: list[Drawn]) -> int:
    """Apply the drawn changes in the order of their keys, as far as the target accepts them; empties ``drawn``."""
    if not drawn:
        return 0
    if target.accept_all(np.sum([part.counts for part in drawn], axis=0)):
        cells = [part.cells for part in drawn]
        classes = [part.moves.astype(np.uint8) for part in drawn]
    else:
        cells, classes = accept_in_order(target, drawn)
    drawn.clear()
    # In the order of the cells, so that neighbouring cells are updated one after the other.
    at = np.concatenate(cells)
    cells.clear()
    land.change(at, np.concatenate(classes))
    return len(at)


def run_step(
    land: AnyLandscape,
    rules: Rules,
    target: ClassTarget | TransitionTarget,
    step: int = 0,
    log: Log | None = None,
    on_iteration: Callable[[int, np.ndarray, np.ndarray, int], None] | None = None,
) -> int:
    """Change the classes of ``land``, prepared by :meth:`Landscape.begin`, until ``target`` is reached.

    Args:
        land: the region; changed in place.
        rules: rules of the automaton.
        target: target of the step, which must be reachable.
        step: number of the step, part of the random key.
        log: progress and cancellation.
        on_iteration: called with the iteration, the cells of each class before it, the inertia, and the number of
            changed cells.

    Returns:
        the number of cells changed by the final rounds.
    """
    log = log or Log()
    if rules.allocation == RANKED and isinstance(target, TransitionTarget):
        run = run_patches if rules.patches else run_ranked
        run(land, rules, target, step=step, log=log, on_iteration=on_iteration)
        return settle(land, rules, target, step, log) if rules.settle else 0
    inertia = Inertia(target.pressure)
    base = rules.base_inertia * land.classes
    # Each accepted change updates the cells of a neighbourhood.
    cells = land.stride * (land.height + 2 * land.radius) / (2 * land.radius + 1) ** 2
    idle, listing = 0, False
    wanted, elsewhere = None, ~np.eye(land.classes, dtype=bool)
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
        still_wanted = target.open_changes & elsewhere
        if wanted is None or not np.array_equal(wanted, still_wanted):
            wanted = still_wanted
        key = (rules.seed, step, iteration)
        draw = partial(
            _drawn, pull=pull, wanted=wanted, once=target.once, listing=listing, iteration=iteration, key=key
        )
        drawn = land.each_span(draw)
        before = target.demand - target.gaps
        waiting = any(part.waits for part in drawn)
        # Emptied after they are joined, because they are large.
        changed = _accepted(land, target, drawn)
        listing = changed * MOST_RENEWED < cells
        # If cells only wait for a lower threshold, the run is not stuck.
        idle = 0 if changed or waiting else idle + 1
        if on_iteration:
            on_iteration(iteration, before, inertia.values.copy(), changed)
    return settle(land, rules, target, step, log) if rules.settle else 0
