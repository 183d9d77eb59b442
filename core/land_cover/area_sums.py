"""The one pass behind every table of areas: blocks read once, counted by zone, summed in their order.

The tables differ in what their columns are: classes (:mod:`core.land_cover.area_table`) or transitions
(:mod:`core.land_cover.transition_table`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..raster.blocks import Block, blocks
from ..raster.grid import WORST_AREA_ERROR
from ..raster.outlines import CENTRE, FRACTION, Edges, edges_on_grid
from ..raster.source import RasterSource
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order
from ..tables import columns
from ..text.vocabulary import shown
from .keys import Keys
from .tabulate import Areas, tabulate

# What a pass makes of a block beside its areas, such as the cells of a raster.
Extra = TypeVar("Extra")


@dataclass(frozen=True)
class ZonalAreas:
    """Hectares by zone and column, a class or a transition.

    Attributes:
        codes: class codes found in the raster or in either of two, ascending, int64 (classes,).
        area_ha: float64 (zones, columns).
        total_ha, total_cells: in the whole raster (columns,).
        outside_ha: in no zone (columns,).
        outside_cells: cells that are in a column but in no zone.
        by_fraction: zones measured by exact fraction, for they hold no cell centre.
        missed: zones that do not meet the raster.
    """

    codes: np.ndarray
    area_ha: np.ndarray
    total_ha: np.ndarray
    total_cells: np.ndarray
    outside_ha: np.ndarray
    outside_cells: float
    by_fraction: tuple[int, ...]
    missed: tuple[int, ...]


@dataclass(frozen=True)
class Collected:
    """What the pass found.

    Attributes:
        rows: the areas of every block, in the order of the blocks, then those of small zones.
        zones: their number.
        by_fraction, missed: as in :class:`ZonalAreas`.
    """

    rows: Areas
    zones: int
    by_fraction: tuple[int, ...]
    missed: tuple[int, ...]

    def summed(
        self, codes: np.ndarray, column: np.ndarray, kept: int, size: int
    ) -> tuple[ZonalAreas, np.ndarray, np.ndarray]:
        """The rows summed by zone and column, in their order.

        Args:
            codes: of the classes (classes,).
            column: which column each row counts in, int64 (rows,).
            kept: how many columns, from the first, are those of the table.
            size: number of all columns.

        Returns:
            the table, and area and cells of the other columns, both float64 (zones + 2, size - kept): first the
            whole raster, second what lies in no zone, then the zones.
        """
        shape = (self.zones + 2, size)
        index = (self.rows.zone + 2) * size + column
        area, cells = (
            np.bincount(index, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
            for weights in (self.rows.area_ha, self.rows.cells)
        )
        table = ZonalAreas(
            codes=codes,
            area_ha=area[2:, :kept],
            total_ha=area[0, :kept],
            total_cells=cells[0, :kept],
            outside_ha=area[1, :kept],
            outside_cells=float(cells[1, :kept].sum()),
            by_fraction=self.by_fraction,
            missed=self.missed,
        )
        return table, area[:, kept:], cells[:, kept:]


def collect(
    read: Callable[[Block], Keys],
    source: RasterSource,
    outlines: Sequence[bytes | None] = (),
    log: Log | None = None,
    rule: str = CENTRE,
    workers: int = WORKERS,
    per_block: Callable[[Block, Keys], Extra] | None = None,
    on_block: Callable[[Block, Extra], None] | None = None,
) -> Collected:
    """The areas of every block, in one pass.

    Args:
        read: gives the keys of a block, of one land cover or of two joined.
        source: whose grid the blocks lie on.
        outlines, log, rule, workers, per_block, on_block: as for :func:`core.land_cover.area_table.area_table`, which
            says what is refused.
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

    def work(block: Block) -> tuple[Areas, Any]:
        keys = read(block)
        areas = tabulate(keys, row_area_ha[block.row : block.row + block.height], block, edges, rule)
        return areas, None if per_block is None else per_block(block, keys)

    parts: list[Areas] = []
    todo = blocks(grid.width, grid.height)
    for block, (areas, extra) in map_in_order(work, todo, log, len(todo), workers):
        parts.append(areas)
        if on_block is not None:
            on_block(block, extra)
    if edges is None:
        return Collected(_all_rows(parts), 0, (), ())
    by_fraction = np.empty(0, np.int64)
    if rule == CENTRE:
        by_fraction = np.flatnonzero(edges.meets(grid) & ~_found(parts, len(outlines)))
        parts += _exactly(read, row_area_ha, edges, by_fraction, todo, log, workers)
    found = _found(parts, len(outlines))
    _need_some(found, source)
    by_fraction, missed = by_fraction[found[by_fraction]], np.flatnonzero(~found)
    return Collected(_all_rows(parts), len(outlines), tuple(by_fraction.tolist()), tuple(missed.tolist()))


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


def _all_rows(parts: Iterable[Areas]) -> Areas:
    """The rows of all parts, in their order."""
    names = ("zone", "code", "valid", "area_ha", "cells")
    return Areas(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def log_area_error(source: RasterSource, log: Log) -> None:
    """Warn of a CRS in which cells do not have their true area."""
    error = source.grid.area_error()
    if abs(error) > WORST_AREA_ERROR:
        log.warn(
            tr(
                "{raster}: cells measured in its CRS are up to {percent:+.1f} % off their true area; "
                "warp it to an equal-area CRS for true areas."
            ).format(raster=source.name, percent=100 * error)
        )


def log_zones(table: ZonalAreas, log: Log, zone_names: Sequence[str]) -> None:
    """Tell which zones were measured apart or not at all, and how much lies in no zone; nothing without zones."""
    if not len(zone_names):
        return
    zone_names = [shown(columns.ZONE_NAME, name) for name in zone_names]
    if table.by_fraction:
        log.info(
            tr("Zones that hold no cell centre, measured by exact fractions of cells: {zones}.").format(
                zones=listed([zone_names[zone] for zone in table.by_fraction])
            )
        )
    if table.missed:
        log.warn(
            tr("Zones that do not meet the raster, results NULL: {zones}.").format(
                zones=listed([zone_names[zone] for zone in table.missed])
            )
        )
    if table.outside_cells >= 0.5:
        log.info(
            tr("{cells:,.0f} valid cells ({area:,.2f} ha) lie in no zone.").format(
                cells=table.outside_cells, area=float(table.outside_ha.sum())
            )
        )
