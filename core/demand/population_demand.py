"""Emission demand of zones from population, and its projection to a later year.

Source: the study of Central Yunnan, D = (E_region / P_region) x P / A. Every zone gets the emission per person of the
    region, so that demand depends only on population.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..raster.zone_outlines.double_counting import CountedZones
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.plausibility import hint_of_step
from ..tables.units import quotient

# Countries emit between about 0.05 and 40 t CO2 per person a year; outside this range a unit is likely wrong.
PLAUSIBLE_T_PERSON = (0.5, 50.0)
# Growth over more years than this is a year such as 2030 given as a number of years.
MOST_YEARS = 500


def emission_per_person(region_emission_t: float, region_population: float) -> float:
    """E_region / P_region, t per person.

    Raises:
        CarbonBalanceError: a value that is not positive.
    """
    for value, what in ((region_emission_t, tr("emission")), (region_population, tr("population"))):
        if not (np.isfinite(value) and value > 0):
            raise CarbonBalanceError(
                tr("The {what} of the region is {value:g}: it must be greater than 0.").format(what=what, value=value)
            )
    return region_emission_t / region_population


@dataclass(frozen=True)
class PopulationDemand:
    """Emission of each zone, arrays (zones,), NaN where unknown.

    Attributes:
        population: persons, NaN if not given.
        emission_t: per year.
        demand_t_km2: emission per area.
        emission_t_person: per person.
    """

    population: np.ndarray
    emission_t: np.ndarray
    demand_t_km2: np.ndarray
    emission_t_person: np.ndarray


def demand(population: np.ndarray, emission_t: np.ndarray, area_km2: np.ndarray) -> PopulationDemand:
    """Demand from emission (t a year) and area (km2), each (zones,); zero or negative values give NaN."""
    with np.errstate(invalid="ignore"):
        emission = np.where(np.asarray(emission_t) > 0, emission_t, np.nan)
    return PopulationDemand(population, emission, quotient(emission, area_km2), quotient(emission, population))


def growth_factor(percent_a_year: float | None, years: float, now: float, target: float | None, what: str) -> float:
    """The growth factor of a quantity: compound growth over ``years``, or ``target`` / ``now``.

    Args:
        percent_a_year: growth in % a year, may be negative; ``None`` for no growth.
        years: number of years.
        now: present value, needed with ``target``.
        target: future value, or ``None``.
        what: name of the quantity in messages.

    Raises:
        CarbonBalanceError: both growth and target, growth of -100 % or less, or an impossible target.
    """
    if target is not None:
        if percent_a_year:
            raise CarbonBalanceError(
                tr("Growth of {what}: give either a rate in % per year or a target, not both.").format(what=what)
            )
        if not (np.isfinite(now) and now > 0 and target > 0):
            raise CarbonBalanceError(
                tr(
                    "The target for {what} is {target:g} and the present value is {now:g}: both must be known and "
                    "greater than 0."
                ).format(what=what, target=target, now=now)
            )
        return target / now
    if not percent_a_year:
        return 1.0
    if percent_a_year <= -100:
        raise CarbonBalanceError(
            tr("Growth of {what} is {value:g} % per year: it must be greater than -100 %.").format(
                what=what, value=percent_a_year
            )
        )
    if years <= 0:
        raise CarbonBalanceError(
            tr(
                "Growth of {what} is given without a number of years: give the years over which it applies (YEARS)."
            ).format(what=what)
        )
    if years > MOST_YEARS:
        raise CarbonBalanceError(
            tr(
                "Growth of {what} is given for {years:g} years: YEARS is the number of years from the date of the data "
                "to the later year, not that year, and at most {most}."
            ).format(what=what, years=years, most=MOST_YEARS)
        )
    return (1 + percent_a_year / 100) ** years


def region_per_person(population: np.ndarray, emission_t: np.ndarray) -> float:
    """Emission per person of all zones with both values, t; NaN if there are none."""
    both = np.isfinite(population) & np.isfinite(emission_t)
    people = float(population[both].sum())
    return float(emission_t[both].sum()) / people if people > 0 else np.nan


def warn_implausible(per_person_t: float, log: Log) -> bool:
    """Warn of an implausible emission per person (t CO2 a year); returns whether it is implausible."""
    low, high = PLAUSIBLE_T_PERSON
    if not np.isfinite(per_person_t) or low <= per_person_t <= high:
        return False
    log.warn(
        tr(
            "Emissions are {value:.4g} t per person per year, outside the plausible range of {low:g} to {high:g} "
            "t{hint}: check the units of emissions and population."
        ).format(value=per_person_t, low=low, high=high, hint=hint_of_step(per_person_t, low, high))
    )
    return True


@dataclass(frozen=True)
class Growth:
    """Growth from the present to a later year; ``None`` means no growth.

    Attributes:
        years: number of years.
        population_percent, per_person_percent: % a year, compound.
        population_target: future population of all zones together; all zones grow at the same rate.
        per_person_target: future t per person over all zones.
    """

    years: float = 0.0
    population_percent: float | None = None
    per_person_percent: float | None = None
    population_target: float | None = None
    per_person_target: float | None = None

    def is_none(self) -> bool:
        """Whether no growth was given."""
        figures = (self.population_percent, self.per_person_percent, self.population_target, self.per_person_target)
        return not any(figures)


def grown(
    now: PopulationDemand, growth: Growth, area_km2: np.ndarray, once: CountedZones | None = None
) -> PopulationDemand:
    """Demand in the later year: emission x growth of population x growth of emission per person.

    Targets refer to the total of the zones that ``once`` counts, all if ``None``.
    """
    counted = np.ones(len(area_km2), bool) if once is None else once.counted
    if once is not None and not once.known and any((growth.population_target, growth.per_person_target)):
        raise CarbonBalanceError(
            tr(
                "Zones overlap, so that their sum is not a value of the region that could be compared with a target: "
                "give growth in % a year, or use zones that do not overlap."
            )
        )
    population = growth_factor(
        growth.population_percent,
        growth.years,
        float(np.nansum(now.population[counted])),
        growth.population_target,
        tr("population"),
    )
    per_person = growth_factor(
        growth.per_person_percent,
        growth.years,
        region_per_person(now.population[counted], now.emission_t[counted]),
        growth.per_person_target,
        tr("emission per person"),
    )
    return demand(now.population * population, now.emission_t * population * per_person, area_km2)
