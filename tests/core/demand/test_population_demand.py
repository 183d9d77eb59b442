"""Demand from population, and its growth."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.population_demand import Growth, growth_factor
from carbon_balance.core.demand.population_demand import demand as demand_of
from carbon_balance.core.demand.zonal_demand import Rates, zonal_demand
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log

# Wuhua, Panlong and a third: census persons of 2020 and km2.
POPULATION = np.array([1_143_085.0, 987_955.0, 500_000.0])
AREA = np.array([386.2339, 855.5067, 2000.0])


def labels(rows):
    return ", ".join(f"row {row + 1}" for row in rows)


def compute(population=POPULATION, emission=None, rates=Rates(3.938), growth=Growth(), area=AREA, log=None):  # noqa: B008
    return zonal_demand(population, emission, rates, growth, area, log or Log(), labels)


def test_published_demand_of_central_yunnan():
    # Dong et al. 2025, Table 3: 11361.74 and 4600.00 t/km2; the census differs from the paper's count by some percent.
    density = compute().now.demand_t_km2
    assert density[0] == pytest.approx(11361.74, rel=0.03)
    assert density[1] == pytest.approx(4600.00, rel=0.02)


def test_the_region_s_figures_are_the_same_as_its_emission_per_person():
    by_region = compute(rates=Rates(None, 3.938 * 47_209_277, 47_209_277))
    np.testing.assert_allclose(by_region.now.emission_t, compute().now.emission_t)


def test_the_region_s_density_is_sum_over_sum():
    result = compute()
    assert result.totals.demand_t_km2 == pytest.approx(3.938 * POPULATION.sum() / AREA.sum())
    assert result.totals.emission_t_person == pytest.approx(3.938)


def test_emission_of_each_zone_needs_no_population():
    result = compute(population=None, emission=np.array([100.0, 0, np.nan]), rates=Rates())
    np.testing.assert_allclose(result.now.demand_t_km2, [100 / AREA[0], np.nan, np.nan])
    assert np.isnan(result.totals.population)


def test_growth_compounds_and_the_present_total_is_kept():
    result = compute(growth=Growth(40, population_percent=-0.5, per_person_percent=-2))
    factor = 0.995**40 * 0.98**40
    np.testing.assert_allclose(result.then.emission_t, result.now.emission_t * factor)
    assert result.totals.emission_t_now == pytest.approx(3.938 * POPULATION.sum())
    assert result.totals.emission_t_person == pytest.approx(3.938 * 0.98**40)


def test_targets_are_met_over_all_zones():
    result = compute(growth=Growth(population_target=2e6, per_person_target=2.5))
    assert result.totals.population == pytest.approx(2e6)
    assert result.totals.emission_t_person == pytest.approx(2.5)
    assert result.totals.emission_t == pytest.approx(5e6)


@pytest.mark.parametrize(
    ("growth", "words"),
    [
        (Growth(10, population_percent=1, population_target=5), "not both"),
        (Growth(0, population_percent=1), "the years over which"),
        (Growth(5, per_person_percent=-100), "greater than -100"),
    ],
)
def test_impossible_growth_is_refused(growth, words):
    with pytest.raises(CarbonBalanceError, match=words):
        compute(growth=growth)


def test_a_target_per_person_needs_population():
    with pytest.raises(CarbonBalanceError, match="emission per person"):
        compute(population=None, emission=POPULATION, rates=Rates(), growth=Growth(per_person_target=2))


@pytest.mark.parametrize(
    ("rates", "emission", "words"),
    [
        (Rates(), None, "given is: none"),
        (Rates(3.9), POPULATION, "given is: two"),
        (Rates(3.9, 1e8, 1e7), None, "give only one of the two"),
        (Rates(None, 1e8), None, "one of the two is missing"),
        (Rates(None, 1e8, 0), None, "population of the region is 0"),
        (Rates(0), None, "emission of the region is 0"),
    ],
)
def test_exactly_one_way_of_giving_emission_is_required(rates, emission, words):
    with pytest.raises(CarbonBalanceError, match=words):
        compute(rates=rates, emission=emission)


def test_no_population_is_refused():
    with pytest.raises(CarbonBalanceError, match="population of the zones is missing"):
        compute(population=None)


def test_zero_population_and_zero_area_are_null_and_named():
    log = Log()
    result = compute(np.array([0.0, 5, np.nan]), area=np.array([1.0, 0, 1]), log=log)
    assert np.isnan(result.now.demand_t_km2).all()
    np.testing.assert_allclose(result.now.emission_t, [np.nan, 5 * 3.938, np.nan])
    assert any("3 zone(s)" in sentence and "row 2" in sentence for sentence in log.warnings)


def test_an_emission_per_person_in_the_wrong_unit_gives_a_warning():
    log = Log()
    compute(rates=Rates(39_380), log=log)
    assert any("39380 t" in sentence.replace("3.938e+04", "39380") for sentence in log.warnings)


def test_emission_below_one_tonne_is_accepted_and_zero_refused():
    found = demand_of(np.full(3, 10.0), np.array([0.5, 0.0, -1.0]), np.full(3, 2.0))
    np.testing.assert_array_equal(found.emission_t, [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(found.demand_t_km2, [0.25, np.nan, np.nan])
    np.testing.assert_array_equal(found.emission_t_person, [0.05, np.nan, np.nan])


def test_a_decline_of_less_than_100_percent_is_accepted():
    assert growth_factor(-99.5, 1, 1.0, None, "population") == pytest.approx(0.005)
    with pytest.raises(CarbonBalanceError, match="greater than -100"):
        growth_factor(-100, 1, 1.0, None, "population")


def test_a_year_given_as_a_number_of_years_is_refused():
    """2,030 years of growth by 1 % give 600 million times as many persons."""
    assert growth_factor(1, 500, 1.0, None, "population") == pytest.approx(1.01**500)
    with pytest.raises(CarbonBalanceError, match="given for 2030 years: YEARS is the number of years from the date"):
        growth_factor(1, 2030, 1.0, None, "population")


def test_growth_defaults_to_zero():
    assert vars(Growth()) == {
        "years": 0,
        "population_percent": None,
        "per_person_percent": None,
        "population_target": None,
        "per_person_target": None,
    }
