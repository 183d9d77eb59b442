"""Check that carbon by class and carbon by zone in a report refer to the same land."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ....options.tables import STOCK
from ....runtime.errors import present
from ....runtime.i18n import tr
from ..data import ReportData

# Relative difference above which a class table must refer to other land than the zones.
LARGEST_GAP = 0.01


def class_gap(data: ReportData, class_totals: Mapping[str, tuple[float, float]]) -> float:
    """Relative difference between carbon of all classes and of all zones; NaN if not comparable.

    ``class_totals`` has area (ha) and carbon (t) by class. Only a stock in t C is comparable.
    """
    if data.supply is None or data.supply.given.basis != STOCK or data.supply.given.species == "CO2":
        return float("nan")
    zones_t, classes_t = data.sum_of(data.supply.total_t), sum(carbon for _, carbon in class_totals.values())
    return classes_t / zones_t - 1 if np.isfinite(zones_t) and zones_t > 0 else float("nan")


def contradiction(data: ReportData, class_totals: Mapping[str, tuple[float, float]]) -> str:
    """A warning if classes and zones differ by more than 1 %; otherwise ""."""
    gap = class_gap(data, class_totals)
    if not np.isfinite(gap) or abs(gap) <= LARGEST_GAP:
        return ""
    return tr(
        "Carbon by class adds up to {classes:,.0f} t, carbon by zone to {zones:,.0f} t ({gap:+.1%}): the table by "
        "class refers to other land or another pool table than the zones. Use the table by zone and class of the "
        "zonal supply."
    ).format(
        classes=sum(carbon for _, carbon in class_totals.values()),
        zones=data.sum_of(present(data.supply).total_t),
        gap=gap,
    )
