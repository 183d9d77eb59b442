"""The common raster pass of all area tables: each block is read once and counted by zone, and sums are in block order.

The columns of the tables are classes (:mod:`core.land_cover.area_table`) or transitions
(:mod:`core.land_cover.transition_table`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from ..options.raster import CENTRE, FRACTION
from ..raster.blocks import Block, blocks
from ..raster.outlines import edges_on_grid, no_overlap
from ..raster.source import RasterSource
from ..raster.zone_outlines.cell_rule import NO_CENTRE, share_within, zones_without_centre
from ..raster.zone_outlines.overlaps import Overlaps, find_overlaps, no_overlaps
from ..runtime.errors import listed
from ..runtime.i18n import tr, translated
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order
from ..tables import columns
from ..text.vocabulary import shown
from .keys import Keys
from .tabulate import NO_ZONE, RASTER, REGION, Areas, tabulate

OTHERS = 3  # Rows in addition to those of zones: REGION, RASTER and NO_ZONE.

# The additional result that a pass computes from a block, such as the cells of a raster.
Extra = TypeVar("Extra")


@dataclass(frozen=True)
class BlockTask(Generic[Extra]):
    """What a pass does with each block in addition to counting it, such as writing a raster.

    Attributes:
        per_block: computes the result of a block in the worker, from the keys of its cells.
        on_block: receives the results in the order of the blocks.
    """

    per_block: Callable[[Block, Keys], Extra]
    on_block: Callable[[Block, Extra], None]


@dataclass(frozen=True)
class ZonalAreas:
    """Hectares by zone and column, a class or a transition.

    Attributes:
        codes: class codes found in the raster or rasters, ascending, int64 (classes,).
        area_ha: float64 (zones, columns).
        total_ha, total_cells: area and cells in the whole raster (columns,).
        region_ha: area in any zone, with land in several zones counted once (columns,); the whole raster if there are
            no zones.
        outside_ha: area outside all zones (columns,).
        outside_cells: number of valid cells outside all zones.
        empty_ha: area of each zone within the raster but without data (zones,).
        region_empty_ha: the same for all zones, with land in several zones counted once.
        by_fraction: zones without a cell centre, because of which all zones were measured by exact fractions.
        missed: zones that do not overlap the raster.
        within: the share of each zone's outline within the raster, 0 to 1, NaN without an outline (zones,).
        overlaps: the overlaps of the zones.
    """

    codes: np.ndarray
    area_ha: np.ndarray
    total_ha: np.ndarray
    total_cells: np.ndarray
    outside_ha: np.ndarray
    outside_cells: float
    region_ha: np.ndarray
    empty_ha: np.ndarray
    region_empty_ha: float
    by_fraction: tuple[int, ...]
    missed: tuple[int, ...]
    within: np.ndarray
    overlaps: Overlaps

    def zones_ha(self) -> np.ndarray:
        """The areas, NaN for zones that do not overlap the raster (zones, columns)."""
        area_ha = self.area_ha.copy()
        area_ha[list(self.missed)] = np.nan
        return area_ha

    @property
    def coverage(self) -> np.ndarray:
        """The share of each zone with data, 0 to 1, NaN for a zone without an outline (zones,)."""
        mapped = self.area_ha.sum(axis=1)
        whole = mapped + self.empty_ha
        return np.divide(mapped, whole, out=np.zeros(len(mapped)), where=whole > 0) * self.within

    @property
    def twice_ha(self) -> float:
        """The area that is counted more than once in the sum of all zones."""
        zones = float(self.area_ha.sum() + self.empty_ha.sum())
        return zones - float(self.region_ha.sum()) - self.region_empty_ha if len(self.area_ha) else 0.0

    def zone_km2(self) -> np.ndarray:
        """Area of each zone as measured on the raster, extrapolated to parts outside the raster (zones,)."""
        measured = (self.area_ha.sum(axis=1) + self.empty_ha) / 100
        return np.divide(measured, self.within, out=np.zeros(len(measured)), where=self.within > 0)


@dataclass(frozen=True)
class Collected:
    """The results of the pass.

    Attributes:
        rows: the areas of every block, in the order of the blocks.
        zones: their number.
        by_fraction, missed, within, overlaps: as in :class:`ZonalAreas`.
    """

    rows: Areas
    zones: int
    by_fraction: tuple[int, ...]
    missed: tuple[int, ...]
    within: np.ndarray
    overlaps: Overlaps

    def summed(
        self, codes: np.ndarray, column: np.ndarray, kept: int, size: int
    ) -> tuple[ZonalAreas, np.ndarray, np.ndarray]:
        """Sum the rows by zone and column, in their order.

        Args:
            codes: class codes (classes,).
            column: column of each row, int64 (rows,).
            kept: number of leading columns that belong to the table.
            size: number of all columns.

        Returns:
            the table, and area and cells of the other columns, both float64 (zones + 3, size - kept): first all zones
            together, second the whole raster, third the area outside all zones, then each zone (from ``OTHERS`` on).
        """
        shape = (self.zones + OTHERS, size)
        index = (self.rows.zone + OTHERS) * size + column
        area, cells = (
            np.bincount(index, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
            for weights in (self.rows.area_ha, self.rows.cells)
        )
        table = ZonalAreas(
            codes=codes,
            area_ha=area[OTHERS:, :kept],
            total_ha=area[OTHERS + RASTER, :kept],
            total_cells=cells[OTHERS + RASTER, :kept],
            outside_ha=area[OTHERS + NO_ZONE, :kept],
            outside_cells=float(cells[OTHERS + NO_ZONE, :kept].sum()),
            region_ha=area[OTHERS + (REGION if self.zones else RASTER), :kept],
            empty_ha=area[OTHERS:, kept:].sum(axis=1),
            region_empty_ha=float(area[OTHERS + REGION, kept:].sum()),
            by_fraction=self.by_fraction,
            missed=self.missed,
            within=self.within,
            overlaps=self.overlaps,
        )
        return table, area[:, kept:], cells[:, kept:]


def collect(
    read: Callable[[Block], Keys],
    source: RasterSource,
    outlines: Sequence[bytes | None] = (),
    log: Log | None = None,
    rule: str = CENTRE,
    workers: int = WORKERS,
    task: BlockTask | None = None,
) -> Collected:
    """Compute the areas of every block in one pass.

    Args:
        read: returns the keys of a block, of one land cover or of two joined ones.
        source: the raster whose grid is used.
        outlines, log, rule, workers, task: as for :func:`core.land_cover.area_table.area_table`, which also lists the
            errors.
    """
    log = log or Log()
    grid = source.grid
    grid.need_areas(source.name)
    row_area_ha = grid.row_cell_area_ha()
    edges = edges_on_grid(outlines, grid) if len(outlines) else None
    if edges is not None:
        _need_some(edges.meets(grid), outlines, source)
        if edges.repaired:
            log.warn(
                tr("Self-intersecting zone geometries were repaired; check their areas: {zones}.").format(
                    zones=listed([tr("row {number}").format(number=zone + 1) for zone in edges.repaired])
                )
            )

    small, again, overlaps = np.empty(0, np.int64), None, no_overlaps(len(outlines))
    if edges is not None:
        if rule == CENTRE:
            small = zones_without_centre(edges, grid)
        if rule == FRACTION or len(small):
            rule, overlaps = FRACTION, find_overlaps(outlines, edges)
            again = edges_on_grid(overlaps.again, grid) if len(overlaps.pairs) else None

    def work(block: Block) -> tuple[Areas, Any]:
        keys = read(block)
        areas = tabulate(
            keys, row_area_ha[block.row : block.row + block.height], block, edges=edges, rule=rule, again=again
        )
        return areas, None if task is None else task.per_block(block, keys)

    parts: list[Areas] = []
    todo = blocks(grid.width, grid.height)
    for block, (areas, extra) in map_in_order(work, todo, log, len(todo), workers):
        parts.append(areas)
        if task is not None:
            task.on_block(block, extra)
    rows = _all_rows(parts)
    if edges is None:
        return Collected(rows=rows, zones=0, by_fraction=(), missed=(), within=np.empty(0), overlaps=overlaps)
    found = np.zeros(len(outlines), bool)
    found[rows.zone[rows.zone >= 0]] = True
    _need_some(found, outlines, source)
    if rule == CENTRE and _count_twice(rows):
        overlaps = find_overlaps(outlines, edges)
    missed = tuple(np.flatnonzero(~found).tolist())
    return Collected(
        rows=rows,
        zones=len(outlines),
        by_fraction=tuple(small.tolist()),
        missed=missed,
        within=share_within(edges, grid),
        overlaps=overlaps,
    )


def _count_twice(rows: Areas) -> bool:
    """Whether zones overlap, so that their sum exceeds the area of all zones together."""
    in_zones, in_any = (float(rows.cells[which].sum()) for which in (rows.zone >= 0, rows.zone == REGION))
    return in_zones > in_any + 0.5


def _need_some(found: np.ndarray, outlines: Sequence[bytes | None], source: RasterSource) -> None:
    if not found.any():
        raise no_overlap(outlines, source.name)


def _all_rows(parts: Iterable[Areas]) -> Areas:
    """The concatenated rows of all parts."""
    names = ("zone", "code", "valid", "area_ha", "cells")
    return Areas(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def log_zones(table: ZonalAreas, log: Log, zone_names: Sequence[str]) -> None:
    """Log overlapping and missed zones and the area outside all zones; nothing if there are no zones."""
    if not len(zone_names):
        return
    zone_names = [shown(columns.ZONE_NAME, name) for name in zone_names]
    if table.by_fraction:
        log.info(translated(NO_CENTRE).format(zones=listed([zone_names[zone] for zone in table.by_fraction])))
    if table.overlaps:
        log.warn(
            tr(
                "Zones overlap: {pairs}; the zones count {area:,.6g} km2 more than the land that they cover. Each zone "
                "counts in full; totals of all zones count the land once."
            ).format(pairs=table.overlaps.pairs_text(zone_names, table.zone_km2()), area=table.twice_ha / 100)
        )
    if table.missed:
        log.warn(
            tr("Zones that have no geometry or do not overlap the raster; their results are NULL: {zones}.").format(
                zones=listed([zone_names[zone] for zone in table.missed])
            )
        )
    if table.outside_cells >= 0.5:
        log.info(
            tr("{cells:,.0f} valid cells ({area:,.2f} ha) are not in any zone.").format(
                cells=table.outside_cells, area=float(table.outside_ha.sum())
            )
        )
