"""Cells of zones in a block: sums over them, and values assigned to them.

The runs of cells come from :mod:`.outlines`. Sums are computed by run, without a zone number per cell; painting repeats
the value of each run over its length, so that one multiplication applies the factor of the zone to every cell. Both
process some rows at a time (:func:`.blocks.rows_at_once`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .blocks import Block, rows_at_once
from .coverage import coverage
from .outlines import CutCells, Edges, Spans, spans_by_centre

_NO_CUTS = CutCells(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True)
class ZoneCells:
    """The cells of zones in one block.

    Attributes:
        block: the block.
        zones: number of zones of the layer.
        spans: runs of cells that are completely in a zone, ordered by first cells.
        cut: cells that a zone covers partly.
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
    def _of_row(self) -> np.ndarray:
        """Index of the first run of each row, and the number of runs, int64 (rows + 1,)."""
        return np.searchsorted(self.spans.row, np.arange(self.block.height + 1))

    @cached_property
    def _cut_by_row(self) -> tuple[np.ndarray, np.ndarray]:
        """Indices of the cut cells ordered by row, and the first of each row, as in ``_of_row``."""
        order = np.argsort(self.cut.row, kind="stable")
        return order, np.searchsorted(self.cut.row[order], np.arange(self.block.height + 1))

    def _cut_in(self, rows: slice) -> np.ndarray:
        order, of_row = self._cut_by_row
        return order[of_row[rows.start] : of_row[rows.stop]]

    @cached_property
    def layers(self) -> list[np.ndarray]:
        """Indices of the runs in layers without overlaps; a single layer if no zones overlap."""
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
        """The number of cells in more than one zone (counted once per additional zone), and these zones."""
        begin, end = self._ends
        if len(self.layers) < 2:
            return 0, np.empty(0, np.int64)
        reached = np.r_[0, np.maximum.accumulate(end)[:-1]]
        shared = np.minimum(end, reached) - begin
        again = np.flatnonzero(shared > 0)
        return int(shared[again].sum()), np.unique(self.spans.zone[again])

    def area(self, row_area: np.ndarray) -> np.ndarray:
        """Area of each zone's cells (zones,), given the area of a cell in each row of the block (rows,)."""
        begin, end = self._ends
        area = np.bincount(self.spans.zone, weights=(end - begin) * row_area[self.spans.row], minlength=self.zones)
        pieces = self.cut.fraction * row_area[self.cut.row]
        return area + np.bincount(self.cut.zone, weights=pieces, minlength=self.zones)

    def sum(self, values_of: Callable[[slice], np.ndarray], row_factor: np.ndarray) -> np.ndarray:
        """Sum of values x row factor over the cells of each zone, float64 (zones,).

        Args:
            values_of: returns the values of some rows of the block, float64 (rows, columns), without NaN.
            row_factor: (rows of the block,).
        """
        begin, end = self._ends
        sums, pieces = np.empty(len(begin)), np.empty(len(self.cut.zone))
        for rows in rows_at_once(self.block):
            values = values_of(rows)
            runs = slice(self._of_row[rows.start], self._of_row[rows.stop])
            if runs.stop > runs.start:
                turns = np.column_stack([begin[runs], end[runs]]).reshape(-1) - rows.start * self.block.width
                # A run may end after the last cell, an index that reduceat does not accept.
                flat = np.append(values, 0) if turns.max() == values.size else values.reshape(-1)
                sums[runs] = np.add.reduceat(flat, turns)[0::2]
            cut = self._cut_in(rows)
            pieces[cut] = values[self.cut.row[cut] - rows.start, self.cut.column[cut]]
        total = np.bincount(self.spans.zone, weights=sums * row_factor[self.spans.row], minlength=self.zones)
        pieces *= self.cut.fraction * row_factor[self.cut.row]
        return total + np.bincount(self.cut.zone, weights=pieces, minlength=self.zones)

    def painted(
        self, rows: slice, zone_factor: np.ndarray, row_factor: np.ndarray, values: np.ndarray | None
    ) -> np.ndarray | None:
        """Values x zone factor x row factor; contributions of zones that share a cell are added.

        Args:
            rows: the rows of the block.
            zone_factor: (zones,); NaN excludes a zone.
            row_factor: (rows of the block,).
            values: values of these rows, float64 (rows, columns), NaN for none; ``None`` stands for 1 everywhere.

        Returns:
            float64 (rows, columns), NaN in cells outside all zones or without a value; ``None`` if no zone has cells
            there.
        """
        shape = (rows.stop - rows.start, self.block.width)
        result = None
        for layer in self.layers:
            runs = layer[slice(*np.searchsorted(layer, self._of_row[[rows.start, rows.stop]]))]
            factor = zone_factor[self.spans.zone[runs]] * row_factor[self.spans.row[runs]]
            there = ~np.isnan(factor)
            if there.any():
                part = self._repeated(rows, runs[there], factor[there]).reshape(shape)
                if values is not None:
                    part *= values
                result = added(result, part)
        cut = self._cut_in(rows)
        if len(cut):
            result = np.full(shape, np.nan) if result is None else result
            self._add_cut(result, cut, rows.start, zone_factor=zone_factor, row_factor=row_factor, values=values)
        return result

    def _repeated(self, rows: slice, runs: np.ndarray, factor: np.ndarray) -> np.ndarray:
        """The factor of each run repeated over its cells, NaN between runs, float64 (cells,)."""
        begin, end = self._ends
        turns = np.empty(2 * len(runs) + 2, np.int64)
        turns[0], turns[-1] = np.array([rows.start, rows.stop]) * self.block.width
        turns[1:-1:2], turns[2:-1:2] = begin[runs], end[runs]
        value = np.full(2 * len(runs) + 1, np.nan)
        value[1::2] = factor
        return np.repeat(value, np.diff(turns))

    def _add_cut(self, result, which, first_row, zone_factor, row_factor, values) -> None:
        cut = CutCells(*(each[which] for each in (self.cut.zone, self.cut.row, self.cut.column, self.cut.fraction)))
        row = cut.row - first_row
        part = zone_factor[cut.zone] * row_factor[cut.row] * cut.fraction
        if values is not None:
            part = part * values[row, cut.column]
        known = np.flatnonzero(np.isfinite(part))
        cell, which = np.unique(row[known] * self.block.width + cut.column[known], return_inverse=True)
        extra = np.bincount(which, weights=part[known], minlength=len(cell))
        flat = result.reshape(-1)
        flat[cell] = np.where(np.isnan(flat[cell]), extra, flat[cell] + extra)


def added(first: np.ndarray | None, second: np.ndarray | None) -> np.ndarray | None:
    """The sum of two arrays, NaN only where both are NaN; ``None`` stands for NaN everywhere."""
    if first is None or second is None:
        return second if first is None else first
    return np.where(np.isnan(first), second, np.where(np.isnan(second), first, first + second))


def zone_cells(
    edges: Edges, block: Block, exact: bool = False, small: Sequence[int] | np.ndarray = (), only_small: bool = False
) -> ZoneCells:
    """The cells of zones in a block.

    Args:
        edges: edges of all zones.
        block: the block.
        exact: use the exact fraction of every cell instead of cell centres.
        small: zones that are always measured by exact fractions, because they contain no cell centre.
        only_small: return these zones only.
    """
    zones = len(edges.box)
    cut = _NO_CUTS
    if only_small:
        spans, cut = coverage(edges.of_zones(small), block)
    elif exact:
        spans, cut = coverage(edges, block)
    else:
        spans = spans_by_centre(edges, block)
        if len(small):
            inside, cut = coverage(edges.of_zones(small), block)
            spans = _joined_spans(spans, inside)
    order = np.argsort(spans.row * block.width + spans.start, kind="stable")
    return ZoneCells(block, zones, spans.take(order), cut)


def _joined_spans(first: Spans, second: Spans) -> Spans:
    return Spans(*(np.r_[getattr(first, name), getattr(second, name)] for name in ("zone", "row", "start", "stop")))
