"""Emission demand of all zones by one of three methods, depending on the inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..raster.zone_outlines.double_counting import counted_once, log_counted
from ..raster.zone_outlines.overlaps import Overlaps, no_overlaps
from ..runtime.errors import CarbonBalanceError, known_count
from ..runtime.figures import Figure
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.plausibility import warn_of_people
from .population_demand import (
    Growth,
    PopulationDemand,
    demand,
    emission_per_person,
    grown,
    region_per_person,
    warn_implausible,
)


class Rates(NamedTuple):
    """Rates from population to emission: t per person, or emission (t) and population of the region."""

    per_person_t: float | None = None
    region_emission_t: float | None = None
    region_population: float | None = None


class DemandTotals(NamedTuple):
    """Totals of all zones; the density is the sum of emissions per sum of areas."""

    emission_t: float
    demand_t_km2: float
    population: float
    emission_t_person: float
    area_km2: float
    emission_t_now: float

    def sentence(self, zone_t: np.ndarray) -> str:
        """A sentence with the emission of all zones, whose own are ``zone_t`` (zones,), and its density."""
        zones = len(zone_t)
        if not self.area_km2:
            return tr("Demand is not known in any of {zones} zones.").format(zones=zones)
        if not np.isfinite(self.emission_t):
            return tr("The total emissions of {zones} zones are not known, because zones overlap.").format(zones=zones)
        return tr("{emission:,.0f} t of CO2 per year in {zones} zones, {density:,.6g} t/km2 overall.").format(
            emission=Figure(self.emission_t), zones=known_count(zone_t), density=self.demand_t_km2
        )


@dataclass(frozen=True)
class ZonalDemand:
    """Demand of each zone at present and in the later year (equal without growth), and totals."""

    now: PopulationDemand
    then: PopulationDemand
    totals: DemandTotals


def rate_t_person(rates: Rates) -> float | None:
    """Emission per person from the given rates, t a year; ``None`` if there are none.

    Raises:
        CarbonBalanceError: both ways given, one of two values missing, or a value that is not positive.
    """
    region = (rates.region_emission_t, rates.region_population)
    if rates.per_person_t is not None and region != (None, None):
        raise CarbonBalanceError(
            tr(
                "Both emissions per person (PER_PERSON) and the figures of the region (REGION_EMISSION, "
                "REGION_POPULATION) are given: give only one of the two."
            )
        )
    if rates.per_person_t is not None:
        return emission_per_person(rates.per_person_t, 1.0)
    if region == (None, None):
        return None
    if rates.region_emission_t is None or rates.region_population is None:
        raise CarbonBalanceError(
            tr("The emissions and the population of the region are needed together: one of the two is missing.")
        )
    return emission_per_person(rates.region_emission_t, rates.region_population)


def zonal_demand(
    population: np.ndarray | None,
    emission_t: np.ndarray | None,
    rates: Rates,
    growth: Growth,
    area_km2: np.ndarray,
    log: Log,
    row_labels: Callable[[np.ndarray], str],
    overlaps: Overlaps | None = None,
    names: Sequence[str] = (),
) -> ZonalDemand:
    """Compute the demand of zones.

    Args:
        population: persons (zones,), or ``None``.
        emission_t: statistics of each zone (zones,), or ``None``; excludes ``rates``.
        rates: emission per person or values of the region; excludes ``emission_t``.
        growth: growth to a later year.
        area_km2: (zones,), NaN where unknown.
        log: receives zones without a value and implausible values.
        row_labels: converts row numbers to names.
        overlaps: overlaps of the zones, so that totals count land once; ``None`` for none.
        names: names of the zones, needed with ``overlaps``.

    Raises:
        CarbonBalanceError: no or several ways given, or no population where one is needed.
    """
    per_person = rate_t_person(rates)
    if (per_person is None) == (emission_t is None):
        raise CarbonBalanceError(
            tr(
                "Emissions must be given in exactly one way: the emissions and population of the region "
                "(REGION_EMISSION, REGION_POPULATION), emissions per person (PER_PERSON), or a column with the "
                "emissions of each zone (EMISSION); the number of ways given is: {count}."
            ).format(count=tr("none") if per_person is None else tr("two"))
        )
    if emission_t is None and population is None:
        raise CarbonBalanceError(tr("The population of the zones is missing: choose its column (POPULATION)."))
    people = np.full(np.shape(area_km2), np.nan) if population is None else population
    now = demand(people, people * per_person if emission_t is None else emission_t, area_km2)
    once = counted_once(overlaps or no_overlaps(len(area_km2)), [population, now.emission_t])
    log_counted(once, names, area_km2, log)
    then = now if growth.is_none() else grown(now, growth, area_km2, once)
    warn_of_people(people, area_km2, log)
    warn_implausible(region_per_person(then.population, then.emission_t), log)
    missing = np.flatnonzero(np.isnan(then.demand_t_km2))
    if len(missing):
        what = tr("emission") if population is None else tr("population, emission")
        log.warn(
            tr("{count} zone(s) have no demand because {what} or area is NULL, zero or negative: {rows}.").format(
                count=len(missing), what=what, rows=row_labels(missing)
            )
        )
    known = np.isfinite(then.demand_t_km2)
    area = once.area(np.where(known, area_km2, np.nan))
    emission = once.total(then.emission_t)
    return ZonalDemand(
        now,
        then,
        DemandTotals(
            emission_t=emission,
            demand_t_km2=once.total(np.where(known, then.emission_t, np.nan)) / area if area else np.nan,
            population=np.nan if population is None else once.total(then.population),
            emission_t_person=region_per_person(then.population[once.counted], then.emission_t[once.counted])
            if once.known
            else np.nan,
            area_km2=area,
            emission_t_now=once.total(now.emission_t),
        ),
    )
