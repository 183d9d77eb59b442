"""Which cells take part in a draw of the automaton, so that those that would be refused cost nothing.

An early iteration converts only cells that suit well, a late one has few kinds of change still open. Who takes part
follows from the region and the iteration alone, so it is the same whoever keeps a list and whoever makes one anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

MOST_RENEWED = 256  # where more than one cell in so many is renewed, listing the candidates does not pay


class Cells(Protocol):
    """What the lists ask of a landscape: see :class:`core.scenarios.automaton.landscape.Landscape`."""

    now: np.ndarray
    origin: np.ndarray
    others: np.ndarray
    least_weight: float

    def able(self, cells: np.ndarray, wanted: np.ndarray, once: bool) -> tuple[np.ndarray, np.ndarray]:
        """Those of ``cells`` with a chance of a change that is wanted, and their highest suitability."""


@dataclass
class _List:
    """Cells of a span that can become what is ``wanted``, and the highest suitability of the classes wanted."""

    span: slice
    wanted: np.ndarray
    once: bool
    cells: np.ndarray
    best: np.ndarray

    def __post_init__(self) -> None:
        self.highest = self.best.max(initial=0)


class Candidates:
    """Lists of the cells of a landscape that may change, updated while few cells change."""

    def __init__(self) -> None:
        self._lists: dict[int, _List] = {}

    def clear(self) -> None:
        """Forget all lists: the rules have changed."""
        self._lists.clear()

    def renew(self, land: Cells, cells: np.ndarray) -> None:
        """The chances of ``cells`` (flat indices, ascending) have changed."""
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
            land: whose lists these are.
            span, number: flat indices, and which span of the whole region they are.
            wanted: whether class (row) may become class (column) just now, bool (classes, classes), the diagonal false.
            once: whether a cell changes at most once.
            floor: suitability that a class must exceed to be taken in this iteration.
            listing: whether so few cells changed that knowing the candidates exactly pays. Part of the result: without
                it some take part that would be refused.

        Returns:
            Flat indices, and whether others wait for the floor to fall.
        """
        if not listing:
            self._lists.pop(number, None)
            at = np.flatnonzero(land.others[span] > 0.999 * floor * land.least_weight)
            waits = int(np.count_nonzero(land.others[span] > 0)) > len(at)
            at += span.start
            now = land.now.take(at)
            keep = wanted.any(axis=1).take(now)
            if once:
                keep &= now == land.origin.take(at)
            return at[keep], waits
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
            # Only cells of a class whose changes are others now have other chances.
            turned = (wanted != known.wanted).any(axis=1)[land.now[known.cells]]
            kept, kept_best = known.cells[~turned], known.best[~turned]
            part, part_best = land.able(known.cells[turned], wanted, once)
            place = np.searchsorted(kept, part)
            known = _List(span, wanted, once, np.insert(kept, place, part), np.insert(kept_best, place, part_best))
        else:
            known.wanted = wanted  # the same again, known the faster the next time
        self._lists[number] = known
        return known
