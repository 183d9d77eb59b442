"""Factor sets against their printed values, and factors given by the user."""

from __future__ import annotations

import pytest
from carbon_balance.core.demand.fuel_units import MEASURES, measure_of
from carbon_balance.core.demand.fuels import factor_set, grids, warn_of_factors
from carbon_balance.core.options.demand import factor_sets
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.bundled import resource_table
from carbon_balance.core.tables.column_units import split_unit
from carbon_balance.core.tables.table import Table


def test_every_chinese_factor_recomputes_to_its_four_printed_decimals():
    table = resource_table("emission_factors/china_guideline.csv")
    factors = factor_set("china_guideline")
    fuels = table.texts("fuel")
    rows = list(zip(fuels, table.texts("ncv_unit"), table.texts("printed_co2_factor"), table.texts("certainty")))
    assert [certainty for _, _, printed, certainty in rows if not printed] == ["uncertain"] * 9
    printed_rows = [row for row in rows if row[2]]
    assert len(printed_rows) == 10
    for name, unit, printed, _ in printed_rows:
        # kg CO2 per kg is t per t; per m3 it is kg.
        factor = factors.fuel(name).factors
        computed = factor["t"] if unit == "kJ/kg" else 1000 * factor["m3"]
        assert f"{computed:.4f}" == printed


def test_every_bundled_factor_has_a_source_and_a_certainty():
    assert factor_sets() == ["china_guideline", "ipcc_1996", "ndrc_2007", "standard_coal"]
    for name in factor_sets():
        table = resource_table(f"emission_factors/{name}.csv")
        assert all(table.texts("source")), name
        assert set(table.texts("certainty")) <= {"read", "uncertain"}
        assert all(fuel.factors and fuel.source for fuel in factor_set(name).fuels.values())
    assert [fuel.id for fuel in factor_set("standard_coal").fuels.values() if not fuel.certain] == ["lpg"]
    assert sum(fuel.certain for fuel in factor_set("china_guideline").fuels.values()) == 10


def test_ipcc_carbon_contents_give_the_published_t_co2_per_tj():
    # IPCC 1996, table 1-2: 20.0 kg C/GJ is 73.3 t CO2/TJ, 18.9 is 69.3, 25.8 is 94.6, 15.3 is 56.1.
    factors = factor_set("ipcc_1996")
    for fuel, per_tj in (("crude_oil", 73.3), ("gasoline", 69.3), ("coking_coal", 94.6), ("natural_gas", 56.1)):
        assert factors.fuel(fuel).factors["TJ"] == pytest.approx(per_tj, abs=0.05)


@pytest.mark.parametrize(
    ("fuel", "c_per_tce", "tce_per_t"),
    [
        ("raw_coal", 0.7559, 0.7143),
        ("coke", 0.8550, 0.9714),
        ("crude_oil", 0.5857, 1.4286),
        ("gasoline", 0.5538, 1.4714),
        ("kerosene", 0.5714, 1.4714),
        ("diesel", 0.5921, 1.4571),
        ("fuel_oil", 0.6185, 1.4286),
    ],
)
def test_factors_of_the_published_table_per_tce(fuel, c_per_tce, tce_per_t):
    found = factor_set("standard_coal").fuel(fuel)
    assert found.factors["tce"] * 12 / 44 == pytest.approx(c_per_tce, rel=1e-3)
    assert found.factors["t"] * 12 / 44 == pytest.approx(c_per_tce * tce_per_t, rel=1e-3)
    assert found.certain


def test_gas_and_coke_per_tce():
    factors = factor_set("standard_coal")
    assert factors.fuel("natural_gas").factors["tce"] * 12 / 44 == pytest.approx(0.4483, rel=1e-3)
    assert factors.fuel("natural_gas").certain
    assert factors.fuel("coke").factors["t"] == pytest.approx(0.855 * 0.9714 * 44 / 12, rel=2e-3)
    # 1.33 kgce/m3: a cubic metre is about 2.19 kg CO2, as by the other sets (2.16 and 2.13).
    assert factors.fuel("natural_gas").factors["m3"] == pytest.approx(0.4483 * 1.33e-3 * 44 / 12, rel=1e-3)
    assert factor_set("ndrc_2007").fuel("天然气").factors["m3"] == pytest.approx(0.384e-4 * 15.32 * 0.99 * 44 / 12)


@pytest.mark.parametrize("name", ["raw_coal", "Raw Coal", "原煤", " RAW-COAL "])
def test_fuels_are_found_whatever_the_case_or_language(name):
    assert factor_set("china_guideline").fuel(name).id == "raw_coal"


def test_remarks_in_brackets_do_not_matter():
    assert factor_set("china_guideline").fuel("天然气").id == "natural_gas"


def test_an_unknown_fuel_is_refused_with_the_known_ones():
    with pytest.raises(CarbonBalanceError, match="factor set has no fuel wood.*raw_coal"):
        factor_set("china_guideline").fuel("wood")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("coal", r"coal \(did you mean raw_coal or cleaned_coal or other_washed_coal\?\): it has"),
        (" rawcoal ", r"\(did you mean raw_coal\?\): it has"),
        ("煤", r"煤 \(did you mean 原煤 or 型煤 or 洗精煤\?\): it has"),
        ("wood", "wood: it has"),
    ],
)
def test_fuels_of_like_names_are_suggested(name, near):
    with pytest.raises(CarbonBalanceError, match=near):
        factor_set("china_guideline").fuel(name)


@pytest.mark.parametrize(
    ("name", "fuel"),
    [
        *[(name, "gasoline") for name in ("petrol", "Motor gasoline", "汽油消费量", "petrol (10^4 t)")],
        *[(name, "diesel") for name in ("diesel oil", "gas oil", "Gas/diesel oil", "柴油", "diesel consumption")],
        *[(name, "lpg") for name in ("LPG", "liquefied petroleum gas", "液化气", "液化石油气消费量(吨)")],
        *[(name, "natural_gas") for name in ("natural gas", "管道天然气", "天然气用量", "CNG")],
        *[(name, "electricity") for name in ("外购电力", "全社会用电量", "electricity consumption", "电力消费量")],
        ("原煤消费量", "raw_coal"),
        ("heavy fuel oil", "fuel_oil"),
        ("能源消费总量", "total_energy"),
    ],
)
def test_everyday_names_of_fuels_are_understood(name, fuel):
    assert factor_set("china_guideline", grid_kgco2_kwh=0.5, t_per_tce=2.66).fuel(name).id == fuel


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("petroleum", r"did you mean crude_oil or fuel_oil\?"),
        ("石油消费量", r"did you mean 原油 or 燃料油\?"),
        ("煤炭", r"did you mean 原煤 or 洗精煤\?"),
        ("外购电力", "choose a grid factor"),
        ("热力", "contains heat .热力.*OWN_FACTORS"),
        ("purchased heat", "contains heat"),
    ],
)
def test_collective_names_heat_and_electricity_say_what_to_give(name, words):
    with pytest.raises(CarbonBalanceError, match=words):
        factor_set("china_guideline").fuel(name)


def test_own_factors_of_everyday_names_stand_beside_the_bundled_fuel():
    factors = factor_set("china_guideline", own(["重油", 3, "t", None, None, None, None]))
    assert factors.fuel("重油").factors == {"t": 3}
    assert factors.fuel("燃料油").factors["t"] == pytest.approx(3.1705, rel=1e-3)
    heat = factor_set("china_guideline", own(["heat", 0.11, "GJ", None, None, None, None]))
    assert heat.fuel("外购热力").co2_t(10, measure_of("GJ"), "GJ") == pytest.approx(1.1)


def test_electricity_requires_a_grid_factor():
    with pytest.raises(CarbonBalanceError, match="choose a grid factor"):
        factor_set("china_guideline").fuel("电力")
    factors = factor_set("china_guideline", grid_kgco2_kwh=grids()["china_2022"])
    kwh = MEASURES["10^8 kWh"]
    assert factors.fuel("electricity").co2_t(1, kwh, "10^8 kWh") == pytest.approx(53_660)
    with pytest.raises(CarbonBalanceError, match="negative"):
        factor_set("china_guideline", grid_kgco2_kwh=-1)


@pytest.mark.parametrize(
    ("name", "base", "scale"),
    [
        ("10^4 t", "t", 1e4),
        ("万吨", "t", 1e4),
        ("10^4t", "t", 1e4),
        ("万吨标准煤", "tce", 1e4),
        ("亿立方米", "m3", 1e8),
        ("kwh", "kWh", 1),
    ],
)
def test_units_of_measure(name, base, scale):
    assert measure_of(name) == (base, scale)


def test_unknown_unit_and_unit_that_does_not_fit_are_refused():
    with pytest.raises(CarbonBalanceError, match=r"Unknown unit barrel.*10\^4 m3"):
        measure_of("barrel")
    coal = factor_set("china_guideline").fuel("raw_coal")
    with pytest.raises(
        CarbonBalanceError, match="raw_coal has no factor for amounts in m3: give the amounts in TJ, tce, t"
    ):
        coal.co2_t(1, measure_of("m3"), "m3")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("原煤(万吨)", ("原煤", "万吨")),
        ("原煤（万吨）", ("原煤", "万吨")),
        ("coal [t]", ("coal", "t")),
        ("coal", ("coal", "")),
        ("(t)", ("(t)", "")),
    ],
)
def test_units_in_brackets(name, parts):
    assert split_unit(name) == parts


def own(*rows):
    return Table("own factors", ["Fuel", "co2_factor_t", "per", "ncv", "carbon_kgc_gj", "oxidation", "ncv_unit"], rows)


def test_the_user_s_factors_replace_bundled_ones_by_name_in_either_language():
    table = own(["RAW_COAL", 2, "t", None, None, None, None], ["peat", None, None, "10,000.0", 28, 1, "kJ/kg"])
    factors = factor_set("china_guideline", table)
    assert factors.fuel("原煤").factors == {"t": 2}
    assert factors.fuel("coke").factors["t"] == pytest.approx(2.8604, abs=5e-5)
    assert factors.fuel("peat").factors["t"] == pytest.approx(0.010 * 28 * 44 / 12)
    assert factor_set("china_guideline", own(["x", 3, "10^4 t"] + [None] * 4)).fuel("x").factors["t"] == pytest.approx(
        3e-4
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["x", None, None, 5, None, 1, None], "needs either co2_factor_t"),
        (["x", -1, "t", None, None, None, None], "negative"),
        (["x", 1, "barrel", None, None, None, None], "Unknown unit barrel"),
        (["x", None, None, 5, 20, 98, None], "oxidation must be a share"),
        (["x", None, None, 5, 20, 1, "kcal/kg"], "ncv_unit must be"),
        (["x", "many", "t", None, None, None, None], "row 1"),
    ],
)
def test_factors_of_the_user_that_cannot_be_used_name_their_row(row, words):
    with pytest.raises(CarbonBalanceError, match=words):
        factor_set("china_guideline", own(row))


def test_a_duplicate_fuel_is_refused():
    row = ["x", 1, "t", None, None, None, None]
    with pytest.raises(CarbonBalanceError, match=r"duplicate fuels \(x\)"):
        factor_set("china_guideline", own(row, row))


def test_names_of_yearbooks_with_blanks_and_in_full():
    factors = factor_set("china_guideline", t_per_tce=2.66)
    for name, fuel in (
        *[("原 煤", "raw_coal"), ("汽  油", "gasoline"), ("洗精煤", "cleaned_coal"), ("其他洗煤", "other_washed_coal")],
        *[("焦　炭", "coke"), ("原煤（万吨）", "raw_coal"), ("Raw Coal", "raw_coal"), ("能源消费总量", "total_energy")],
    ):
        assert factors.fuel(name).id == fuel


def test_an_unknown_fuel_is_refused_with_names_in_its_own_language():
    with pytest.raises(CarbonBalanceError, match="no fuel 木柴: it has .*原煤.*OWN_FACTORS"):
        factor_set("china_guideline").fuel("木柴")
    with pytest.raises(CarbonBalanceError, match="no fuel wood: it has .*raw_coal.*co2_factor_t"):
        factor_set("china_guideline").fuel("wood")


def test_total_energy_in_standard_coal():
    total = factor_set("china_guideline", t_per_tce=2.66).fuel("综合能源消费量")
    for unit in ("万吨标准煤", "万tce", "10^4 tce", "万吨"):
        assert total.co2_t(2.0, measure_of(unit), unit) == pytest.approx(2.0 * 1e4 * 2.66)
    assert total.co2_t(29.307, measure_of("GJ"), "GJ") == pytest.approx(2.66)
    with pytest.raises(CarbonBalanceError, match="CO2 per tonne of standard coal is 0: it must be greater than 0"):
        factor_set("china_guideline", t_per_tce=0)
    own = Table("own", ["fuel", "co2_factor_t", "per"], [["能源消费总量", "2.5", "tce"]])
    factors = factor_set("china_guideline", own, t_per_tce=2.66)
    assert factors.fuel("能源消费总量").factors == {"tce": 2.5}


def test_a_tonne_of_standard_coal_is_29_307_gigajoules():
    """GB/T 2589: 1 kgce = 7,000 kcal = 29,307 kJ."""
    fuel = factor_set("china_guideline").fuel("raw_coal")
    assert fuel.factors["tce"] / fuel.factors["TJ"] == pytest.approx(0.029307, abs=5e-7)


def test_factors_given_as_parameters_are_marked_certain():
    factors = factor_set("china_guideline", grid_kgco2_kwh=0.5, t_per_tce=2.66)
    total = factors.fuel("energy_total")
    assert total.certain
    assert total.factors == {"tce": 2.66, "t": 2.66, "TJ": pytest.approx(2.66 / 0.029307)}
    assert factors.fuel("electricity").certain
    assert factors.fuel("electricity").factors == {"kWh": 0.0005}


def test_a_grid_factor_of_zero_is_accepted_and_a_negative_one_refused():
    assert factor_set("china_guideline", grid_kgco2_kwh=0.0).fuel("electricity").factors == {"kWh": 0}
    with pytest.raises(CarbonBalanceError, match="grid factor is negative"):
        factor_set("china_guideline", grid_kgco2_kwh=-0.001)


def _warned(*given):
    log = Log()
    warn_of_factors(factor_set(*given), log)
    return log.warnings


@pytest.mark.parametrize("name", factor_sets())
def test_bundled_factors_are_plausible(name):
    for grid in grids().values():
        assert _warned(name, None, grid, 2.66) == []


def test_factors_in_kilogrammes_give_a_warning():
    own = Table("own", ["fuel", "co2_factor_t", "per"], [["coal", 1900, "t"], ["gas", 2.16, "m3"], ["oil", 3.1, "t"]])
    assert [each.split(",")[0] for each in _warned("china_guideline", own)] == [
        "The factor of coal",
        "The factor of gas",
    ]
    assert "electricity, 0.5366 t CO2 per kWh" in _warned("china_guideline", None, 536.6)[0]
    assert "total_energy, 2660 t CO2 per t" in _warned("china_guideline", None, None, 2660)[0]
