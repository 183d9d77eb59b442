"""Units of statistics, and conversion and comparison of amounts of C and CO2."""

from __future__ import annotations

import numpy as np

from ..options.tables import DENSITIES_T_KM2, TONNES, UNSTATED
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr, translated
from ..runtime.log import Log

HA_PER_KM2 = 100.0
CO2_PER_C = 44.0 / 12.0


def unit_factor(unit: str, units: dict[str, float]) -> float:
    """The factor from ``unit`` to the base unit of ``units``.

    Raises:
        CarbonBalanceError: an unknown unit; the message lists the known ones.
    """
    if unit not in units:
        raise CarbonBalanceError(
            tr("Unknown unit {unit}: choose one of {units}.").format(unit=unit, units=tr(", ").join(units))
        )
    return units[unit]


def as_t_km2(values: np.ndarray, unit: str, area_km2: np.ndarray) -> np.ndarray:
    """Convert totals or densities in a unit of ``AMOUNTS`` to t/km2 (any shape); NaN where a total has no area."""
    values = np.asarray(values, dtype=float)
    if unit in DENSITIES_T_KM2:
        return values * DENSITIES_T_KM2[unit]
    area = np.where(np.asarray(area_km2, dtype=float) > 0, area_km2, np.nan)
    return values * unit_factor(unit, TONNES) / area


def to_co2(species: str) -> float:
    """The factor from tonnes of ``species`` to t CO2; 1 for an unstated species."""
    return CO2_PER_C if species == "C" else 1.0


def warn_of_mixing(first: str, first_species: str, second: str, second_species: str, log: Log) -> bool:
    """Warn if two compared quantities are of different species; returns whether they are the same.

    Args:
        first: name of the first quantity, such as "supply".
        first_species: "C", "CO2" or "unstated".
        second: name of the second quantity.
        second_species: its species.
        log: receives the warning.
    """
    if UNSTATED in (first_species, second_species):
        log.warn(
            tr(
                "Species: {first} is {first_species}, {second} is {second_species}. Whether tonnes mean C or CO2 "
                "changes sums and ratios of the two by a factor of 44/12; state it as soon as it is known."
            ).format(first=first, first_species=first_species, second=second, second_species=second_species)
        )
        return False
    if first_species != second_species:
        log.warn(
            tr(
                "Species differ: {first} in t {first_species}, {second} in t {second_species}. They are compared "
                "without conversion, so the balance point is shifted by a factor of 44/12; choose the conversion to "
                "CO2 to compare like with like."
            ).format(first=first, first_species=first_species, second=second, second_species=second_species)
        )
        return False
    return True


def comparable(supply_species: str, demand_species: str, convert_to_co2: bool, log: Log) -> tuple[float, float]:
    """Conversion factors for supply and demand before a comparison; logs conversions and mixed species."""
    species = [supply_species, demand_species]
    factors = 1.0, 1.0
    if convert_to_co2 and "C" in species:
        factors = to_co2(supply_species), to_co2(demand_species)
        species = ["CO2" if item == "C" else item for item in species]
        log.info(tr("Tonnes of C were converted to tonnes of CO2 (x {factor:.4f}).").format(factor=CO2_PER_C))
    warn_of_mixing(tr("supply"), species[0], tr("demand"), species[1], log)
    return factors


def warn_of_bases(supply_basis: str, demand_basis: str, log: Log) -> bool:
    """Warn if a stock is compared with a flow; returns whether there was a warning."""
    if supply_basis == demand_basis:
        return False
    log.warn(
        tr(
            "Supply is a {supply} and demand a {demand}: the index compares places and does not measure carbon "
            "neutrality."
        ).format(supply=translated(supply_basis), demand=translated(demand_basis))
    )
    return True


def quotient(dividend: np.ndarray, divisor: np.ndarray) -> np.ndarray:
    """``dividend / divisor`` where both are known and positive, NaN elsewhere (any shape, broadcast).

    NaN also where the quotient overflows.
    """
    above, below = np.broadcast_arrays(np.asarray(dividend, dtype=float), np.asarray(divisor, dtype=float))
    result = np.full(above.shape, np.nan)
    with np.errstate(invalid="ignore"):
        fit = (above > 0) & (below > 0) & np.isfinite(above) & np.isfinite(below)
    with np.errstate(over="ignore"):
        np.divide(above, below, out=result, where=fit)
    result[np.isinf(result)] = np.nan
    return result
