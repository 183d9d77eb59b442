"""The region in memory during a simulation: classes, suitability, and neighbour counts.

Arrays are flat over a grid with a margin of half the neighbourhood, so that neighbours have fixed offsets. Suitability
and neighbour counts are stored cell by cell, so that the classes of a cell share a cache line. The values needed by the
roulette are cached and updated only around changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.parallel import in_threads
from ..class_maps import MOST_LAND_CLASSES, NO_LAND_CLASS
from .candidates import Candidates
from .neighbourhood import CHANGES_AT_ONCE, Moves, count_rows, put_classes
from .span_work import counted_in, held_in, take_as_origin_in

Found = TypeVar("Found")

LARGEST_WINDOW = 15  # (15 x 15 - 1) neighbours fit into a byte.
SPAN_CELLS = 1 << 18
# Cells whose potentials are computed at once: few enough for the processor's cache.
RENEWED_CELLS_AT_ONCE = 1 << 14
# Work of a thread at a time: enough that threads seldom wait for the interpreter lock, little enough to share evenly.
COUNTED_CELLS_AT_ONCE = 1 << 17


def spans(cells: int) -> list[slice]:
    """The spans of flat cells for draws; they determine random keys and must therefore not be changed."""
    return [slice(first, min(first + SPAN_CELLS, cells)) for first in range(0, cells, SPAN_CELLS)]


def by_class(values: np.ndarray) -> np.ndarray:
    """Transpose (cells, classes) to (classes, cells), because loops over few classes per cell are slow."""
    return np.ascontiguousarray(values.T)


class Landscape:
    """Cells of a region, their class now and at the start of the step.

    Args:
        width, height: size in cells.
        classes: number of classes.
        window: side of the square neighbourhood, odd, 3 to 15.

    Attributes:
        now: class index of each cell of the grid with margin, 255 for none, uint8. origin: class index at the start of
            the step; ``classes`` if the cell may not change. others: sum of suitability x neighbours x weight over the
            classes the cell may become, float32. stay: the same for its own class. first: flat index of the first cell
            in the whole region; 0 unless this is a part. least_weight: the smallest positive weight; a class that
            contributes to ``others`` has at most the suitability ``others / least_weight``, because it has at least one
            neighbour. candidates: cached lists of cells that may change. unsuitable_cells: number of cells with a class
            but without suitability; set by the caller.
    """

    first = 0

    def __init__(self, width: int, height: int, classes: int, window: int = 3) -> None:
        if window % 2 == 0 or not 3 <= window <= LARGEST_WINDOW:
            raise CarbonBalanceError(
                tr("The neighbourhood is {size} cells wide: it must be an odd number from 3 to {most}.").format(
                    size=window, most=LARGEST_WINDOW
                )
            )
        if not 2 <= classes <= MOST_LAND_CLASSES:
            raise CarbonBalanceError(
                tr("The land cover has {count} class(es): 2 to {most} are needed.").format(
                    count=classes, most=MOST_LAND_CLASSES
                )
            )
        self.width, self.height, self.classes = width, height, classes
        self.radius = window // 2
        self.stride = width + 2 * self.radius
        cells = self.stride * (height + 2 * self.radius)
        self.now = np.empty(cells, np.uint8)
        self.origin = np.empty(cells, np.uint8)
        in_threads(self._fill, spans(cells))
        self.suitability = np.zeros((cells, classes), np.float32)
        self.neighbours = np.zeros((cells, classes), np.uint8)
        self.others = np.zeros(cells, np.float32)
        self.stay = np.zeros(cells, np.float32)
        self.least_weight = 1.0
        self.candidates = Candidates()
        self.unsuitable_cells = 0
        self.highest: list[float] = []  # Largest suitability of each block.
        self._head_start: np.ndarray | None = None
        self._factors = np.zeros((classes + 1, classes), np.float32)
        self._is_plain = False
        span = range(-self.radius, self.radius + 1)
        self._offsets = [row * self.stride + column for row in span for column in span if row or column]

    def _fill(self, cells: slice) -> None:
        self.now[cells] = NO_LAND_CLASS
        self.origin[cells] = self.classes

    def _grid(self, flat: np.ndarray) -> np.ndarray:
        r = self.radius
        return flat.reshape(self.height + 2 * r, self.stride, *flat.shape[1:])[r : r + self.height, r : r + self.width]

    def put(
        self,
        rows: slice,
        columns: slice,
        classes: np.ndarray,
        suitability: Sequence[np.ndarray],
        restricted: np.ndarray | None = None,
    ) -> int:
        """Fill a part of the region.

        Args:
            rows, columns: position.
            classes: class indices, 255 for none, (rows, columns).
            suitability: suitability of each class, NaN where unknown, (rows, columns) each; a cell without suitability
                keeps its class.
            restricted: cells that may not change, bool (rows, columns).

        Returns:
            the number of cells with a class but without suitability.

        Raises:
            CarbonBalanceError: the number of bands differs from that of classes, or a suitability is negative.
        """
        if len(suitability) != self.classes:
            raise CarbonBalanceError(
                tr(
                    "The suitability has {bands} band(s), the land cover {classes} classes: one band per class is "
                    "needed."
                ).format(bands=len(suitability), classes=self.classes)
            )
        valid = classes < self.classes
        free = valid.copy()
        for band in suitability:
            free &= np.isfinite(band)
        if any((band < 0).any() and ((band < 0) & free).any() for band in suitability):
            raise CarbonBalanceError(
                tr("The suitability has negative values: it must contain probabilities from 0 to 1.")
            )
        self.highest.append(max(float(np.fmax.reduce(band[free], initial=0)) for band in suitability))
        unknown = np.count_nonzero(valid) - np.count_nonzero(free)
        if restricted is not None:
            free &= ~restricted
        self._grid(self.now)[rows, columns] = np.where(valid, classes, NO_LAND_CLASS)
        self._grid(self.origin)[rows, columns] = np.where(free, classes, self.classes)
        target = self._grid(self.suitability)[rows, columns]
        tall = max(1, RENEWED_CELLS_AT_ONCE // max(valid.shape[1], 1))
        for first in range(0, len(valid), tall):
            for k, band in enumerate(suitability):
                target[first : first + tall, :, k] = band[first : first + tall]
        target[~free] = 0
        return unknown

    def favour(self, favoured: np.ndarray) -> None:
        """Add extra neighbours, uint8 (rows, columns, classes); call it before :meth:`begin`."""
        self._head_start = np.zeros_like(self.neighbours)
        self._grid(self._head_start)[...] = favoured

    def map(self, rows: slice = slice(None), columns: slice = slice(None)) -> np.ndarray:
        """A copy of the current classes, uint8 (rows, columns); 255 for none."""
        return self._grid(self.now)[rows, columns].copy()

    def each_span(self, function: Callable[[Landscape, slice, int], Found]) -> list[Found]:
        """``function(landscape, span, number)`` of every span of cells, in order, in threads.

        Args:
            function: must not change the landscape.
        """
        return in_threads(lambda each: function(self, each[1], each[0]), list(enumerate(spans(len(self.now)))))

    def each_part(self, function: Callable[[Landscape, slice, int], Found]) -> list[Found]:
        """Like :meth:`each_span` with larger spans, here all cells: for functions that look at a few cells only."""
        return [function(self, slice(0, len(self.now)), 0)]

    def counts(self) -> np.ndarray:
        """Current number of cells of each class, int64 (classes,)."""
        return np.sum(self.each_span(counted_in), axis=0)

    def held(self) -> np.ndarray:
        """Number of free cells by initial (row) and current class (column), int64 (classes, classes)."""
        return np.sum(self.each_span(held_in), axis=0)

    def take_as_origin(self) -> None:
        """Define the current classes as the origin of permitted changes."""
        self.each_span(take_as_origin_in)

    def close(self) -> None:
        """Do nothing: there are no external resources."""

    def begin(self, permitted: np.ndarray, weights: np.ndarray) -> None:
        """Prepare for changes.

        Args:
            permitted: whether class (row, at the origin) may become class (column), bool (classes, classes).
            weights: neighbourhood weight of each class (classes,).
        """
        allowed = np.array(permitted, bool)
        np.fill_diagonal(allowed, True)
        weights = np.asarray(weights, np.float32)
        self.least_weight = float(weights[weights > 0].min(initial=1.0))
        self._factors[: self.classes] = allowed * weights
        # Cells that may not change have no suitability.
        self._is_plain = bool((self._factors[: self.classes] == 1).all())
        in_threads(self._begin_rows, self._row_pieces())
        self.candidates.clear()

    def _row_pieces(self) -> list[slice]:
        """All rows but the margin in pieces for the threads, as rows of the grid with margin."""
        end = self.radius + self.height
        tall = max(1, COUNTED_CELLS_AT_ONCE // self.stride)
        return [slice(top, min(top + tall, end)) for top in range(self.radius, end, tall)]

    def _count_rows(self, rows: slice) -> None:
        now = self.now.reshape(-1, self.stride)
        counts = self.neighbours.reshape(*now.shape, self.classes)
        count_rows(now, counts, self.radius, rows.start, rows.stop)
        if self._head_start is not None:
            counts[rows] += self._head_start.reshape(counts.shape)[rows]

    def _begin_rows(self, rows: slice) -> None:
        self._count_rows(rows)
        end = rows.stop * self.stride
        for first in range(rows.start * self.stride, end, RENEWED_CELLS_AT_ONCE):
            self._renew(slice(first, min(first + RENEWED_CELLS_AT_ONCE, end)))

    def weighted(self, cells: np.ndarray | slice) -> np.ndarray:
        """Suitability x neighbours x weight of each possible class of a cell, float32 (cells, classes)."""
        if isinstance(cells, slice):
            result = self.suitability[cells] * self.neighbours[cells]
        else:
            result = self.suitability.take(cells, axis=0)
            result *= self.neighbours.take(cells, axis=0)
        if not self._is_plain:
            result *= self._factors.take(self.origin[cells], axis=0)
        return result

    def able(self, cells: np.ndarray, wanted: np.ndarray, once: bool) -> tuple[np.ndarray, np.ndarray]:
        """Those of ``cells`` (flat indices) that can make a wanted change.

        Args:
            cells: cells to examine.
            wanted: whether class (row) may become class (column), bool (classes, classes), the diagonal false.
            once: whether to exclude cells that have changed.

        Returns:
            flat indices, and the highest suitability of the wanted classes, float32.
        """
        cells = cells[self.others.take(cells) > 0]
        now = self.now.take(cells)
        keep = wanted.any(axis=1).take(now)
        if once:
            keep &= now == self.origin.take(cells)
        cells, now = cells[keep], now[keep]
        possible = self.weighted(cells) > 0
        possible &= wanted.take(now, axis=0)
        best = by_class(self.suitability.take(cells, axis=0) * possible).max(axis=0)
        keep = best > 0
        return cells[keep], best[keep]

    def _renew(self, cells: np.ndarray | slice) -> None:
        """Update ``others`` and ``stay`` for a few cells; they are 0 for cells that may not change."""
        values = self.weighted(cells)
        flat = values.reshape(-1)
        own = np.arange(0, flat.size, self.classes)
        # The margin and cells without a class have no suitability, whatever class is used for them.
        own += np.minimum(self.now[cells], self.classes - 1)
        self.stay[cells] = flat.take(own)
        flat[own] = 0
        self.others[cells] = np.add.reduce(by_class(values))

    def change(self, cells: np.ndarray, classes: np.ndarray) -> None:
        """Set new ``classes`` of ``cells`` (unique flat indices)."""
        if not len(cells):
            return
        if (cells[1:] < cells[:-1]).any():
            order = np.argsort(cells)
            cells, classes = cells[order], classes[order]
        moves = Moves(cells, put_classes(self.now, cells, classes), classes, self._offsets)
        recount = len(cells) * (len(self._offsets) + 1) > len(self.now)
        if recount:
            in_threads(self._count_rows, self._row_pieces())

        def in_piece(piece: slice) -> np.ndarray | None:
            if not recount:
                moves.move_counts(self.neighbours, piece)
            touched = moves.touched(piece)
            for first in range(0, len(touched), RENEWED_CELLS_AT_ONCE):
                self._renew(touched[first : first + RENEWED_CELLS_AT_ONCE])
            return None if self.candidates.is_empty else touched

        pieces = moves.cuts(max(1, len(cells) // CHANGES_AT_ONCE), len(self.now))
        touched = [part for part in in_threads(in_piece, pieces) if part is not None]
        if touched:
            self.candidates.renew(self, np.concatenate(touched))
