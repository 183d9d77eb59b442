"""Areas by zone and class of a first land cover, and net changes to each later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..land_cover.area_table import area_table, log_areas
from ..land_cover.background import warn_of_background
from ..land_cover.codes import LandCover
from ..land_cover.keys import rows_of_codes
from ..land_cover.transition_table import log_left_out, transition_table
from ..options.raster import CENTRE
from ..runtime.log import Log
from ..supply.change import need_classes
from ..supply.class_coverage import need_codes
from ..supply.pools import PoolTable


@dataclass(frozen=True)
class ScenarioAreas:
    """Areas of zones, with all zones together (or the whole raster without zones) in the last row.

    Attributes:
        coverage: share of each zone with data in the first land cover, 0 to 1 (zones,); empty without zones.
        stock_ha: areas of the first land cover (zones + 1, classes), classes as in the pool table; NaN for zones that
            do not overlap the raster.
        changes_ha: for each later land cover, area gained minus area lost by class (zones + 1, classes), in cells with
            data in both.
        names: names of the later land covers.
    """

    stock_ha: np.ndarray
    changes_ha: list[np.ndarray]
    names: list[str]
    coverage: np.ndarray = field(default_factory=lambda: np.empty(0))

    def supply_t(self, pools: PoolTable) -> np.ndarray:
        """Carbon of each zone with the densities of the table, t C (zones,)."""
        return (self.stock_ha * pools.density_t_ha).sum(axis=1)[:-1]


def with_all(zones_ha: np.ndarray, missed: Sequence[int], all_ha: np.ndarray) -> np.ndarray:
    """Append the row of all zones, ``all_ha`` (classes,) with all land counted once, to areas (zones, classes)."""
    zones_ha = zones_ha.copy()
    zones_ha[list(missed)] = np.nan
    return np.vstack([zones_ha, all_ha])


def scenario_areas(
    first: LandCover,
    later: Mapping[str, LandCover],
    pools: PoolTable,
    log: Log,
    outlines: Sequence[bytes | None] = (),
    zone_names: Sequence[str] = (),
    rule: str = CENTRE,
) -> ScenarioAreas:
    """Measure a first land cover and its change to every later one, in one pass each.

    Args:
        first: the land cover of the first date.
        later: name -> land cover of a later date or a scenario, resampled to the grid of the first.
        pools: densities of all classes.
        log: progress, cancellation and notes.
        outlines, zone_names, rule: zones in the CRS of the first land cover, see
            :func:`core.land_cover.area_table.area_table`.

    Raises:
        CarbonBalanceError: as for :func:`area_table`, :func:`transition_table` and :func:`need_codes`.
    """
    areas = area_table(first, outlines, log, rule)
    need_codes(areas.codes, areas.total_ha, areas.total_cells, table=pools, raster=first.source.name, cover=first)
    warn_of_background(first, areas.codes, areas.total_cells, None, log)
    log_areas(areas, log, first, zone_names)

    def on_pools(codes: np.ndarray, by_class_ha: np.ndarray) -> np.ndarray:
        by_pool_row = np.zeros((*by_class_ha.shape[:-1], len(pools.codes)))
        by_pool_row[..., rows_of_codes(pools.codes, codes)] = by_class_ha
        return by_pool_row

    zones_ha, all_ha = on_pools(areas.codes, areas.area_ha), on_pools(areas.codes, areas.region_ha)
    changes = []
    for cover in later.values():
        table = transition_table(first, cover, outlines, log, rule)
        need_classes(table, (pools, pools), (first, cover))
        log_left_out(table, log, first, cover)
        gained = [
            on_pools(table.codes, table.by_class(each, 1) - table.by_class(each, 0))
            for each in (table.area_ha, table.region_ha)
        ]
        changes.append(with_all(gained[0], table.missed, gained[1]))
    return ScenarioAreas(with_all(zones_ha, areas.missed, all_ha), changes, list(later), areas.coverage)
