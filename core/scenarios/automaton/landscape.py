"""The region in memory while it is simulated: classes, suitability, and who has which neighbours.

Arrays are flat over a grid with a margin as wide as half the neighbourhood, so that neighbours are
fixed offsets; suitability and neighbour counts lie cell by cell, so that a cell's classes share a
cache line. What the roulette needs of a cell is kept ready and renewed only around changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ..class_maps import MOST_LAND_CLASSES, NO_LAND_CLASS
from .candidates import Candidates

Found = TypeVar("Found")

LARGEST_WINDOW = 15  # (15 x 15 - 1) neighbours still fit a byte
COUNTED_CELLS_AT_ONCE = 1 << 16
SPAN_CELLS = 1 << 18
# Sorting the few cells that a change touches is faster than going through all, if they are one in so many.
_SORTED_SHARE = 32


def spans(cells: int) -> list[slice]:
    """The spans in which ``cells`` flat cells are drawn; part of the random keys, so never changed."""
    return [slice(first, min(first + SPAN_CELLS, cells)) for first in range(0, cells, SPAN_CELLS)]


def by_class(values: np.ndarray) -> np.ndarray:
    """Values of cells (cells, classes) as (classes, cells): going through so few classes cell by cell is slow."""
    return np.ascontiguousarray(values.T)


class Landscape:
    """Cells of a region, their class now and at the start of the step.

    Args:
        width, height: cells.
        classes: their number.
        window: side of the square neighbourhood, odd, 3 to 15.

    Attributes:
        now: class index of each cell of the grid with its margin, 255 where there is none, uint8.
        origin: class index at the start of the step; ``classes`` where the cell may not change.
        others: sum over the classes the cell may become of suitability x neighbours x weight, float32.
        stay: the same of its own class.
        first: flat index of its first cell in the whole region; 0 unless it is a part of one.
        least_weight: the smallest weight above 0; a class with a share in ``others`` has at most the suitability
            ``others / least_weight``, for it has one neighbour at least.
        candidates: the cells that may change, as far as they are listed.
        unsuitable_cells: number of cells with a class but without suitability; set by the caller.
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
        self.now = np.full(cells, NO_LAND_CLASS, np.uint8)
        self.origin = np.full(cells, classes, np.uint8)
        self.suitability = np.zeros((cells, classes), np.float32)
        self.neighbours = np.zeros((cells, classes), np.uint8)
        self.others = np.zeros(cells, np.float32)
        self.stay = np.zeros(cells, np.float32)
        self.least_weight = 1.0
        self.candidates = Candidates()
        self.unsuitable_cells = 0
        self._head_start: np.ndarray | None = None
        self._factors = np.zeros((classes + 1, classes), np.float32)
        self._is_plain = False
        span = range(-self.radius, self.radius + 1)
        self._offsets = [row * self.stride + column for row in span for column in span if row or column]

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
            rows, columns: where.
            classes: class indices, 255 where there is none, (rows, columns).
            suitability: of each class, NaN where unknown, (rows, columns) each. A cell without it keeps its class.
            restricted: cells that may not change, bool (rows, columns).

        Returns:
            How many cells with a class have no suitability.

        Raises:
            CarbonBalanceError: another number of bands than classes, or a negative suitability.
        """
        if len(suitability) != self.classes:
            raise CarbonBalanceError(
                tr(
                    "The suitability has {bands} band(s), the land cover {classes} classes: one band per class is "
                    "needed."
                ).format(bands=len(suitability), classes=self.classes)
            )
        valid = classes < self.classes
        free = np.logical_and.reduce([valid, *(np.isfinite(band) for band in suitability)])
        if any(((band < 0) & free).any() for band in suitability):
            raise CarbonBalanceError(
                tr("The suitability has negative values: it must contain probabilities from 0 to 1.")
            )
        unknown = np.count_nonzero(valid) - np.count_nonzero(free)
        if restricted is not None:
            free &= ~restricted
        self._grid(self.now)[rows, columns] = np.where(valid, classes, NO_LAND_CLASS)
        self._grid(self.origin)[rows, columns] = np.where(free, classes, self.classes)
        target = self._grid(self.suitability)[rows, columns]
        for k, band in enumerate(suitability):
            target[..., k] = band
        target[~free] = 0
        return unknown

    def favour(self, favoured: np.ndarray) -> None:
        """Count so many neighbours more, uint8 (rows, columns, classes); to be called before :meth:`begin`."""
        self._head_start = np.zeros_like(self.neighbours)
        self._grid(self._head_start)[...] = favoured

    def map(self, rows: slice = slice(None), columns: slice = slice(None)) -> np.ndarray:
        """The classes now, a copy, uint8 (rows, columns); 255 where there is none."""
        return self._grid(self.now)[rows, columns].copy()

    def each_span(self, function: Callable[[Landscape, slice, int], Found]) -> list[Found]:
        """``function(landscape, span, number)`` of every span of cells, in order.

        One thread calls it. Two were slower, most of all where regions are small: their many short steps wait for
        Python's lock and for memory.

        Args:
            function: looks at the span and changes nothing.
        """
        return [function(self, span, number) for number, span in enumerate(spans(len(self.now)))]

    def counts(self) -> np.ndarray:
        """Cells of each class now, int64 (classes,)."""
        return np.sum(self.each_span(counted_in), axis=0)

    def held(self) -> np.ndarray:
        """Cells that may change by class at the start (row) and now (column), int64 (classes, classes)."""
        return np.sum(self.each_span(held_in), axis=0)

    def take_as_origin(self) -> None:
        """Let the permitted changes be counted from the classes now."""
        np.copyto(self.origin, self.now, where=self.origin < self.classes)

    def close(self) -> None:
        """Nothing is kept elsewhere."""

    def begin(self, permitted: np.ndarray, weights: np.ndarray) -> None:
        """Get ready for changes.

        Args:
            permitted: whether class (row, at the origin) may become class (column), bool (classes, classes).
            weights: of each class in its neighbourhood, (classes,).
        """
        allowed = np.array(permitted, bool)
        np.fill_diagonal(allowed, True)
        weights = np.asarray(weights, np.float32)
        self.least_weight = float(weights[weights > 0].min(initial=1.0))
        self._factors[: self.classes] = allowed * weights
        # What may not change has no suitability either.
        self._is_plain = bool((self._factors[: self.classes] == 1).all())
        self._count_neighbours()
        self._renew(None)
        self.candidates.clear()

    def _count_neighbours(self) -> None:
        """Count everything anew: sums of shifted bytes, along columns and then along rows."""
        r, stride = self.radius, self.stride
        now = self.now.reshape(-1, stride)
        target = self.neighbours.reshape(len(now), stride, self.classes)
        tall = max(1, COUNTED_CELLS_AT_ONCE * 4 // stride)
        for top in range(r, r + self.height, tall):
            part = now[top - r : min(top + tall, r + self.height) + r]
            for k in range(self.classes):
                is_k = (part == k).view(np.uint8)
                down = is_k[: len(part) - 2 * r].copy()
                for shift in range(1, 2 * r + 1):
                    down += is_k[shift : len(part) - 2 * r + shift]
                both = down[:, : stride - 2 * r].copy()
                for shift in range(1, 2 * r + 1):
                    both += down[:, shift : stride - 2 * r + shift]
                both -= is_k[r : len(part) - r, r : stride - r]
                target[top : top + len(both), r : stride - r, k] = both
        if self._head_start is not None:
            self.neighbours += self._head_start

    def weighted(self, cells: np.ndarray) -> np.ndarray:
        """Suitability x neighbours x weight of each class a cell may be, float32 (cells, classes)."""
        result = self.suitability.take(cells, axis=0)
        result *= self.neighbours.take(cells, axis=0)
        if not self._is_plain:
            result *= self._factors.take(self.origin.take(cells), axis=0)
        return result

    def able(self, cells: np.ndarray, wanted: np.ndarray, once: bool) -> tuple[np.ndarray, np.ndarray]:
        """Those of ``cells`` (flat indices) with a chance of a change that is wanted.

        Args:
            cells: among which.
            wanted: whether class (row) may become class (column), bool (classes, classes), the diagonal false.
            once: leave out cells that have changed.

        Returns:
            Flat indices, and the highest suitability of the classes wanted, float32.
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

    def _renew(self, cells: np.ndarray | None) -> None:
        """Bring ``others`` and ``stay`` up to date, for some cells or (``None``) for all."""
        count = len(self.now) if cells is None else len(cells)
        for first in range(0, count, COUNTED_CELLS_AT_ONCE):
            last = min(first + COUNTED_CELLS_AT_ONCE, count)
            part = np.arange(first, last) if cells is None else cells[first:last]
            part = part[self.origin.take(part) < self.classes]
            values = self.weighted(part)
            own = np.arange(len(part)), self.now.take(part)
            self.stay[part] = values[own]
            values[own] = 0
            self.others[part] = np.add.reduce(by_class(values))

    def change(self, cells: np.ndarray, classes: np.ndarray) -> None:
        """Give ``cells`` (flat indices, none twice) new ``classes``."""
        if not len(cells):
            return
        before = self.now.take(cells).astype(np.intp)
        after = classes.astype(np.intp)
        self.now[cells] = classes
        touched = len(cells) * (len(self._offsets) + 1)
        if touched > len(self.now):
            self._count_neighbours()
        else:
            flat = self.neighbours.reshape(-1)
            for offset in self._offsets:
                # Within one offset no neighbour occurs twice, so plain indexing adds up rightly.
                near = (cells + offset) * self.classes
                flat[near + before] -= 1
                flat[near + after] += 1
        if touched * _SORTED_SHARE < len(self.now):
            renewed = np.unique(np.concatenate([cells, *(cells + offset for offset in self._offsets)]))
        else:
            dirty = np.zeros(len(self.now), bool)
            for offset in (0, *self._offsets):
                dirty[cells + offset] = True
            renewed = np.flatnonzero(dirty)
        self._renew(renewed)
        self.candidates.renew(self, renewed)


def counted_in(land: Landscape, span: slice, _number: int) -> np.ndarray:
    """:meth:`Landscape.counts` of a span."""
    return np.bincount(land.now[span], minlength=256)[: land.classes]


def held_in(land: Landscape, span: slice, _number: int) -> np.ndarray:
    """:meth:`Landscape.held` of a span."""
    k = land.classes
    origin, now = land.origin[span], land.now[span]
    free = origin < k
    return np.bincount(origin[free].astype(np.intp) * k + now[free], minlength=k * k).reshape(k, k)
