"""The names of the columns that compensation, flows, plans and zones by several indices write; see :mod:`.columns`."""

from __future__ import annotations

BASELINE_T = "baseline_t"
EXCESS_T = "excess_t"
ROLE = "role"
COMPENSATION = "compensation"
