"""Change in carbon storage between two dates: area of each transition x difference in density.

Source of the formula: the study of the Beibu Gulf and InVEST's carbon model: change = alternate - baseline in t C/ha.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..land_cover.codes import LandCover
from ..land_cover.keys import rows_of_codes
from ..land_cover.transition_table import TransitionTable
from ..runtime.i18n import tr
from ..tables import columns
from .class_coverage import need_codes
from .pools import PoolTable
from .valuation import Valuation


@dataclass(frozen=True)
class StockChange:
    """Carbon at two dates and its change, for the cells that have data at both dates.

    Attributes:
        table: areas of transitions.
        names: names of the classes of ``table`` (classes,).
        start_t_ha, end_t_ha: densities at the two dates, t C/ha (transitions,).
        first_only_t, second_only_t: carbon on the land that is excluded because it has data at only one date.
        beyond_ha: land of the second date outside the raster of the first, in classes of the pool table.
        money_per_t: value of one t C, NaN without a price.
    """

    table: TransitionTable
    names: list[str]
    start_t_ha: np.ndarray
    end_t_ha: np.ndarray
    first_only_t: float
    second_only_t: float
    money_per_t: float = float("nan")
    beyond_ha: float = 0.0

    @property
    def second_only_ha(self) -> float:
        """Area with data only at the second date, inside and outside the raster of the first date."""
        return float(self.table.second_only_ha.sum()) + self.beyond_ha

    @property
    def change_t_ha(self) -> np.ndarray:
        """Difference in density (transitions,)."""
        return self.end_t_ha - self.start_t_ha

    def amounts(self, area_ha: np.ndarray) -> dict[str, np.ndarray]:
        """Carbon of ``area_ha`` (..., transitions) by column name: start, end, change, gain and loss.

        Losses are negative: gain + loss = change.
        """
        change_t = area_ha * self.change_t_ha
        return {
            columns.CARBON_START_T: area_ha * self.start_t_ha,
            columns.CARBON_END_T: area_ha * self.end_t_ha,
            columns.CARBON_CHANGE_T: change_t,
            columns.CARBON_GAIN_T: np.maximum(change_t, 0),
            columns.CARBON_LOSS_T: np.minimum(change_t, 0),
        }

    def sentence(self) -> str:
        """A sentence with the totals and the area to which they refer."""
        total = self.totals()
        return tr(
            "{start:,.0f} t of carbon at the earlier date, {end:,.0f} t at the later date on the same {area:,.2f} ha: "
            "gained {gain:,.0f} t, lost {loss:,.0f} t, net {net:+,.0f} t."
        ).format(
            start=total[columns.CARBON_START_T],
            end=total[columns.CARBON_END_T],
            area=float(self.table.total_ha.sum()),
            gain=total[columns.CARBON_GAIN_T],
            loss=-total[columns.CARBON_LOSS_T],
            net=total[columns.CARBON_CHANGE_T],
        )

    def totals(self) -> dict[str, float]:
        """Amounts and value of the change for the whole raster."""
        sums = {name: float(values.sum()) for name, values in self.amounts(self.table.total_ha).items()}
        return {**sums, columns.CHANGE_VALUE: sums[columns.CARBON_CHANGE_T] * self.money_per_t}

    def _priced(self, values: dict[str, Any], change_t: np.ndarray) -> dict[str, Any]:
        if np.isfinite(self.money_per_t):
            values[columns.CHANGE_VALUE] = change_t * self.money_per_t
        return values

    def zone_columns(self) -> dict[str, np.ndarray]:
        """Columns by zone: mapped area, amounts, change per km2, and value if there is a price; NaN if not covered."""
        area_ha = self.table.zones_ha()
        sums = {name: values.sum(axis=1) for name, values in self.amounts(area_ha).items()}
        km2 = area_ha.sum(axis=1) / 100
        change_t = sums[columns.CARBON_CHANGE_T]
        density = np.divide(change_t, km2, out=np.full(len(km2), np.nan), where=km2 > 0)
        return self._priced({columns.MAPPED_KM2: km2, **sums, columns.CARBON_CHANGE_T_KM2: density}, change_t)

    def _transitions(self, which: np.ndarray, area_ha: np.ndarray) -> dict[str, object]:
        codes, start, end = self.table.codes, self.table.start[which], self.table.end[which]
        change_t = area_ha * self.change_t_ha[which]
        values = {
            columns.FROM_CODE: codes[start],
            columns.FROM_NAME: [self.names[i] for i in start],
            columns.TO_CODE: codes[end],
            columns.TO_NAME: [self.names[i] for i in end],
            columns.AREA_HA: area_ha,
            columns.CARBON_CHANGE_T_HA: self.change_t_ha[which],
            columns.CARBON_CHANGE_T: change_t,
        }
        return self._priced(values, change_t)

    def transition_columns(self) -> dict[str, object]:
        """One row per transition of the whole raster, including persistence."""
        return self._transitions(np.arange(len(self.table.start)), self.table.total_ha)

    def zone_transition_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """One row per zone and transition that occurs in it."""
        zone, which = np.nonzero(self.table.area_ha)
        return {**_zones(zone, zone_names), **self._transitions(which, self.table.area_ha[zone, which])}

    def matrix_columns(self, carbon: bool = False) -> dict[str, object]:
        """The transition matrix (rows from, columns to): hectares, or change in carbon in t."""
        values = self.table.total_ha * (self.change_t_ha if carbon else 1.0)
        matrix, unit = self.table.matrix(values), "t" if carbon else "ha"
        return {
            columns.FROM_CODE: self.table.codes,
            columns.FROM_NAME: self.names,
            **{columns.to_class(code, unit): matrix[:, at] for at, code in enumerate(self.table.codes)},
            columns.TOTAL_T if carbon else columns.TOTAL_HA: matrix.sum(axis=1),
        }

    def _classes(self, area_ha: np.ndarray) -> dict[str, np.ndarray]:
        """Gains and losses by class of areas (..., transitions): arrays (..., classes)."""
        by_class, amounts = self.table.by_class, self.amounts(area_ha)
        moved = area_ha * (self.table.start != self.table.end)
        return {
            columns.AREA_START_HA: by_class(area_ha, 0),
            columns.AREA_END_HA: by_class(area_ha, 1),
            columns.AREA_IN_HA: by_class(moved, 1),
            columns.AREA_OUT_HA: by_class(moved, 0),
            columns.CARBON_START_T: by_class(amounts[columns.CARBON_START_T], 0),
            columns.CARBON_END_T: by_class(amounts[columns.CARBON_END_T], 1),
            columns.CARBON_GAIN_T: by_class(amounts[columns.CARBON_GAIN_T], 1),
            columns.CARBON_LOSS_T: by_class(amounts[columns.CARBON_LOSS_T], 1),
            columns.GAIN_FROM_T: by_class(amounts[columns.CARBON_GAIN_T], 0),
            columns.LOSS_FROM_T: by_class(amounts[columns.CARBON_LOSS_T], 0),
        }

    def class_columns(self) -> dict[str, object]:
        """One row per class of the whole raster.

        ``carbon_gain_t`` and ``carbon_loss_t`` refer to the land of the class at the later date, ``gain_from_t`` and
        ``loss_from_t`` to the land of the class at the earlier date.
        """
        return {columns.CODE: self.table.codes, columns.NAME: self.names, **self._classes(self.table.total_ha)}

    def zone_class_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """One row per zone and class that occurs in it at either date; columns as in :meth:`class_columns`."""
        values = self._classes(self.table.area_ha)
        zone, at = np.nonzero(values[columns.AREA_START_HA] + values[columns.AREA_END_HA])
        return {
            **_zones(zone, zone_names),
            columns.CODE: self.table.codes[at],
            columns.NAME: [self.names[i] for i in at],
            **{name: table[zone, at] for name, table in values.items()},
        }


def zone_columns(valuation: Valuation | None) -> list[str]:
    """The names of the columns of :meth:`StockChange.zone_columns`, available before computation."""
    amounts = [columns.CARBON_START_T, columns.CARBON_END_T, columns.CARBON_CHANGE_T]
    parts = [columns.CARBON_GAIN_T, columns.CARBON_LOSS_T, columns.CARBON_CHANGE_T_KM2]
    return [columns.MAPPED_KM2, *amounts, *parts] + ([columns.CHANGE_VALUE] if valuation else [])


def _zones(zone: np.ndarray, zone_names: Sequence[str]) -> dict[str, object]:
    return {columns.ZONE_ROW: zone + 1, columns.ZONE_NAME: [zone_names[i] for i in zone]}


def need_classes(
    table: TransitionTable, pools: tuple[PoolTable, PoolTable], covers: tuple[LandCover, LandCover]
) -> None:
    """Refuse land covers with classes that have no row in the pool table of their date.

    Args:
        table: the areas.
        pools: pool tables of the first and the second date.
        covers: the land covers.

    Raises:
        CarbonBalanceError: a code is missing; the message lists each with its hectares and cells.
    """
    only = (table.first_only_ha, table.second_only_ha)
    only_cells = (table.first_only_cells, table.second_only_cells)
    for date in (0, 1):
        area_ha = table.by_class(table.total_ha, date) + only[date]
        cells = table.by_class(table.total_cells, date) + only_cells[date]
        here = np.flatnonzero(cells)
        cover = covers[date]
        need_codes(
            table.codes[here], area_ha[here], cells[here], table=pools[date], raster=cover.source.name, cover=cover
        )


def change_of(
    table: TransitionTable,
    pools: tuple[PoolTable, PoolTable],
    covers: tuple[LandCover, LandCover],
    valuation: Valuation | None = None,
) -> StockChange:
    """Compute the change in carbon from transition areas.

    Args:
        table: the areas.
        pools: densities at the first and the second date.
        covers: the land covers.
        valuation: price and rates for the value of the change, if wanted.

    Raises:
        CarbonBalanceError: a class has no row in the pool table of its date.
    """
    need_classes(table, pools, covers)
    left_out_t = []
    for each, area_ha in zip(pools, (table.first_only_ha, table.second_only_ha)):
        left = np.flatnonzero(area_ha)
        density = each.density_t_ha[rows_of_codes(each.codes, table.codes[left])]
        left_out_t.append(float(area_ha[left] @ density))
    # Classes outside the raster of the first date are reported but not refused, because no result includes them.
    beyond = np.isin(table.beyond_codes, pools[1].codes)
    beyond_ha = table.beyond_ha[beyond]
    density = pools[1].density_t_ha[rows_of_codes(pools[1].codes, table.beyond_codes[beyond])]
    left_out_t[1] += float(beyond_ha @ density)
    start_t_ha, end_t_ha = (
        each.density_t_ha[rows_of_codes(each.codes, table.codes[which])]
        for each, which in zip(pools, (table.start, table.end))
    )
    known = {code: name for each in reversed(pools) for code, name in zip(each.codes.tolist(), each.names)}
    return StockChange(
        table=table,
        names=[known.get(int(code), str(code)) for code in table.codes],
        start_t_ha=start_t_ha,
        end_t_ha=end_t_ha,
        first_only_t=left_out_t[0],
        second_only_t=left_out_t[1],
        money_per_t=float("nan") if valuation is None else valuation.money_per_t_c,
        beyond_ha=float(beyond_ha.sum()),
    )
