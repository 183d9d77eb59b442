"""Allocation of changes in patches of observed sizes.

With demand by transition, each kind of change is composed of patches: seeds are the cells with the highest ratings (see
:mod:`.ranking`), some adjacent to the class that they become and some not, as in the calibration interval (random seeds
as in PLUS; Liang et al. 2021, Computers, Environment and Urban Systems 85). Sizes are drawn from the observed ones, and
each seed grows by the neighbours with the highest ratings. Patches of a kind do not touch as long as other cells are
available. The remaining demand is allocated cell by cell, so that it is met.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ...runtime.log import Log
from .distributed_landscape import AnyLandscape
from .landscape import Landscape
from .ranking import key_of, rate, rating_bins, run_ranked, top_bin, unchanged, uniform
from .rules import PatchSizes, Rules
from .targets import TransitionTarget

_SPARE = 12  # Number of candidates per seed; those that touch a better one are discarded.
_GROWING_ROUNDS = 500
_PART_A_ROUND = 6  # Share of its missing cells that a patch takes in each round.


@dataclass
class Grown:
    """Cells of the patches of one kind: ascending flat indices, and the patch of each."""

    cells: np.ndarray
    owners: np.ndarray

    def add(self, cells: np.ndarray, owners: np.ndarray) -> None:
        """Add cells."""
        cells, owners = np.concatenate([self.cells, cells]), np.concatenate([self.owners, owners])
        order = np.argsort(cells, kind="stable")
        self.cells, self.owners = cells[order], owners[order]

    def owner_of(self, cells: np.ndarray) -> np.ndarray:
        """The patch of each of ``cells``, -1 for none."""
        if not len(self.cells):
            return np.full(cells.shape, -1)
        place = np.minimum(np.searchsorted(self.cells, cells), len(self.cells) - 1)
        return np.where(self.cells[place] == cells, self.owners[place], -1)


def around(stride: int) -> np.ndarray:
    """Offsets of the eight neighbours in flat indices."""
    return np.array([row * stride + column for row in (-1, 0, 1) for column in (-1, 0, 1) if row or column])


def first_apart(cells: np.ndarray, stride: int, most: int) -> np.ndarray:
    """Positions of the first cells, at most ``most``, that touch no previously chosen cell.

    Equivalent to a loop over the cells in order, but computed in rounds: a cell is chosen when no undecided neighbour
    precedes it.
    """
    order = np.argsort(cells)
    ascending = cells[order]
    pairs = []
    for offset in (1, stride - 1, stride, stride + 1):
        place = np.minimum(np.searchsorted(ascending, ascending + offset), len(cells) - 1)
        found = np.flatnonzero(ascending[place] == ascending + offset)
        pairs.append(np.column_stack([order[found], order[place[found]]]))
    edges = np.concatenate(pairs)
    before, after = edges.min(axis=1), edges.max(axis=1)
    undecided, kept = np.ones(len(cells), bool), np.zeros(len(cells), bool)
    while undecided.any():
        waiting = np.zeros(len(cells), bool)
        waiting[after] = True
        now = undecided & ~waiting
        kept |= now
        undecided &= ~now
        undecided[after[now[before]]] = False
        open_edges = undecided[before] & undecided[after]
        before, after = before[open_edges], after[open_edges]
    return np.flatnonzero(kept)[:most]


def drawn_sizes(sizes: np.ndarray, counts: np.ndarray, cells: int, key: int) -> np.ndarray:
    """Patch sizes drawn from the observed ones with a total of ``cells``; the last one is reduced to fit."""
    if not len(sizes) or cells <= 0:
        return np.zeros(0, np.int64)
    ends = np.cumsum(counts)
    many = int(cells / (sizes @ counts / ends[-1])) + 16
    drawn = np.zeros(0, np.int64)
    while drawn.sum() < cells:
        numbers = np.arange(len(drawn), len(drawn) + many)
        more = sizes[np.searchsorted(ends, uniform(numbers, key) * ends[-1], side="right")]
        drawn = np.concatenate([drawn, more])
    last = int(np.searchsorted(np.cumsum(drawn), cells))
    drawn = drawn[: last + 1].copy()
    drawn[-1] -= drawn.sum() - cells
    return drawn


def _seed_ratings(land: Landscape, span: slice, here: int, there: int, beside: bool, rules: Rules, key: int):
    at = unchanged(land, span, here)
    at = at[(land.neighbours[at, there] > 0) == beside]
    return at, rate(land, at, there, rules if beside else replace(rules, strength=0.0), key)


def _seeds_counted(land: Landscape, span: slice, _number: int, **which) -> np.ndarray:
    return rating_bins(_seed_ratings(land, span, **which)[1])[1]


def _seeds_above(land: Landscape, span: slice, _number: int, floor: int, **which) -> tuple[np.ndarray, np.ndarray]:
    at, ratings = _seed_ratings(land, span, **which)
    keep = rating_bins(ratings)[0] >= floor
    return at[keep] + land.first, ratings[keep]


def _seeds(land: AnyLandscape, many: int, **which) -> np.ndarray:
    """The cells with the highest ratings as seeds that do not touch, the best first."""
    if not many:
        return np.zeros(0, np.int64)
    bins = np.sum(land.each_span(partial(_seeds_counted, **which)), axis=0)
    found = land.each_span(partial(_seeds_above, floor=top_bin(bins, many * _SPARE), **which))
    cells, ratings = (np.concatenate(column) for column in zip(*found))
    cells = cells[np.argsort(-ratings, kind="stable")[: many * _SPARE]]
    return cells[first_apart(cells, land.stride, many)] if len(cells) else cells


def _ratings_at(
    land: Landscape, span: slice, _number: int, cells: np.ndarray, here: int, there: int, rules: Rules, key: int
) -> tuple[int, np.ndarray]:
    """Ratings of the given cells (ascending flat indices of the whole region) in the span.

    Returns:
        position of the first of them, and their ratings, NaN if a cell cannot make the change.
    """
    ends = np.searchsorted(cells, (span.start + land.first, span.stop + land.first))
    own = cells[slice(*ends)] - land.first
    may = (land.origin[own] == here) & (land.now[own] == here)
    return int(ends[0]), np.where(may, rate(land, own, there, rules, key), np.nan).astype(np.float32)


def _ranks_within(owners: np.ndarray) -> np.ndarray:
    """Position of each entry among those of its owner (owners are sorted)."""
    begins = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    return np.arange(len(owners)) - np.repeat(begins, np.diff(np.r_[begins, len(owners)]))


def grow(
    land: AnyLandscape, seeds: np.ndarray, sizes: np.ndarray, here: int, there: int, rules: Rules, key: int
) -> Grown:
    """Grow each seed to its size, as far as cells are available.

    Args:
        land: the region.
        seeds, sizes: flat index and target size of each patch.
        here, there: class indices of the change.
        rules: for the noise.
        key: key of the random numbers.
    """
    offsets, rules = around(land.stride), replace(rules, strength=0.0)
    numbers = np.arange(len(seeds))
    grown = Grown(np.zeros(0, np.int64), numbers[:0])
    grown.add(seeds, numbers)
    lacking = sizes - 1
    new_cells, new_owners = seeds, numbers
    cells, owners, ratings = seeds[:0], numbers[:0], np.zeros(0, np.float32)
    for _ in range(_GROWING_ROUNDS):
        growing = lacking[new_owners] > 0
        near = (new_cells[growing][:, None] + offsets).ravel()
        near_owners = np.repeat(new_owners[growing], len(offsets))
        asked, where = np.unique(near, return_inverse=True)
        if len(asked):
            look = partial(_ratings_at, cells=asked, here=here, there=there, rules=rules, key=key)
            known = np.full(len(asked), np.nan, np.float32)
            for first, some in land.each_span(look):
                known[first : first + len(some)] = some
            known = known[where]
            may = ~np.isnan(known)
            cells = np.concatenate([cells, near[may]])
            owners, ratings = np.concatenate([owners, near_owners[may]]), np.concatenate([ratings, known[may]])
        keep = (lacking[owners] > 0) & (grown.owner_of(cells) < 0)
        order = np.lexsort((cells[keep], -ratings[keep], owners[keep]))
        cells, owners, ratings = cells[keep][order], owners[keep][order], ratings[keep][order]
        if not len(cells):
            break
        fresh = np.r_[True, (cells[1:] != cells[:-1]) | (owners[1:] != owners[:-1])]
        cells, owners, ratings = cells[fresh], owners[fresh], ratings[fresh]
        picked = np.flatnonzero(_ranks_within(owners) < -(-lacking[owners] // _PART_A_ROUND))
        # A cell chosen by two patches goes to the one with the better seed.
        picked = picked[np.unique(cells[picked], return_index=True)[1]]
        beside = grown.owner_of(cells[picked][:, None] + offsets)
        alone = ((beside < 0) | (beside == owners[picked][:, None])).all(axis=1)
        new_cells, new_owners = cells[picked[alone]], owners[picked[alone]]
        grown.add(new_cells, new_owners)
        lacking = lacking - np.bincount(new_owners, minlength=len(lacking))
        left = np.ones(len(cells), bool)
        left[picked] = False
        cells, owners, ratings = cells[left], owners[left], ratings[left]
    return grown


def _patches_of_kind(
    land: AnyLandscape, here: int, there: int, quota: int, observed: PatchSizes, rules: Rules, key: tuple[int, ...]
) -> np.ndarray:
    """The cells of all patches of a kind, at most ``quota``."""
    apart = round(observed.share_apart * quota)
    seeds, sizes = [], []
    for number, (beside, part, cells) in enumerate(
        ((True, observed.beside, quota - apart), (False, observed.apart, apart))
    ):
        pairs = np.array(part, np.int64).reshape(-1, 2)
        wanted = drawn_sizes(pairs[:, 0], pairs[:, 1], cells, key_of(*key, number))
        which = {"here": here, "there": there, "beside": beside, "rules": rules, "key": key_of(*key, 2)}
        found = _seeds(land, len(wanted), **which)
        seeds.append(found)
        sizes.append(wanted[: len(found)])
    every = np.concatenate(seeds)
    free = first_apart(every, land.stride, len(every)) if len(every) else np.zeros(0, np.intp)
    return grow(
        land, every[free], np.concatenate(sizes)[free], here=here, there=there, rules=rules, key=key_of(*key, 2)
    ).cells


def run_patches(
    land: AnyLandscape,
    rules: Rules,
    target: TransitionTarget,
    step: int,
    log: Log,
    on_iteration: Callable[[int, np.ndarray, np.ndarray, int], None] | None = None,
) -> None:
    """Change the classes of ``land`` in patches, rarer kinds first, then allocate the rest by ranking.

    Args:
        land: the region, prepared by :meth:`Landscape.begin`; changed in place.
        rules: rules with patch sizes.
        target: target of the step.
        step: number of the step, part of the random key.
        log: progress and cancellation.
        on_iteration: as in :func:`.ranking.run_ranked`; iteration 0 is the allocation of patches.
    """
    before = target.demand - target.gaps
    kinds = sorted(np.argwhere(target.quotas > 0).tolist(), key=lambda kind: (target.quotas[kind[0], kind[1]], kind))
    changed = 0
    for number, (here, there) in enumerate(kinds):
        log.check()
        log.progress(number / len(kinds))
        observed = rules.patches.get((here, there))
        if observed is None:
            continue
        quota, key = int(target.quotas[here, there]), (rules.seed, step, here, there)
        cells = _patches_of_kind(land, here, there, quota=quota, observed=observed, rules=rules, key=key)
        classes = np.full(len(cells), there, np.uint8)
        target.accept(np.full(len(cells), here, np.uint8), classes)
        if len(cells):
            land.change(cells, classes)
        changed += len(cells)
    if on_iteration:
        on_iteration(0, before, np.ones(land.classes), changed)
    if not target.is_reached:
        run_ranked(land, replace(rules, passes=1), target, step=step, log=log, on_iteration=on_iteration, first=1)
