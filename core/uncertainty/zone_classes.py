"""Zone classes of demand / supply, and their probabilities given the uncertainty of carbon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..options.zoning import AS_PUBLISHED, FIXED_LIMITS
from ..tables import columns
from ..zoning.natural_breaks import natural_zoning


@dataclass(frozen=True)
class ZoneClasses:
    """Zone classes of the ratio demand / supply, with the same limits in all realisations.

    Attributes:
        demand_t: demand of each zone (zones,), NaN where unknown.
        limits: inclusive upper limits between zone classes, ascending (classes - 1,).
        names: names of the zone classes, lowest ratio first.
        central: zone class of each zone with the densities of the table, from 0; -1 if the ratio is unknown (zones,).
    """

    demand_t: np.ndarray
    limits: np.ndarray
    names: list[str]
    central: np.ndarray

    def zone_columns(self, probabilities: np.ndarray) -> tuple[list[str | None], np.ndarray]:
        """Zone class with the densities of the table, and its probability from (zones + 1, classes)."""
        at = np.maximum(self.central, 0)
        sure = np.where(self.central < 0, np.nan, probabilities[np.arange(len(at)), at])
        return [self.names[each] if each >= 0 else None for each in self.central], sure

    def long_columns(self, probabilities: np.ndarray, zone_names: Sequence[str]) -> dict[str, object]:
        """Table with one row per zone and zone class."""
        zones, classes = len(self.central), len(self.names)
        return {
            columns.ZONE_ROW: np.repeat(np.arange(1, zones + 1), classes),
            columns.ZONE_NAME: [name for name in zone_names for _ in range(classes)],
            columns.CLASS: np.tile(np.arange(1, classes + 1), zones),
            columns.ZONE: list(self.names) * zones,
            columns.P_ZONE: probabilities[:zones].reshape(-1),
        }


def zone_classes(
    demand_t: np.ndarray,
    supply_t: np.ndarray,
    limits: Sequence[float],
    n_classes: int,
    rule: str,
    names_of,
    label: str,
) -> ZoneClasses:
    """Determine the zone classes of R = demand/supply with the densities of the table.

    The limits are determined once: natural breaks recomputed in every realisation would shift together with the supply
    of all zones and therefore hide the uncertainty.

    Args:
        demand_t: demand of each zone, t a year (zones,).
        supply_t: carbon of each zone with the densities of the table, t (zones,).
        limits: fixed limits of the classes; if empty, natural breaks as published.
        n_classes: number of natural breaks classes.
        rule: merge rule of classes, see :func:`core.zoning.natural_breaks.parse_merge_rule`.
        names_of: returns the names for a number of zone classes.
        label: name of the ratio in messages.

    Raises:
        CarbonBalanceError: as for :func:`core.zoning.natural_breaks.natural_zoning`.
    """
    usable = (demand_t > 0) & (supply_t > 0)
    ratio = np.divide(demand_t, supply_t, out=np.full(len(demand_t), np.nan), where=usable)
    zoning = natural_zoning(
        ratio, FIXED_LIMITS if len(limits) else AS_PUBLISHED, n_classes, limits=limits, rule=rule, label=label
    )
    ends = np.flatnonzero(np.diff(zoning.zone_of_class))
    central = np.where(usable, zoning.zone_of_class[np.maximum(zoning.chosen.classes - 1, 0)], -1)
    return ZoneClasses(
        np.where(usable, demand_t, np.nan), zoning.chosen.limits[ends], names_of(zoning.n_zones), central
    )
