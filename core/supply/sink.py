"""Annual carbon uptake of land: sink = sum over classes of area x coefficient (study of Guiyang)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..land_cover.area_table import AreaTable, long_table
from ..land_cover.codes import LandCover
from ..land_cover.keys import rows_of_codes
from ..raster.zone_outlines.double_counting import CountedZones
from ..runtime.errors import known_count
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables import columns
from .class_coverage import need_codes
from .pools import SinkTable


@dataclass(frozen=True)
class ZoneSink:
    """Annual uptake by zone and class.

    Attributes:
        codes: int64 (classes,).
        names: names of the classes.
        area_ha, sink_t: float64 (zones, classes), sink in t a year of the species of the coefficients; NaN in the whole
            row of a zone with an unknown area.
        region_ha: area of all zones, with land in several zones counted once (classes,).
        region_t: uptake on it, t a year (classes,).
        coverage: share of each zone with data, 0 to 1 (zones,); ``None`` for areas from statistics.
    """

    codes: np.ndarray
    names: list[str]
    area_ha: np.ndarray
    sink_t: np.ndarray
    region_ha: np.ndarray
    region_t: np.ndarray
    coverage: np.ndarray | None = None

    @property
    def zone_t(self) -> np.ndarray:
        """Uptake of each zone, t a year (zones,); NaN for a zone without any area."""
        return np.where(self.area_ha.sum(axis=1) > 0, self.sink_t.sum(axis=1), np.nan)

    @property
    def rate_t_ha(self) -> np.ndarray:
        """Uptake per area, t/ha a year (zones,); NaN without area."""
        area = self.area_ha.sum(axis=1)
        return np.divide(self.zone_t, area, out=np.full(len(area), np.nan), where=area > 0)

    def totals(self) -> tuple[float, float]:
        """Uptake of all zones, t a year and t/ha a year, with land in several zones counted once."""
        total, area = float(self.region_t.sum()), float(self.region_ha.sum())
        return total, total / area if area > 0 else float("nan")

    def sentence(self) -> str:
        """A sentence with the totals."""
        total_t, mean_t_ha = self.totals()
        if np.isnan(total_t):
            return tr("The total uptake of {zones} zones is not known, because zones overlap.").format(
                zones=len(self.area_ha)
            )
        if not np.isfinite(mean_t_ha):
            return tr("No zone has land that takes up carbon.")
        return tr("{sink:,.0f} t taken up per year by {zones} zones, {rate:.4g} t/ha on average.").format(
            sink=total_t, zones=known_count(self.zone_t), rate=mean_t_ha
        )

    def long_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """Columns of a long table by zone and class."""
        return long_table(
            self.codes, self.names, self.area_ha, zone_names=zone_names, column=columns.SINK_T, amount=self.sink_t
        )


def _sink(
    codes: np.ndarray, area_ha: np.ndarray, region_ha: np.ndarray, table: SinkTable, coverage: np.ndarray | None = None
) -> ZoneSink:
    row = rows_of_codes(table.codes, codes)
    rate = table.sink_t_ha[row]
    return ZoneSink(
        codes=codes,
        names=[table.names[i] for i in row],
        area_ha=area_ha,
        sink_t=area_ha * rate,
        region_ha=region_ha,
        region_t=region_ha * rate,
        coverage=coverage,
    )


def sink_by_zone(
    codes: np.ndarray, area_ha: np.ndarray, table: SinkTable, label: str, once: CountedZones | None = None
) -> ZoneSink:
    """Compute the uptake of zones from class areas.

    The uptake of a zone is the sum over all classes. If the area of a class is unknown, so is the sum, and the zone is
    excluded from totals and from the table by class.

    Args:
        codes: class codes (classes,).
        area_ha: float64 (zones, classes), NaN where unknown.
        table: coefficients of all codes.
        label: name of the source of the areas in messages.
        once: zones to count in totals; ``None`` for all.

    Raises:
        CarbonBalanceError: a code has no row in the table.
    """
    complete = np.isfinite(area_ha).all(axis=1)
    area_ha = np.where(complete[:, None], area_ha, np.nan)
    need_codes(codes, np.nansum(area_ha, axis=0), None, table, label)
    in_total = complete if once is None else complete & once.counted
    region_ha = area_ha[in_total].sum(axis=0)
    if once is not None and not once.known:
        region_ha = np.full(len(codes), np.nan)
    return _sink(codes, area_ha, region_ha, table)


def log_incomplete(area_ha: np.ndarray, log: Log, row_labels: Callable[[np.ndarray], str]) -> None:
    """Warn of zones with unknown areas of some or all classes (zones, classes)."""
    known = np.isfinite(area_ha)
    for rows, sentence in (
        (
            np.flatnonzero(known.any(axis=1) & ~known.all(axis=1)),
            tr(
                "The area of a class is NULL in {count} zone(s); their sink is NULL and is not included in any total: "
                "{rows}."
            ),
        ),
        (
            np.flatnonzero(~known.any(axis=1)),
            tr(
                "The areas of all classes are NULL in {count} zone(s); their sink is NULL and is not included in any "
                "total: {rows}."
            ),
        ),
    ):
        if len(rows):
            log.warn(sentence.format(count=len(rows), rows=row_labels(rows)))


def sink_of_areas(areas: AreaTable, table: SinkTable, cover: LandCover) -> ZoneSink:
    """Like :func:`sink_by_zone`, from an area table; NaN for zones that do not overlap the raster."""
    need_codes(areas.codes, areas.total_ha, areas.total_cells, table=table, raster=cover.source.name, cover=cover)
    return _sink(areas.codes, areas.zones_ha(), areas.region_ha, table, areas.coverage)
