"""What the columns of :mod:`..tables.plan_columns` are called in tables and legends: words with units."""

from __future__ import annotations

from ..runtime.i18n import mark
from ..tables import plan_columns

PLAN_TITLES: dict[str, str] = {
    plan_columns.BASELINE_T: mark("Baseline of net emissions, t per year"),
    plan_columns.EXCESS_T: mark("Net emissions above the baseline, t per year"),
    plan_columns.ROLE: mark("Role in the compensation"),
    plan_columns.COMPENSATION: mark("Compensation per year (positive: pays)"),
}
