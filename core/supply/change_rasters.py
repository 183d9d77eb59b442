"""Change in carbon between two land covers and the corresponding rasters, in one pass over both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..land_cover.area_sums import BlockTask
from ..land_cover.background import warn_of_background
from ..land_cover.codes import LandCover
from ..land_cover.keys import Keys, rows_of_codes, value_of_keys
from ..land_cover.transition_table import TransitionTable, transition_table
from ..options.raster import CENTRE
from ..options.supply import ALTERNATE_RASTER, BASELINE_RASTER, CHANGE_RASTER, VALUE_RASTER
from ..raster.blocks import Block
from ..raster.writing.block_output import BlockResult, EncodedParts, TileFiles
from ..raster.writing.creation_options import creation_options
from ..raster.writing.looked_up import LookedUp
from ..raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS
from .change import StockChange, change_of
from .pools import POOLS, PoolTable
from .valuation import Valuation


def stock_change(
    covers: tuple[LandCover, LandCover],
    pools: tuple[PoolTable, PoolTable],
    log: Log,
    paths: Mapping[str, str] | None = None,
    valuation: Valuation | None = None,
    by_pool: bool = False,
    outlines: Sequence[bytes | None] = (),
    rule: str = CENTRE,
    compression: str = "DEFLATE",
    workers: int = WORKERS,
) -> tuple[StockChange, dict[str, StagedRaster]]:
    """Compute the change in carbon between two land covers and write up to four rasters in one pass.

    Args:
        covers: land covers of the first and the second date; the second is resampled to the grid of the first.
        pools: densities at the two dates.
        log: progress and cancellation.
        paths: paths of the rasters to write: ``BASELINE_RASTER``, ``ALTERNATE_RASTER``, ``CHANGE_RASTER`` in t C/ha,
            ``VALUE_RASTER`` in money per ha. They have values where both dates have data, so that they add up to the
            totals.
        valuation: price and rates.
        by_pool: whether carbon rasters have bands of the pools after the total.
        outlines: WKB of zones in the first land cover's CRS.
        rule: how cells are assigned to zones.
        compression: compression of the rasters.
        workers: number of threads.

    Returns:
        the change, and the completed rasters under hidden names; call ``publish()`` on them.

    Raises:
        CarbonBalanceError: a value raster without a price, pool bands without separate pools; further errors as for
            :func:`change_of` and :func:`core.land_cover.transition_table.transition_table`. No file is left behind.
        Cancelled: the user stopped the run.
    """
    paths = dict(paths or {})
    if VALUE_RASTER in paths and valuation is None:
        raise CarbonBalanceError(tr("A value raster needs a price of carbon and the years of both dates."))
    if len({str(path) for path in paths.values()}) < len(paths):
        raise CarbonBalanceError(tr("Two of the output rasters have the same file name: use different names."))
    grid = covers[0].source.grid
    grid.need_areas(covers[0].source.name)
    bands = _bands(pools, by_pool)
    money = valuation.money_per_t_c if valuation else float("nan")
    unit = {VALUE_RASTER: f"{valuation.currency or 'money'}/ha"} if valuation else {}
    staged: dict[str, StagedRaster] = {}

    def write(block: Block, made: dict[str, BlockResult]) -> None:
        for kind, raster in staged.items():
            raster.write(block, made[kind])

    with completed(staged.values(), log):
        for kind, path in paths.items():
            names = ["carbon"] if kind == VALUE_RASTER or not by_pool else ["carbon", *POOLS]
            names = [f"{kind} {name} ({unit.get(kind, 't C/ha')})" for name in names]
            options = creation_options(compression, level=2 if kind in (CHANGE_RASTER, VALUE_RASTER) else 1)
            staged[kind] = StagedRaster(path, grid, bands=names, options=options)
        per_block = _made(pools, bands, money, {kind: raster.parts for kind, raster in staged.items()})
        table = transition_table(
            covers[0],
            covers[1],
            outlines,
            log=log,
            rule=rule,
            workers=workers,
            task=BlockTask(per_block, write) if staged else None,
        )
        change = change_of(table, pools, covers, valuation)
        warn_of_background(covers[0], table.codes, *table.kept_cells(), log)
        for kind, raster in staged.items():
            _set_statistics(kind, raster, change.table, pools=pools, bands=bands, money=money)
    return change, staged


def _made(pools, bands, money: float, parts: Mapping[str, EncodedParts | TileFiles]) -> Callable:
    """The function for a block: rasters are computed and encoded one after another to bound memory use."""

    def cells(kind: str, keys: Keys) -> LookedUp:
        return keys.looked_up(
            *(
                _cell_values(kind, keys, pools, densities, money)
                for densities in (bands[:1] if kind == VALUE_RASTER else bands)
            )
        )

    def per_block(block: Block, keys: Keys) -> dict[str, BlockResult]:
        return {kind: part.put(block, cells(kind, keys)) for kind, part in parts.items()}

    return per_block


def _set_statistics(kind: str, raster: StagedRaster, table: TransitionTable, pools, bands, money: float) -> None:
    """Set the statistics of a raster, which follow from the transition areas."""
    rows = [rows_of_codes(each.codes, table.codes[at]) for each, at in zip(pools, (table.start, table.end))]
    for number, densities in enumerate(bands[:1] if kind == VALUE_RASTER else bands, 1):
        start, end = (density[row] for density, row in zip(densities, rows))
        values = {
            BASELINE_RASTER: start,
            ALTERNATE_RASTER: end,
            CHANGE_RASTER: end - start,
            VALUE_RASTER: (end - start) * money,
        }[kind]
        raster.set_statistics(number, values.astype(np.float32), table.total_cells)


def _bands(pools: tuple[PoolTable, PoolTable], by_pool: bool) -> list[tuple[np.ndarray, np.ndarray]]:
    """Densities of both dates by band: the total, then the pools if wanted."""
    bands = [(pools[0].density_t_ha, pools[1].density_t_ha)]
    if by_pool:
        first, second = (each.known_pools_t_ha() for each in pools)
        bands += list(zip(first.T, second.T))
    return bands


def _cell_values(
    kind: str, keys: Keys, pools: tuple[PoolTable, PoolTable], densities: tuple[np.ndarray, np.ndarray], money: float
) -> np.ndarray:
    """The value of each key in the raster ``kind``, float32 (keys,)."""
    start, end = (value_of_keys(keys.side(at), pools[at].codes, densities[at], np.nan) for at in (0, 1))
    change = end - start
    values = {BASELINE_RASTER: start, ALTERNATE_RASTER: end, CHANGE_RASTER: change, VALUE_RASTER: change * money}[kind]
    values = values.astype(np.float32)
    values[np.isnan(change)] = FLOAT_NODATA
    return values
