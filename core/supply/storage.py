"""Carbon storage: density of a cell = sum of its pools, total = sum of density x area.

Source of the formula, in agreement: the study of Central Yunnan and InVEST's carbon model, C = C_above + C_below +
C_soil + C_dead in t C/ha.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..land_cover.area_sums import BlockTask
from ..land_cover.area_table import AreaTable, area_table, long_table
from ..land_cover.background import warn_of_background
from ..land_cover.codes import LandCover
from ..land_cover.keys import Keys, rows_of_codes, value_of_keys
from ..options.raster import CENTRE
from ..options.supply import T_PER_HECTARE
from ..raster.blocks import Block
from ..raster.writing.block_output import BlockResult
from ..raster.writing.creation_options import creation_options
from ..raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ..runtime.log import Log
from ..runtime.parallel import WORKERS
from ..tables import columns
from .class_coverage import need_codes
from .pools import PoolTable


@dataclass(frozen=True)
class ClassCarbon:
    """Carbon by land-cover class.

    Attributes:
        codes: int64 (classes,).
        names: names of the classes.
        area_ha, density_t_ha, carbon_t: float64 (classes,), t of C.
    """

    codes: np.ndarray
    names: list[str]
    area_ha: np.ndarray
    density_t_ha: np.ndarray
    carbon_t: np.ndarray

    @property
    def total_t(self) -> float:
        """Total carbon of all classes, t C."""
        return float(self.carbon_t.sum())

    @property
    def total_ha(self) -> float:
        """Total area of all classes, ha."""
        return float(self.area_ha.sum())

    @property
    def mean_density_t_ha(self) -> float:
        """Total carbon per total area, t C/ha; NaN without area."""
        return self.total_t / self.total_ha if self.total_ha > 0 else float("nan")

    @property
    def share(self) -> np.ndarray:
        """Share of each class in total carbon, 0 to 1 (classes,); NaN if there is no carbon."""
        return self.carbon_t / self.total_t if self.total_t > 0 else np.full(len(self.codes), np.nan)

    def columns(self) -> dict[str, object]:
        """The result as columns of a table."""
        return {
            columns.CODE: self.codes,
            columns.NAME: self.names,
            columns.AREA_HA: self.area_ha,
            columns.CARBON_T_HA: self.density_t_ha,
            columns.CARBON_T: self.carbon_t,
            columns.CARBON_SHARE: self.share,
        }


@dataclass(frozen=True)
class ZoneCarbon:
    """Carbon by zone and class.

    Attributes:
        codes: int64 (classes,).
        names: names of the classes.
        area_ha, carbon_t: float64 (zones, classes), t C; NaN for zones that do not overlap the raster.
        region_ha: area of all zones, with land in several zones counted once (classes,).
        region_t: carbon on it, t C (classes,).
        coverage: share of each zone with data, 0 to 1 (zones,).
    """

    codes: np.ndarray
    names: list[str]
    area_ha: np.ndarray
    carbon_t: np.ndarray
    region_ha: np.ndarray
    region_t: np.ndarray
    coverage: np.ndarray

    @property
    def zone_t(self) -> np.ndarray:
        """Carbon of each zone, t C (zones,); NaN for a zone without any data."""
        return np.where(self.mapped_km2 > 0, self.carbon_t.sum(axis=1), np.nan)

    @property
    def mapped_km2(self) -> np.ndarray:
        """Area with data of each zone, km2 (zones,)."""
        return self.area_ha.sum(axis=1) / 100

    @property
    def density_t_km2(self) -> np.ndarray:
        """Carbon per mapped area, t C/km2 (zones,); NaN without area."""
        area = self.mapped_km2
        return np.divide(self.zone_t, area, out=np.full(len(area), np.nan), where=area > 0)

    @property
    def share(self) -> np.ndarray:
        """Share of each zone in the carbon of all zones, 0 to 1 (zones,); the sum exceeds 1 if zones overlap."""
        total = self.totals()[0]
        return self.zone_t / total if total > 0 else np.full(len(self.zone_t), np.nan)

    def totals(self) -> tuple[float, float]:
        """Carbon of all zones, t C, and their mapped area, km2, with land in several zones counted once."""
        return float(self.region_t.sum()), float(self.region_ha.sum()) / 100

    def long_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """Columns of a long table with one row per class in each zone."""
        return long_table(
            self.codes, self.names, self.area_ha, zone_names=zone_names, column=columns.CARBON_T, amount=self.carbon_t
        )


def carbon_by_zone(areas: AreaTable, pools: PoolTable) -> ZoneCarbon:
    """Carbon by zone and class = area x density."""
    row = rows_of_codes(pools.codes, areas.codes)
    density, area_ha = pools.density_t_ha[row], areas.zones_ha()
    return ZoneCarbon(
        codes=areas.codes,
        names=[pools.names[i] for i in row],
        area_ha=area_ha,
        carbon_t=area_ha * density,
        region_ha=areas.region_ha,
        region_t=areas.region_ha * density,
        coverage=areas.coverage,
    )


def carbon_by_class(codes: np.ndarray, area_ha: np.ndarray, pools: PoolTable, label: str) -> ClassCarbon:
    """Compute the carbon of classes with known areas.

    Args:
        codes, area_ha: the classes (classes,) and their areas.
        pools: densities of all codes.
        label: name of the source of the areas in messages.

    Raises:
        CarbonBalanceError: a code has no row in the pool table.
    """
    need_codes(codes, area_ha, None, pools, label)
    row = rows_of_codes(pools.codes, codes)
    density = pools.density_t_ha[row]
    return ClassCarbon(codes, [pools.names[i] for i in row], area_ha, density, area_ha * density)


def storage(
    land_cover: LandCover,
    pools: PoolTable,
    log: Log,
    path: str | None = None,
    unit: str = T_PER_HECTARE,
    by_pool: bool = False,
    outlines: Sequence[bytes | None] = (),
    rule: str = CENTRE,
    compression: str = "DEFLATE",
    workers: int = WORKERS,
) -> tuple[AreaTable, StagedRaster | None]:
    """Compute areas by class (and by zone, if given) and the carbon raster in one pass.

    Args:
        land_cover: the land cover.
        pools: densities of all classes.
        log: progress and cancellation.
        path: path of the raster; ``None`` for areas only.
        unit: unit of the raster, t C per hectare or per cell.
        by_pool: whether to add a band for each pool after the total.
        outlines: WKB of zones in the CRS of the land cover.
        rule: how cells are assigned to zones, see :func:`core.land_cover.area_table.area_table`.
        compression: compression of the raster.
        workers: number of threads.

    Returns:
        the area table, and the completed raster under a hidden name; call ``publish()`` on it.

    Raises:
        CarbonBalanceError: a class has no row in the pool table; further errors as for
            :func:`core.land_cover.area_table.area_table`. No file is left behind.
        Cancelled: the user stopped the run.
    """
    source = land_cover.source
    if path is None:
        areas = area_table(land_cover, outlines, log, rule, workers)
        _need_known(areas, pools, land_cover, log)
        return areas, None
    source.grid.need_areas(source.name)
    bands = {"carbon": pools.density_t_ha}
    if by_pool:
        pools.known_pools_t_ha()
        bands.update(pools.by_pool())
    densities = [values.astype(np.float32) for values in bands.values()]
    row_area_ha = source.grid.row_cell_area_ha()
    suffix = "t C/ha" if unit == T_PER_HECTARE else "t C/cell"
    staged = StagedRaster(
        path,
        source.grid,
        bands=[f"{name} ({suffix})" for name in bands],
        options=creation_options(compression, continuous=False),
    )

    put = staged.parts.put

    def carbon(block: Block, keys: Keys) -> BlockResult:
        by_key = [value_of_keys(keys, pools.codes, density, FLOAT_NODATA) for density in densities]
        if unit == T_PER_HECTARE:
            return put(block, keys.looked_up(*by_key))
        area = row_area_ha[block.row : block.row + block.height, None]
        layers = [
            np.where(values == np.float32(FLOAT_NODATA), values, values * area).astype(np.float32)
            for values in map(keys.look_up, by_key)
        ]
        return put(block, np.stack(layers))

    with completed([staged], log):
        task = BlockTask(carbon, staged.write)
        areas = area_table(land_cover, outlines, log, rule=rule, workers=workers, task=task)
        _need_known(areas, pools, land_cover, log)
        if unit == T_PER_HECTARE:
            row = rows_of_codes(pools.codes, areas.codes)
            for band, density in enumerate(densities, 1):
                staged.set_statistics(band, density[row], areas.total_cells)
    return areas, staged


def _need_known(areas: AreaTable, pools: PoolTable, land_cover: LandCover, log: Log) -> None:
    """Refuse classes without a row in the pool table; warn of one that may be undeclared nodata."""
    need_codes(
        areas.codes, areas.total_ha, areas.total_cells, table=pools, raster=land_cover.source.name, cover=land_cover
    )
    warn_of_background(land_cover, areas.codes, areas.total_cells, None, log)
