"""Ranked allocation: changes are allocated to the cells with the highest ratings, in one or a few passes.

This is the alternative to the roulette of FLUS for demand by transition. The rating of a cell of class i for class j is
log(suitability) + strength x log(share of neighbours of class j) + noise x g, with g from a Gumbel distribution: noise
1 draws without replacement in proportion to suitability x share (Gumbel-max; Yellott 1977, Journal of Mathematical
Psychology 15), noise 0 takes the highest ratings. Random numbers are a function of seed and cell only, and a cell
wanted by two classes goes to the class for which its rating exceeds the threshold more, so that the map does not depend
on the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ...runtime.log import Log
from ..landscape.distributed_landscape import AnyLandscape
from ..landscape.landscape import Landscape
from .rules import Rules
from .targets import TransitionTarget

_BINS, _LOWEST, _HIGHEST = 1024, -60.0, 20.0
_NOTHING = np.float32(1e-12)  # Least suitability: cells with 0 are used last instead of never, so that demand is met.
_NO_NEIGHBOUR = np.float32(
    1e-3
)  # Least share of neighbours, relative to one neighbour: cells without neighbours come last.
_LEAST_NOISE = 1e-6  # Random term to order equal ratings, which would otherwise be taken from the top row down.

Wanted = dict[int, list[int]]


def uniform(cells: np.ndarray, key: int) -> np.ndarray:
    """A random number between 0 and 1 for each cell, from its flat index and ``key`` only, float64 (cells,).

    The finaliser of SplitMix64 (Steele, Lea and Flood 2014) applied to index and key.
    """
    mixed = cells.astype(np.uint64)
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    mixed += np.uint64(key & 0xFFFFFFFFFFFFFFFF)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return ((mixed >> np.uint64(11)) + 0.5) * 2.0**-53


def key_of(*numbers: int) -> int:
    """A key for :func:`uniform` from several numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


def rate(land: Landscape, cells: np.ndarray, there: int, rules: Rules, key: int) -> np.ndarray:
    """The ratings of cells for class ``there``, see the module docstring; float32 (cells,).

    Args:
        land: the region, or a part of it.
        cells: flat indices in ``land``.
        there: class index.
        rules: noise and strength.
        key: key of the random numbers, see :func:`key_of`.
    """
    rating = np.log(land.suitability[cells, there] + _NOTHING)
    if rules.strength:
        around = np.float32((2 * land.radius + 1) ** 2 - 1)
        shares = (land.neighbours[cells, there] + _NO_NEIGHBOUR) / around
        rating += np.float32(rules.strength) * np.log(shares)
    drawn = uniform(cells + land.first, key)
    rating += (max(rules.noise, _LEAST_NOISE) * -np.log(-np.log(drawn))).astype(np.float32)
    return rating


def unchanged(land: Landscape, span: slice, here: int) -> np.ndarray:
    """Flat indices of the free cells of a span that have been of class ``here`` since the start."""
    at = np.flatnonzero((land.origin[span] == here) & (land.now[span] == here))
    at += span.start
    return at


def _rated_changes(land: Landscape, span: slice, wanted: Wanted, rules: Rules, keys: dict[tuple[int, int], int]):
    for here, classes in wanted.items():
        at = unchanged(land, span, here)
        if len(at):
            for there in classes:
                yield (here, there), at, rate(land, at, there, rules, keys[here, there])


def rating_bins(ratings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bin of each rating, and the number of ratings in each bin, int32 (bins,)."""
    bins = (ratings - np.float32(_LOWEST)) * np.float32(_BINS / (_HIGHEST - _LOWEST))
    bins = np.clip(bins, 0, _BINS - 1).astype(np.intp)
    return bins, np.bincount(bins, minlength=_BINS).astype(np.int32)


def top_bin(counts: np.ndarray, wanted: int) -> int:
    """The highest bin from which upwards there are ``wanted`` ratings, 0 if there are not enough."""
    above = np.cumsum(counts[::-1].astype(np.int64))
    return max(_BINS - 1 - int(np.searchsorted(above, wanted)), 0)


def _counted(land: Landscape, span: slice, _number: int, wanted: Wanted, rules: Rules, keys: dict) -> dict:
    return {kind: rating_bins(ratings)[1] for kind, _, ratings in _rated_changes(land, span, wanted, rules, keys)}


def _highest_rated(
    land: Landscape, span: slice, _number: int, wanted: Wanted, rules: Rules, keys: dict, floors: dict
) -> dict:
    found = {}
    for kind, at, ratings in _rated_changes(land, span, wanted, rules, keys):
        keep = np.flatnonzero(rating_bins(ratings)[0] >= floors[kind])
        if len(keep):
            found[kind] = at[keep] + land.first, ratings[keep]
    return found


def candidate_changes(
    land: AnyLandscape, portion: np.ndarray, rules: Rules, key: tuple[int, ...]
) -> dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]:
    """The cells with the highest ratings for each kind of change, the best first.

    Args:
        land: the region.
        portion: changes wanted from class (row) to class (column), (classes, classes).
        rules: noise and strength.
        key: of the random numbers.

    Returns:
        flat indices and ratings by kind, enough for all kinds even if several want the same cells, if available.
    """
    wanted = {int(here): np.flatnonzero(portion[here]).tolist() for here in np.flatnonzero(portion.any(axis=1))}
    kinds = [(here, there) for here, classes in wanted.items() for there in classes]
    keys = {kind: key_of(*key, *kind) for kind in kinds}
    totals = {kind: np.zeros(_BINS, np.int64) for kind in kinds}
    for part in land.each_span(partial(_counted, wanted=wanted, rules=rules, keys=keys)):
        for kind, bins in part.items():
            totals[kind] += bins
    floors = {kind: top_bin(bins, int(portion[kind[0]].sum())) for kind, bins in totals.items()}
    parts = land.each_span(partial(_highest_rated, wanted=wanted, rules=rules, keys=keys, floors=floors))
    found = {}
    for kind in kinds:
        own = [part[kind] for part in parts if kind in part]
        if own:
            cells, ratings = (np.concatenate(column) for column in zip(*own))
            order = np.argsort(-ratings, kind="stable")[: portion[kind[0]].sum()]
            found[kind] = cells[order], ratings[order]
    return found


def chosen(
    found: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]], portion: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Assign cells to kinds of change: each cell once, and no kind more than its portion.

    Args:
        found: see :func:`candidates`.
        portion: changes wanted from class (row) to class (column), (classes, classes).

    Returns:
        flat indices, earlier classes and later classes.
    """
    if not found:
        return np.zeros(0, np.intp), np.zeros(0, np.uint8), np.zeros(0, np.uint8)
    rows = []
    for (here, there), (cells, ratings) in found.items():
        worst = ratings[min(portion[here, there], len(ratings)) - 1]
        pair = np.full(len(cells), here * len(portion) + there)
        rows.append((cells, pair, ratings - worst))
    cells, pairs, ahead = (np.concatenate(column) for column in zip(*rows))
    order = np.argsort(-ahead, kind="stable")
    cells, pairs = cells[order], pairs[order]
    left = portion.ravel().copy()
    taken_cells, taken_pairs = [], []
    while len(cells):
        _, first = np.unique(cells, return_index=True)
        first.sort()
        kinds = pairs[first]
        accepted = [first[kinds == kind][: left[kind]] for kind in np.unique(kinds)]
        took = np.concatenate(accepted)
        taken_cells.append(cells[took])
        taken_pairs.append(pairs[took])
        left -= np.bincount(pairs[took], minlength=len(left))
        keep = left[pairs] > 0
        keep &= ~np.isin(cells, cells[took])
        cells, pairs = cells[keep], pairs[keep]
    cells, pairs = np.concatenate(taken_cells), np.concatenate(taken_pairs)
    before, after = np.divmod(pairs, len(portion))
    return cells, before.astype(np.uint8), after.astype(np.uint8)


def run_ranked(
    land: AnyLandscape,
    rules: Rules,
    target: TransitionTarget,
    step: int,
    log: Log,
    on_iteration: Callable[[int, np.ndarray, np.ndarray, int], None] | None = None,
    first: int = 0,
) -> None:
    """Change the classes of ``land`` until ``target`` is reached or no cells are available.

    Args:
        land: the region, prepared by :meth:`Landscape.begin`; changed in place.
        rules: passes, noise, strength and seed.
        target: target of the step.
        step: number of the step, part of the random key.
        log: progress and cancellation.
        on_iteration: called with the pass, the cells of each class before it, the inertia (always 1), and the number of
            changed cells.
        first: number of the first pass.
    """
    inertia = np.ones(land.classes)
    for number in range(rules.passes):
        log.check()
        log.progress(number / rules.passes)
        before = target.demand - target.gaps
        portion = -(-target.quotas // (rules.passes - number))
        cells, here, there = chosen(
            candidate_changes(land, portion, rules, (rules.seed, step, first + number)), portion
        )
        if len(cells):
            target.accept(here, there)
            land.change(cells, there)
        if on_iteration:
            on_iteration(first + number, before, inertia, len(cells))
