"""Emission inventory of all units from fuels or GDP, with respiration, and per person and per GDP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..raster.zone_outlines.double_counting import CountedZones
from ..runtime.errors import CarbonBalanceError, listed, present
from ..runtime.i18n import mark, tr
from ..runtime.log import Log
from ..tables import columns
from ..tables.joining import match, need_some
from ..tables.totals import is_total
from ..tables.units import quotient
from .inventory import (
    GDP_ROUTE,
    RESPIRATION,
    Source,
    Use,
    by_unit,
    gdp_route,
    respiration,
    summed,
    warn_implausible_units,
)
from .population_demand import region_per_person

# More than any region uses: counties of steel works had some 10 tce per 10^4 yuan.
HIGHEST_TCE_PER_1E4 = 30.0


@dataclass(frozen=True)
class UnitFigures:
    """Input data of the units, arrays (units,) or ``None``.

    Attributes:
        keys: code or name of each unit.
        population: persons.
        gdp_1e4: GDP, 10^4 yuan.
        tce_per_1e4: energy intensity, tce per 10^4 yuan, or one value for all units.
    """

    keys: Sequence[object]
    population: np.ndarray | None = None
    gdp_1e4: np.ndarray | None = None
    tce_per_1e4: np.ndarray | float | None = None


@dataclass(frozen=True)
class Inventory:
    """Emissions by unit, arrays (units,), NaN where unknown.

    Attributes:
        emission_t: t CO2 a year, including respiration if requested.
        respiration_t: the biogenic part; ``None`` if not requested.
        emission_t_person, emission_t_1e4gdp: emission per person and per 10^4 yuan.
        sources: all items, including respiration and the GDP method.
        left_out_t: t CO2 of rows that match no unit.
        implausible: number of units outside the plausible range per person.
    """

    emission_t: np.ndarray
    respiration_t: np.ndarray | None
    emission_t_person: np.ndarray
    emission_t_1e4gdp: np.ndarray
    sources: list[Source]
    left_out_t: float
    implausible: int


def _rows_of(sources: Sequence[Source], keys: Sequence[object], by: str, log: Log) -> list[int | None]:
    """The unit of each source; keys that match no unit are logged with their emissions."""
    distinct = list(dict.fromkeys(source.use.key for source in sources))
    matches = match(keys, distinct, by)
    need_some(matches, keys, distinct)
    unit = {distinct[other]: row for row, other in enumerate(matches.partner) if other is not None}
    if matches.right:
        log.warn(
            tr("{count} unit(s) of the energy table do not match any zone and are left out: {keys}.").format(
                count=len(matches.right),
                keys=listed(tr("(empty)") if item.key is None else item.key for item in matches.right),
            )
        )
    return [unit.get(source.use.key) for source in sources]


def unit_inventory(
    figures: UnitFigures,
    sources: Sequence[Source],
    by: str,
    t_per_tce: float,
    with_respiration: bool,
    log: Log,
    row_labels: Callable[[np.ndarray], str],
) -> Inventory:
    """Compute the emissions of each unit.

    Args:
        figures: data of the units.
        sources: emissions of fuels, empty for the GDP method.
        by: how keys of units are matched, "code" or "name".
        t_per_tce: CO2 per tonne of standard coal in the GDP method.
        with_respiration: whether to add human respiration.
        log: receives units without data, unmatched keys and implausible values.
        row_labels: converts row numbers to names.

    Raises:
        CarbonBalanceError: neither or both of fuels and GDP with intensity, or respiration without population.
    """
    count = len(figures.keys)
    intensity = figures.tce_per_1e4
    by_gdp = intensity is not None
    if by_gdp == bool(sources):
        raise CarbonBalanceError(
            tr("Energy would be counted twice: give either the energy table or the energy intensity of GDP.")
            if by_gdp
            else tr(
                "There is nothing to compute emissions from: give an energy table (ENERGY), or GDP and its energy "
                "intensity (GDP, INTENSITY)."
            )
        )
    if by_gdp and figures.gdp_1e4 is None:
        raise CarbonBalanceError(tr("The energy intensity needs the GDP of the units: choose its column (GDP)."))
    items = list(sources)
    left_out = 0.0
    if intensity is not None:
        highest = float(np.nanmax(np.where(np.isfinite(intensity), intensity, 0.0), initial=0.0))
        if highest > HIGHEST_TCE_PER_1E4:
            log.warn(
                tr(
                    "The energy intensity is up to {value:g} tce per 10^4 yuan of GDP; regions have 0.1 to 5, and more "
                    "than {most:g} is implausible: check its unit (in kg of standard coal it is 1,000 times as large)."
                ).format(value=highest, most=HIGHEST_TCE_PER_1E4)
            )
        emission = gdp_route(present(figures.gdp_1e4), intensity, t_per_tce)
        items += _items(figures.keys, emission, GDP_ROUTE, figures.gdp_1e4, "10^4 yuan")
    else:
        rows = _rows_of(sources, figures.keys, by, log)
        emission = by_unit(sources, rows, count)
        # A total row is not counted as left out.
        outside = [s.emission_t for s, row in zip(sources, rows) if row is None and not is_total(s.use.key)]
        left_out = float(np.nansum(outside or [0.0]))
        unknown = sum(1 for source in sources if np.isnan(source.emission_t))
        if unknown:
            log.warn(tr("{count} fuel amount(s) are NULL and are treated as not given.").format(count=unknown))
    missing = np.flatnonzero(np.isnan(emission))
    if len(missing):
        log.warn(
            tr("{count} unit(s) have no emissions because none of their data are known: {rows}.").format(
                count=len(missing), rows=row_labels(missing)
            )
        )
    breath = None
    if with_respiration:
        if figures.population is None:
            raise CarbonBalanceError(
                tr("Human respiration needs the population of the units: choose its column (POPULATION).")
            )
        breath = respiration(figures.population)
        items += _items(figures.keys, breath, RESPIRATION, figures.population, mark("persons"))
        emission = emission + breath
        log.info(tr("emission_t includes human respiration, a biogenic source; respiration_t gives its amount."))
    nothing = np.full(count, np.nan)
    per_person = nothing if figures.population is None else quotient(emission, figures.population)
    per_gdp = nothing if figures.gdp_1e4 is None else quotient(emission, figures.gdp_1e4)
    implausible = warn_implausible_units(per_person, row_labels, log)
    return Inventory(
        emission_t=emission,
        respiration_t=breath,
        emission_t_person=per_person,
        emission_t_1e4gdp=per_gdp,
        sources=items,
        left_out_t=left_out,
        implausible=len(implausible),
    )


def _items(keys, emission_t, name: str, amounts, measure: str) -> list[Source]:
    return [
        Source(Use(key, "", name, float(amount), measure), float(value), True, name)
        for key, value, amount in zip(keys, emission_t, amounts)
    ]


def source_columns(sources: Sequence[Source]) -> dict[str, list[object]]:
    """The table by source, one row per item."""
    return {
        columns.UNIT: [str(source.use.key) for source in sources],
        columns.SECTOR: [source.use.sector or None for source in sources],
        columns.FUEL: [source.use.fuel for source in sources],
        columns.AMOUNT: [float(source.use.amount) for source in sources],
        columns.MEASURE: [source.use.measure for source in sources],
        columns.EMISSION_T: [float(source.emission_t) for source in sources],
        columns.FACTOR_CHECKED: ["yes" if source.certain else "no" for source in sources],
        columns.FACTOR_SOURCE: [source.origin for source in sources],
    }


def sums_by_source(sources: Sequence[Source]) -> dict[str, list[object]]:
    """Sums by sector and fuel over all units, as columns."""
    sums = summed(sources)
    return {
        columns.SECTOR: [sector or None for sector, _ in sums],
        columns.FUEL: [fuel for _, fuel in sums],
        columns.EMISSION_T: list(sums.values()),
    }


class InventoryTotals(NamedTuple):
    """Totals of all units; ratios are of sums over the units with both values, NaN if there are none."""

    emission_t: float
    respiration_t: float
    emission_t_person: float
    emission_t_1e4gdp: float
    left_out_t: float
    implausible: int


def totals(result: Inventory, figures: UnitFigures, once: CountedZones) -> InventoryTotals:
    """The main numbers of an inventory for the units that ``once`` counts; NaN if overlaps make them unknown."""

    def per(amounts: np.ndarray | None) -> float:
        if amounts is None or not once.known:
            return np.nan
        return region_per_person(amounts[once.counted], result.emission_t[once.counted])

    return InventoryTotals(
        emission_t=once.total(result.emission_t),
        respiration_t=0.0 if result.respiration_t is None else once.total(result.respiration_t),
        emission_t_person=per(figures.population),
        emission_t_1e4gdp=per(figures.gdp_1e4),
        left_out_t=result.left_out_t,
        implausible=result.implausible,
    )
