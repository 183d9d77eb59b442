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
from ..class_maps import MOST_LAND_CLASSES, NO_LAND_CLASS
from .candidates import Candidates

Found = TypeVar("Found")

LARGEST_WINDOW = 15  # (15 x 15 - 1) neighbours fit into a byte.
COUNTED_CELLS_AT_ONCE = 1 << 16
SPAN_CELLS = 1 << 18
# Sorting the cells affected by changes is faster than processing all cells if they are at most one in this number.
_SORTED_SHARE = 32


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
        """Add extra neighbours, uint8 (rows, columns, classes); call it before :meth:`begin`."""
        self._head_start = np.zeros_like(self.neighbours)
        self._grid(self._head_start)[...] = favoured

    def map(self, rows: slice = slice(None), columns: slice = slice(None)) -> np.ndarray:
        """A copy of the current classes, uint8 (rows, columns); 255 for none."""
        return self._grid(self.now)[rows, columns].copy()

    def each_span(self, function: Callable[[Landscape, slice, int], Found]) -> list[Found]:
        """``function(landscape, span, number)`` of every span of cells, in order.

        It runs in a single thread. Two threads were slower, because the many short steps wait for the interpreter lock
        and for memory.

        Args:
            function: must not change the landscape.
        """
        return [function(self, span, number) for number, span in enumerate(spans(len(self.now)))]

    def counts(self) -> np.ndarray:
        """Current number of cells of each class, int64 (classes,)."""
        return np.sum(self.each_span(counted_in), axis=0)

    def held(self) -> np.ndarray:
        """Number of free cells by initial (row) and current class (column), int64 (classes, classes)."""
        return np.sum(self.each_span(held_in), axis=0)

    def take_as_origin(self) -> None:
        """Define the current classes as the origin of permitted changes."""
        np.copyto(self.origin, self.now, where=self.origin < self.classes)

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
        self._count_neighbours()
        self._renew(None)
        self.candidates.clear()

    def _count_neighbours(self) -> None:
        """Count all neighbours: sums of shifted bytes along columns, then along rows."""
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
        """Suitability x neighbours x weight of each possible class of a cell, float32 (cells, classes)."""
        result = self.suitability.take(cells, axis=0)
        result *= self.neighbours.take(cells, axis=0)
        if not self._is_plain:
            result *= self._factors.take(self.origin.take(cells), axis=0)
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

    def _renew(self, cells: np.ndarray | None) -> None:
        """Update ``others`` and ``stay`` for some cells, or for all (``None``)."""
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
        """Set new ``classes`` of ``cells`` (unique flat indices)."""
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
                # For a given offset all neighbours are distinct, so that plain indexing adds correctly.
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
