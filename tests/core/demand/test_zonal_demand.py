"""Demand of zones by each method, totals, and refused inputs."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.population_demand import Growth
from carbon_balance.core.demand.zonal_demand import DemandTotals, Rates, rate_t_person, zonal_demand
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log

NO_RATES, NO_GROWTH = Rates(), Growth()
PEOPLE, AREA = np.array([1000.0, 3000, 500]), np.array([10.0, 20, np.nan])


def rows(numbers):
    return ", ".join(f"row {number}" for number in numbers)


def demanded(population=PEOPLE, emission=None, rates=NO_RATES, growth=NO_GROWTH, log=None):
    return zonal_demand(population, emission, rates, growth, AREA, log or Log(), rows)


def test_the_emission_per_person_is_given_or_derived_from_the_region():
    assert rate_t_person(Rates()) is None
    assert rate_t_person(Rates(6.5)) == 6.5
    assert rate_t_person(Rates(None, 900.0, 300.0)) == 3
    with pytest.raises(CarbonBalanceError, match="^Both emissions per person"):
        rate_t_person(Rates(6.5, 900.0, None))
    for one in (Rates(None, 900.0), Rates(None, None, 300.0)):
        with pytest.raises(CarbonBalanceError, match="needed together"):
            rate_t_person(one)


def test_totals_are_of_zones_with_an_area():
    """At 5 t per person: 5,000 and 15,000 t on 10 and 20 km2; the third zone has an emission but no area."""
    log = Log()
    found = demanded(rates=Rates(5.0), log=log)
    assert found.then.emission_t.tolist() == [5000, 15000, 2500]
    assert found.then.demand_t_km2.tolist() == pytest.approx([500, 750, np.nan], nan_ok=True)
    totals = found.totals
    assert (totals.emission_t, totals.area_km2, totals.population, totals.emission_t_now) == (22500, 30, 4500, 22500)
    assert (totals.demand_t_km2, totals.emission_t_person) == pytest.approx((20000 / 30, 5))
    (told,) = [each for each in log.warnings if "no demand" in each]
    assert told == ("1 zone(s) have no demand because population, emission or area is NULL, zero or negative: row 2.")


def test_emissions_by_zone_need_no_population():
    log = Log()
    found = demanded(None, np.array([100.0, 0, 50]), log=log)
    assert found.then.emission_t.tolist() == pytest.approx([100, np.nan, 50], nan_ok=True)
    assert np.isnan(found.totals.population)
    assert (found.totals.emission_t, found.totals.area_km2, found.totals.demand_t_km2) == (150, 10, 10)
    assert any(each.startswith("2 zone(s) have no demand because emission or area") for each in log.warnings)


def test_growth_changes_the_later_year_alone():
    found = demanded(rates=Rates(5.0), growth=Growth(2, 10.0))
    assert found.now.emission_t.tolist() == [5000, 15000, 2500]
    assert found.then.emission_t == pytest.approx([6050, 18150, 3025])
    assert (found.totals.emission_t, found.totals.emission_t_now) == pytest.approx((27225, 22500))


def test_exactly_one_way_of_giving_demand_is_required():
    with pytest.raises(CarbonBalanceError, match="given in exactly one way.*: none"):
        demanded()
    with pytest.raises(CarbonBalanceError, match="given in exactly one way.*: two"):
        demanded(emission=PEOPLE, rates=Rates(5.0))
    with pytest.raises(CarbonBalanceError, match="population of the zones is missing"):
        demanded(None, rates=Rates(5.0))


def test_totals_known_unknown_and_overlapping_have_a_sentence_each():
    assert DemandTotals(22500, 750, 0, 0, 30, 0).sentence(np.ones(3)) == (
        "22,500 t of CO2 per year in 3 zones, 750 t/km2 overall."
    )
    assert "per year in 2 of 3 zones" in DemandTotals(22500, 750, 0, 0, 30, 0).sentence(np.array([1, np.nan, 2]))
    assert DemandTotals(0, 0, 0, 0, 0, 0).sentence(np.ones(3)) == "Demand is not known in any of 3 zones."
    assert "because zones overlap" in DemandTotals(np.nan, 0, 0, 0, 30, 0).sentence(np.ones(3))
