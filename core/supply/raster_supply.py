"""Carbon of zones from a carbon raster: sums of amounts or densities over the cells of each zone.

The amount of a cell is its value, or its density times its area on the ellipsoid. Cells on a zone border count by their
centre or by the exact fraction covered, as for classes. The sum over zones that partition a raster therefore equals the
sum over its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..options.raster import CENTRE, FRACTION
from ..raster.blocks import Block, blocks, rows_at_once
from ..raster.outlines import Edges, edges_on_grid, no_overlap
from ..raster.quantity import RasterQuantity, need_non_negative
from ..raster.warping.stored_cells import StoredCells
from ..raster.zone_cells import ZoneCells, zone_cells
from ..raster.zone_outlines.cell_rule import NO_CENTRE, share_within, zones_without_centre
from ..raster.zone_outlines.overlaps import find_overlaps, no_overlaps
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr, translated
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order
from ..tables.units import HA_PER_KM2
from .pools import POOLS, PoolTable
from .storage import ZoneCarbon

# Areas of a zone with a relative difference up to this are equal.
_ALIKE_AREA = 0.01


@dataclass(frozen=True)
class ZoneRasterSums:
    """Sums by zone, arrays (zones,).

    Attributes:
        amount_t: sum over the cells with data, NaN for a zone without any.
        mapped_ha: area of these cells.
        coverage: share of the zone with data, 0 to 1, NaN without an outline.
        region_t, region_ha: amount and area of all zones, with land in several zones counted once.
        total_t, total_ha: amount and area of the whole raster.
    """

    amount_t: np.ndarray
    mapped_ha: np.ndarray
    coverage: np.ndarray
    region_t: float
    region_ha: float
    total_t: float
    total_ha: float

    @property
    def density_t_ha(self) -> np.ndarray:
        """Amount per mapped area, NaN without area (zones,)."""
        return np.divide(
            self.amount_t, self.mapped_ha, out=np.full(len(self.amount_t), np.nan), where=self.mapped_ha > 0
        )

    @property
    def share(self) -> np.ndarray:
        """Share of the amount of all zones, NaN if that is 0 (zones,)."""
        return self.amount_t / self.region_t if self.region_t else np.full(len(self.amount_t), np.nan)


@dataclass(frozen=True)
class CarbonRaster:
    """A carbon raster with the scaling of its stored values.

    Attributes:
        quantity: source, basis and factor to t per km2 or per cell.
        scale, offset: value = stored x scale + offset.
        non_negative: whether negative values are refused, as for a stock.
        stored: the stored cells in each cell, if their values were added up; each has the offset.
    """

    quantity: RasterQuantity
    scale: float = 1.0
    offset: float = 0.0
    non_negative: bool = False
    stored: StoredCells | None = None

    def values_of(self, block: Block) -> Callable[[slice], np.ndarray]:
        """Read a block; returns a function that gives the values of some of its rows, float64, NaN for nodata."""
        of_rows = self.quantity.by_rows(block)
        cells_of = self.stored.of_block(block) if self.offset and self.stored is not None else None

        def scaled(rows: slice) -> np.ndarray:
            values = of_rows(rows)
            if self.scale != 1:
                values *= self.scale
            if self.offset:
                values += self.offset if cells_of is None else self.offset * cells_of(rows)[0]
            if self.non_negative:
                need_non_negative(values, block, self.quantity.source.name, rows.start)
            return values

        return scaled


@dataclass
class _RasterTally:
    """Sums of a block: amount, area with data and area by zone (3, zones), amount and area of all cells."""

    by_zone: np.ndarray
    whole: np.ndarray
    shared_cells: int = 0

    def add(self, other: _RasterTally) -> None:
        self.by_zone += other.by_zone
        self.whole += other.whole
        self.shared_cells += other.shared_cells


class _TallyOfBlock:
    """The function for a block."""

    def __init__(self, carbon: CarbonRaster, edges: Edges, exact: bool) -> None:
        self.carbon, self.edges, self.exact = carbon, edges, exact

    def __call__(self, block: Block) -> _RasterTally:
        grid = self.carbon.quantity.source.grid
        area_km2 = grid.row_cell_area_ha()[block.row : block.row + block.height] / HA_PER_KM2
        per_row = self.carbon.quantity.row_amount(area_km2)
        cells = zone_cells(self.edges, block, self.exact)
        raw = self.carbon.values_of(block)
        values, there = np.empty((block.height, block.width)), np.empty((block.height, block.width))
        whole = np.zeros(2)
        for rows in rows_at_once(block):
            part = raw(rows)
            known = np.isfinite(part)
            there[rows] = known
            values[rows] = np.where(known, part, 0.0)
            whole += values[rows].sum(axis=1) @ per_row[rows], there[rows].sum(axis=1) @ area_km2[rows]
        by_zone = self._by_zone(cells, values, there, per_row, area_km2)
        return _RasterTally(by_zone, whole * [1.0, HA_PER_KM2], cells.overlapping()[0])

    @staticmethod
    def _by_zone(cells: ZoneCells, values, there, per_row, area_km2) -> np.ndarray:
        return np.stack(
            [
                cells.sum(lambda rows: values[rows], per_row),
                cells.sum(lambda rows: there[rows], area_km2) * HA_PER_KM2,
                cells.area(area_km2) * HA_PER_KM2,
            ]
        )


def raster_by_zone(
    carbon: CarbonRaster,
    outlines: Sequence[bytes | None],
    names: Sequence[str],
    log: Log,
    rule: str = CENTRE,
    workers: int = WORKERS,
) -> ZoneRasterSums:
    """Sum a carbon raster over zones, in one pass (two if zones overlap).

    Args:
        carbon: the raster.
        outlines: WKB of each zone in the CRS of the raster, ``None`` for a missing one.
        names: names of the zones, for messages.
        log: progress, cancellation and notes.
        rule: ``CENTRE`` or ``FRACTION``; if a zone contains no cell centre, fractions are used for all zones.
        workers: number of threads.

    Raises:
        CarbonBalanceError: no zone overlaps the raster, or a negative value is refused.
        Cancelled: the user stopped the run.
    """
    source = carbon.quantity.source
    grid = source.grid
    grid.need_areas(source.name)
    edges = edges_on_grid(outlines, grid)
    small = zones_without_centre(edges, grid) if rule == CENTRE else np.empty(0, np.int64)
    exact = rule == FRACTION or bool(len(small))
    total = _tally(carbon, edges, exact, log, workers)
    amount, mapped, area = total.by_zone
    if not (area > 0).any():
        raise no_overlap(outlines, source.name)
    overlaps = find_overlaps(outlines, edges) if exact or total.shared_cells else no_overlaps(len(outlines))
    twice = np.zeros(2)
    if overlaps:
        again = _tally(carbon, edges_on_grid(overlaps.again, grid), exact, log.part(0.99, 1.0), workers)
        twice = again.by_zone[:2].sum(axis=1)
        log.warn(
            tr(
                "Zones overlap: {pairs}; the zones count {area:,.6g} km2 more than the land that they cover. Each zone "
                "counts in full; totals of all zones count the land once."
            ).format(pairs=overlaps.pairs_text(names, area / HA_PER_KM2), area=twice[1] / HA_PER_KM2)
        )
    if len(small):
        log.info(translated(NO_CENTRE).format(zones=listed(names[zone] for zone in small)))
    empty = np.flatnonzero(mapped <= 0)
    if len(empty):
        log.warn(
            tr("Zones where {raster} has no data; their results are NULL: {zones}.").format(
                raster=source.name, zones=listed(names[zone] for zone in empty)
            )
        )
    has_data = mapped > 0
    coverage = np.divide(mapped, area, out=np.zeros(len(area)), where=area > 0) * share_within(edges, grid)
    return ZoneRasterSums(
        amount_t=np.where(has_data, amount, np.nan),
        mapped_ha=mapped,
        coverage=coverage,
        region_t=float(amount.sum() - twice[0]),
        region_ha=float(mapped.sum() - twice[1]),
        total_t=float(total.whole[0]),
        total_ha=float(total.whole[1]),
    )


def _tally(carbon: CarbonRaster, edges: Edges, exact: bool, log: Log, workers: int) -> _RasterTally:
    grid = carbon.quantity.source.grid
    total = _RasterTally(np.zeros((3, len(edges.box))), np.zeros(2))
    todo = blocks(grid.width, grid.height)
    for _, found in map_in_order(_TallyOfBlock(carbon, edges, exact), todo, log, len(todo), workers):
        total.add(found)
    return total


def without_pool(table: PoolTable, pool: str) -> PoolTable:
    """The table with 0 for one pool, which is taken from a raster instead.

    Raises:
        CarbonBalanceError: the table has only totals.
    """
    if table.pools_t_ha is None:
        raise CarbonBalanceError(
            tr(
                "{table} has total densities only, so that the pool {pool} cannot be taken from a raster: give a table "
                "with the four pools."
            ).format(table=table.label, pool=pool)
        )
    pools = table.pools_t_ha.copy()
    pools[:, POOLS.index(pool)] = 0.0
    return replace(table, pools_t_ha=pools)


def with_pool_raster(
    carbon: ZoneCarbon, pool: ZoneRasterSums, name: str, names: Sequence[str], log: Log
) -> tuple[np.ndarray, float]:
    """Carbon of zones from classes plus one pool from a raster: by zone (zones,) and for all zones, t C.

    The result is NaN for a zone without either; a warning names zones where both cover different areas.

    Args:
        carbon: carbon of the other pools.
        pool: sums of the raster of the pool ``name``.
        name: one of ``POOLS``.
        names: names of the zones.
        log: receives the warning.
    """
    covered = carbon.mapped_km2 * HA_PER_KM2
    with np.errstate(invalid="ignore"):
        apart = np.abs(covered - pool.mapped_ha) > _ALIKE_AREA * np.maximum(covered, pool.mapped_ha)
    rows = np.flatnonzero(apart)
    if len(rows):
        log.warn(
            tr(
                "Land cover and the raster of the pool {pool} cover different areas in {count} zone(s), so that the "
                "sums refer to different land: {zones}."
            ).format(pool=name, count=len(rows), zones=listed(names[row] for row in rows))
        )
    return carbon.zone_t + pool.amount_t, carbon.totals()[0] + pool.region_t
