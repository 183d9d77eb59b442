"""The area table: hectares by zone and class, from one pass over land cover and zones.

Every zonal number of the plugin is this table times something: carbon = area x density, a sink = area x
coefficient, a change = area of each transition x difference of density.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from . import columns
from .errors import CarbonBalanceError, listed
from .i18n import tr
from .log import Log
from .raster.blocks import Block, blocks
from .raster.codes import Keys, LandCover
from .raster.engine import WORKERS, map_in_order
from .raster.grid import WORST_AREA_ERROR
from .raster.outlines import Edges, edges_on_grid
from .raster.source import RasterSource
from .raster.tabulate import CENTRE, FRACTION, Areas, tabulate
from .words import shown


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
    zone_names = [shown(columns.ZONE_NAME, name) for name in zone_names]
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
                raster=raster.source.name, zones=listed([shown(columns.ZONE_NAME, zone_names[zone]) for zone in empty])
            )
        )
    if len(zone_names) and table.nodata_ha.sum() > 0:
        log.info(
            tr("{area:,.2f} ha of the zones have no data in {raster}.").format(
                area=float(table.nodata_ha.sum()), raster=raster.source.name
            )
        )
