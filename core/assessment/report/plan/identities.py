"""Sums of a plan that must be equal, with both sides and their difference."""

from __future__ import annotations

import numpy as np

from ....runtime.errors import present
from ....runtime.i18n import tr
from ....runtime.log import Log
from ....tables.units import HA_PER_KM2
from ..data import ReportData, total
from ..report_table import ReportTable
from .plan_data import ReportPlan

# Sums of the same numbers differ by rounding only.
_SAME_SUM = 1e-9
# The plan takes the mean area of a cell, zones its own area: they differ by so much of the sink at most.
_CELL_AREAS = 5e-3
# By how much the land of a plan may exceed that of the zones, whose boundaries cut cells.
_MORE_LAND = 0.02


def warn_of_land_outside(data: ReportData, plan: ReportPlan, log: Log) -> None:
    """Warn if the plan is for more land than the zones have, so that its amounts are not those of the zones."""
    if plan.classes is None:
        return
    zones_ha, plan_ha = data.sum_of(data.area_km2) * HA_PER_KM2, float(plan.classes.now_ha.sum())
    if plan_ha > zones_ha * (1 + _MORE_LAND):
        log.warn(
            tr(
                "The plan is for {plan:,.0f} ha of land and the zones have {zones:,.0f} ha: its areas and amounts by "
                "class are not those of the zones; for a plan of the zones alone, clip the land cover to them."
            ).format(plan=plan_ha, zones=zones_ha)
        )


def identity_table(data: ReportData, plan: ReportPlan) -> ReportTable | None:
    """The identities that can be checked; ``None`` if there are none."""
    rows = _identities(data, plan)
    if not rows:
        return None
    rows = [row for row in rows if np.isfinite(row[1]) and np.isfinite(row[2])]
    made: dict[str, list[object]] = {
        tr("Identity"): [row[0] for row in rows],
        tr("Left side"): [row[1] for row in rows],
        tr("Right side"): [row[2] for row in rows],
        tr("Difference"): [total(np.array([row[1], -row[2]])) for row in rows],
        tr("Result"): [tr("holds") if abs(row[1] - row[2]) <= row[3] else tr("differs") for row in rows],
    }
    note = tr(
        "Payments equal receipts only with a baseline that shares out the net emission of all zones. The sink of zones "
        "uses the area of every cell and the plan the mean area: up to 0.5 % of the sink is no difference."
    )
    decimals = {tr("Left side"): 2, tr("Right side"): 2, tr("Difference"): 3}
    return ReportTable(tr("Identities of the plan"), made, decimals=decimals, note=note) if rows else None


def _identities(data: ReportData, plan: ReportPlan) -> list[tuple[str, float, float, float]]:
    """Words, both sides and the allowed difference of each identity."""
    rows = []
    for account, words in (
        (plan.now, tr("Now: tonnes paid for = tonnes received for")),
        (plan.after, tr("After the plan: tonnes paid for = tonnes received for")),
    ):
        if account.roles is not None:
            excess = present(account.excess_t)
            paid, received = data.sum_of(np.maximum(excess, 0)), data.sum_of(np.maximum(-excess, 0))
            rows.append((words, paid, received, _SAME_SUM * max(paid, received)))
    flowing = float("nan") if plan.flows is None else float(plan.flows.amount_t.sum())
    if plan.outflow_t is not None and plan.inflow_t is not None:
        outflow, inflow = data.sum_of(plan.outflow_t), data.sum_of(plan.inflow_t)
        rows.append((tr("Outflow = inflow, t"), outflow, inflow, _SAME_SUM * outflow))
        rows.append((tr("Sum of the flow lines = outflow, t"), flowing, outflow, _SAME_SUM * outflow))
        flowing = outflow
    if plan.now.excess_t is not None:
        excess = plan.now.excess_t
        smaller = min(data.sum_of(np.maximum(excess, 0)), data.sum_of(np.maximum(-excess, 0)))
        rows.append((tr("Flow = the smaller of surplus and deficit, t"), flowing, smaller, _SAME_SUM * smaller))
    if plan.classes is not None:
        now, later = float(plan.classes.now_ha.sum()), float(plan.classes.planned_ha.sum())
        rows.append((tr("Area of all classes now = by the plan, ha"), now, later, _SAME_SUM * now))
        rows += _sink_identity(data, plan)
    return rows


def _sink_identity(data: ReportData, plan: ReportPlan) -> list[tuple[str, float, float, float]]:
    """Change of the sink of all zones against that of all classes, if the plan is for the sink."""
    classes, now, after = present(plan.classes), plan.now.sink_t, plan.after.sink_t
    if now is None or after is None or classes.aim != "sink" or not np.isfinite(classes.gain).all():
        return []
    words = tr("Change of the sink of all zones = of all classes, t per year")
    return [(words, data.sum_of(after - now), float(classes.gain.sum()), _CELL_AREAS * data.sum_of(np.abs(now)))]
