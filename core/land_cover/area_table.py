"""The area table: hectares by zone and class, from one pass over the land cover and the zones.

All zonal results are products with this table: carbon = area x density, sink = area x coefficient, change = area of
each transition x difference in density.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..options.raster import CENTRE
from ..raster.placing import warn_of_area_error
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS
from ..tables import columns
from ..text.vocabulary import shown
from .area_sums import OTHERS, BlockTask, ZonalAreas, collect, log_zones
from .codes import LandCover
from .tabulate import RASTER


@dataclass(frozen=True)
class AreaTable(ZonalAreas):
    """Hectares by zone and class; the columns are ``codes``.

    Attributes:
        nodata_ha: area of each zone where the land cover has no data (zones,).
    """

    nodata_ha: np.ndarray


def area_table(
    land_cover: LandCover,
    outlines: Sequence[bytes | None] = (),
    log: Log | None = None,
    rule: str = CENTRE,
    workers: int = WORKERS,
    task: BlockTask | None = None,
) -> AreaTable:
    """Compute hectares by zone and class in one pass.

    Args:
        land_cover: the classes.
        outlines: WKB of each zone in the CRS of the land cover; empty for the whole raster.
        log: progress and cancellation.
        rule: ``CENTRE`` counts a cell fully in the zone that contains its centre, ``FRACTION`` by the exact fraction
            that each zone covers. If a zone contains no cell centre, fractions are used for all zones, so that adjacent
            zones remain a partition. Overlapping zones are each counted in full, and once in the region.
        workers: number of threads.
        task: additional computation on the same cells, such as a raster of densities.

    Raises:
        CarbonBalanceError: the raster has no areas (see :meth:`Grid.need_areas`), or no zone overlaps it.
        Cancelled: the user stopped the run.
    """
    found = collect(land_cover.read, land_cover.source, outlines, log=log, rule=rule, workers=workers, task=task)
    rows = found.rows
    codes = np.unique(rows.code[rows.valid & (rows.zone == RASTER)])
    if not len(codes):
        raise CarbonBalanceError(
            tr("{raster} has no cell with data: check its nodata value and the codes declared as no data.").format(
                raster=land_cover.source.name
            )
        )
    column = np.where(rows.valid, np.searchsorted(codes, rows.code), len(codes))
    table, nodata_ha, _ = found.summed(codes, column, len(codes), len(codes) + 1)
    return AreaTable(**vars(table), nodata_ha=nodata_ha[OTHERS:, 0])


def log_areas(table: AreaTable, log: Log, raster: LandCover, zone_names: Sequence[str] = ()) -> None:
    """Log limitations of the areas: area errors of the CRS, zones without data, cells outside zones."""
    warn_of_area_error(raster.source.grid, raster.source.name, log)
    log_zones(table, log, zone_names)
    empty = np.flatnonzero((table.area_ha.sum(axis=1) == 0) & (table.nodata_ha > 0))
    if len(empty):
        log.warn(
            tr("Zones where {raster} has no data; their results are NULL: {zones}.").format(
                raster=raster.source.name, zones=listed([shown(columns.ZONE_NAME, zone_names[zone]) for zone in empty])
            )
        )
    if len(zone_names) and table.region_empty_ha > 0:
        log.info(
            tr("{area:,.2f} ha of the zones have no data in {raster}.").format(
                area=table.region_empty_ha, raster=raster.source.name
            )
        )


def long_table(
    codes: np.ndarray,
    names: Sequence[str],
    area_ha: np.ndarray,
    zone_names: Sequence[str],
    column: str,
    amount: np.ndarray,
) -> dict[str, object]:
    """Columns of areas and amounts by zone and class (zones, classes), one row per class in a zone."""
    zone, at = np.nonzero(np.nan_to_num(area_ha))
    return {
        columns.ZONE_ROW: zone + 1,
        columns.ZONE_NAME: [zone_names[i] for i in zone],
        columns.CODE: codes[at],
        columns.NAME: [names[i] for i in at],
        columns.AREA_HA: area_ha[zone, at],
        column: amount[zone, at],
    }
