"""The names of the columns that compensation, flows, plans and zones by several indices write; see :mod:`..columns`."""

from __future__ import annotations

BASELINE_T = "baseline_t"
EXCESS_T = "excess_t"
ROLE = "role"
COMPENSATION = "compensation"
FROM_ZONE = "from_zone"
TO_ZONE = "to_zone"
FLOW_T = "flow_t"
DISTANCE_KM = "distance_km"
OUTFLOW_T = "outflow_t"
INFLOW_T = "inflow_t"
LEFT_T = "left_t"
