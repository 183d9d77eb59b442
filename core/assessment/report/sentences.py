"""The summary paragraph of a report: key numbers as sentences."""

from __future__ import annotations

from itertools import product

import numpy as np

from ...balance.indices import DEFICIT, SURPLUS, index_values, states
from ...balance.zonal_balance import regional
from ...runtime.errors import listed
from ...runtime.figures import Figure
from ...runtime.i18n import tr
from ...tables import columns
from ...tables.units import to_co2
from ...text.numbers import number_text
from ...text.vocabulary import shown
from .amounts import Amount
from .data import ReportData


def key_sentences(data: ReportData) -> list[str]:
    """Sentences on the main results, as far as values are known."""
    area = data.sum_of(data.area_km2)
    one = tr("One zone of {area} km².")
    said = [
        (one if len(data) == 1 else tr("{count:,} zones with a total area of {area} km².")).format(
            count=len(data), area=_figure_text(area)
        )
    ]
    if data.population is not None:
        said.append(tr("Their population is {persons}.").format(persons=f"{data.sum_of(data.population):,.0f}"))
    if data.supply is not None:
        said += _amount_sentences(data.supply, data, tr("They store"), tr("They take up"))
    if data.demand is not None:
        said += _demand_sentences(data.demand, data)
    if data.supply is not None and data.demand is not None and data.ratio is not None:
        said += _index_sentences(data, data.supply, data.demand, data.ratio)
    zones = data.zones or []
    if any(zones):
        counts = [f"{shown(columns.ZONE, name)} {zones.count(name)}" for name in data.zone_names()]
        said.append(tr("Planning zones: {zones}.").format(zones=listed(counts, 12)))
    unknown = sum(1 for each in zones if each is None)
    if unknown:
        said.append(tr("{count} of the zones have no planning zone.").format(count=unknown))
    moved = data.moved()
    if moved:
        said.append(
            tr("{count} of {all} zones would change planning zone under the other classification method.").format(
                count=len(moved), all=len(zones) - unknown
            )
        )
    return said


def _figure_text(number: float) -> str:
    return number_text(number, 5) if np.isfinite(number) else tr("unknown")


def _amount_sentences(amount: Amount, data: ReportData, stored: str, taken: str) -> list[str]:
    whole = data.sum_of(amount.total_t)
    if not np.isfinite(whole):
        return []
    verb = stored if amount.given.basis == "stock" else taken
    said = [tr("{verb} {amount} {unit}.").format(verb=verb, amount=f"{Figure(whole):,.0f}", unit=amount.unit)]
    order = np.argsort(-np.nan_to_num(amount.total_t, nan=-np.inf), kind="stable")
    top = int(order[0])
    if len(data) > 1 and whole > 0:
        said.append(
            tr("{name} has the largest amount, {amount} {unit} ({share:.2f} %).").format(
                name=data.names[top],
                amount=f"{Figure(amount.total_t[top]):,.0f}",
                unit=amount.unit,
                share=100 * amount.total_t[top] / whole,
            )
        )
    return said


def _demand_sentences(amount: Amount, data: ReportData) -> list[str]:
    whole = data.sum_of(amount.total_t)
    if not np.isfinite(whole):
        return []
    said = [tr("Emission demand is {amount} {unit}.").format(amount=f"{Figure(whole):,.0f}", unit=amount.unit)]
    known = np.isfinite(amount.density_t_km2)
    if known.any() and len(data) > 1:
        top = int(np.nanargmax(amount.density_t_km2))
        said.append(
            tr("The highest density is in {name}, {density} {unit}.").format(
                name=data.names[top], density=_figure_text(float(amount.density_t_km2[top])), unit=amount.density_unit
            )
        )
    return said


def regional_index(data: ReportData) -> float:
    """The index of the whole region from its totals; NaN if the computation of the index is unknown."""
    if data.supply is None or data.demand is None or data.ratio is None:
        return float("nan")
    densities = comparable_densities(data, data.supply, data.demand, data.ratio)
    if densities is None:
        return float("nan")
    kept = slice(None) if data.counted is None else data.counted
    return float(regional(data.index, densities[0][kept], densities[1][kept], data.area_km2[kept]).index)


def _index_sentences(data: ReportData, supply: Amount, demand: Amount, ratio: np.ndarray) -> list[str]:
    found = states(data.index, ratio)
    said = []
    densities = comparable_densities(data, supply, demand, ratio)
    region = regional_index(data)
    if np.isfinite(region):
        said.append(
            tr("For the region as a whole, {formula} is {value}; the balance point is {balance:g}.").format(
                formula=data.index_formula(), value=_figure_text(region), balance=data.index.balance
            )
        )
    said.append(
        tr("{surplus:,} zones are in surplus and {deficit:,} in deficit.").format(
            surplus=found.count(SURPLUS), deficit=found.count(DEFICIT)
        )
    )
    said += _species_sentences(data, supply, demand, densities)
    if None in found:
        said.append(tr("{count} zones have no index.").format(count=found.count(None)))
    if (supply.given.basis, demand.given.basis) == ("stock", "flow"):
        said.append(
            tr(
                "Annual demand is compared with a stock: the index compares places; it does not measure carbon "
                "neutrality."
            )
        )
    return said


def _species_sentences(
    data: ReportData, supply: Amount, demand: Amount, densities: tuple[np.ndarray, np.ndarray] | None
) -> list[str]:
    if {supply.given.species, demand.given.species} != {"C", "CO2"}:
        return []
    if densities is None:
        return [tr("Supply is counted in C and demand in CO2; how the two were converted is not known here.")]
    if any(np.array_equal(densities[0], each, equal_nan=True) for each in _supply_densities(supply, data)):
        taken, emitted = densities[0] * to_co2("C"), densities[1]
        if demand.given.species == "C":
            taken, emitted = densities[0], densities[1] * to_co2("C")
        return [
            tr(
                "Supply, in {supply}, and demand, in {demand}, are compared without conversion: the balance point is "
                "shifted by a factor of 44/12."
            ).format(supply=supply.given.species, demand=demand.given.species),
            tr("With both counted in CO2, {surplus:,} zones are in surplus and {deficit:,} in deficit.").format(
                surplus=int((taken > emitted).sum()), deficit=int((taken < emitted).sum())
            ),
        ]
    return [tr("For the index, tonnes of C were converted to tonnes of CO2 (x 44/12).")]


def _per_area(amount: Amount, area_km2: np.ndarray) -> np.ndarray:
    """Total per area, t/km2 (zones,)."""
    return amount.total_t / np.where(area_km2 > 0, area_km2, np.nan)


def _supply_densities(supply: Amount, data: ReportData) -> list[np.ndarray]:
    """Possible supply densities used by the index, t/km2: per area of the zone, or per mapped area."""
    areas = [data.area_km2] if data.mapped_km2 is None else [data.area_km2, data.mapped_km2]
    return [_per_area(supply, area_km2) for area_km2 in areas]


def comparable_densities(
    data: ReportData, supply: Amount, demand: Amount, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Supply and demand, t/km2, from which the index was computed; ``None`` if not reproducible."""
    found = as_compared(data, supply, demand, ratio)
    return None if found is None else found[:2]


def as_compared(
    data: ReportData, supply: Amount, demand: Amount, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[float, float]] | None:
    """Like :func:`comparable_densities`, and the factors by which both were converted to one species.

    Whether C was converted to CO2 is not stored, but can be derived from the index.
    """
    factors = ((1.0, 1.0), (to_co2(supply.given.species), to_co2(demand.given.species)))
    demanded = _per_area(demand, data.area_km2)
    for supplied, (by_supply, by_demand) in product(_supply_densities(supply, data), factors):
        pair = supplied * by_supply, demanded * by_demand
        again = index_values(data.index, *pair)
        both = np.isfinite(again) & np.isfinite(ratio)
        if both.any() and np.allclose(again[both], ratio[both], rtol=5e-3, atol=1e-9):
            return (*pair, (by_supply, by_demand))
    return None
