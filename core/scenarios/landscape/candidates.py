"""Selection of the cells that take part in a draw of the automaton, to avoid draws that would be refused.

Early iterations convert only cells of high suitability, and late ones have few open kinds of change. The selection
depends only on the region and the iteration, so that cached and newly computed lists are identical.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

MOST_RENEWED = 256  # If more than one in this number of cells is updated, lists of candidates are not worthwhile.


class Cells(Protocol):
    """The interface needed for lists and counts, see :class:`core.scenarios.landscape.landscape.Landscape`."""

    classes: int
    now: np.ndarray
    origin: np.ndarray
    others: np.ndarray
    least_weight: float

    def able(self, cells: np.ndarray, wanted: np.ndarray, once: bool) -> tuple[np.ndarray, np.ndarray]:
        """Those of ``cells`` that can make a wanted change, and their highest suitability."""


@dataclass
class _List:
    """Cells of a span that can make a ``wanted`` change, and the highest suitability of the wanted classes."""

    span: slice
    wanted: np.ndarray
    once: bool
    cells: np.ndarray
    best: np.ndarray

    def __post_init__(self) -> None:
        self.highest = self.best.max(initial=0)


class Candidates:
    """Cached lists of the cells of a landscape that may change, updated while few cells change."""

    def __init__(self) -> None:
        self._lists: dict[int, _List] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there are no lists to update."""
        return not self._lists

    def clear(self) -> None:
        """Discard all lists, because the rules have changed."""
        self._lists.clear()

    def renew(self, land: Cells, cells: np.ndarray) -> None:
        """Update the lists after changes of the potentials of ``cells`` (flat indices, ascending)."""
        if len(cells) * MOST_RENEWED >= len(land.now):
            self.clear()
        for number, known in self._lists.items():
            part = cells[slice(*np.searchsorted(cells, (known.span.start, known.span.stop)))]
            if not len(part):
                continue
            place = np.searchsorted(known.cells, part)
            place = place[known.cells.take(place, mode="clip") == part] if len(known.cells) else place[:0]
            part, part_best = land.able(part, known.wanted, known.once)
            if np.array_equal(known.cells[place], part):
                known.best[place] = part_best
                known.highest = known.best.max(initial=0)
                continue
            listed, best = np.delete(known.cells, place), np.delete(known.best, place)
            place = np.searchsorted(listed, part)
            listed, best = np.insert(listed, place, part), np.insert(best, place, part_best)
            self._lists[number] = _List(known.span, known.wanted, known.once, listed, best)

    def of_span(
        self, land: Cells, span: slice, number: int, wanted: np.ndarray, once: bool, floor: float, listing: bool
    ) -> tuple[np.ndarray, bool]:
        """The cells of a span that take part.

        Args:
            land: the landscape.
            span, number: flat indices of the span, and its number in the whole region.
            wanted: whether class (row) may currently become class (column), bool (classes, classes), the diagonal
                false.
            once: whether a cell changes at most once.
            floor: suitability that a class must exceed in this iteration.
            listing: whether exact lists are worthwhile. This affects the result: without lists, some cells take part
                that would be refused.

        Returns:
            flat indices, and whether other cells wait for a lower floor.
        """
        if not listing:
            self._lists.pop(number, None)
            at = np.flatnonzero(land.others[span] > 0.999 * floor * land.least_weight)
            waits = int(np.count_nonzero(land.others[span] > 0)) > len(at)
            at += span.start
            leaving = wanted.any(axis=1)
            if once or not leaving.all():
                now = land.now.take(at)
                keep = leaving.take(now)
                if once:
                    keep &= now == land.origin.take(at)
                at = at[keep]
            return at, waits
        known = self._listed(land, span, number, wanted, once)
        least = np.float32(floor)
        if known.highest <= least:
            return known.cells[:0], len(known.cells) > 0
        ready = known.best > least
        return known.cells[ready], not ready.all()

    def _listed(self, land: Cells, span: slice, number: int, wanted: np.ndarray, once: bool) -> _List:
        known = self._lists.get(number)
        if known is not None and known.wanted is wanted and known.once == once:
            return known
        if known is None or known.once != once or (wanted & ~known.wanted).any():
            some = span.start + np.flatnonzero(land.others[span])
            known = _List(span, wanted, once, *land.able(some, wanted, once))
        elif (wanted != known.wanted).any():
            # Potentials change only for cells of classes whose wanted changes differ.
            turned = (wanted != known.wanted).any(axis=1)[land.now[known.cells]]
            kept, kept_best = known.cells[~turned], known.best[~turned]
            part, part_best = land.able(known.cells[turned], wanted, once)
            place = np.searchsorted(kept, part)
            known = _List(span, wanted, once, np.insert(kept, place, part), np.insert(kept_best, place, part_best))
        else:
            known.wanted = wanted  # The same object, so that the next comparison is fast.
        self._lists[number] = known
        return known
