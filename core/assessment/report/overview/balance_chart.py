"""Chart of demand and supply of every zone, with the line of balance."""

from __future__ import annotations

import numpy as np

from ....runtime.errors import present
from ....runtime.i18n import tr
from ....symbology.colours import CARBON, EMISSION, INK
from ..amounts import Amount
from ..charts import FONTS, MOST_NAMES, figure_svg, name_points, new_figure, plain_text
from ..data import ReportData
from ..sentences import comparable_densities

# Above this number, points are drawn together without tooltips.
MOST_LINKED = 1000


def can_be_drawn(data: ReportData) -> bool:
    """Whether at least two zones have positive supply and demand."""
    if data.supply is None or data.demand is None:
        return False
    supply, demand = _pair(data, data.supply, data.demand)
    return int(((supply > 0) & (demand > 0)).sum()) > 1


def _pair(data: ReportData, supply: Amount, demand: Amount) -> tuple[np.ndarray, np.ndarray]:
    """Densities of supply and demand, t/km2, as compared by the index if known."""
    found = None if data.ratio is None else comparable_densities(data, supply, demand, data.ratio)
    return (supply.density_t_km2, demand.density_t_km2) if found is None else found


def balance_chart(data: ReportData) -> str:
    """Demand and supply density on logarithmic axes; zones above the line are in deficit."""
    import matplotlib

    supply, demand = _pair(data, present(data.supply), present(data.demand))
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
        axes.set_xlabel(plain_text(present(data.supply).density_heading, 80))
        axes.set_ylabel(plain_text(present(data.demand).density_heading, 80))
        if len(rows) <= MOST_NAMES:
            name_points(axes, [data.names[row] for row in rows], x, y=y, taken=[], scale=np.log10)
        return figure_svg(figure)


def balance_sentence(data: ReportData) -> str:
    """A sentence on the number of zones on each side of the line."""
    supply, demand = _pair(data, present(data.supply), present(data.demand))
    both = (supply > 0) & (demand > 0)
    return tr("{above:,} zones are above the line of balance (deficit), {below:,} on or below it (surplus).").format(
        above=int((demand > supply)[both].sum()), below=int((demand <= supply)[both].sum())
    )
