"""Yearly carbon uptake of the land: sink = sum over classes of area x coefficient (study G item 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..land_cover.area_table import AreaTable, long_table
from ..land_cover.codes import LandCover
from ..land_cover.keys import rows_of_codes
from ..runtime.i18n import tr
from ..tables import columns
from .class_coverage import need_codes
from .pools import SinkTable


@dataclass(frozen=True)
class ZoneSink:
    """Yearly uptake by zone and class.

    Attributes:
        codes: int64 (classes,).
        names: of the classes.
        area_ha, sink_t: float64 (zones, classes), t a year of the coefficients' species; NaN where unknown.
    """

    codes: np.ndarray
    names: list[str]
    area_ha: np.ndarray
    sink_t: np.ndarray

    @property
    def zone_t(self) -> np.ndarray:
        """Uptake of each zone, t a year (zones,); NaN for a zone without any area."""
        return np.where(self.area_ha.sum(axis=1) > 0, self.sink_t.sum(axis=1), np.nan)

    @property
    def rate_t_ha(self) -> np.ndarray:
        """Uptake over area, t/ha a year (zones,); NaN without area."""
        area = self.area_ha.sum(axis=1)
        return np.divide(self.zone_t, area, out=np.full(len(area), np.nan), where=area > 0)

    def totals(self) -> tuple[float, float]:
        """Uptake of all zones, t a year, and over their area, t/ha a year."""
        known = np.isfinite(self.zone_t)
        total, area = float(self.zone_t[known].sum()), float(self.area_ha[known].sum())
        return total, total / area if area > 0 else float("nan")

    def sentence(self) -> str:
        """The totals in words."""
        total_t, mean_t_ha = self.totals()
        if np.isnan(mean_t_ha):
            return tr("No zone has an area that takes up carbon.")
        return tr("{sink:,.0f} t taken up a year by {zones} zones, {rate:.4g} t/ha on average.").format(
            sink=total_t, zones=len(self.area_ha), rate=mean_t_ha
        )

    def long_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """Zone by class as the columns of a long table."""
        return long_table(self.codes, self.names, self.area_ha, zone_names, columns.SINK_T, self.sink_t)


def sink_by_zone(codes: np.ndarray, area_ha: np.ndarray, table: SinkTable, label: str) -> ZoneSink:
    """Uptake of zones of known class areas.

    Args:
        codes: of the classes (classes,).
        area_ha: float64 (zones, classes).
        table: coefficients; must know every code.
        label: how messages call where the areas come from.

    Raises:
        CarbonBalanceError: codes without a row in the table.
    """
    need_codes(codes, np.nansum(area_ha, axis=0), None, table, label)
    row = rows_of_codes(table.codes, codes)
    return ZoneSink(codes, [table.names[i] for i in row], area_ha, area_ha * table.sink_t_ha[row])


def sink_of_areas(areas: AreaTable, table: SinkTable, cover: LandCover) -> ZoneSink:
    """As :func:`sink_by_zone`, from an area table; zones that do not meet the raster are NaN."""
    need_codes(areas.codes, areas.total_ha, areas.total_cells, table, cover.source.name, cover)
    area_ha = areas.area_ha.copy()
    area_ha[list(areas.missed)] = np.nan
    return sink_by_zone(areas.codes, area_ha, table, cover.source.name)
