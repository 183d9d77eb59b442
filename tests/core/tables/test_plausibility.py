"""Implausible amounts are reported with the unit that would explain them; plausible ones are not."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.inventory import warn_implausible_units
from carbon_balance.core.demand.population_demand import warn_implausible
from carbon_balance.core.options.supply import pool_sets
from carbon_balance.core.runtime.errors import CarbonBalanceError, did_you_mean
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.supply.pools import preset_pool_table, read_pool_table, read_sink_table
from carbon_balance.core.tables.joining import match, need_some, right_encoding
from carbon_balance.core.tables.plausibility import (
    are_codes,
    need_shares,
    warn_of_balance,
    warn_of_carbon_raster,
    warn_of_densities,
    warn_of_npp,
    warn_of_people,
    warn_of_sinks,
    warn_of_weights,
)
from carbon_balance.core.tables.table import Table

HENAN = preset_pool_table("henan", "six_classes")


def logged_of(pools_t_ha):
    fields = ["lucode", "name", "c_above", "c_below", "c_soil", "c_dead"]
    rows = [[code, name, *row] for code, name, row in zip(HENAN.codes, HENAN.names, pools_t_ha.tolist())]
    log = Log()
    read_pool_table(Table("pools", fields, rows), log=log)
    return log.warnings


@pytest.mark.parametrize("pool_set", pool_sets())
def test_published_densities_are_plausible(pool_set):
    assert logged_of(preset_pool_table(pool_set, "six_classes").pools_t_ha) == []


def test_densities_a_hundred_times_too_high_give_a_warning():
    (logged,) = logged_of(HENAN.pools_t_ha * 100)
    assert "more than 2000 t C/ha is more than any land stores (cropland: 6681, forest: 14995" in logged
    assert "t/km2 or g/m2 are 100 times" in logged


def test_densities_in_kg_m2_give_a_warning():
    (logged,) = logged_of(HENAN.pools_t_ha / 10)
    assert "the class with the highest density is forest with 14.995 t C/ha" in logged
    assert "kg/m2 are a tenth" in logged


def test_densities_of_biomass_alone_may_be_low():
    log = Log()
    read_pool_table(Table("t", ["lucode", "c_above"], [[1, 4.85], [2, 1.63]]), log=log)
    assert not any("less than land stores" in warning for warning in log.warnings)
    read_pool_table(Table("t", ["lucode", "carbon_t_ha"], [[1, 0.4], [2, 0.1]]), log=log)
    assert "less than land stores" in log.warnings[-1]


def test_implausible_sink_coefficients_give_a_warning():
    log = Log()
    read_sink_table(Table("s", ["lucode", "sink_t_ha"], [[1, 1.16], [2, 3.55]]), log=log)
    assert log.warnings == []
    read_sink_table(Table("s", ["lucode", "sink_t_ha"], [[1, 116], [2, 355]]), log=log)
    assert "more than any land takes up (1: 116, 2: 355)" in log.warnings[0]


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("people", [530102, 530103, 530111, 530112]),
        ("people", [530102001, 530102002, 530181005, 530181100]),
        ("people", [1, 2, 3, 4, 5]),
        ("adcode", [7, 9]),
        ("行政区划代码", [7, 9]),
    ],
)
def test_codes_in_place_of_amounts_are_recognised(title, values):
    assert are_codes(title, np.array(values, float))


@pytest.mark.parametrize(
    "values",
    [
        [1_143_000, 882_000, 965_000, 401_500, 1_602_279],
        [51.2, 52.3, 53.1, 54.9],
        [530102, 530102, 530111, 530112],
        [530102, 530103, np.nan, 530112],
        [530102, 530103],
        [4, 2, 3, 1],
    ],
)
def test_implausible_populations_give_a_warning(values):
    assert not are_codes("population", np.array(values, float))


def test_implausible_persons_per_km2_give_a_warning():
    area = np.array([1000.0, 2000])
    for people, hint in (
        ([20.0, 40], " (multiplied by 10^4 it would be plausible)"),
        ([4e9, 8e9], " (divided by 10^4 it would be plausible)"),
    ):
        log = Log()
        warn_of_people(np.array(people), area, log)
        assert hint in log.warnings[0]
    log = Log()
    warn_of_people(np.array([2e5, np.nan]), area, log)
    warn_of_people(np.array([np.nan, np.nan]), area, log)
    assert log.warnings == []


def test_implausible_emission_per_person_names_the_step():
    log = Log()
    warn_implausible(39380.0, log)
    assert (
        "Emissions are 3.938e+04 t per person" in log.warnings[0]
        and "(divided by 10^4 it would be plausible)" in log.warnings[0]
    )


def test_implausible_supply_and_demand_of_a_region_give_a_warning():
    log = Log()
    warn_of_balance(12_000, True, 800, log)
    warn_of_balance(1.2, False, 800, log)
    assert log.warnings == []
    warn_of_balance(1.2, True, 8e6, log)
    assert "is 1.2 t/km2, outside the plausible range of 50 to 200,000" in log.warnings[0]
    assert "demand of the region is 8e+06 t/km2" in log.warnings[1]


ZONES = ["呈贡区", "晋宁区", "富民县"]


@pytest.mark.parametrize(
    ("written", "read"), [("UTF-8", "GBK"), ("GBK", "Big5"), ("Big5", "GBK"), ("UTF-8", "Windows-1252")]
)
def test_names_read_in_a_wrong_encoding_are_recognised(written, read):
    names = [name for name in ("呈貢", "晉寧", "富民") if name] if written == "Big5" else ZONES
    garbled = [name.encode(written).decode(read, "replace") for name in names]
    zones = names if written == "Big5" else ZONES
    with pytest.raises(
        CarbonBalanceError, match=f"the names of the table are encoded in {written} but were read in another"
    ):
        need_some(match(zones, garbled, "name"), zones, garbled)


def test_different_names_are_not_taken_as_wrongly_encoded():
    assert right_encoding(["昆明", "玉溪"], ZONES) == ""
    with pytest.raises(CarbonBalanceError, match="if names look garbled, the encoding of the table"):
        need_some(match(ZONES, ["昆明"], "name"), ZONES, ["昆明"])


def test_similar_names_are_suggested():
    assert did_you_mean("POPULATON", ["population", "gdp"]) == " (did you mean population?)"
    assert did_you_mean("population", ["population_2010", "population_2020", "x"]) == (
        " (did you mean population_2020 or population_2010?)"
    )
    assert did_you_mean("gdp", ["area", "name"]) == ""


@pytest.mark.parametrize(("density", "warned"), [(0.99, 1), (1, 0), (50_000, 0), (50_001, 1)])
def test_persons_per_km2_at_the_limits(density, warned):
    """1 to 50,000 persons per km2: from deserts to the densest districts."""
    log = Log()
    warn_of_people(np.array([density * 4.0]), np.array([4.0]), log)
    assert len(log.warnings) == warned


@pytest.mark.parametrize(
    ("supply", "demand", "warned"),
    [(49.9, 1, 1), (50, 1, 0), (200_000, 1, 0), (200_001, 1, 1), (100, 1_000_000, 0), (100, 1_000_001, 1)],
)
def test_stock_and_demand_of_a_region_at_the_limits(supply, demand, warned):
    log = Log()
    warn_of_balance(supply, True, demand, log)
    assert len(log.warnings) == warned


@pytest.mark.parametrize(
    ("top", "soil", "warned"),
    [
        (2000, None, 0), (2000.1, None, 1), (0.5, None, 0), (0.49, None, 1),
        (20, 10, 0), (19.9, 10, 1), (19.9, 0, 0), (0.49, 0, 1),
    ],
)  # fmt: skip
def test_densities_at_the_limits(top, soil, warned):
    """No land stores more than 2,000 t C/ha; some class stores 0.5 t, with soil 20 t."""
    log = Log()
    values = np.array([0.1, top])
    warn_of_densities("pools", ["a", "b"], values, None if soil is None else np.array([0.0, soil]), log)
    assert len(log.warnings) == warned


@pytest.mark.parametrize(("sink", "warned"), [(100, 0), (100.1, 1), (-5, 0)])
def test_sinks_at_the_limit(sink, warned):
    log = Log()
    warn_of_sinks("sinks", ["a", "b"], np.array([1.0, sink]), log)
    assert len(log.warnings) == warned


@pytest.mark.parametrize(("per_person", "warned"), [(0.5, False), (0.49, True), (50, False), (50.1, True)])
def test_emission_per_person_at_the_limits(per_person, warned):
    assert warn_implausible(per_person, Log()) is warned
    rows = warn_implausible_units(np.array([4.0, per_person]), lambda at: "", Log())
    assert rows.tolist() == ([1] if warned else [])


@pytest.mark.parametrize(
    ("values", "codes"),
    # Six digits, the same first two: administrative codes; five digits are not.
    [([530102, 530103, 530112, 530181], True), ([53010, 53011, 53031, 53018], False), ([530102, 540103, 1, 2], False)],
)
def test_administrative_codes_have_six_digits_and_a_province(values, codes):
    assert are_codes("x", np.array(values, float)) is codes


@pytest.mark.parametrize(
    ("mean", "is_stock", "warned"),
    [(2000, True, 0), (2001, True, 1), (0.5, True, 0), (0.49, True, 1), (0, True, 0)]
    + [(100, False, 0), (101, False, 1), (-101, False, 1), (0.01, False, 0)],
)
def test_rasters_of_carbon_at_the_limits(mean, is_stock, warned):
    log = Log()
    warn_of_carbon_raster("the raster", mean, is_stock, log)
    assert len(log.warnings) == warned


@pytest.mark.parametrize(("mean", "warned"), [(2170, 0), (2171, 1), (3, 0), (2.9, 1), (0, 0)])
def test_npp_at_the_limits(mean, warned):
    log = Log()
    warn_of_npp("the raster", mean, log)
    assert len(log.warnings) == warned


@pytest.mark.parametrize("whole", [1, 100])
def test_shares_that_do_not_sum_to_one_give_a_warning_or_are_refused(whole):
    told: list[str] = []
    for right in ([0.25, 0.75], [0.33, 0.33, 0.33], [0.5, 0.51]):
        need_shares("the table", np.array(right) * whole, told.append)
    assert told == []
    need_shares("the table", np.array([0.6, 0.35]) * whole, told.append, " of class 3")
    (sentence,) = told
    assert f"the shares of class 3 add up to {0.95 * whole:g} instead of {whole}" in sentence
    for wrong in (0.499, 1.501):
        with pytest.raises(CarbonBalanceError, match=f"the shares add up to {wrong * whole:g}: they must add up to 1"):
            need_shares("the table", np.array([wrong * whole]), told.append)
    for near in (0.5, 1.5):
        need_shares("the table", np.array([near * whole]), told.append)


@pytest.mark.parametrize(
    ("weights", "whole"),
    [([0.6, 0.35], 1), ([0.55, 0.55], 1), ([60.0, 35.0], 100), ([1.0, 1.0], 0), ([1.0, 3.0], 0), ([1.0, 0.25], 0)],
)
def test_weights_resembling_shares_that_do_not_sum_to_one_give_a_warning(weights, whole):
    told: list[str] = []
    warn_of_weights("the table", np.array(weights), told.append)
    if whole:
        assert f"the weights add up to {sum(weights):g} instead of {whole}" in told[0]
    else:
        assert told == []


@pytest.mark.parametrize(
    ("people", "warned"),
    [
        ([65.8, 108.6, 95.0], 1),
        ([114.3, 98.8], 1),
        ([65.8, np.nan, 0.0, 95.2], 1),
        ([658.0, 1086.0], 0),
        ([658.5, 1086.0, 950.0], 0),
        ([65.8123, 108.6444], 0),
        ([658_000.5, 1_086_000.5], 0),
        ([65.8], 0),
    ],
)
def test_populations_with_decimals_give_a_warning(people, warned):
    """Districts of large cities in 10^4 persons are dense enough to be taken for persons; sums of rasters are not."""
    log = Log()
    warn_of_people(np.array(people), np.full(len(people), 20.0), log)
    assert len([each for each in log.warnings if "no whole numbers, such as" in each]) == warned
