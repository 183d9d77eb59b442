"""Chart of demand and supply of every zone, with the line of balance."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ....runtime.errors import present
from ....runtime.i18n import tr
from ....symbology.colours import CARBON, EMISSION, INK
from ....tables.units import to_co2
from ....text.html import joined
from ..charts import FONTS, MOST_NAMES, figure_svg, name_points, new_figure, plain_text
from ..data import ReportData
from ..sentences import as_compared

# Above this number, points are drawn together without tooltips.
MOST_LINKED = 1000


def can_be_drawn(data: ReportData) -> bool:
    """Whether at least two zones have positive supply and demand."""
    if data.supply is None or data.demand is None:
        return False
    supply, demand = _compared(data).densities
    return int(((supply > 0) & (demand > 0)).sum()) > 1


class _Compared(NamedTuple):
    """Supply and demand as the chart compares them.

    Attributes:
        densities: both, t/km2 (zones,).
        headings: their titles and units.
        by_index: whether the index compares the same, or none is given.
    """

    densities: tuple[np.ndarray, np.ndarray]
    headings: tuple[str, str]
    by_index: bool


def _compared(data: ReportData) -> _Compared:
    """Supply and demand as compared by the index; counted in CO2 if that is not known and one of them is in C."""
    amounts = present(data.supply), present(data.demand)
    found = None if data.ratio is None else as_compared(data, *amounts, data.ratio)
    if found is None:
        both = {amount.given.species for amount in amounts} == {"C", "CO2"}
        factors = [to_co2(amount.given.species) if both else 1.0 for amount in amounts]
        supply, demand = (amount.density_t_km2 * factor for amount, factor in zip(amounts, factors))
    else:
        supply, demand, factors = found[0], found[1], list(found[2])
    headings = [
        (amount if factor == 1 else replace(amount, given=replace(amount.given, species="CO2"))).density_heading
        for amount, factor in zip(amounts, factors)
    ]
    return _Compared((supply, demand), (headings[0], headings[1]), found is not None or data.ratio is None)


def balance_chart(data: ReportData) -> str:
    """Demand and supply density on logarithmic axes; zones above the line are in deficit."""
    import matplotlib

    (supply, demand), headings, _ = _compared(data)
    rows = np.flatnonzero((supply > 0) & (demand > 0))
    x, y = supply[rows], demand[rows]
    with matplotlib.rc_context(FONTS):
        figure, axes = new_figure(6.4, 4.6)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for values, limit in ((x, axes.set_xlim), (y, axes.set_ylim)):
            limit(values.min() / 1.35, values.max() * 1.35)
        low, high = min(x.min(), y.min()) / 10, max(x.max(), y.max()) * 10
        axes.autoscale(False)
        axes.plot([low, high], [low, high], color=INK, linewidth=0.9)
        deficit = y > x
        if len(rows) <= MOST_LINKED:
            for row, a, b, short in zip(rows, x, y, deficit):
                colour = EMISSION[3] if short else CARBON[3]
                point = axes.plot([a], [b], "o" if not short else "s", color=colour, markersize=5, markeredgecolor="w")
                point[0].set_gid(f"zone-{row}")
        else:
            axes.scatter(x, y, s=6, c=np.where(deficit, EMISSION[3], CARBON[3]), linewidth=0)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:,.5g}"))
            axis.set_minor_formatter(matplotlib.ticker.NullFormatter())
        axes.set_xlabel(plain_text(headings[0], 80))
        axes.set_ylabel(plain_text(headings[1], 80))
        if len(rows) <= MOST_NAMES:
            name_points(axes, [data.names[row] for row in rows], x, y=y, taken=[], scale=np.log10)
        return figure_svg(figure)


def balance_sentence(data: ReportData) -> str:
    """Sentences on the number of zones on each side of the line, and on an index that does not follow from both."""
    (supply, demand), _, by_index = _compared(data)
    both = (supply > 0) & (demand > 0)
    said = tr("{above:,} zones are above the line of balance (deficit), {below:,} on or below it (surplus).").format(
        above=int((demand > supply)[both].sum()), below=int((demand <= supply)[both].sum())
    )
    if by_index:
        return said
    other = tr("The index of the zones does not follow from these amounts, so that it may say otherwise.")
    return joined([said, other])
