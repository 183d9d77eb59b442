"""Titles of the columns of :mod:`..tables.names.plan_columns` in tables and legends: words with units."""

from __future__ import annotations

from ..runtime.i18n import mark
from ..tables.names import plan_columns

PLAN_TITLES: dict[str, str] = {
    plan_columns.BASELINE_T: mark("Baseline of net emissions, t per year"),
    plan_columns.EXCESS_T: mark("Net emissions above the baseline, t per year"),
    plan_columns.ROLE: mark("Role in the compensation"),
    plan_columns.COMPENSATION: mark("Compensation per year (positive: pays)"),
    plan_columns.FROM_ZONE: mark("From zone"),
    plan_columns.TO_ZONE: mark("To zone"),
    plan_columns.FLOW_T: mark("Flow of the service, t per year"),
    plan_columns.DISTANCE_KM: mark("Distance, km"),
    plan_columns.OUTFLOW_T: mark("Surplus counted for other zones, t per year"),
    plan_columns.INFLOW_T: mark("Deficit met by other zones, t per year"),
    plan_columns.LEFT_T: mark("Surplus left (positive) or deficit left (negative), t per year"),
    plan_columns.DIRECT_EMISSION_T_C: mark("Direct emission of land use, t C per year"),
    plan_columns.ENERGY_EMISSION_T_C: mark("Emission of energy use, t C per year"),
    plan_columns.GROSS_EMISSION_T_C: mark("Gross emission, t C per year"),
    plan_columns.UPTAKE_T_C: mark("Uptake of the land, t C per year"),
    plan_columns.NET_EMISSION_T_C: mark("Net emission of land use, t C per year"),
    plan_columns.FOOTPRINT_PRESSURE: mark("Pressure of the carbon footprint (gross emission / uptake)"),
    plan_columns.CROP_UPTAKE_T_C: mark("Gross uptake of crops, t C per year"),
    plan_columns.CELL: mark("Cell of the three indices (H high, L low)"),
    plan_columns.SILHOUETTE: mark("Silhouette"),
    plan_columns.STABILITY: mark("Part of the starts with this class"),
    plan_columns.ZONE_OVERLAY: mark("Functional zone | carbon zone"),
    plan_columns.AREA_NOW_HA: mark("Present area, ha"),
    plan_columns.CHANGE_HA: mark("Change in area, ha"),
    plan_columns.MIN_HA: mark("Least area, ha"),
    plan_columns.MAX_HA: mark("Largest area, ha"),
    plan_columns.CONSTRAINT: mark("Constraint"),
    plan_columns.AIM_GAIN: mark("Improvement of the aim without the constraint"),
    plan_columns.GAIN_PER_HA: mark("Improvement of the aim for each ha by which the bound is relaxed"),
    plan_columns.FRONT_POINT: mark("Point of the Pareto front"),
    plan_columns.WISH_2: mark("Limit set for the second aim"),
    plan_columns.AIM: mark("First aim"),
    plan_columns.AIM_2: mark("Second aim"),
    plan_columns.CHANGED_HA: mark("Area that changes its class, ha"),
    plan_columns.GREY_A: mark("Development coefficient a of GM(1,1)"),
    plan_columns.GREY_B: mark("Grey input b of GM(1,1)"),
    plan_columns.POSTERIOR_RATIO: mark("Posterior ratio C (good below 0.35)"),
    plan_columns.SMALL_ERROR_PROBABILITY: mark("Small-error probability P (good above 0.95)"),
}
