"""CO2 of fuel use by unit, sector and fuel, and the two routes that need no fuel statistics.

Sources: IPCC guidelines (activity x factor); the study of Guiyang 2015-2020 for GDP x energy intensity x 2.66
t CO2/tce and for respiration, population x 0.9 kg CO2 x 365 days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.column_units import split_unit
from ..tables.table import Table
from .fuels import FactorSet, measure_of
from .population_demand import PLAUSIBLE_T_PERSON

T_CO2_PER_TCE = 2.66
RESPIRATION_T_PERSON = 0.3285
GDP_ROUTE, RESPIRATION = "gdp x energy intensity", "respiration"


@dataclass(frozen=True)
class Use:
    """An amount of a fuel that a unit used in a year.

    Attributes:
        key: the unit's code or name, as it came.
        sector: "" if not told.
        fuel: name.
        amount: 0 or more, NaN if unknown.
        measure: unit of the amount.
    """

    key: object
    sector: str
    fuel: str
    amount: float
    measure: str


@dataclass(frozen=True)
class Source:
    """What one use emits.

    Attributes:
        use: the use.
        emission_t: t CO2, NaN if the amount is unknown.
        certain: whether the factor could be checked.
        origin: where the factor comes from.
    """

    use: Use
    emission_t: float
    certain: bool
    origin: str


def long_uses(table: Table, key: str, fuel: str, amount: str, measure: str | None, unit: str, sector: str | None):
    """Uses of a table with one row a unit and fuel.

    Args:
        table: the statistics.
        key, fuel, amount: its columns.
        measure: the column of units of measure, or ``None``: all in ``unit``.
        unit: where a row tells no unit.
        sector: the column of sectors, or ``None``.

    Raises:
        CarbonBalanceError: a column that is missing, a negative amount, a row without a fuel.
    """
    amounts = table.non_negative(amount)
    fuels, keys = table.texts(fuel), table.values(key)
    empty = [row for row, name in enumerate(fuels) if name is None and np.isfinite(amounts[row])]
    if empty:
        raise CarbonBalanceError(
            tr("{table}, {rows}: the fuel in column {column} is empty.").format(
                table=table.label, rows=table.row_labels(empty), column=fuel
            )
        )
    units: list[str | None] = [None] * len(table)
    measures = units if measure is None else table.texts(measure)
    sectors = units if sector is None else table.texts(sector)
    return [
        Use(keys[row], sectors[row] or "", name, float(amounts[row]), measures[row] or unit)
        for row, name in enumerate(fuels)
        if name is not None
    ]


def wide_uses(table: Table, key: str, fuels: Sequence[str], unit: str, sector: str | None) -> list[Use]:
    """Uses of a table with one column a fuel, called by the fuel, its unit in brackets or else ``unit``: 原煤(万吨)."""
    keys = table.values(key)
    sectors = [None] * len(table) if sector is None else table.texts(sector)
    columns = {name: table.non_negative(name) for name in (table.need(fuel) for fuel in fuels)}
    uses = []
    for row in range(len(table)):
        for name, amounts in columns.items():
            fuel, measure = split_unit(name)
            uses.append(Use(keys[row], sectors[row] or "", fuel, float(amounts[row]), measure or unit))
    return uses


def emissions(uses: Iterable[Use], factors: FactorSet, log: Log) -> list[Source]:
    """What each use emits.

    Raises:
        CarbonBalanceError: a fuel or unit that is not known, an amount in a unit the fuel has no factor for.
    """
    sources: list[Source] = []
    uncertain: dict[str, None] = {}
    for use in uses:
        fuel = factors.fuel(use.fuel)
        emission = fuel.co2_t(use.amount, measure_of(use.measure), use.measure)
        sources.append(Source(use, emission, fuel.certain, fuel.source))
        if not fuel.certain:
            uncertain[fuel.id] = None
    if uncertain:
        log.warn(
            tr("The factors of {fuels} could not be verified against a source: use them with care.").format(
                fuels=listed(uncertain)
            )
        )
    return sources


def by_unit(sources: Sequence[Source], rows: Sequence[int | None], units: int) -> np.ndarray:
    """Sum of emissions by unit (units,), NaN where nothing is known; ``rows`` tells each source's unit."""
    sums, known = np.zeros(units), np.zeros(units, dtype=bool)
    for source, row in zip(sources, rows):
        if row is not None and np.isfinite(source.emission_t):
            sums[row] += source.emission_t
            known[row] = True
    return np.where(known, sums, np.nan)


def summed(sources: Iterable[Source]) -> dict[tuple[str, str], float]:
    """Sum of emissions by (sector, fuel), t, in the order they first occur."""
    sums: dict[tuple[str, str], float] = {}
    for source in sources:
        key = (source.use.sector, source.use.fuel)
        sums[key] = sums.get(key, 0.0) + (source.emission_t if np.isfinite(source.emission_t) else 0.0)
    return sums


def gdp_route(gdp_1e4: np.ndarray, tce_per_1e4: np.ndarray | float, t_per_tce: float = T_CO2_PER_TCE) -> np.ndarray:
    """Emission from GDP (10^4 yuan) and energy intensity (tce per 10^4 yuan), t CO2 (units,); NaN unless all are > 0.

    Raises:
        CarbonBalanceError: a CO2 per tce that is not positive.
    """
    if not t_per_tce > 0:
        raise CarbonBalanceError(
            tr("CO2 per tonne of standard coal is {value:g}: it must be greater than 0.").format(value=t_per_tce)
        )
    gdp, intensity = np.broadcast_arrays(np.asarray(gdp_1e4, dtype=float), np.asarray(tce_per_1e4, dtype=float))
    with np.errstate(invalid="ignore"):
        return np.where((gdp > 0) & (intensity > 0), gdp * intensity * t_per_tce, np.nan)


def respiration(population: np.ndarray, t_person: float = RESPIRATION_T_PERSON) -> np.ndarray:
    """CO2 that people breathe out in a year, t (units,): biogenic, so kept apart from fossil emissions."""
    with np.errstate(invalid="ignore"):
        return np.where(population > 0, population * t_person, np.nan)


def warn_implausible_units(emission_t_person: np.ndarray, row_labels, log: Log) -> np.ndarray:
    """Name units whose emission per person hints at a wrong unit of measure; returns their rows."""
    low, high = PLAUSIBLE_T_PERSON
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero((emission_t_person < low) | (emission_t_person > high))
    if len(rows):
        log.warn(
            tr(
                "Outside the plausible range of {low:g} to {high:g} t CO2 per person per year; check the units of "
                "amounts, population and GDP: {rows}; the first is {value:.4g} t."
            ).format(low=low, high=high, rows=row_labels(rows), value=emission_t_person[rows[0]])
        )
    return rows
