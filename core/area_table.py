"""The area table: hectares by zone and class, from one pass over land cover and zones.

Every zonal number of the plugin is this table times something: carbon = area x density, a sink = area x
coefficient, a change = area of each transition x difference of density.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .errors import CarbonBalanceError, listed
from .i18n import tr
from .log import Log
from .raster.blocks import Block, blocks
from .raster.codes import Keys, LandCover, take_keys
from .raster.engine import WORKERS, map_in_order
from .raster.grid import WORST_AREA_ERROR
from .raster.outlines import CutCells, Edges, Spans, coverage, edges_on_grid, spans_by_centre
from .raster.source import RasterSource

CENTRE, FRACTION = "cell_centre", "exact_fraction"
RULES = (CENTRE, FRACTION)
_CELLS_AT_ONCE = 1 << 20
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Areas:
    """Sparse part of a table: hectares and cells of (zone, code) pairs.

    Attributes:
        zone: int64 (rows,); -1 is "in no zone", -2 is "in the raster" (all cells).
        code: int64 (rows,), or (rows, 2) of two land covers.
        valid: whether the row counts valid cells of that code, or cells without data (code is then 0);
            bool, shape of ``code``.
        area_ha, cells: float64 (rows,).
    """

    zone: np.ndarray
    code: np.ndarray
    valid: np.ndarray
    area_ha: np.ndarray
    cells: np.ndarray


@dataclass(frozen=True)
class AreaTable:
    """Hectares by zone and class.

    Attributes:
        codes: class codes found in the raster, ascending, int64 (classes,).
        area_ha: float64 (zones, classes).
        nodata_ha: area of each zone where the land cover has no data (zones,).
        total_ha: area of each class in the whole raster (classes,).
        total_cells: valid cells of each class in the whole raster (classes,).
        outside_ha: area of each class in no zone (classes,).
        outside_cells: valid cells in no zone.
        raster_nodata_ha: area without data in the whole raster.
        by_fraction: zones measured by exact fraction, for they hold no cell centre.
        missed: zones that do not meet the raster.
    """

    codes: np.ndarray
    area_ha: np.ndarray
    nodata_ha: np.ndarray
    total_ha: np.ndarray
    total_cells: np.ndarray
    outside_ha: np.ndarray
    outside_cells: float
    raster_nodata_ha: float
    by_fraction: tuple[int, ...] = ()
    missed: tuple[int, ...] = ()


def need_codes(
    codes: np.ndarray, area_ha: np.ndarray, cells: np.ndarray | None, known: np.ndarray, raster: str, table: str
) -> None:
    """Refuse a land cover with classes that a table does not know.

    Args:
        codes, area_ha, cells: classes of the land cover, their areas and cells (classes,).
        known: codes of the table.
        raster, table: how the message calls them.

    Raises:
        CarbonBalanceError: listing each missing code with its hectares and cells.
    """
    missing = np.flatnonzero(~np.isin(codes, known))
    if not len(missing):
        return
    largest = missing[np.argsort(-area_ha[missing], kind="stable")]
    items = [
        tr("{code}: {area:,.6g} ha").format(code=codes[i], area=float(area_ha[i]))
        + ("" if cells is None else " " + tr("in {cells:,.0f} cells").format(cells=float(cells[i])))
        for i in largest
    ]
    raise CarbonBalanceError(
        tr(
            "{raster} has class code(s) without a row in {table}: {items}; "
            "add rows for them, or name those that mean no data as such."
        ).format(raster=raster, table=table, items=listed(items))
    )


def tabulate(
    keys: Keys,
    row_area_ha: np.ndarray,
    block: Block,
    edges: Edges | None = None,
    rule: str = CENTRE,
) -> Areas:
    """The areas of one block: of the raster as a whole, and of each zone and of no zone if there are zones.

    Args:
        keys: the block's cells.
        row_area_ha: area of a cell in each row of the block (rows,).
        block: where it lies.
        edges: outlines of the zones.
        rule: ``CENTRE`` or ``FRACTION``.
    """
    counts = keys.count()
    present = np.flatnonzero(counts)
    small = np.zeros(len(keys.codes), np.uint16)
    small[present] = np.arange(len(present))
    counter = _Counter(keys.array, small, counts[present], row_area_ha)
    parts = [(np.full(len(present), -2), np.arange(len(present)), *counter.all())]
    if edges is not None:
        spans, cut = (spans_by_centre(edges, block), None) if rule == CENTRE else coverage(edges, block)
        used, zone = np.unique(np.r_[spans.zone, cut.zone] if cut else spans.zone, return_inverse=True)
        local = Spans(zone[: len(spans.zone)], spans.row, spans.start, spans.stop)
        area, cells, covered = counter.spans(local, len(used))
        if cut is not None and len(cut.zone):
            pieces = CutCells(zone[len(spans.zone) :], cut.row, cut.column, cut.fraction)
            area, cells, covered = counter.add_cut(pieces, area, cells, covered)
        outside_cells = np.maximum(parts[0][3] - covered[1], 0)
        # What is left by rounding alone is nothing.
        outside_cells = np.where(outside_cells > _ROUNDING * parts[0][3], outside_cells, 0)
        outside_area = np.where(outside_cells > 0, np.maximum(parts[0][2] - covered[0], 0), 0)
        parts.append((np.full(len(present), -1), np.arange(len(present)), outside_area, outside_cells))
        row, column = np.nonzero(cells)
        parts.append((used[row], column, area[row, column], cells[row, column]))
    zone, key, area_ha, count = (np.concatenate(column) for column in zip(*parts))
    codes, valid = keys.codes[present][key], keys.valid[present][key]
    return Areas(zone, np.where(valid, codes, 0), valid, area_ha, count.astype(np.float64))


class _Counter:
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

    def _sum(self, index: np.ndarray, row: np.ndarray | None, bins: int) -> tuple[np.ndarray, np.ndarray]:
        """Area and cells by bin; ``row`` gives each cell's row where cell areas differ."""
        cells = np.bincount(index, minlength=bins)
        if self.uniform:
            return cells * self.row_area_ha[0], cells
        return np.bincount(index, weights=self.row_area_ha[row], minlength=bins), cells

    def all(self) -> tuple[np.ndarray, np.ndarray]:
        """Area and cells by key, of the whole block."""
        if self.uniform:
            return self.counts * self.row_area_ha[0], self.counts
        area = np.zeros(self.size)
        for row in range(self.array.shape[0]):
            area += np.bincount(self._position(self.array[row]), minlength=self.size) * self.row_area_ha[row]
        return area, self.counts

    def spans(self, spans: Spans, zones: int):
        """Area and cells by (zone, key), and (area, cells) by key that lie in any zone."""
        width = self.array.shape[1]
        place = np.argsort(spans.row * width + spans.start, kind="stable")
        spans = spans.take(place)
        begin, end = spans.row * width + spans.start, spans.row * width + spans.stop
        free = np.r_[True, begin[1:] >= np.maximum.accumulate(end)[:-1]] if len(begin) else np.empty(0, bool)
        area = np.zeros((zones + 1) * self.size)
        cells = np.zeros((zones + 1) * self.size, np.int64)
        self._paint(spans.zone[free], begin[free], end[free], zones, area, cells)
        area, cells = area.reshape(zones + 1, -1), cells.reshape(zones + 1, -1)
        # What the painting found in no zone may yet lie in a zone that overlaps another.
        hidden = np.flatnonzero(~free)
        if len(hidden):
            self._gather(spans.zone[hidden], begin[hidden], end[hidden], area, cells)
            total = self.all()
            union = self._union(begin, end)
            return area[:-1], cells[:-1], tuple(u.astype(t.dtype) for u, t in zip(union, total))
        covered = (area[:-1].sum(axis=0), cells[:-1].sum(axis=0))
        return area[:-1], cells[:-1], covered

    def _paint(self, zone, begin, end, zones, area, cells) -> None:
        """Spans that do not overlap: every cell gets its zone's number, then one count over all."""
        height, width = self.array.shape
        step = max(1, _CELLS_AT_ONCE // width)
        number = np.uint32 if (zones + 1) * self.size >= 1 << 16 else np.uint16
        for top in range(0, height, step):
            bottom = min(top + step, height)
            low, high = top * width, bottom * width
            here = slice(*np.searchsorted(begin, [low, high]))
            start, stop = begin[here] - low, end[here] - low
            keys = self.array[top:bottom].reshape(-1)
            if len(start) == 1 and start[0] == 0 and stop[0] == high - low or not len(start):
                # All cells in one zone, or none in any.
                only = int(zone[here][0]) if len(start) else zones
                index = self._position(keys)
                offset, bins = only * self.size, self.size
            else:
                # Steps up and down where zones begin and end; their running sum wraps around, and back again.
                index = np.zeros(high - low + 1, number)
                index[0] = zones * self.size
                step_up = (zone[here] * self.size - zones * self.size).astype(number)
                index[start] += step_up
                index[stop] -= step_up
                index = np.cumsum(index[:-1], dtype=number, out=index[:-1])
                index += self._position(keys)
                offset, bins = 0, (zones + 1) * self.size
            row = None if self.uniform else np.repeat(np.arange(top, bottom), width)
            part_area, part_cells = self._sum(index, row, bins)
            area[offset : offset + bins] += part_area
            cells[offset : offset + bins] += part_cells

    def _gather(self, zone, begin, end, area, cells) -> None:
        """Spans that lie over others: their cells are fetched one by one."""
        flat, width = self.array.reshape(-1), self.array.shape[1]
        bounds = np.r_[0, np.cumsum(end - begin)]
        at = 0
        while at < len(zone):
            after = max(at + 1, int(np.searchsorted(bounds, bounds[at] + _CELLS_AT_ONCE)))
            lengths = (end - begin)[at:after]
            cell = np.repeat(begin[at:after] - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
            index = np.repeat(zone[at:after] * self.size, lengths) + self._position(flat[cell])
            row = None if self.uniform else cell // width
            part_area, part_cells = self._sum(index, row, area.size)
            area += part_area.reshape(area.shape)
            cells += part_cells.reshape(cells.shape)
            at = after

    def _union(self, begin, end) -> tuple[np.ndarray, np.ndarray]:
        """Area and cells by key that lie in any of the spans, each cell once."""
        until = np.maximum.accumulate(end)
        start = np.maximum(begin, np.r_[0, until[:-1]])
        keep = np.flatnonzero(end > start)
        area, cells = np.zeros((1, self.size)), np.zeros((1, self.size), np.int64)
        self._gather(np.zeros(len(keep), np.int64), start[keep], end[keep], area, cells)
        return area[0], cells[0]

    def add_cut(self, cut: CutCells, area, cells, covered):
        """Add the cells that zones cover in part, each with its fraction."""
        position = self._position(self.array[cut.row, cut.column]).astype(np.int64)
        zones = area.shape[0]
        cell_ha = self.row_area_ha[cut.row] * cut.fraction
        index = cut.zone * self.size + position
        area = area + np.bincount(index, weights=cell_ha, minlength=zones * self.size).reshape(area.shape)
        cells = cells + np.bincount(index, weights=cut.fraction, minlength=zones * self.size).reshape(cells.shape)
        by_key = (np.bincount(position, w, minlength=self.size) for w in (cell_ha, cut.fraction))
        return area, cells, tuple(c + extra for c, extra in zip(covered, by_key))


def area_table(
    land_cover: LandCover,
    outlines: Sequence[bytes | None] = (),
    log: Log | None = None,
    rule: str = CENTRE,
    workers: int = WORKERS,
    also: Callable[[Block, Keys], object] | None = None,
    done: Callable[[Block, object], None] | None = None,
) -> AreaTable:
    """Hectares by zone and class, in one pass.

    Args:
        land_cover: the classes.
        outlines: WKB of each zone in the land cover's CRS; none for the raster as a whole.
        log: progress and cancelling.
        rule: ``CENTRE`` counts a cell whole in the zone that holds its centre; ``FRACTION`` by the exact
            fraction that each zone covers. A zone that holds no centre always gets its exact fractions.
            Overlapping zones each count in full.
        workers: threads.
        also: computed from the same cells in the worker, such as a raster of densities.
        done: given what ``also`` returned, in the order of the blocks.

    Raises:
        CarbonBalanceError: the raster has no areas (see :meth:`Grid.need_areas`), or no zone meets it.
        Cancelled: the user stopped the run.
    """
    return _assembled(*collect(land_cover.read, land_cover.source, outlines, log, rule, workers, also, done))


def collect(
    read: Callable[[Block], Keys],
    source: RasterSource,
    outlines: Sequence[bytes | None] = (),
    log: Log | None = None,
    rule: str = CENTRE,
    workers: int = WORKERS,
    also: Callable[[Block, Keys], object] | None = None,
    done: Callable[[Block, object], None] | None = None,
) -> tuple[list[Areas], int, tuple[int, ...], tuple[int, ...]]:
    """The one pass behind the tables of areas: the areas of every block, in the order of the blocks.

    Args:
        read: gives the keys of a block, of one land cover or of two joined.
        source: whose grid the blocks lie on.
        outlines, log, rule, workers, also, done: as for :func:`area_table`, which says what is refused.

    Returns:
        the parts, the number of zones, the zones measured by exact fraction for they hold no cell centre,
        and the zones that do not meet the raster.
    """
    log = log or Log()
    grid = source.grid
    grid.need_areas(source.name)
    row_area_ha = grid.row_cell_area_ha()
    edges = edges_on_grid(outlines, grid) if len(outlines) else None
    if edges is not None:
        _need_some(edges.meets(grid), source)
        if edges.repaired:
            log.warn(
                tr("Zones whose outlines cross themselves were repaired, check their areas: {zones}.").format(
                    zones=listed([tr("row {number}").format(number=zone + 1) for zone in edges.repaired])
                )
            )

    def work(block: Block):
        keys = read(block)
        areas = tabulate(keys, row_area_ha[block.row : block.row + block.height], block, edges, rule)
        return areas, None if also is None else also(block, keys)

    parts: list[Areas] = []
    todo = blocks(grid.width, grid.height)
    for block, (areas, extra) in map_in_order(work, todo, log, len(todo), workers):
        parts.append(areas)
        if done is not None:
            done(block, extra)
    if edges is None:
        return parts, 0, (), ()
    by_fraction = np.empty(0, np.int64)
    if rule == CENTRE:
        by_fraction = np.flatnonzero(edges.meets(grid) & ~_found(parts, len(outlines)))
        parts += _exactly(read, row_area_ha, edges, by_fraction, todo, log, workers)
    found = _found(parts, len(outlines))
    _need_some(found, source)
    by_fraction, missed = by_fraction[found[by_fraction]], np.flatnonzero(~found)
    return parts, len(outlines), tuple(by_fraction.tolist()), tuple(missed.tolist())


def _need_some(found: np.ndarray, source: RasterSource) -> None:
    if not found.any():
        raise CarbonBalanceError(
            tr("None of the zones meets {raster}: check the CRS of both and that they lie in one place.").format(
                raster=source.name
            )
        )


def _found(parts: Iterable[Areas], zones: int) -> np.ndarray:
    """Which zones hold any part of a cell, with or without data, bool (zones,)."""
    found = np.zeros(zones, bool)
    for part in parts:
        found[part.zone[part.zone >= 0]] = True
    return found


def _exactly(
    read: Callable[[Block], Keys],
    row_area_ha: np.ndarray,
    edges: Edges,
    zones: np.ndarray,
    todo: Iterable[Block],
    log: Log,
    workers: int,
) -> list[Areas]:
    """The areas of small zones by exact fraction, from those parts of the blocks that hold them."""
    few = edges.of_zones(zones)

    def work(window: Block) -> Areas:
        areas = tabulate(read(window), row_area_ha[window.row : window.row + window.height], window, few, FRACTION)
        own = areas.zone >= 0
        return Areas(areas.zone[own], areas.code[own], areas.valid[own], areas.area_ha[own], areas.cells[own])

    windows = [window for window in (_window(block, edges.box[zones]) for block in todo) if window is not None]
    return [areas for _, areas in map_in_order(work, windows, log, len(windows), workers)]


def _window(block: Block, boxes: np.ndarray) -> Block | None:
    """The part of a block that holds all of the boxes (zones, 4) that meet it; ``None`` if none does."""
    corner = np.array([block.column, block.row])
    first = np.maximum(np.floor(boxes[:, :2]), corner)
    after = np.minimum(np.floor(boxes[:, 2:]) + 1, corner + [block.width, block.height])
    meets = (after > first).all(axis=1)
    if not meets.any():
        return None
    (column, row), (right, bottom) = (first[meets].min(axis=0).astype(int), after[meets].max(axis=0).astype(int))
    return Block(int(column), int(row), int(right - column), int(bottom - row))


def all_rows(parts: Iterable[Areas]) -> Areas:
    """The rows of all parts, in their order."""
    names = ("zone", "code", "valid", "area_ha", "cells")
    return Areas(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def summed(areas: Areas, column: np.ndarray, zones: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Area and cells by zone and column, summed in the order of the rows.

    Args:
        areas: the rows.
        column: which column of the table each row counts in, int64 (rows,).
        zones, columns: of the table.

    Returns:
        two float64 (zones + 2, columns): first the whole raster, second what lies in no zone, then the zones.
    """
    shape = (zones + 2, columns)
    index = (areas.zone + 2) * columns + column
    return tuple(
        np.bincount(index, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
        for weights in (areas.area_ha, areas.cells)
    )


def _assembled(parts: Iterable[Areas], zones: int, by_fraction: tuple[int, ...], missed: tuple[int, ...]) -> AreaTable:
    """The blocks' sparse parts as one table, summed in the order of the blocks."""
    every = all_rows(parts)
    codes = np.unique(every.code[every.valid & (every.zone == -2)])
    column = np.where(every.valid, np.searchsorted(codes, every.code), len(codes))
    area, count = summed(every, column, zones, len(codes) + 1)
    return AreaTable(
        codes=codes,
        area_ha=area[2:, :-1],
        nodata_ha=area[2:, -1],
        total_ha=area[0, :-1],
        total_cells=count[0, :-1],
        outside_ha=area[1, :-1],
        outside_cells=float(count[1, :-1].sum()),
        raster_nodata_ha=float(area[0, -1]),
        by_fraction=by_fraction,
        missed=missed,
    )


def tell_area_error(source: RasterSource, log: Log) -> None:
    """Warn of a CRS in which cells do not have their true area."""
    error = source.grid.area_error()
    if abs(error) > WORST_AREA_ERROR:
        log.warn(
            tr(
                "{raster}: cells measured in its CRS are up to {percent:+.1f} % off their true area; "
                "warp it to an equal-area CRS for true areas."
            ).format(raster=source.name, percent=100 * error)
        )


def tell_zones(
    by_fraction: Sequence[int],
    missed: Sequence[int],
    outside_cells: float,
    outside_ha: float,
    log: Log,
    zone_names: Sequence[str],
) -> None:
    """Tell which zones were measured apart or not at all, and how much lies in no zone; nothing without zones."""
    if not len(zone_names):
        return
    if by_fraction:
        log.info(
            tr("Zones that hold no cell centre, measured by exact fractions of cells: {zones}.").format(
                zones=listed([zone_names[zone] for zone in by_fraction])
            )
        )
    if missed:
        log.warn(
            tr("Zones that do not meet the raster, results NULL: {zones}.").format(
                zones=listed([zone_names[zone] for zone in missed])
            )
        )
    if outside_cells >= 0.5:
        log.info(
            tr("{cells:,.0f} valid cells ({area:,.2f} ha) lie in no zone.").format(cells=outside_cells, area=outside_ha)
        )


def tell(table: AreaTable, log: Log, raster: LandCover, zone_names: Sequence[str] = ()) -> None:
    """Tell what a reader of areas must know: area errors of the CRS, zones apart, cells in no zone."""
    tell_area_error(raster.source, log)
    tell_zones(table.by_fraction, table.missed, table.outside_cells, float(table.outside_ha.sum()), log, zone_names)
    empty = np.flatnonzero((table.area_ha.sum(axis=1) == 0) & (table.nodata_ha > 0))
    if len(empty):
        log.warn(
            tr("Zones where {raster} has no data at all, results NULL: {zones}.").format(
                raster=raster.source.name, zones=listed([zone_names[zone] for zone in empty])
            )
        )
    if len(zone_names) and table.nodata_ha.sum() > 0:
        log.info(
            tr("{area:,.2f} ha of the zones have no data in {raster}.").format(
                area=float(table.nodata_ha.sum()), raster=raster.source.name
            )
        )
