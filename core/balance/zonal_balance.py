"""Comparison of supply and demand by zone: index, mismatch type, years of stock, and regional totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..options.balance import ESDR
from ..options.tables import FLOW, STOCK, UNSTATED
from ..raster.zone_outlines.double_counting import CountedZones, counted_once, log_counted
from ..raster.zone_outlines.overlaps import Overlaps, no_overlaps
from ..runtime.i18n import tr, translated
from ..runtime.log import Log
from ..tables.levels import LEVEL_PAIRS, level_pair
from ..tables.plausibility import warn_of_balance
from ..tables.units import as_t_km2, comparable, to_co2
from .comparison import Comparison
from .indices import BALANCED, DEFICIT, SURPLUS, Index, esdr_maxima, index_values, log_maxima, states, usable


@dataclass(frozen=True)
class ZonalQuantity:
    """Supply or demand of the zones.

    Attributes:
        values: (zones,) totals or densities in ``unit``, NaN where unknown.
        unit: one of ``units.AMOUNTS``.
        species: "C" or "CO2".
        basis: "stock" or "flow" (per year).
    """

    values: np.ndarray
    unit: str
    species: str
    basis: str


def z_scores(values: np.ndarray) -> np.ndarray:
    """Deviation from the mean in population standard deviations; NaN if unknown or if all values are equal."""
    values = np.asarray(values, dtype=float)
    known = values[np.isfinite(values)]
    deviation = known.std() if len(known) else 0.0
    if deviation <= 1e-12 * np.abs(known).max(initial=0.0):
        return np.full(values.shape, np.nan)
    return (values - known.mean()) / deviation


def mismatch_types(supply: np.ndarray, demand: np.ndarray) -> list[str | None]:
    """Supply and demand of each zone relative to their means: "high-low" is high supply, low demand.

    Returns:
        One of :data:`core.tables.levels.LEVEL_PAIRS` for each zone; ``None`` if S or D is unknown or equal in all
        zones.
    """
    both = np.isfinite(supply) & np.isfinite(demand)
    z_supply = z_scores(np.where(both, supply, np.nan))
    z_demand = z_scores(np.where(both, demand, np.nan))
    return [level_pair(s > 0, d > 0) if np.isfinite(s) and np.isfinite(d) else None for s, d in zip(z_supply, z_demand)]


@dataclass(frozen=True)
class Regional:
    """The balance of the whole region: amounts are added, never densities or ratios.

    Attributes:
        area_km2, supply_t, demand_t: sums over the zones in which all three are known and not negative.
        index: index of S = supply_t/area and D = demand_t/area; NaN if undefined.
    """

    area_km2: float
    supply_t: float
    demand_t: float
    index: float


def regional(
    index: Index,
    supply: np.ndarray,
    demand: np.ndarray,
    area_km2: np.ndarray,
    supply_max: float | None = None,
    demand_max: float | None = None,
    once: CountedZones | None = None,
) -> Regional:
    """The index of the whole region, from sum(S x A) and sum(D x A) (arrays (zones,), t/km2 and km2).

    If zones overlap, only those counted by ``once`` are included.
    """
    area = np.asarray(area_km2, dtype=float)
    with np.errstate(invalid="ignore"):
        known = (np.asarray(supply) >= 0) & (np.asarray(demand) >= 0) & (area > 0)
    if once is not None and not once.known:
        return Regional(once.area(np.where(known, area, np.nan)), np.nan, np.nan, np.nan)
    if index.id == ESDR and known.any():
        supply_max, demand_max = esdr_maxima(supply, demand, supply_max, demand_max)
    if once is not None:
        known = known & once.counted
    area_sum = float(area[known].sum())
    if not area_sum:
        return Regional(0.0, np.nan, np.nan, np.nan)
    supply_t = float((np.asarray(supply)[known] * area[known]).sum())
    demand_t = float((np.asarray(demand)[known] * area[known]).sum())
    one = index_values(index, np.array([supply_t / area_sum]), np.array([demand_t / area_sum]), supply_max, demand_max)
    return Regional(area_sum, supply_t, demand_t, one.item())


@dataclass(frozen=True)
class ZonalBalance:
    """The balance of each zone, arrays and lists (zones,).

    Attributes:
        values: the index, NaN where undefined.
        states: surplus, deficit, balanced, or ``None``.
        mismatch: type of supply and demand relative to their means, or ``None``.
        stock_years: years of demand that the stock would last, NaN unless supply is a stock and demand a flow.
        region: the whole region.
        undefined: number of zones without an index.
        comparison: the compared quantities.
    """

    values: np.ndarray
    states: list[str | None]
    mismatch: list[str | None]
    stock_years: np.ndarray
    region: Regional
    undefined: int
    comparison: Comparison

    @property
    def counts(self) -> dict[str, int]:
        """Number of zones by state and by mismatch type."""
        found = [*self.states, *self.mismatch]
        return {kind: found.count(kind) for kind in (SURPLUS, BALANCED, DEFICIT, *LEVEL_PAIRS)}


def stock_over_flow(stock: np.ndarray, stock_species: str, flow: np.ndarray, flow_species: str) -> np.ndarray:
    """Years that ``stock`` lasts at ``flow`` a year; NaN if the flow is not positive or the stock negative.

    Both must be of the same species, so that C is converted to CO2 on both sides.
    """
    fit = np.isfinite(stock) & np.isfinite(flow)
    fit &= (np.nan_to_num(stock) >= 0) & (np.nan_to_num(flow) > 0)
    years = np.full(np.shape(stock), np.nan)
    years[fit] = stock[fit] * to_co2(stock_species) / (flow[fit] * to_co2(flow_species))
    return years


@dataclass(frozen=True)
class BalanceZones:
    """The zones of a balance.

    Attributes:
        area_km2: (zones,), NaN where unknown.
        row_labels: converts row numbers to names for messages.
        coverage: share of each zone to which the supply refers, 0 to 1 (zones,), so that amounts are divided by the
            right area; ``None`` for complete zones.
        overlaps: overlaps of the zones, so that the region counts land once; ``None`` for none.
        names: names of the zones, needed with ``overlaps``.
    """

    area_km2: np.ndarray
    row_labels: Callable[[np.ndarray], str]
    coverage: np.ndarray | None = None
    overlaps: Overlaps | None = None
    names: Sequence[str] = ()


def zonal_balance(
    index: Index,
    supply: ZonalQuantity,
    demand: ZonalQuantity,
    zones: BalanceZones,
    log: Log,
    convert_to_co2: bool = False,
    supply_max: float | None = None,
    demand_max: float | None = None,
) -> ZonalBalance:
    """Compare supply with demand in each zone and in the whole region.

    Args:
        index: the index.
        supply: S of the zones.
        demand: D of the zones.
        zones: areas, names and overlaps of the zones.
        log: receives notes on species, on stocks compared with flows, and on zones without a value.
        convert_to_co2: whether to convert t C to t CO2 (x 44/12) before the comparison.
        supply_max: Smax of ESDR in t/km2 of the compared species; determined from the zones if not given.
        demand_max: the same for Dmax.
    """
    area_km2, coverage = np.asarray(zones.area_km2, float), zones.coverage
    mapped_km2 = area_km2 if coverage is None else np.where(coverage > 0, area_km2 * coverage, np.nan)
    s = as_t_km2(supply.values, supply.unit, mapped_km2)
    d = as_t_km2(demand.values, demand.unit, area_km2)
    by_supply, by_demand = comparable(supply.species, demand.species, convert_to_co2, log)
    s, d = s * by_supply, d * by_demand
    comparison = Comparison.of((supply.species, supply.basis), (demand.species, demand.basis), (by_supply, by_demand))
    log.info(index.sentence(comparison.terms(index)))
    years = np.full(s.shape, np.nan)
    if supply.basis != demand.basis:
        log.warn(
            tr(
                "Supply is a {supply} and demand a {demand}: the index compares places and does not measure carbon "
                "neutrality; where a stock is compared with an annual flow, the column stock_years gives how long "
                "the stock would last."
            ).format(supply=translated(supply.basis), demand=translated(demand.basis))
        )
        if supply.basis == STOCK and demand.basis == FLOW and UNSTATED not in (supply.species, demand.species):
            years = stock_over_flow(s / by_supply, supply.species, d / by_demand, demand.species)
    if index.id == ESDR:
        supply_max, demand_max = esdr_maxima(s, d, supply_max, demand_max)
        log_maxima(supply_max, demand_max, log)
    values = index_values(index, s, d, supply_max, demand_max)
    missing = np.flatnonzero(~usable(index, s, d))
    if len(missing):
        log.warn(
            tr(
                "{count} zone(s) have no index because supply, demand or area is NULL, negative or zero: {rows}."
            ).format(count=len(missing), rows=zones.row_labels(missing))
        )
    once = counted_once(zones.overlaps or no_overlaps(len(area_km2)), [s * area_km2, d * area_km2])
    log_counted(once, zones.names, area_km2, log)
    region = regional(index, s, d, area_km2=area_km2, supply_max=supply_max, demand_max=demand_max, once=once)
    if region.area_km2 and once.known:
        supply_t, demand_t = region.supply_t / by_supply, region.demand_t / by_demand
        warn_of_balance(supply_t / region.area_km2, supply.basis == STOCK, demand_t / region.area_km2, log)
    return ZonalBalance(
        values=values,
        states=states(index, values),
        mismatch=mismatch_types(s, d),
        stock_years=years,
        region=region,
        undefined=len(missing),
        comparison=comparison,
    )
