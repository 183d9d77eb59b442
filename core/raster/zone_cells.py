"""Cells of zones in a block: sums over them, and values painted into them, each cell touched once.

The runs of cells come from :mod:`.outlines`. Sums go run by run without a label a cell; painting repeats
the value of each run over its length, so that one multiplication puts a factor of the zone on every cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .blocks import Block
from .outlines import CutCells, Edges, Spans, coverage, spans_by_centre

_NO_CUTS = CutCells(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True)
class ZoneCells:
    """The cells of zones in one block.

    Attributes:
        block: the block.
        zones: number of zones of the layer.
        spans: runs of cells that lie wholly in a zone, in the order of their first cells.
        cut: cells that a zone covers in part.
    """

    block: Block
    zones: int
    spans: Spans
    cut: CutCells

    @cached_property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        row = self.spans.row * self.block.width
        return row + self.spans.start, row + self.spans.stop

    @cached_property
    def layers(self) -> list[np.ndarray]:
        """The runs (their numbers) in layers within which none overlaps another; one layer if no zones overlap."""
        begin, end = self._ends
        left = np.arange(len(begin))
        layers = []
        while len(left):
            reached = np.maximum.accumulate(end[left])
            free = np.r_[True, begin[left][1:] >= reached[:-1]]
            layers.append(left[free])
            left = left[~free]
        return layers

    def overlapping(self) -> tuple[int, np.ndarray]:
        """How many cells lie in more than one zone (counted again for each further one), and the zones met so late."""
        begin, end = self._ends
        if len(self.layers) < 2:
            return 0, np.empty(0, np.int64)
        reached = np.r_[0, np.maximum.accumulate(end)[:-1]]
        again = np.minimum(end, reached) - begin
        return int(again[again > 0].sum()), np.unique(self.spans.zone[again > 0])

    def area(self, row_area: np.ndarray) -> np.ndarray:
        """Area of each zone's cells (zones,), from the area of a cell in each row of the block (rows,)."""
        begin, end = self._ends
        area = np.bincount(self.spans.zone, weights=(end - begin) * row_area[self.spans.row], minlength=self.zones)
        pieces = self.cut.fraction * row_area[self.cut.row]
        return area + np.bincount(self.cut.zone, weights=pieces, minlength=self.zones)

    def sum(self, values: np.ndarray, row_factor: np.ndarray) -> np.ndarray:
        """Sum of values x factor of their row over each zone's cells, float64 (zones,).

        Args:
            values: (rows, columns), no NaN.
            row_factor: (rows,).
        """
        begin, end = self._ends
        total = np.zeros(self.zones)
        if len(begin):
            turns = np.column_stack([begin, end]).reshape(-1)
            # A run may end behind the very last cell, which reduceat wants to be there.
            flat = np.append(values, 0) if turns.max() == values.size else values.reshape(-1)
            sums = np.add.reduceat(flat, turns, dtype=np.float64)[0::2]
            total += np.bincount(self.spans.zone, weights=sums * row_factor[self.spans.row], minlength=self.zones)
        if len(self.cut.zone):
            pieces = values[self.cut.row, self.cut.column] * (self.cut.fraction * row_factor[self.cut.row])
            total += np.bincount(self.cut.zone, weights=pieces, minlength=self.zones)
        return total

    def painted(self, zone_factor: np.ndarray, row_factor: np.ndarray, values: np.ndarray | None) -> np.ndarray:
        """Values x factor of their zone x factor of their row; contributions of zones that share a cell add up.

        Args:
            zone_factor: (zones,); NaN leaves a zone out.
            row_factor: (rows,).
            values: (rows, columns), NaN where there is none; ``None`` is 1 everywhere.

        Returns:
            float64 (rows, columns), NaN in cells of no zone and without a value.
        """
        shape = (self.block.height, self.block.width)
        result = np.full(shape, np.nan) if not self.layers else None
        for layer in self.layers:
            factor = zone_factor[self.spans.zone[layer]] * row_factor[self.spans.row[layer]]
            part = self._repeated(layer, factor).reshape(shape)
            if values is not None:
                part *= values
            result = part if result is None else added(result, part)
        if len(self.cut.zone):
            self._add_cut(result, zone_factor, row_factor, values)
        return result

    def _repeated(self, layer: np.ndarray, factor: np.ndarray) -> np.ndarray:
        """A factor of each run of a layer over its cells, NaN between, float64 (cells,)."""
        begin, end = self._ends
        begin, end = begin[layer], end[layer]
        size = self.block.width * self.block.height
        turns = np.empty(2 * len(layer) + 2, np.int64)
        turns[0], turns[-1] = 0, size
        turns[1:-1:2], turns[2:-1:2] = begin, end
        value = np.full(2 * len(layer) + 1, np.nan)
        value[1::2] = factor
        return np.repeat(value, np.diff(turns))

    def _add_cut(self, result, zone_factor, row_factor, values) -> None:
        cut = self.cut
        part = zone_factor[cut.zone] * row_factor[cut.row] * cut.fraction
        if values is not None:
            part = part * values[cut.row, cut.column]
        known = np.flatnonzero(np.isfinite(part))
        cell, which = np.unique(cut.row[known] * self.block.width + cut.column[known], return_inverse=True)
        extra = np.bincount(which, weights=part[known], minlength=len(cell))
        flat = result.reshape(-1)
        flat[cell] = np.where(np.isnan(flat[cell]), extra, flat[cell] + extra)


def added(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The sum of two arrays, NaN only where both are."""
    return np.where(np.isnan(first), second, np.where(np.isnan(second), first, first + second))


def zone_cells(
    edges: Edges, block: Block, exact: bool = False, small: Sequence[int] | np.ndarray = (), only_small: bool = False
) -> ZoneCells:
    """The cells of zones in a block.

    Args:
        edges: of all zones.
        block: which cells.
        exact: by the exact fraction of every cell, not by cell centres.
        small: zones to take by exact fraction in any case, for they hold no cell centre.
        only_small: these zones alone.
    """
    zones = len(edges.box)
    spans, cut = None, _NO_CUTS
    if exact and not only_small:
        spans, cut = coverage(edges, block)
    else:
        if not only_small:
            spans = spans_by_centre(edges, block)
        if len(small):
            inside, cut = coverage(edges.of_zones(small), block)
            spans = inside if spans is None else _joined(spans, inside)
    order = np.argsort(spans.row * block.width + spans.start, kind="stable")
    return ZoneCells(block, zones, spans.take(order), cut)


def _joined(first: Spans, second: Spans) -> Spans:
    return Spans(*(np.r_[getattr(first, name), getattr(second, name)] for name in ("zone", "row", "start", "stop")))
