"""Pool tables by region: each zone uses the densities of its own province or climate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.area_table import AreaTable
from ...land_cover.codes import LandCover
from ...land_cover.keys import rows_of_codes
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables.class_columns import without_blank_rows
from ...tables.table import Table
from ..class_coverage import need_codes
from ..pools import PoolTable, read_pool_table
from ..storage import ZoneCarbon

REGION_NAMES = ("region", "pool_region", "区域", "分区", "地区")


@dataclass(frozen=True)
class RegionalPools:
    """The pool tables of regions, and the region of each zone.

    Attributes:
        tables: region -> pool table.
        regions: region of each zone (zones,).
    """

    tables: dict[str, PoolTable]
    regions: list[str]

    @property
    def any_table(self) -> PoolTable:
        """One of the tables, for the names of classes."""
        return next(iter(self.tables.values()))


def read_regional_pools(
    table: Table,
    regions: Sequence[str | None],
    row_labels: Callable[[Sequence[int]], str],
    columns: Mapping[str, str],
    log: Log,
) -> RegionalPools:
    """Read the pool table of each region to which zones belong.

    Args:
        table: rows of all regions with densities in t C/ha and a column called region.
        regions: region of each zone (zones,).
        row_labels: names of zones in messages.
        columns: see :func:`core.supply.pools.read_pool_table`.
        log: see there.

    Raises:
        CarbonBalanceError: no region column, a zone without region, a region without rows; further errors as for
            :func:`core.supply.pools.read_pool_table`.
    """
    table = without_blank_rows(table)
    column = table.find(*REGION_NAMES)
    if column is None:
        raise CarbonBalanceError(
            tr(
                "{table} needs a column region, because zones choose a pool region (POOL_REGION); it has {columns}."
            ).format(table=table.label, columns=listed(table.fields))
        )
    of_rows = [(text or "").strip() for text in table.texts(column)]
    wanted = [(text or "").strip() for text in regions]
    empty = [row for row, region in enumerate(wanted) if not region]
    if empty:
        raise CarbonBalanceError(
            tr("No pool region (POOL_REGION) is given for the zones of {rows}: fill it in.").format(
                rows=row_labels(empty)
            )
        )
    unknown = sorted(set(wanted) - set(of_rows))
    if unknown:
        raise CarbonBalanceError(
            tr("{table} has no rows for the region {unknown}; it has {known}.").format(
                table=table.label, unknown=listed(unknown), known=listed(sorted(set(of_rows)))
            )
        )
    tables = {}
    for region in dict.fromkeys(wanted):
        rows = table.kept(row for row, each in enumerate(of_rows) if each == region)
        rows.label = f"{table.label} ({region})"
        tables[region] = read_pool_table(rows, columns, log)
    return RegionalPools(tables, wanted)


def carbon_by_region(areas: AreaTable, pools: RegionalPools, cover: LandCover) -> ZoneCarbon:
    """Carbon by zone and class = area x density in the region of the zone.

    Args:
        areas: areas by zone and class.
        pools: pool tables of the regions, with every class in their zones.
        cover: the land cover.

    Raises:
        CarbonBalanceError: a class without a row in the table of its region, or overlapping zones, whose land would
            have two densities.
    """
    if areas.overlaps and len(pools.tables) > 1:
        raise CarbonBalanceError(
            tr(
                "Zones overlap, so the pool region (POOL_REGION) of land in two zones is unknown: use zones that do "
                "not overlap."
            )
        )
    area_ha = areas.zones_ha()
    density = np.zeros(area_ha.shape)
    for region, table in pools.tables.items():
        own = np.array([each == region for each in pools.regions])
        held_ha = np.nansum(area_ha[own], axis=0)
        held = held_ha > 0
        need_codes(areas.codes[held], held_ha[held], None, table=table, raster=cover.source.name)
        known = np.isin(areas.codes, table.codes)
        density[np.ix_(own, known)] = table.density_t_ha[rows_of_codes(table.codes, areas.codes[known])]
    carbon_t = area_ha * density
    whole_ha = np.nansum(area_ha, axis=0)
    # Slivers between outlines caused by rounding are counted once in the totals.
    mean = np.divide(np.nansum(carbon_t, axis=0), whole_ha, out=np.zeros(len(whole_ha)), where=whole_ha > 0)
    names: dict[int, str] = {}
    for table in pools.tables.values():
        names.update(zip(table.codes.tolist(), table.names))
    return ZoneCarbon(
        codes=areas.codes,
        names=[names.get(int(code), str(code)) for code in areas.codes],
        area_ha=area_ha,
        carbon_t=carbon_t,
        region_ha=areas.region_ha,
        region_t=areas.region_ha * mean,
        coverage=areas.coverage,
    )
