"""Growth of patches of change from seeds: patches of a kind never touch each other.

A patch consists of cells with the same change that touch at sides or corners, as in
:mod:`core.scenarios.calibration.observed_patches`. Two patches that touched would be one patch of the size of both, so
that sizes drawn from the observed ones would not be those of the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from ..landscape.distributed_landscape import AnyLandscape
from ..landscape.landscape import Landscape
from .ranking import rate
from .rules import Rules

_GROWING_ROUNDS = 500
_PART_A_ROUND = 6  # Share of its missing cells that a patch takes in each round.


@dataclass(frozen=True)
class KindOfChange:
    """What is needed to rate the cells for a kind of change.

    Attributes:
        here, there: class indices before and after.
        rules: noise and strength.
        key: key of the random numbers.
    """

    here: int
    there: int
    rules: Rules
    key: int


@dataclass
class Grown:
    """Cells of patches: ascending flat indices, and the patch of each."""

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


def is_beside(land: Landscape, cells: np.ndarray, there: int) -> np.ndarray:
    """Whether one of the eight neighbours of ``cells`` is of class ``there``, bool (cells,).

    With a window of 3 cells, classes that are favoured in a zone (:meth:`.Landscape.favour`) count as well.
    """
    if land.radius == 1:
        return land.neighbours[cells, there] > 0
    found = np.zeros(len(cells), bool)
    for offset in around(land.stride):
        found |= land.now[cells + offset] == there
    return found


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


def _looked_at(
    land: Landscape, span: slice, _number: int, cells: np.ndarray, kind: KindOfChange
) -> tuple[int, np.ndarray, np.ndarray]:
    """The given cells (ascending flat indices of the whole region) in the span.

    Returns:
        position of the first of them; their ratings, NaN if a cell cannot make the change; and whether they are beside
        the class that they would become.
    """
    ends = np.searchsorted(cells, (span.start + land.first, span.stop + land.first))
    own = cells[slice(*ends)] - land.first
    if not len(own):
        return int(ends[0]), np.zeros(0, np.float32), np.zeros(0, bool)
    may = (land.origin[own] == kind.here) & (land.now[own] == kind.here)
    ratings, beside = np.full(len(own), np.nan, np.float32), np.zeros(len(own), bool)
    ratings[may] = rate(land, own[may], kind.there, kind.rules, kind.key)
    beside[may] = is_beside(land, own[may], kind.there)
    return int(ends[0]), ratings, beside


def _ranks_within(owners: np.ndarray) -> np.ndarray:
    """Position of each entry among those of its owner (owners are sorted)."""
    begins = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    return np.arange(len(owners)) - np.repeat(begins, np.diff(np.r_[begins, len(owners)]))


def _may_grow(
    land: AnyLandscape, cells: np.ndarray, closed: np.ndarray, apart: bool, kind: KindOfChange
) -> tuple[np.ndarray, np.ndarray]:
    """Which of ``cells`` patches may take, apart from those of other patches, and the ratings of these."""
    asked, where = np.unique(cells, return_inverse=True)
    ratings, beside = np.full(len(asked), np.nan, np.float32), np.zeros(len(asked), bool)
    for first, some, near in land.each_part(partial(_looked_at, cells=asked, kind=kind)):
        ratings[first : first + len(some)], beside[first : first + len(some)] = some, near
    if apart:
        ratings[beside] = np.nan
    ratings[np.isin(asked, closed)] = np.nan
    ratings = ratings[where]
    may = ~np.isnan(ratings)
    return may, ratings[may]


def grow(
    land: AnyLandscape, seeds: np.ndarray, sizes: np.ndarray, closed: np.ndarray, apart: bool, kind: KindOfChange
) -> Grown:
    """Grow each seed to its size by the neighbours with the highest ratings, as far as cells are available.

    Patches grow at the same time, in rounds. A cell that touches another patch is not available, and if two patches
    want cells that touch each other in the same round, the patch of the earlier seed gets its cell.

    Args:
        land: the region.
        seeds, sizes: flat index and target size of each patch; seeds must not touch each other.
        closed: cells that are not available.
        apart: whether the patches must not touch the class that they become.
        kind: the kind of change.
    """
    offsets, numbers = around(land.stride), np.arange(len(seeds))
    grown = Grown(seeds[:0], numbers[:0])
    grown.add(seeds, numbers)
    lacking = sizes - 1
    new_cells, new_owners = seeds, numbers
    cells, owners, ratings = seeds[:0], numbers[:0], np.zeros(0, np.float32)
    for _ in range(_GROWING_ROUNDS):
        growing = lacking[new_owners] > 0
        near = (new_cells[growing][:, None] + offsets).ravel()
        if len(near):
            may, known = _may_grow(land, near, closed, apart, kind)
            cells = np.concatenate([cells, near[may]])
            owners = np.concatenate([owners, np.repeat(new_owners[growing], len(offsets))[may]])
            ratings = np.concatenate([ratings, known])
        keep = (lacking[owners] > 0) & (grown.owner_of(cells) < 0)
        order = np.lexsort((cells[keep], -ratings[keep], owners[keep]))
        cells, owners, ratings = cells[keep][order], owners[keep][order], ratings[keep][order]
        if not len(cells):
            break
        fresh = np.r_[True, (cells[1:] != cells[:-1]) | (owners[1:] != owners[:-1])]
        cells, owners, ratings = cells[fresh], owners[fresh], ratings[fresh]
        picked = np.flatnonzero(_ranks_within(owners) < -(-lacking[owners] // _PART_A_ROUND))
        beside = grown.owner_of(cells[picked][:, None] + offsets)
        alone = ((beside < 0) | (beside == owners[picked][:, None])).all(axis=1)
        left = np.ones(len(cells), bool)
        left[picked[~alone]] = False
        picked = picked[alone]
        rivals = Grown(seeds[:0], numbers[:0])
        rivals.add(cells[picked], owners[picked])
        beside = rivals.owner_of(cells[picked][:, None] + offsets)
        first = ((beside < 0) | (beside >= owners[picked][:, None])).all(axis=1)
        picked = picked[first]
        left[picked] = False
        new_cells, new_owners = cells[picked], owners[picked]
        grown.add(new_cells, new_owners)
        lacking = lacking - np.bincount(new_owners, minlength=len(lacking))
        cells, owners, ratings = cells[left], owners[left], ratings[left]
    return grown
