"""CO2 emissions of fuel use by unit, sector and fuel, and two methods that need no fuel statistics.

Sources: IPCC guidelines (activity x factor); the study of Guiyang 2015-2020 for GDP x energy intensity x 2.66
t CO2/tce and for respiration, population x 0.9 kg CO2 x 365 days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..options.demand import T_CO2_PER_TCE
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.column_units import split_unit
from ..tables.joining import match
from ..tables.row_choice import repeated_keys, sentence_of_repeats, telling_apart
from ..tables.spelling.numerals import squeezed
from ..tables.table import Table
from .fuel_units import CountedUses, measure_of, unit_in_title
from .fuels import TOTAL_ENERGY, FactorSet
from .population_demand import PLAUSIBLE_T_PERSON

RESPIRATION_T_PERSON = 0.3285
GDP_ROUTE, RESPIRATION = "gdp x energy intensity", "respiration"


@dataclass(frozen=True)
class Use:
    """An amount of a fuel used by a unit in a year.

    Attributes:
        key: code or name of the unit, as given.
        sector: "" if not stated.
        fuel: name of the fuel.
        amount: 0 or more, NaN if unknown.
        measure: unit of the amount.
        belongs: whether the unit is one of the requested ones; invalid rows of other units are ignored.
    """

    key: object
    sector: str
    fuel: str
    amount: float
    measure: str
    belongs: bool = True


@dataclass(frozen=True)
class Source:
    """The emission of one use.

    Attributes:
        use: the use.
        emission_t: t CO2, NaN if the amount is unknown.
        certain: whether the factor could be verified.
        origin: source of the factor.
    """

    use: Use
    emission_t: float
    certain: bool
    origin: str


def rows_of_units(table: Table, key: str, units: Sequence[object], by: str) -> list[int]:
    """The rows of ``table`` whose key matches one of ``units``; all rows if none matches."""
    keys = table.values(key)
    distinct = list(dict.fromkeys(keys))
    partners = {distinct[row] for row in match(units, distinct, by).partner if row is not None}
    rows = [row for row, each in enumerate(keys) if each in partners]
    return rows or list(range(len(table)))


def long_uses(
    table: Table,
    key: str,
    fuel: str,
    amount: str,
    measure: str | None,
    unit: str,
    sector: str | None,
    needed: Sequence[int] | None = None,
) -> list[Use]:
    """Read uses from a table with one row per unit and fuel.

    Args:
        table: the statistics.
        key, fuel, amount: columns of the table.
        measure: column of units; ``None`` if all are in ``unit``.
        unit: unit of rows that do not state one, unless the name of the column of amounts does.
        sector: column of sectors, or ``None``.
        needed: rows that must contain valid numbers, all if ``None``; other rows are not checked.

    Raises:
        CarbonBalanceError: a missing column, a negative amount, a row without a fuel.
    """
    needed = list(range(len(table))) if needed is None else needed
    amounts = table.non_negative(amount, only=needed)
    fuels, keys = table.texts(fuel), table.values(key)
    empty = [row for row in needed if fuels[row] is None and np.isfinite(amounts[row])]
    if empty:
        raise CarbonBalanceError(
            tr("{table}, {rows}: the fuel in column {column} is empty.").format(
                table=table.label, rows=table.row_labels(empty), column=fuel
            )
        )
    nothing: list[str | None] = [None] * len(table)
    measures = nothing if measure is None else table.texts(measure)
    sectors = nothing if sector is None else table.texts(sector)
    belong = set(needed)
    unit = unit_in_title(table.need(amount)) or unit
    return [
        Use(
            key=keys[row],
            sector=sectors[row] or "",
            fuel=name,
            amount=float(amounts[row]),
            measure=measures[row] or unit,
            belongs=row in belong,
        )
        for row, name in enumerate(fuels)
        if name is not None
    ]


def wide_uses(
    table: Table, key: str, fuels: Sequence[str], unit: str, sector: str | None, needed: Sequence[int] | None = None
) -> list[Use]:
    """Read uses from a table with one column per fuel, such as 原煤(万吨); the default unit is ``unit``.

    ``needed`` is as in :func:`long_uses`.
    """
    keys = table.values(key)
    sectors = [None] * len(table) if sector is None else table.texts(sector)
    columns = {name: table.non_negative(name, only=needed) for name in (table.need(fuel) for fuel in fuels)}
    belong = set(range(len(table)) if needed is None else needed)
    fuels_of = {name: split_unit(name) for name in columns}
    return [
        Use(
            key=keys[row],
            sector=sectors[row] or "",
            fuel=fuels_of[name][0],
            amount=float(amounts[row]),
            measure=fuels_of[name][1] or unit,
            belongs=row in belong,
        )
        for row in range(len(table))
        for name, amounts in columns.items()
    ]


def check_repeated_uses(
    table: Table,
    key: str,
    columns: Sequence[str | None],
    figures: Sequence[str | None],
    needed: Sequence[int],
    log: Log,
) -> None:
    """Refuse rows that would be added although only one of them can apply, such as several years.

    Args:
        table: the statistics.
        key: column of units.
        columns: columns that distinguish uses: sector, fuel; ``None`` for a missing one.
        figures: columns that cannot distinguish them, such as amounts.
        needed: rows of requested units.
        log: receives a warning about other rows that are added.

    Raises:
        CarbonBalanceError: there are such rows; the message names the column that distinguishes them.
    """
    known = [name for name in (key, *columns) if name]
    texts = [[squeezed("" if value is None else value) for value in table.values(name)] for name in known]
    asked = set(needed)
    keys = [tuple(each) if row in asked and each[0] else None for row, each in enumerate(zip(*texts))]
    groups = list(repeated_keys(keys).values())
    if not groups:
        return
    apart = telling_apart(table, groups, [*known, *(name for name in figures if name)])
    words = {
        "table": table.label,
        "sentence": sentence_of_repeats(table, key, keys, [*known, *(name for name in figures if name)]),
    }
    if apart and apart.exclusive:
        raise CarbonBalanceError(
            tr("{table}: the same use would be counted more than once: {sentence}.").format(**words)
        )
    log.warn(tr("{table}: rows of one use are added up: {sentence}.").format(**words))


def emissions(uses: Iterable[Use], factors: FactorSet, log: Log) -> list[Source]:
    """Compute the emission of each use.

    Raises:
        CarbonBalanceError: an unknown fuel or unit, a unit for which the fuel has no factor, or energy that is counted
            twice: total energy with single fuels, all sectors with single ones, one amount in two units.
    """
    sources: list[Source] = []
    uncertain: dict[str, None] = {}
    total = False
    used: dict[tuple[str, str], set[bool]] = {}
    counted = CountedUses()
    for use in uses:
        try:
            fuel = factors.fuel(use.fuel)
            emission = fuel.co2_t(use.amount, measure_of(use.measure), use.measure)
        except CarbonBalanceError:
            if use.belongs:
                raise
            continue
        sources.append(Source(use, emission, fuel.certain, fuel.source))
        if not fuel.certain:
            uncertain[fuel.id] = None
        if use.belongs and emission > 0:
            counted.add(str(use.key), fuel.id, use.sector, use.measure, use.fuel)
            used.setdefault((str(use.key), use.sector), set()).add(fuel.id == TOTAL_ENERGY)
            total = total or fuel.id == TOTAL_ENERGY
    twice = [key for (key, _), kinds in used.items() if len(kinds) > 1]
    if twice:
        raise CarbonBalanceError(
            tr(
                "Energy is counted twice: {units} have total energy in standard coal as well as single fuels; "
                "leave one of them out."
            ).format(units=listed(twice))
        )
    counted.check(log)
    if total:
        log.info(
            tr(
                "Total energy in standard coal is converted with {factor:g} t CO2 per tce (T_PER_TCE): the study of "
                "Guiyang uses 2.66; 0.67 t C per tce corresponds to 2.4567."
            ).format(factor=factors.fuel(TOTAL_ENERGY).factors["tce"])
        )
    if uncertain:
        log.warn(
            tr("The factors of {fuels} could not be verified against a source: use them with care.").format(
                fuels=listed(uncertain)
            )
        )
    return sources


def by_unit(sources: Sequence[Source], rows: Sequence[int | None], units: int) -> np.ndarray:
    """Sum of emissions by unit (units,), NaN where nothing is known; ``rows`` is the unit of each source."""
    sums, known = np.zeros(units), np.zeros(units, dtype=bool)
    for source, row in zip(sources, rows):
        if row is not None and np.isfinite(source.emission_t):
            sums[row] += source.emission_t
            known[row] = True
    return np.where(known, sums, np.nan)


def summed(sources: Iterable[Source]) -> dict[tuple[str, str], float]:
    """Sum of emissions by (sector, fuel), t, in the order of first occurrence."""
    sums: dict[tuple[str, str], float] = {}
    for source in sources:
        key = (source.use.sector, source.use.fuel)
        sums[key] = sums.get(key, 0.0) + (source.emission_t if np.isfinite(source.emission_t) else 0.0)
    return sums


def gdp_route(gdp_1e4: np.ndarray, tce_per_1e4: np.ndarray | float, t_per_tce: float = T_CO2_PER_TCE) -> np.ndarray:
    """Emission from GDP (10^4 yuan) and energy intensity (tce per 10^4 yuan), t CO2 (units,); NaN unless all are > 0.

    Raises:
        CarbonBalanceError: CO2 per tce is not positive.
    """
    if not t_per_tce > 0:
        raise CarbonBalanceError(
            tr("CO2 per tonne of standard coal is {value:g}: it must be greater than 0.").format(value=t_per_tce)
        )
    gdp, intensity = np.broadcast_arrays(np.asarray(gdp_1e4, dtype=float), np.asarray(tce_per_1e4, dtype=float))
    with np.errstate(invalid="ignore"):
        return np.where((gdp > 0) & (intensity > 0), gdp * intensity * t_per_tce, np.nan)


def respiration(population: np.ndarray, t_person: float = RESPIRATION_T_PERSON) -> np.ndarray:
    """Annual CO2 from human respiration, t (units,): biogenic, therefore not added to fossil emissions."""
    with np.errstate(invalid="ignore"):
        return np.where(population > 0, population * t_person, np.nan)


def warn_implausible_units(emission_t_person: np.ndarray, row_labels, log: Log) -> np.ndarray:
    """Warn of units with implausible emissions per person; returns their rows."""
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
