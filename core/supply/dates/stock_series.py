"""Carbon stored at more than two dates: the change from each land cover to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...land_cover.align import brought_onto
from ...land_cover.change.intensity import IntervalChange, warn_of_unequal_areas
from ...land_cover.codes import LandCover
from ...land_cover.transition_table import log_left_out, transition_table
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables import columns
from ...tables.names import space_columns
from ...text import html
from ...text.numbers import number_text
from ...text.pictures.signed_bars import signed_bars
from ..change import StockChange, change_of
from ..pools import PoolTable

# Gains of carbon are blue and losses orange, as in the picture of the transitions.
_GAINED_AND_LOST = ("#0072b2", "#d55e00")


@dataclass(frozen=True)
class StockInterval:
    """The change of carbon between two consecutive dates, on the cells that have data at both."""

    start: float
    end: float
    stock: StockChange

    @property
    def change_t_year(self) -> float:
        """Change of the carbon, t C per year."""
        return self.stock.totals()[columns.CARBON_CHANGE_T] / (self.end - self.start)

    def of_land(self) -> IntervalChange:
        """The areas of its transitions."""
        table = self.stock.table
        return IntervalChange(self.start, self.end, table.codes, self.stock.names, table.matrix(table.total_ha))


def stock_intervals(
    covers: Sequence[LandCover], years: Sequence[float], pools: tuple[PoolTable, PoolTable], log: Log
) -> list[StockInterval]:
    """The change between each date and the next.

    Args:
        covers: oldest first; all are brought onto the grid of the first.
        years: of each, ascending.
        pools: densities at the first and the last date, which must be the same table.
        log: progress, cancelling, what was left out.

    Raises:
        CarbonBalanceError: two pool tables, and what :func:`core.land_cover.transition_table.transition_table` and
            :func:`core.supply.change.change_of` refuse.
        Cancelled: the user stopped the run.
    """
    if pools[0] is not pools[1]:
        raise CarbonBalanceError(
            tr(
                "Land covers between the two dates need one pool table for all dates, but another one is given for the "
                "later date: leave that empty, or run each pair of dates by itself."
            )
        )
    moved = [covers[0], *(brought_onto(each, covers[0], log) for each in covers[1:])]
    found = []
    for at in range(len(moved) - 1):
        first, second = moved[at], moved[at + 1]
        table = transition_table(first, second, log=log.part(at / (len(moved) - 1), (at + 1) / (len(moved) - 1)))
        log_left_out(table, log, first, second)
        stock = change_of(table, pools, (first, second))
        found.append(StockInterval(float(years[at]), float(years[at + 1]), stock))
    warn_of_unequal_areas([each.of_land() for each in found], log)
    return found


def stock_interval_table(intervals: Sequence[StockInterval]) -> dict[str, list[object]]:
    """One row an interval: area, carbon at both ends, gain, loss, change, change per year, changed land per year."""
    rows = []
    for each in intervals:
        total = each.stock.totals()
        rows.append(
            {
                columns.FROM_DATE: each.start,
                columns.TO_DATE: each.end,
                columns.AREA_HA: float(each.stock.table.total_ha.sum()),
                columns.CARBON_START_T: total[columns.CARBON_START_T],
                columns.CARBON_END_T: total[columns.CARBON_END_T],
                columns.CARBON_GAIN_T: total[columns.CARBON_GAIN_T],
                columns.CARBON_LOSS_T: total[columns.CARBON_LOSS_T],
                columns.CARBON_CHANGE_T: total[columns.CARBON_CHANGE_T],
                space_columns.CARBON_CHANGE_T_YEAR: each.change_t_year,
                space_columns.DYNAMIC_DEGREE_PCT_YEAR: each.of_land().intensity,
            }
        )
    return {name: [row[name] for row in rows] for name in rows[0]}


def stock_interval_parts(intervals: Sequence[StockInterval]) -> list[str]:
    """The parts of a page: a sentence, bars of the change per year, the table."""
    per_year = [each.change_t_year for each in intervals]
    titles = [f"{each.start:g}–{each.end:g}" for each in intervals]
    least = min(range(len(titles)), key=lambda at: per_year[at])
    sentence = tr(
        "{start:g} to {end:g} in {count} intervals: stored carbon fell in {lost} of them; the change per year was "
        "lowest in {least}, {change} t C per year."
    ).format(
        start=intervals[0].start,
        end=intervals[-1].end,
        count=len(intervals),
        lost=sum(value < 0 for value in per_year),
        least=titles[least],
        change=number_text(per_year[least], 4),
    )
    return [
        html.heading(tr("Carbon by interval")),
        html.paragraph(sentence),
        html.paragraph(tr("Change in stored carbon, t C per year:")),
        signed_bars(titles, per_year, _GAINED_AND_LOST),
        html.table(stock_interval_table(intervals)),
    ]
