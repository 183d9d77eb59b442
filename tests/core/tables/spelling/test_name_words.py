"""Words in column names that change what the values mean."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.spelling.name_words import (
    power_of_ten,
    relative_kind,
    species_of_mass,
    without_species,
)


@pytest.mark.parametrize(
    ("text", "species"),
    [
        ("t C/ha", {"C"}),
        ("t CO2/ha", {"CO2"}),
        ("万吨CO2", {"CO2"}),
        ("万吨C", {"C"}),
        ("吨碳", {"C"}),
        ("万吨二氧化碳", {"CO2"}),
        ("kg C m-2", {"C"}),
        ("Mg C ha-1", {"C"}),
        ("tCO2e", {"CO2"}),
        ("tCO₂/hm²·a", {"CO2"}),
        ("t", set()),
        ("万吨标准煤", set()),
        ("tce", set()),
        ("10^4 tce", set()),
        ("吨碳酸钙", set()),
    ],
)
def test_species_behind_a_mass(text, species):
    assert species_of_mass(text) == species


@pytest.mark.parametrize(
    ("unit", "bare"),
    [
        ("万吨CO2", "万吨"),
        ("Mt CO2", "mt"),
        ("10^4 tCO2/yr", "10^4_t"),
        ("万吨C/年", "万吨"),
        ("t", "t"),
        ("tce", "tce"),
        ("t/ha", "t/ha"),
        ("万人", "万人"),
    ],
)
def test_units_without_their_species(unit, bare):
    assert without_species(unit) == bare


@pytest.mark.parametrize(
    ("text", "power"),
    [
        ("万", 1e4),
        ("亿", 1e8),
        ("thousand", 1e3),
        ("million", 1e6),
        ("10,000", 1e4),
        ("10000", 1e4),
        ("'000", 1e3),
        ("000s", 1e3),
        ("10^4", 1e4),
        ("×10^4", 1e4),
        ("x10000", 1e4),
        ("1e4", 1e4),
        ("in thousands", 1e3),
        ("wan", 1e4),
        ("2020", None),
        ("100", None),
        ("km2", None),
        ("a", None),
        ("", None),
        ("note", None),
    ],
)
def test_bare_powers_of_ten(text, power):
    assert power_of_ten(text) == power


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("人均GDP(元)", "per person"),
        ("emission per capita", "per person"),
        ("gdp_per_capita", "per person"),
        ("排放(t/人)", "per person"),
        ("emission (%)", "%"),
        ("emission_share", "%"),
        ("占比", "%"),
        ("人口密度", "density"),
        ("pop_density", "density"),
        ("GDP指数", "rate"),
        ("gdp_growth", "rate"),
        ("人口增长率(‰)", "%"),
        ("emission", None),
        ("emission_t", None),
        ("population", None),
        ("gdp_2020", None),
        ("corporate_gdp", None),
        ("shared_gdp", None),
    ],
)
def test_relative_figures(name, kind):
    assert relative_kind(name) == kind
