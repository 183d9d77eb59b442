"""Ranking of zones by balance, from the largest deficit to the largest surplus."""

from __future__ import annotations

import numpy as np

from ....runtime.errors import present
from ....runtime.i18n import tr
from ....tables import columns
from ....text.headings import heading_of
from ....text.vocabulary import shown
from ..data import ReportData
from ..report_table import ReportTable


def order(data: ReportData) -> list[int]:
    """Rows of the zones with an index, the largest deficit first; ties in layer order."""
    ratio = present(data.ratio)
    known = np.flatnonzero(np.isfinite(ratio))
    towards_surplus = ratio[known] if data.index.surplus_above else -ratio[known]
    return known[np.argsort(towards_surplus, kind="stable")].tolist()


def ranking_table(data: ReportData) -> ReportTable | None:
    """Rank, index, densities, emission per person and stock years of each zone; ``None`` without an index."""
    if data.ratio is None or not np.isfinite(data.ratio).any():
        return None
    rows = order(data)
    made: dict[str, list[object]] = {
        tr("Rank"): list(range(1, len(rows) + 1)),
        tr("Zone"): [data.names[row] for row in rows],
        tr("Index"): data.ratio[rows].tolist(),
    }
    for amount in (data.supply, data.demand):
        if amount is not None:
            made[amount.density_heading] = amount.density_t_km2[rows].tolist()
    if data.population is not None and data.demand is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.where(data.population > 0, data.demand.total_t / data.population, np.nan)
        made[tr("Emission per person, {unit}").format(unit=data.demand.unit)] = each[rows].tolist()
    if data.stock_years is not None:
        made[heading_of(columns.STOCK_YEARS)] = data.stock_years[rows].tolist()
    if data.zones is not None:
        made[tr("Planning zone")] = [shown(columns.ZONE, data.zones[row]) or None for row in rows]
    return ReportTable(tr("Zones by their balance, the largest deficit first"), made, zone_rows=tuple(rows))
