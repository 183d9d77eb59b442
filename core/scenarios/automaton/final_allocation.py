"""The final rounds of a step, in which the remaining demand is allocated to the most likely cells."""

from __future__ import annotations

from functools import partial

import numpy as np

from ...runtime.log import Log
from ..land_use_demand.demand_check import chain
from ..landscape.distributed_landscape import AnyLandscape
from ..landscape.landscape import Landscape
from .rules import Rules, random_numbers
from .targets import ClassTarget, TransitionTarget

_SETTLING = 1 << 31  # Distinguishes the keys of the final rounds from those of the iterations.


def _rated(
    land: Landscape, cells: slice, _number: int, here: int, there: int, origins: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The cells of a span that may change from ``here`` to ``there``, and their potentials.

    ``origins`` selects classes at the start of the step, bool (classes + 1,).
    """
    at = np.flatnonzero(land.now[cells] == here)
    at += cells.start
    at = at[origins[land.origin[at]]]
    chance = land.suitability[at, there] * (land.neighbours[at, there] + np.float32(1e-3))
    at += land.first
    return at, chance


def _convert(
    land: AnyLandscape,
    target: ClassTarget | TransitionTarget,
    here: int,
    there: int,
    amount: int,
    origins: np.ndarray,
    key: tuple[int, ...],
) -> int:
    """Change up to ``amount`` cells (see :func:`_rated`), drawn by their potentials; returns the number.

    Weighted sampling without replacement, by Gumbel keys. Cells next to the gaining class have priority; others are
    used only if there are no more of them.
    """
    if amount <= 0:
        return 0
    found = land.each_span(partial(_rated, here=here, there=there, origins=origins))
    eligible, chance = (np.concatenate(column) for column in zip(*found))
    amount = min(amount, len(eligible))
    if not amount:
        return 0
    noise = -np.log(-np.log(random_numbers(*key).random(len(eligible)) + 1e-300) + 1e-300)
    score = np.log(chance + np.float32(1e-12)) + noise
    best = eligible[np.argpartition(-score, amount - 1)[:amount]]
    land.change(best, np.full(amount, there, np.uint8))
    target.gaps[here] += amount
    target.gaps[there] -= amount
    return amount


def settle(
    land: AnyLandscape,
    rules: Rules,
    target: ClassTarget | TransitionTarget,
    step: int,
    log: Log,
) -> int:
    """Allocate the remaining demand: by transition individually, by class along permitted chains.

    Returns:
        Cells changed.
    """
    if isinstance(target, TransitionTarget):
        return _settle_transitions(land, rules, target, step, log)
    allowed = np.array(rules.permitted, bool)
    np.fill_diagonal(allowed, True)
    allowed = np.vstack([allowed, np.zeros(land.classes, bool)])
    changed, turn = 0, 0
    while True:
        log.check()
        surplus = -target.gaps
        if not surplus.any():
            return changed
        capacity = np.einsum("oc,oj->cj", land.held(), allowed[:-1].astype(np.int64))
        path = chain(capacity, surplus)
        if path is None:
            return changed
        links = list(zip(path[:-1], path[1:]))
        amount = min([int(surplus[path[0]]), -int(surplus[path[-1]]), *(int(capacity[a, b]) for a, b in links)])
        # In portions, so that patches can grow outwards from their new edges.
        amount = min(amount, max(256, amount // 4))
        for here, there in reversed(links):
            key = (rules.seed, step, _SETTLING, turn)
            changed += _convert(land, target, here, there=there, amount=amount, origins=allowed[:, there], key=key)
            turn += 1


def _settle_transitions(land: AnyLandscape, rules: Rules, target: TransitionTarget, step: int, log: Log) -> int:
    """Complete the transitions of each initial class, using already changed cells as a last resort.

    Returns:
        Cells changed.
    """
    changed, turn = 0, 0
    for origin in range(land.classes):
        log.check()
        surplus = (land.held() - target.wanted)[origin]
        of_origin = np.arange(land.classes + 1) == origin
        # Unchanged cells have priority.
        givers = sorted(np.flatnonzero(surplus > 0).tolist(), key=lambda k: k != origin)
        for here in givers:
            for there in np.flatnonzero(surplus < 0):
                amount = min(int(surplus[here]), -int(surplus[there]))
                moved = _convert(
                    land,
                    target,
                    here,
                    there=int(there),
                    amount=amount,
                    origins=of_origin,
                    key=(rules.seed, step, _SETTLING, turn),
                )
                surplus[here] -= moved
                surplus[there] += moved
                changed, turn = changed + moved, turn + 1
    return changed
