"""Allocation of changes in patches of observed sizes.

With demand by transition, each kind of change is composed of patches, some adjacent to the class that they become and
some not, as in the calibration interval (random seeds as in PLUS; Liang et al. 2021, Computers, Environment and Urban
Systems 85). Sizes are drawn from the observed ones and the largest patches are placed first, because they need the most
room. Seeds are the cells with the highest ratings (see :mod:`.ranking`), and each grows by the neighbours with the
highest ratings (see :mod:`.patch_growth`); where it cannot reach its size, another seed is tried. Patches of a kind do
not touch. Of the changes adjacent to the class, only a calibrated share is placed in this way; the rest and what found
no room are allocated cell by cell, so that the demand is met.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from ...runtime.log import Log
from ..landscape.distributed_landscape import AnyLandscape
from ..landscape.landscape import Landscape
from .patch_growth import KindOfChange, around, first_apart, grow, is_beside
from .ranking import key_of, rate, rating_bins, run_ranked, top_bin, unchanged, uniform
from .rules import PatchSizes, Rules
from .targets import TransitionTarget

_SPARE = 12  # Number of candidates per seed; those that touch a better one are discarded.
_CANDIDATES_PER_CELL = 4
_BATCHES = 8  # Parts of the cells of a kind, from the largest patches to the smallest.
_DRAWS = 3  # How often sizes are drawn for the cells that patches without room left over.
_TRIES = 3  # How often a patch of a batch may look for a seed from which it reaches its size.
_SPACING = 2  # Sides of a square of the size of the patch in which at most one seed of a try lies.


def drawn_sizes(sizes: np.ndarray, counts: np.ndarray, cells: int, key: int) -> np.ndarray:
    """Patch sizes with a total of ``cells`` in the proportions in which they were observed, the largest first.

    A systematic sample: as many patches as ``cells`` over the mean size, at equal steps through the ordered observed
    sizes from a random start, so that few large patches are neither missing nor doubled by chance. The largest are
    reduced, or one patch is added, to arrive at the total.

    Args:
        sizes, counts: the observed sizes, ascending, and the number of patches of each.
        cells: the total.
        key: key of the random start.
    """
    if not len(sizes) or cells <= 0:
        return np.zeros(0, np.int64)
    ends = np.cumsum(counts)
    many = max(round(cells * ends[-1] / int(sizes @ counts)), 1)
    steps = (np.arange(many) + uniform(np.zeros(1), key)) / many
    drawn = sizes[np.searchsorted(ends, steps * ends[-1], side="right")][::-1].copy()
    excess = int(drawn.sum()) - cells
    if excess < 0:
        whole, rest = divmod(-excess, int(sizes[-1]))
        more = np.r_[np.full(whole, sizes[-1]), np.full(int(rest > 0), rest)]
        return np.sort(np.concatenate([drawn, more]))[::-1]
    for number in range(many):
        cut = min(excess, int(drawn[number]) - 1)
        drawn[number] -= cut
        excess -= cut
        if not excess:
            break
    return np.sort(drawn)[::-1]


def _seed_ratings(land: Landscape, span: slice, beside: bool, kind: KindOfChange) -> tuple[np.ndarray, np.ndarray]:
    at = unchanged(land, span, kind.here)
    at = at[is_beside(land, at, kind.there) == beside]
    return at, rate(land, at, kind.there, kind.rules if beside else replace(kind.rules, strength=0.0), kind.key)


def _seeds_counted(land: Landscape, span: slice, _number: int, **which) -> np.ndarray:
    return rating_bins(_seed_ratings(land, span, **which)[1])[1]


def _seeds_above(land: Landscape, span: slice, _number: int, floor: int, **which) -> tuple[np.ndarray, np.ndarray]:
    at, ratings = _seed_ratings(land, span, **which)
    keep = rating_bins(ratings)[0] >= floor
    return at[keep] + land.first, ratings[keep]


def _candidates(land: AnyLandscape, many: int, beside: bool, kind: KindOfChange) -> np.ndarray:
    """At least ``many`` cells, if available, with the highest ratings, the best first."""
    bins = np.sum(land.each_span(partial(_seeds_counted, beside=beside, kind=kind)), axis=0)
    above = partial(_seeds_above, floor=top_bin(bins, many), beside=beside, kind=kind)
    cells, ratings = (np.concatenate(column) for column in zip(*land.each_span(above)))
    return cells[np.argsort(-ratings, kind="stable")]


def spaced(cells: np.ndarray, stride: int, side: int, most: int) -> np.ndarray:
    """The first of the cells, at most ``most``, that do not touch and lie in different squares of ``side`` cells.

    The squares of two grids that are shifted by half a side are used one after the other.
    """
    for shift in (0, side // 2) if side > 1 else ():
        row, column = np.divmod(cells, stride)
        square = (row + shift) // side * stride + (column + shift) // side
        cells = cells[np.sort(np.unique(square, return_index=True)[1])]
    return cells[first_apart(cells, stride, most)] if len(cells) else cells


def _with_edge(cells: np.ndarray, stride: int) -> np.ndarray:
    return np.unique(np.concatenate([cells, (cells[:, None] + around(stride)).ravel()]))


class _Placing:
    """Places the patches of a kind one batch after the other.

    Attributes:
        closed: cells of the patches placed so far, and the cells that touch them; ascending.
        placed: cells of the patches placed so far.
    """

    def __init__(self, land: AnyLandscape, kind: KindOfChange) -> None:
        self.land, self.kind = land, kind
        self.closed = np.zeros(0, np.int64)
        self.placed = np.zeros(0, np.int64)

    def batch(self, candidates: np.ndarray, sizes: np.ndarray, apart: bool) -> None:
        """Place patches of the given sizes, the largest first, as far as there is room."""
        failed = np.zeros(0, np.int64)
        side = _SPACING * int(np.ceil(np.sqrt(sizes[0]))) if sizes[0] > 1 else 1
        for number in range(_TRIES):
            free = candidates[~np.isin(candidates, np.concatenate([self.closed, failed]))]
            seeds = spaced(free, self.land.stride, side, len(sizes))
            if not len(seeds):
                break
            own = sizes[: len(seeds)]
            grown = grow(self.land, seeds, own, self.closed, apart, self.kind)
            short = np.bincount(grown.owners, minlength=len(seeds)) < own
            if number == _TRIES - 1:
                short = np.zeros(len(seeds), bool)
            cells = grown.cells[~short[grown.owners]]
            self.placed = np.concatenate([self.placed, cells])
            self.closed = np.union1d(self.closed, _with_edge(cells, self.land.stride))
            failed = np.concatenate([failed, seeds[short]])
            sizes = np.sort(np.concatenate([own[short], sizes[len(seeds) :]]))[::-1]
            if not len(sizes):
                break

    def all_of(self, observed: tuple[tuple[int, int], ...], cells: int, apart: bool, key: tuple[int, ...]) -> None:
        """Place patches of drawn sizes with ``cells`` cells in total, as far as there is room."""
        pairs = np.array(observed, np.int64).reshape(-1, 2)
        candidates = None
        for number in range(_DRAWS):
            sizes = drawn_sizes(pairs[:, 0], pairs[:, 1], cells, key_of(*key, number))
            if not len(sizes):
                return
            if candidates is None:
                many = max(_SPARE * len(sizes), _CANDIDATES_PER_CELL * cells)
                candidates = _candidates(self.land, many, beside=not apart, kind=self.kind)
            ends = np.searchsorted(np.cumsum(sizes), np.arange(1, _BATCHES + 1) * (cells / _BATCHES)) + 1
            had = len(self.placed)
            for first, last in zip(np.r_[0, ends[:-1]], ends):
                if len(sizes[first:last]):
                    self.batch(candidates, sizes[first:last], apart)
            cells -= len(self.placed) - had
            if len(self.placed) == had:
                return


def _patches_of_kind(
    land: AnyLandscape, kind: KindOfChange, quota: int, observed: PatchSizes, key: tuple[int, ...]
) -> np.ndarray:
    """The cells of all patches of a kind, at most ``quota``."""
    placing = _Placing(land, kind)
    apart = round(observed.share_apart * quota)
    placing.all_of(observed.apart, apart, apart=True, key=(*key, 1))
    beside = round(kind.rules.patch_share * (quota - apart))
    placing.all_of(observed.beside, beside, apart=False, key=(*key, 0))
    return placing.placed


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
        key = (rules.seed, step, here, there)
        kind = KindOfChange(here, there, rules, key_of(*key, 2))
        cells = _patches_of_kind(land, kind, int(target.quotas[here, there]), observed, key)
        classes = np.full(len(cells), there, np.uint8)
        target.accept(np.full(len(cells), here, np.uint8), classes)
        if len(cells):
            land.change(cells, classes)
        changed += len(cells)
    if on_iteration:
        on_iteration(0, before, np.ones(land.classes), changed)
    if not target.is_reached:
        run_ranked(land, replace(rules, passes=1), target, step=step, log=log, on_iteration=on_iteration, first=1)
