"""Cell-by-cell comparison of supply and demand: index, balance S - D, and change between two dates.

The formulas are those of :mod:`.indices`, applied block by block.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..options.balance import BUDGET, ESDR
from ..raster.blocks import Block, blocks, rows_at_once
from ..raster.grid import Grid
from ..raster.writing.block_output import BlockResult
from ..raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order
from .cell_sums import CellSums, RasterBalance
from .indices import INDICES, Index, highest, index_values, known, log_maxima
from .ratio_maps import IMPROVED_CLASS, NO_CHANGE_CLASS, UNCHANGED_CLASS, WORSE_CLASS, Pair, RatioMaps
from .zonal_balance import regional

# Twice as many as elsewhere: the sums of a group take as long as some ten thousand cells.
_CELLS_AT_ONCE = 1 << 16


def _rows_km2(grid: Grid, block: Block) -> np.ndarray:
    return grid.row_cell_area_ha()[block.row : block.row + block.height] / 100


def measured_maxima(pairs: Sequence[Pair], grid: Grid, log: Log, workers: int = WORKERS) -> tuple[float, float]:
    """The highest supply and demand (t/km2) of all pairs, over cells in which both are known; -inf if none is."""

    def work(block: Block) -> tuple[float, float]:
        area = _rows_km2(grid, block)
        best = [-np.inf, -np.inf]
        for pair in pairs:
            supply, demand = pair.supply.densities(block, area), pair.demand.densities(block, area)
            for rows in rows_at_once(block):
                s, d = supply(rows), demand(rows)
                both = np.isfinite(s) & np.isfinite(d)
                for side, values in enumerate((s, d)):
                    best[side] = max(best[side], float(values.max(initial=-np.inf, where=both)))
        return best[0], best[1]

    todo = blocks(grid.width, grid.height)
    found = [best for _, best in map_in_order(work, todo, log, len(todo), workers)]
    return max(best[0] for best in found), max(best[1] for best in found)


class _Cells:
    """The function for a block: the cells to write and the sums."""

    def __init__(
        self, index: Index, first: Pair, later: Pair | None, grid: Grid, maxima, tolerance: float, parts
    ) -> None:
        self.index, self.first, self.later, self.grid = index, first, later, grid
        self.maxima, self.tolerance, self.parts = maxima, tolerance, parts

    def __call__(self, block: Block) -> tuple[dict[str, BlockResult], CellSums]:
        area = _rows_km2(self.grid, block)
        pairs = [self.first] if self.later is None else [self.first, self.later]
        sides = [side.densities(block, area) for pair in pairs for side in (pair.supply, pair.demand)]
        shape = (block.height, block.width)
        made = {name: np.empty(shape, np.uint8 if name == "change" else np.float32) for name in self.parts}
        tally = CellSums()
        for rows in rows_at_once(block, _CELLS_AT_ONCE):
            parts = {name: values[rows] for name, values in made.items()}
            tally.add(self._rows([side(rows) for side in sides], area[rows], parts))
        return {name: self.parts[name].put(block, values) for name, values in made.items()}, tally

    def _rows(self, sides: list[np.ndarray], area: np.ndarray, made: dict[str, np.ndarray]) -> CellSums:
        s, d = sides[:2]
        both = known(s, d)
        values = index_values(self.index, s, d, supply_max=self.maxima[0], demand_max=self.maxima[1], both=both)
        balance = INDICES[BUDGET]
        budget = values if self.index is balance else None
        if budget is None and (self.later is not None or "balance" in made):
            budget = index_values(balance, s, d, both=both)
        for name, layer in (("ratio", values), ("balance", budget)):
            if name in made:
                with np.errstate(over="ignore"):
                    made[name][:] = layer
                finite = np.isfinite(made[name])
                if not finite.all():
                    made[name][~finite] = FLOAT_NODATA
        axis = None if (area == area[0]).all() else 1
        width = values.size if axis is None else values.shape[1]

        def over(cells: np.ndarray | int) -> float:
            """The area of numbers of cells, of all rows or by row."""
            return float(cells * area[0] if axis is None else cells @ area)

        above, below, undefined = (
            np.count_nonzero(mask, axis=axis)
            for mask in (values > self.index.balance, values < self.index.balance, np.isnan(values))
        )
        complete = bool(both.all())
        neither = demand_alone = supply_alone = 0
        if not complete:
            no_s, no_d = np.isnan(s), np.isnan(d)
            neither = int(np.count_nonzero(no_s & no_d))
            demand_alone, supply_alone = (int(np.count_nonzero(missing)) - neither for missing in (no_s, no_d))
        where = True if complete else both
        surplus, deficit = (above, below) if self.index.surplus_above else (below, above)
        tally = CellSums(
            supply_t=float(s.sum(axis=1, where=where) @ area),
            demand_t=float(d.sum(axis=1, where=where) @ area),
            area_km2=over(np.count_nonzero(both, axis=axis)),
            surplus_km2=over(surplus),
            balanced_km2=over(width - undefined - above - below),
            deficit_km2=over(deficit),
            cells=s.size - supply_alone - demand_alone - neither,
            supply_alone=supply_alone,
            demand_alone=demand_alone,
        )
        tally.undefined = tally.cells - values.size + int(np.sum(undefined))
        if self.later is not None:
            self._change(budget, index_values(balance, sides[2], sides[3]), area, made, tally)
        return tally

    def _change(self, before, after, area, made, tally: CellSums) -> None:
        grown = after - before
        known = ~np.isnan(grown)
        classes = np.where(
            grown > self.tolerance, IMPROVED_CLASS, np.where(grown < -self.tolerance, WORSE_CLASS, UNCHANGED_CLASS)
        )
        classes = np.where(known, classes, NO_CHANGE_CLASS).astype(np.uint8)
        if "change" in made:
            made["change"][:] = classes
        tally.change_km2 = np.array([float(np.count_nonzero(classes == code, axis=1) @ area) for code in range(4)])
        tally.change_t = float(grown.sum(axis=1, where=known) @ area)


def raster_balance(
    index: Index,
    first: Pair,
    grid: Grid,
    maps: RatioMaps,
    log: Log,
    later: Pair | None = None,
    tolerance_t_km2: float = 0.0,
    supply_max: float | None = None,
    demand_max: float | None = None,
    workers: int = WORKERS,
) -> tuple[RasterBalance, dict[str, StagedRaster]]:
    """Compare supply with demand in every cell, in one pass (two if the maxima of ESDR are determined).

    Args:
        index: the index.
        first: supply and demand on ``grid``.
        grid: grid of the result.
        maps: the rasters to write.
        log: progress, cancellation and notes.
        later: supply and demand of a later date, for the change of the balance.
        tolerance_t_km2: largest change of the balance that counts as unchanged.
        supply_max: Smax of ESDR, t/km2; if not given, the maximum over cells with both values at both dates.
        demand_max: the same for Dmax.
        workers: number of threads.

    Returns:
        the sums, and the completed rasters under hidden names, by their names in :class:`RatioMaps`.

    Raises:
        CarbonBalanceError: no cell has both supply and demand, or ESDR has no maxima.
        Cancelled: the user stopped the run.
    """
    maxima: tuple[float | None, float | None] = (None, None)
    stage = log
    if index.id == ESDR:
        measured = (np.inf, np.inf)
        if supply_max is None or demand_max is None:
            measured = measured_maxima([first] if later is None else [first, later], grid, log.part(0, 0.4), workers)
            stage = log.part(0.4, 1)
            if measured[0] == -np.inf:
                raise _apart(first)
        maxima = (
            highest(np.array([measured[0]]), supply_max, tr("supply")),
            highest(np.array([measured[1]]), demand_max, tr("demand")),
        )
    staged = maps.staged(index, grid)
    total = CellSums()
    with completed(staged.values(), log):
        todo = blocks(grid.width, grid.height)
        parts = {name: raster.parts for name, raster in staged.items()}
        work = _Cells(
            index=index, first=first, later=later, grid=grid, maxima=maxima, tolerance=tolerance_t_km2, parts=parts
        )
        for block, (made, tally) in map_in_order(work, todo, stage, len(todo), workers):
            for name, values in made.items():
                staged[name].write(block, values)
            total.add(tally)
        if not total.cells:
            raise _apart(first)
    return _summed(index, total, maxima, dates=later is not None, maps=maps, log=log), staged


def _apart(pair: Pair) -> CarbonBalanceError:
    return CarbonBalanceError(
        tr(
            "{supply} and {demand} have no cell in common: check that their CRSs are correct and that they cover the "
            "same area."
        ).format(supply=pair.supply.source.name, demand=pair.demand.source.name)
    )


def _summed(index: Index, total: CellSums, maxima, dates: bool, maps: RatioMaps, log: Log) -> RasterBalance:
    """Build the result for the region and log its limitations."""
    log.info(index.sentence(maps.comparison.terms(index) if maps.comparison else ""))
    area = np.array([total.area_km2])
    with np.errstate(invalid="ignore"):
        densities = np.array([total.supply_t]) / area, np.array([total.demand_t]) / area
    region = regional(index, *densities, area, *maxima)
    if index.id == ESDR:
        log_maxima(maxima[0], maxima[1], log)
    if total.supply_alone or total.demand_alone:
        log.info(
            tr(
                "{supply:,} cells have supply but no demand, {demand:,} have demand but no supply: they are set to "
                "nodata."
            ).format(supply=total.supply_alone, demand=total.demand_alone)
        )
    if total.undefined:
        log.warn(
            tr(
                "{count:,} cells with supply and demand have no index because one of the two is negative or zero."
            ).format(count=total.undefined)
        )
    nothing = float("nan")
    supply_max, demand_max = (nothing if value is None else value for value in maxima)
    change_km2 = total.change_km2 if dates else np.full_like(total.change_km2, nothing)
    return RasterBalance(
        region=region,
        supply_max=supply_max,
        demand_max=demand_max,
        surplus_km2=total.surplus_km2,
        balanced_km2=total.balanced_km2,
        deficit_km2=total.deficit_km2,
        cells=total.cells,
        undefined=total.undefined,
        supply_alone=total.supply_alone,
        demand_alone=total.demand_alone,
        worse_km2=change_km2[WORSE_CLASS],
        unchanged_km2=change_km2[UNCHANGED_CLASS],
        improved_km2=change_km2[IMPROVED_CLASS],
        change_t=total.change_t if dates else nothing,
    )
