"""Areas (hectares) and cells of one block by zone and class code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..options.raster import CENTRE
from ..raster.blocks import Block
from ..raster.coverage import coverage
from ..raster.outlines import CutCells, Edges, Spans, spans_by_centre
from .keys import Keys, take_keys

_TABULATED_CELLS_AT_ONCE = 1 << 20
# Counting a run costs three times as much as counting a cell.
_FEW_RUNS = 0.3
_ROUNDING = 1e-12
NO_ZONE, RASTER, REGION = -1, -2, -3


@dataclass(frozen=True)
class Areas:
    """Sparse part of an area table: hectares and cells of (zone, code) pairs.

    Attributes:
        zone: int64 (rows,); ``NO_ZONE``, ``RASTER`` (all cells), ``REGION`` (in any zone, counted once) or a zone
            number.
        code: int64 (rows,), or (rows, 2) for two land covers.
        valid: whether the row counts valid cells of that code or cells without data (code 0); bool, shape of ``code``.
        area_ha, cells: float64 (rows,).
    """

    zone: np.ndarray
    code: np.ndarray
    valid: np.ndarray
    area_ha: np.ndarray
    cells: np.ndarray


def tabulate(
    keys: Keys,
    row_area_ha: np.ndarray,
    block: Block,
    edges: Edges | None = None,
    rule: str = CENTRE,
    again: Edges | None = None,
) -> Areas:
    """Areas of one block by class: in the whole raster, in each zone, in all zones and outside zones.

    In four steps: (1) count the cells of each class, row by row, because the area of a cell depends on its row;
    (2) count them within each zone; (3) subtract land shared by several zones, which gives the region (``REGION``); (4)
    the remaining part of the raster is outside all zones (``NO_ZONE``).

    Example: cells of 1 ha of the classes 1, 1, 2, 2 in one row, and one zone over the first three. ``RASTER`` has 2
    and 2 ha of the two classes, the zone and ``REGION`` have 2 and 1 ha, ``NO_ZONE`` has 0 and 1 ha.

    Args:
        keys: the block's cells.
        row_area_ha: area of a cell in each row of the block (rows,).
        block: position of the block.
        edges: outlines of the zones.
        rule: ``CENTRE`` or ``FRACTION``.
        again: outlines of land shared with earlier zones, needed for ``FRACTION``, because fractions do not tell which
            part of a cell is covered.
    """
    counts = keys.count()
    present = np.flatnonzero(counts)
    small = np.zeros(len(keys.codes), np.uint16 if len(present) <= 1 << 16 else np.uint32)
    small[present] = np.arange(len(present))
    counter = CellCounter(keys.array, small, counts[present], row_area_ha)
    everything = np.arange(len(present))
    parts = [(np.full(len(present), RASTER), everything, *counter.all())]
    if edges is not None:
        used, area, cells, covered = _by_zone(counter, edges, block, rule)
        if again is not None:
            # Where three zones overlap, the shared parts overlap as well: use sums, not the union.
            _, *counted_again, _ = _by_zone(counter, again, block, rule)
            covered = (
                area.sum(axis=0) - counted_again[0].sum(axis=0),
                cells.sum(axis=0) - counted_again[1].sum(axis=0),
            )
        parts.append((np.full(len(present), REGION), everything, *covered))
        outside_cells = np.maximum(parts[0][3] - covered[1], 0)
        # Remainders from rounding alone become 0.
        outside_cells = np.where(outside_cells > _ROUNDING * parts[0][3], outside_cells, 0)
        outside_area = np.where(outside_cells > 0, np.maximum(parts[0][2] - covered[0], 0), 0)
        parts.append((np.full(len(present), NO_ZONE), everything, outside_area, outside_cells))
        row, column = np.nonzero(cells)
        parts.append((used[row], column, area[row, column], cells[row, column]))
    zone, key, area_ha, count = (np.concatenate(column) for column in zip(*parts))
    codes, valid = keys.codes[present][key], keys.valid[present][key]
    return Areas(zone, np.where(valid, codes, 0), valid, area_ha, count.astype(np.float64))


def _by_zone(counter: CellCounter, edges: Edges, block: Block, rule: str):
    """Zones in the block, their area and cells by key, and (area, cells) by key of all of them together."""
    spans, cut = (spans_by_centre(edges, block), None) if rule == CENTRE else coverage(edges, block)
    used, zone = np.unique(np.r_[spans.zone, cut.zone] if cut else spans.zone, return_inverse=True)
    local = Spans(zone[: len(spans.zone)], spans.row, spans.start, spans.stop)
    area, cells, covered = counter.spans(local, len(used))
    if cut is not None and len(cut.zone):
        pieces = CutCells(zone[len(spans.zone) :], cut.row, cut.column, cut.fraction)
        area, cells, covered = counter.add_cut(pieces, area, cells, covered)
    return used, area, cells, covered


class CellCounter:
    """Counts the cells of a block by zone and key."""

    def __init__(self, array: np.ndarray, small: np.ndarray, counts: np.ndarray, row_area_ha: np.ndarray) -> None:
        self.array = array
        self.small = small
        self.counts = counts
        self.size = len(counts)
        self.row_area_ha = row_area_ha
        self.uniform = bool((row_area_ha == row_area_ha[0]).all())

    def _position(self, keys: np.ndarray) -> np.ndarray:
        return take_keys(keys, self.small)

    def _sum(
        self, index: np.ndarray, row: np.ndarray | None, bins: int, lengths: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Area and cells by bin, of cells or of runs with ``lengths``; ``row`` is needed if areas differ by row."""
        cells = np.bincount(index, lengths, bins).astype(np.int64, copy=False)
        if self.uniform:
            return cells * self.row_area_ha[0], cells
        area_ha = self.row_area_ha[row] if lengths is None else self.row_area_ha[row] * lengths
        return np.bincount(index, area_ha, bins), cells

    def _runs(self, keys: np.ndarray, breaks: np.ndarray) -> np.ndarray | None:
        """Start positions of runs of equal keys, including ``breaks``; ``None`` if there are too many."""
        begins = np.empty(len(keys), bool)
        begins[0] = True
        np.not_equal(keys[1:], keys[:-1], out=begins[1:])
        begins[breaks] = True
        if not self.uniform:
            begins[:: self.array.shape[1]] = True
        return np.flatnonzero(begins) if np.count_nonzero(begins) < _FEW_RUNS * len(keys) else None

    def all(self) -> tuple[np.ndarray, np.ndarray]:
        """Area and cells by key in the whole block."""
        if self.uniform:
            return self.counts * self.row_area_ha[0], self.counts
        nothing, area, cells = np.empty(0, np.int64), np.zeros(self.size), np.zeros(self.size, np.int64)
        self._paint(nothing, nothing, nothing, zones=0, area=area, cells=cells)
        return area, cells

    def spans(self, spans: Spans, zones: int):
        """Area and cells by (zone, key), and (area, cells) by key in any zone."""
        width = self.array.shape[1]
        place = np.argsort(spans.row * width + spans.start, kind="stable")
        spans = spans.take(place)
        begin, end = spans.row * width + spans.start, spans.row * width + spans.stop
        free = np.r_[True, begin[1:] >= np.maximum.accumulate(end)[:-1]] if len(begin) else np.empty(0, bool)
        area = np.zeros((zones + 1) * self.size)
        cells = np.zeros((zones + 1) * self.size, np.int64)
        self._paint(spans.zone[free], begin[free], end[free], zones=zones, area=area, cells=cells)
        area, cells = area.reshape(zones + 1, -1), cells.reshape(zones + 1, -1)
        # Cells without a zone number may still be in a zone that overlaps another.
        hidden = np.flatnonzero(~free)
        if len(hidden):
            self._gather(spans.zone[hidden], begin[hidden], end[hidden], area, cells)
            total = self.all()
            union = self._union(begin, end)
            return area[:-1], cells[:-1], tuple(u.astype(t.dtype) for u, t in zip(union, total))
        covered = (area[:-1].sum(axis=0), cells[:-1].sum(axis=0))
        return area[:-1], cells[:-1], covered

    def _paint(self, zone, begin, end, zones, area, cells) -> None:
        """Count spans that do not overlap: each cell or run gets its zone number, then all are counted together."""
        height, width = self.array.shape
        step = max(1, _TABULATED_CELLS_AT_ONCE // width)
        number = np.uint32 if (zones + 1) * self.size >= 1 << 16 else np.uint16
        for top in range(0, height, step):
            bottom = min(top + step, height)
            low, high = top * width, bottom * width
            here = slice(*np.searchsorted(begin, [low, high]))
            start, stop = begin[here] - low, end[here] - low
            keys = self.array[top:bottom].reshape(-1)
            runs = self._runs(keys, np.r_[start, stop[stop < len(keys)]])
            lengths, amount = None, len(keys)
            if runs is not None:
                lengths, amount = np.diff(runs, append=len(keys)), len(runs)
                keys, start, stop = keys[runs], np.searchsorted(runs, start), np.searchsorted(runs, stop)
            index = self._position(keys)
            if len(start) == 1 and start[0] == 0 and stop[0] == amount or not len(start):
                # All cells are in one zone, or none in any.
                only = int(zone[here][0]) if len(start) else zones
                offset, bins = only * self.size, self.size
            else:
                # Steps up and down where zones begin and end; wrap-around in their cumulative sum cancels out.
                step_up = (zone[here] * self.size - zones * self.size).astype(number)
                first = np.zeros(amount + 1, number)
                first[0] = zones * self.size
                first[start] += step_up
                first[stop] -= step_up
                index = np.cumsum(first[:-1], dtype=number, out=first[:-1]) + index
                offset, bins = 0, (zones + 1) * self.size
            row = None
            if not self.uniform:
                row = np.repeat(np.arange(top, bottom), width) if runs is None else top + runs // width
            part_area, part_cells = self._sum(index, row, bins, lengths)
            area[offset : offset + bins] += part_area
            cells[offset : offset + bins] += part_cells

    def _gather(self, zone, begin, end, area, cells) -> None:
        """Count spans that overlap others: their cells are gathered individually."""
        flat, width = self.array.reshape(-1), self.array.shape[1]
        bounds = np.r_[0, np.cumsum(end - begin)]
        at = 0
        while at < len(zone):
            after = max(at + 1, int(np.searchsorted(bounds, bounds[at] + _TABULATED_CELLS_AT_ONCE)))
            lengths = (end - begin)[at:after]
            cell = np.repeat(begin[at:after] - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
            index = np.repeat(zone[at:after] * self.size, lengths) + self._position(flat[cell])
            row = None if self.uniform else cell // width
            part_area, part_cells = self._sum(index, row, area.size)
            area += part_area.reshape(area.shape)
            cells += part_cells.reshape(cells.shape)
            at = after

    def _union(self, begin, end) -> tuple[np.ndarray, np.ndarray]:
        """Area and cells by key in any of the spans, each cell counted once."""
        until = np.maximum.accumulate(end)
        start = np.maximum(begin, np.r_[0, until[:-1]])
        keep = np.flatnonzero(end > start)
        area, cells = np.zeros((1, self.size)), np.zeros((1, self.size), np.int64)
        self._gather(np.zeros(len(keep), np.int64), start[keep], end[keep], area, cells)
        return area[0], cells[0]

    def add_cut(self, cut: CutCells, area, cells, covered):
        """Add the partly covered cells, weighted with their fractions."""
        position = self._position(self.array[cut.row, cut.column]).astype(np.int64)
        zones = area.shape[0]
        cell_ha = self.row_area_ha[cut.row] * cut.fraction
        index = cut.zone * self.size + position
        area = area + np.bincount(index, weights=cell_ha, minlength=zones * self.size).reshape(area.shape)
        cells = cells + np.bincount(index, weights=cut.fraction, minlength=zones * self.size).reshape(cells.shape)
        by_key = (np.bincount(position, w, minlength=self.size) for w in (cell_ha, cut.fraction))
        return area, cells, tuple(c + extra for c, extra in zip(covered, by_key))
