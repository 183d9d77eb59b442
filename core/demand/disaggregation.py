"""Distribution of zonal emission statistics over cells by weight rasters.

A cell gets E_zone x w_cell / sum of w over the zone, so that the cells of every zone add up to its statistic for any
weights. With several weight rasters, each distributes its own emission or its share.

Where zones overlap, a cell gets the emissions of all its zones, so that the sum over all cells remains the sum of the
statistics. Assigning each cell to only one zone would lose emissions of zones without other cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..options.demand import REFUSE
from ..options.raster import CENTRE, FRACTION
from ..raster.blocks import BLOCK_CELLS, Block, blocks
from ..raster.outlines import Edges, edges_on_grid, no_overlap
from ..raster.quantity import RasterQuantity, need_non_negative
from ..raster.writing.writer import StagedRaster
from ..raster.zone_cells import added, zone_cells
from ..raster.zone_outlines.cell_rule import NO_CENTRE, zones_without_centre
from ..raster.zone_outlines.overlaps import Overlaps, find_overlaps, no_overlaps
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr, translated
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order
from .demand_raster import Demanded, Target, write_demand


@dataclass(frozen=True)
class WeightedEmission:
    """Emissions to be distributed by one weight raster.

    Attributes:
        emission_t: emission of each zone, t a year, float64 (zones,), 0 or more.
        weights: raster on the grid of the result.
    """

    emission_t: np.ndarray
    weights: RasterQuantity


@dataclass
class _Sums:
    """Results of the first pass: sums of weights (parts, zones), area of the cells of each zone in km2 (zones,)."""

    weight: np.ndarray
    area_km2: np.ndarray
    has_data: np.ndarray
    overlap_cells: int = 0

    def add(self, other: _Sums) -> None:
        self.weight += other.weight
        self.area_km2 += other.area_km2
        self.has_data |= other.has_data
        self.overlap_cells += other.overlap_cells


class _Weights:
    """Reads the weights in some rows of a block, 0 where there are none.

    Attributes:
        has_data: whether any row so far contained a weight.
    """

    def __init__(self, weights: RasterQuantity, block: Block) -> None:
        self._of_rows, self._block, self._label = weights.by_rows(block), block, weights.source.name
        self.has_data = False

    def __call__(self, rows: slice) -> np.ndarray:
        values = self._of_rows(rows)
        need_non_negative(values, self._block, self._label, rows.start)
        missing = np.isnan(values)
        self.has_data |= not missing.all()
        values[missing] = 0
        return values


def _block_sums(parts: Sequence[WeightedEmission], edges: Edges, block: Block, area: np.ndarray, **how) -> _Sums:
    cells = zone_cells(edges, block, **how)
    sums = _Sums(np.empty((len(parts), cells.zones)), cells.area(area), np.zeros(len(parts), bool))
    for number, part in enumerate(parts):
        weights_of = _Weights(part.weights, block)
        sums.weight[number] = cells.sum(weights_of, part.weights.row_amount(area))
        sums.has_data[number] = weights_of.has_data
    sums.overlap_cells, _ = cells.overlapping()
    return sums


def _weight_sums(parts, edges: Edges, target: Target, exact: bool, log: Log, workers: int, cells: int):
    """The first pass: sums over each zone."""
    zones = len(edges.box)
    total = _Sums(np.zeros((len(parts), zones)), np.zeros(zones), np.zeros(len(parts), bool))
    todo = blocks(target.grid.width, target.grid.height, cells)

    def work(block: Block) -> _Sums:
        return _block_sums(parts, edges, block, target.rows_km2(block), exact=exact)

    for _, found in map_in_order(work, todo, log, len(todo), workers):
        total.add(found)
    return total


def _emission_by_weight(
    parts: Sequence[WeightedEmission], sums: _Sums, names: Sequence[str], empty: str, result: Demanded
):
    """Emission per weight (parts, zones), and per km2 in zones without weights, NaN elsewhere (zones,).

    Raises:
        CarbonBalanceError: zones without weights, if these are refused.
    """
    there = sums.area_km2 > 0
    factors = np.zeros_like(sums.weight)
    even_t = np.zeros(len(there))
    for number, part in enumerate(parts):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            factor = part.emission_t / sums.weight[number]
        bare = there & (part.emission_t > 0) & ~np.isfinite(factor)
        factors[number] = np.where(np.isfinite(factor), factor, 0)
        if bare.any() and empty == REFUSE:
            raise CarbonBalanceError(
                tr(
                    "{raster} is zero or has no data throughout {zones}, so the emissions there ({emission:,.4g} t) "
                    "cannot be distributed: choose to spread them evenly, or give other weights."
                ).format(
                    raster=part.weights.source.name,
                    zones=listed(names[zone] for zone in np.flatnonzero(bare)),
                    emission=float(part.emission_t[bare].sum()),
                )
            )
        even_t[bare] += part.emission_t[bare]
    result.evenly = np.flatnonzero(even_t > 0).tolist()
    return factors, np.divide(even_t, sums.area_km2, out=np.full(len(there), np.nan), where=even_t > 0)


def disaggregate(
    parts: Sequence[WeightedEmission],
    outlines: Sequence[bytes | None],
    names: Sequence[str],
    target: Target,
    log: Log,
    rule: str = CENTRE,
    empty: str = REFUSE,
    workers: int = WORKERS,
    block_cells: int = BLOCK_CELLS,
) -> tuple[Demanded, StagedRaster]:
    """Distribute emissions of zones by weight rasters in two passes: sum the weights, write the raster.

    Args:
        parts: emissions and their weights.
        outlines: WKB of each zone in the CRS of the target.
        names: names of the zones, for messages.
        target: the raster to write.
        log: progress, cancellation and notes.
        rule: ``CENTRE`` or ``FRACTION``, see :func:`core.land_cover.area_table.area_table`.
        empty: treatment of zones with zero weights, one of ``EMPTY_RULES``.
        workers: number of threads.
        block_cells: block size of the first pass.

    Raises:
        CarbonBalanceError: negative weights, rasters or zones that do not overlap, zones without weights if these are
            refused.
        Cancelled: the user stopped the run.
    """
    first = parts[0].weights.source.name
    target.grid.need_areas(first)
    edges = edges_on_grid(outlines, target.grid)
    if not edges.meets(target.grid).any():
        raise no_overlap(outlines, first)
    # As in area tables: if a zone is too small for the centre rule, fractions are used for all zones.
    small = zones_without_centre(edges, target.grid) if rule == CENTRE else np.empty(0, np.int64)
    exact = rule == FRACTION or bool(len(small))
    sums = _weight_sums(parts, edges, target, exact=exact, log=log.part(0.0, 0.5), workers=workers, cells=block_cells)
    if not (sums.area_km2 > 0).any():
        raise no_overlap(outlines, first)
    for part, has_data in zip(parts, sums.has_data):
        if not has_data:
            raise CarbonBalanceError(
                tr("{raster} has no data in the cells of the result: it does not overlap {other}.").format(
                    raster=part.weights.source.name, other=first
                )
            )
    emission_t = np.sum([part.emission_t for part in parts], axis=0)
    result = Demanded(emission_t=float(emission_t.sum()), overlap_cells=sums.overlap_cells)
    factors, even = _emission_by_weight(parts, sums, names, empty, result)
    result.missed = np.flatnonzero(sums.area_km2 == 0).tolist()
    result.missed_t = float(emission_t[result.missed].sum())
    result.by_fraction = small.tolist()
    overlaps = find_overlaps(outlines, edges) if exact or sums.overlap_cells else no_overlaps(len(outlines))
    _log_disaggregation(result, edges, target, names=names, overlaps=overlaps, zone_km2=sums.area_km2, log=log)

    evenly = bool(result.evenly)

    def values_of(block: Block) -> Callable[[slice], tuple[np.ndarray]]:
        cells = zone_cells(edges, block, exact)
        area = target.rows_km2(block)
        per_row = target.per_row(area)
        weights = [(part.weights.by_rows(block), part.weights.row_amount(area) * per_row) for part in parts]

        def of_rows(rows: slice) -> tuple[np.ndarray]:
            values = None
            for (weights_of, row_factor), factor in zip(weights, factors):
                values = added(values, cells.painted(rows, factor, row_factor, weights_of(rows)))
            if evenly:
                values = added(values, cells.painted(rows, even, area * per_row, None))
            return (np.full((rows.stop - rows.start, block.width), np.nan) if values is None else values,)

        return of_rows

    return result, write_demand(target, values_of, result, log.part(0.5, 1.0), workers)


def _log_disaggregation(
    result: Demanded,
    edges: Edges,
    target: Target,
    names: Sequence[str],
    overlaps: Overlaps,
    zone_km2: np.ndarray,
    log: Log,
) -> None:
    """Log limitations of the raster."""

    def named(zones) -> str:
        return listed(names[zone] for zone in zones)

    if result.evenly:
        log.warn(
            tr("Emissions spread evenly over all cells because all weights are zero: {zones}.").format(
                zones=named(result.evenly)
            )
        )
    if result.by_fraction:
        log.info(translated(NO_CENTRE).format(zones=named(result.by_fraction)))
    if result.missed:
        log.warn(
            tr(
                "Zones outside the raster, with {emission:,.6g} t of emissions that are not in any cell: {zones}."
            ).format(emission=result.missed_t, zones=named(result.missed))
        )
    left, top, right, bottom = edges.box.T
    with np.errstate(invalid="ignore"):
        beyond = (left < -1) | (top < -1) | (right > target.grid.width + 1) | (bottom > target.grid.height + 1)
    beyond[result.missed] = False
    if beyond.any():
        log.warn(
            tr(
                "Zones that extend beyond the raster; all their emissions are placed in the part inside it: {zones}."
            ).format(zones=named(np.flatnonzero(beyond)))
        )
    if overlaps:
        log.warn(
            tr(
                "Zones overlap in {cells:,} cells, which receive the emissions of every zone that they belong to: "
                "the sum over all cells is that of all zones, so that emissions of that land may be counted more "
                "than once; check {pairs}."
            ).format(cells=result.overlap_cells, pairs=overlaps.pairs_text(names, zone_km2))
        )
