"""Units stated by the names of columns."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.column_units import (
    inherited_columns,
    species_in_name,
    unit_called,
    unit_in_name,
    units_in_cut_name,
)


@pytest.mark.parametrize(
    "name, dimension, factor",
    [
        ("carbon_t_km2", "t/km2", 1),
        ("Carbon_T_KM2_2020", "t/km2", 1),
        ("carbon_t_ha", "t/km2", 100),
        ("c_above_kg_m2", "t/km2", 1000),
        ("kg_m2", "t/km2", 1000),
        ("npp_g_m2", "t/km2", 1),
        ("NPP_gC_m2_2020", "t/km2", 1),
        ("碳密度(t C/ha)", "t/km2", 100),
        ("碳密度（t/km²）", "t/km2", 1),
        ("sink_t_ha_yr", "t/km2", 100),
        ("emission_t", "t", 1),
        ("emission_kt", "t", 1e3),
        ("emission_tco2_yr", "t", 1),
        ("emission_mtc", "t", 1e6),
        ("碳排放_万吨", "t", 1e4),
        ("人口(万人)", "persons", 1e4),
        ("gdp_1e4yuan", "10^4 yuan", 1),
        ("gdp_2020_1e8yuan", "10^4 yuan", 1e4),
        ("published_supply_1e6t", "t", 1e6),
        ("emission_1e4tco2", "t", 1e4),
        ("pop_1e4persons", "persons", 1e4),
        ("GDP（亿元）", "10^4 yuan", 1e4),
        ("area_ha", "km2", 0.01),
        ("eec_2015", "EEC", 1),
        ("emission_t_person", "t/person", 1),
        ("碳排放量(万吨CO2)", "t", 1e4),
        ("emission (Mt CO2-eq)", "t", 1e6),
        ("emission (Gg CO2/yr)", "t", 1e3),
        ("碳排放_万吨C", "t", 1e4),
        ("人口_万", "power of ten", 1e4),
        ("pop_million", "power of ten", 1e6),
        ("population (thousands)", "power of ten", 1e3),
        ("pop ('000)", "power of ten", 1e3),
    ],
)
def test_units_are_read_from_column_names(name, dimension, factor):
    found = unit_in_name(name)
    assert (found.dimension, found.factor) == (dimension, factor)


@pytest.mark.parametrize(
    "name",
    ["t", "population_2020", "gdp", "x (note)", "emission_per_person_t", "ratio_x", "se_a", "energy_tce", "zone_g"],
)
def test_names_without_a_unit_give_none(name):
    assert unit_in_name(name) is None


def test_columns_of_the_plugin_are_recognised():
    assert unit_in_name("carbon_t_2020").own
    assert not unit_in_name("timber_t").own


@pytest.mark.parametrize(
    ("names", "inherited"),
    [
        (["name", "carbon_t_2020", "coverage_share_2020", "sink_coverage_share", "x"],
         ["carbon_t_2020", "coverage_share_2020", "sink_coverage_share"]),
        # Names that users choose as well.
        (["state", "mismatch", "compared", "zone", "class", "role"], []),
        (["state", "index_name", "zone"], ["state", "index_name"]),
        (["mismatch_2020", "compared", "index_name_2020"], ["mismatch_2020", "compared", "index_name_2020"]),
        (["class", "zone", "zone_other", "state"], ["class", "zone", "zone_other"]),
        (["zone", "eec_distance", "sec_distance"], ["zone", "eec_distance", "sec_distance"]),
        (["role", "baseline_t", "compensation", "zone"], ["role", "baseline_t", "compensation"]),
    ],
)  # fmt: skip
def test_columns_of_earlier_steps_are_told_from_those_of_users(names, inherited):
    assert inherited_columns(names) == inherited


def test_units_of_parameters_are_recognised():
    assert unit_called("10^4 t")[:2] == ("t", 1e4)
    assert unit_called("t/ha")[:2] == unit_in_name("carbon_t_ha")[:2]
    assert unit_called("tce") is None


@pytest.mark.parametrize(
    "name, species",
    [("sink_co2", "CO2"), ("emission_tCO2", "CO2"), ("emission_mtc", "C"), ("c_above", None), ("CO2e_t", "CO2"),
     ("sink_t", None), ("ndvi_c", None), ("energy_1e4tce", None), ("emission_tc_or_tco2", None),
     ("emission (t C)", "C"), ("c_above (t CO2/ha)", "CO2"), ("碳汇(万吨二氧化碳)", "CO2"), ("碳排放(万吨C)", "C")],
)  # fmt: skip
def test_species_are_read_from_column_names(name, species):
    assert species_in_name(name) == species


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("demand_t_k", {"t/km2"}),
        ("carbon_t_k", {"t/km2"}),
        ("carbon_t_h", {"t/ha"}),
        ("carbon_sha", {"share"}),
        ("emission_i", {"t/ha", "t/10^4 GDP"}),
        ("emission_1", {"t", "t/ha", "t/person", "t/10^4 GDP"}),
        ("emission_t", set()),  # whole
        ("sink_t_ha", set()),
        ("population", set()),
        ("income_201", set()),
    ],
)
def test_names_truncated_by_a_shapefile_are_recognised(name, units):
    assert {unit.text for unit in units_in_cut_name(name).values()} == units
