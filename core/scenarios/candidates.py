"""Which cells take part in a draw of the automaton, so that those that would be refused cost nothing."""

from __future__ import annotations

import numpy as np

from .landscape import Landscape

CELLS_A_BLOCK = 1 << 18
MOST_RENEWED = 256  # where more than one cell in so many is renewed, listing the candidates does not pay


class Candidates:
    """Which cells of each block may take part in the draw: the others would be refused whatever they drew.

    An early iteration converts only cells that suit well, a late one has few kinds of change still open.
    While few cells change, a block's cells are kept as a list, which changes add to and closed kinds take from.

    Args:
        land: the region.
        once: whether a cell changes at most once.
    """

    def __init__(self, land: Landscape, once: bool) -> None:
        self.land, self.once = land, once
        cells = len(land.now)
        self.spans = [slice(first, min(first + CELLS_A_BLOCK, cells)) for first in range(0, cells, CELLS_A_BLOCK)]
        self._lists: list[tuple[np.ndarray, np.ndarray] | None] = [None] * len(self.spans)
        self._listing = False
        self._open = np.zeros((land.classes, land.classes), bool)

    def close(self, open_changes: np.ndarray) -> None:
        """Before an iteration: which class (row) may become which (column) just now, fewer each time."""
        wanted = open_changes & ~np.eye(self.land.classes, dtype=bool)
        if (wanted != self._open).any():
            self._open = wanted
            self._lists = [known and self.land.able(known[0], wanted, self.once) for known in self._lists]

    def renew(self, cells: np.ndarray) -> None:
        """After an iteration: the chances of these cells (flat indices, ascending) have changed."""
        self._listing = len(cells) * MOST_RENEWED < len(self.land.now)
        if not self._listing:
            self._lists = [None] * len(self.spans)
            return
        edges = np.searchsorted(cells, [span.start for span in self.spans[1:]])
        for number, part in enumerate(np.split(cells, edges)):
            if self._lists[number] is None or not len(part):
                continue
            known, best = self._lists[number]
            stays = part[np.minimum(np.searchsorted(part, known), len(part) - 1)] != known
            known, best = known[stays], best[stays]
            part, part_best = self.land.able(part, self._open, self.once)
            place = np.searchsorted(known, part)
            self._lists[number] = np.insert(known, place, part), np.insert(best, place, part_best)

    def of_block(self, number: int, floor: float) -> tuple[np.ndarray, bool]:
        """The cells of a block that take part.

        Args:
            number: of the block, counted from 0.
            floor: suitability that a class must exceed to be taken in this iteration.

        Returns:
            Flat indices, and whether others wait for the floor to fall.
        """
        span, land = self.spans[number], self.land
        if not self._listing:
            at = span.start + np.flatnonzero(land.others[span] > 0.999 * floor * land.least_weight)
            waits = int(np.count_nonzero(land.others[span])) > len(at)
            at = at[self._open.any(axis=1)[land.now[at]]]
            if self.once:
                at = at[land.now[at] == land.origin[at]]
            return at, waits
        if self._lists[number] is None:
            some = span.start + np.flatnonzero(land.others[span])
            self._lists[number] = land.able(some, self._open, self.once)
        known, best = self._lists[number]
        ready = best > floor
        return known[ready], not ready.all()
