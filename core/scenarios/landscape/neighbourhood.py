"""Counts of neighbours by class: of all cells of some rows, and moved along with the cells that changed.

Counts are stored cell by cell, uint8 (cells, classes), over a flat grid with a margin of half the neighbourhood. Every
function writes only the counts of its own cells, so that several threads may work on different cells of one landscape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...runtime.parallel import in_threads

# Marking the cells around changes is faster than sorting them if more than one in this number of cells is concerned.
_SORTED_SHARE = 32
# Work of a thread at a time: enough that threads seldom wait for the interpreter lock, little enough to share evenly.
CHANGES_AT_ONCE = 1 << 14


def count_rows(now: np.ndarray, counts: np.ndarray, radius: int, top: int, bottom: int) -> None:
    """Count the neighbours of the cells in rows ``top`` to ``bottom`` (exclusive), without those in the margin.

    Sums of shifted bytes along columns, then along rows.

    Args:
        now: class index of each cell, uint8 (rows, columns), with margin.
        counts: to be filled, uint8 (rows, columns, classes).
        radius: half the neighbourhood, cells.
        top, bottom: rows, not of the margin.
    """
    r, stride = radius, now.shape[1]
    part = now[top - r : bottom + r]
    high = bottom - top
    for k in range(counts.shape[2]):
        is_k = (part == k).view(np.uint8)
        down = is_k[:high].copy()
        for shift in range(1, 2 * r + 1):
            down += is_k[shift : high + shift]
        both = down[:, : stride - 2 * r].copy()
        for shift in range(1, 2 * r + 1):
            both += down[:, shift : stride - 2 * r + shift]
        both -= is_k[r : r + high, r : stride - r]
        counts[top:bottom, r : stride - r, k] = both


def put_classes(now: np.ndarray, cells: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Put new ``classes`` into ``cells`` (unique flat indices) of ``now``, in threads; returns those before, uint8."""
    before = np.empty(len(cells), np.uint8)

    def put(some: slice) -> None:
        before[some] = now.take(cells[some])
        now[cells[some]] = classes[some]

    starts = range(0, len(cells), CHANGES_AT_ONCE)
    in_threads(put, [slice(first, first + CHANGES_AT_ONCE) for first in starts])
    return before


@dataclass(frozen=True)
class Moves:
    """Cells that changed their class.

    Attributes:
        cells: flat indices, unique and ascending.
        before, after: class index before and after the change, uint8 (cells,).
        offsets: of the neighbours in flat indices, without 0.
    """

    cells: np.ndarray
    before: np.ndarray
    after: np.ndarray
    offsets: Sequence[int]

    def cuts(self, many: int, end: int) -> list[slice]:
        """The cells from 0 to ``end`` (exclusive) in ``many`` pieces that concern about equally many changes."""
        inner = self.cells[np.linspace(0, len(self.cells), many + 1).astype(np.intp)[1:-1]].tolist()
        edges = [0, *inner, end]
        return [slice(first, last) for first, last in zip(edges, edges[1:])]

    def _near(self, piece: slice, offset: int) -> slice:
        """Those of the changes whose neighbour at ``offset`` lies in the piece."""
        first, last = np.searchsorted(self.cells, (piece.start - offset, piece.stop - offset)).tolist()
        return slice(first, last)

    def move_counts(self, counts: np.ndarray, piece: slice) -> None:
        """Update the counts of the cells of a piece."""
        classes = counts.shape[1]
        reach = max(self.offsets)
        some = slice(self._near(piece, reach).start, self._near(piece, -reach).stop)
        if some.start >= some.stop:
            return
        base = int(self.cells[some.start])
        place = self.cells[some] - base
        place *= classes
        less, more = place + self.before[some], place + self.after[some]
        flat = counts.reshape(-1)
        for offset in self.offsets:
            near = self._near(piece, offset)
            of_piece = slice(near.start - some.start, near.stop - some.start)
            # For a given offset all neighbours are distinct, so that plain indexing adds correctly.
            shifted = flat[(base + offset) * classes :]
            shifted[less[of_piece]] -= 1
            shifted[more[of_piece]] += 1

    def touched(self, piece: slice) -> np.ndarray:
        """The cells of a piece that changed or have a neighbour that did, flat indices, ascending."""
        near = [(offset, self._near(piece, offset)) for offset in (0, *self.offsets)]
        many = sum(part.stop - part.start for _, part in near)
        if many * _SORTED_SHARE < piece.stop - piece.start:
            return np.unique(np.concatenate([self.cells[part] + offset for offset, part in near]))
        marked = np.zeros(piece.stop - piece.start, bool)
        for offset, part in near:
            marked[self.cells[part] + (offset - piece.start)] = True
        found = np.flatnonzero(marked)
        found += piece.start
        return found
