"""Units of fuels are the multiples stated by their names, in English and in Chinese."""

from __future__ import annotations

import pytest
from carbon_balance.core.demand.fuel_units import MEASURES, CountedUses, measure_of
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log

# 万 is 10^4, 亿 is 10^8; a tonne is 1,000 kg, a terajoule 1,000 gigajoules, a gigajoule a million kilojoules.
CHINESE = {
    "吨": ("t", 1),
    "万吨": ("t", 1e4),
    "千克": ("t", 0.001),
    "公斤": ("t", 0.001),
    "立方米": ("m3", 1),
    "方": ("m3", 1),
    "万立方米": ("m3", 1e4),
    "万方": ("m3", 1e4),
    "万m3": ("m3", 1e4),
    "亿立方米": ("m3", 1e8),
    "亿方": ("m3", 1e8),
    "亿m3": ("m3", 1e8),
    "千瓦时": ("kWh", 1),
    "度": ("kWh", 1),
    "千瓦小时": ("kWh", 1),
    "万千瓦时": ("kWh", 1e4),
    "万度": ("kWh", 1e4),
    "万千瓦小时": ("kWh", 1e4),
    "万kWh": ("kWh", 1e4),
    "亿千瓦时": ("kWh", 1e8),
    "亿度": ("kWh", 1e8),
    "亿千瓦小时": ("kWh", 1e8),
    "亿kWh": ("kWh", 1e8),
    "吨标准煤": ("tce", 1),
    "万吨标准煤": ("tce", 1e4),
    "亿吨标煤": ("tce", 1e8),
    "万吨标准煤当量": ("tce", 1e4),
    "吨标煤当量": ("tce", 1),
    "万tce": ("tce", 1e4),
    "亿吨tce": ("tce", 1e8),
    "吉焦": ("TJ", 0.001),
    "百万千焦": ("TJ", 0.001),
    "太焦": ("TJ", 1),
}


def test_each_unit_is_the_stated_multiple_of_its_base_unit():
    assert MEASURES == {
        "t": ("t", 1),
        "10^4 t": ("t", 1e4),
        "kg": ("t", 0.001),
        "m3": ("m3", 1),
        "10^4 m3": ("m3", 1e4),
        "10^8 m3": ("m3", 1e8),
        "kWh": ("kWh", 1),
        "10^4 kWh": ("kWh", 1e4),
        "10^8 kWh": ("kWh", 1e8),
        "tce": ("tce", 1),
        "10^4 tce": ("tce", 1e4),
        "10^8 tce": ("tce", 1e8),
        "GJ": ("TJ", 0.001),
        "TJ": ("TJ", 1),
    }
    assert all(measure_of(name) == measure for name, measure in MEASURES.items())


def test_chinese_names_mean_the_same_units():
    assert {name: measure_of(name) for name in CHINESE} == CHINESE


@pytest.mark.parametrize(
    ("name", "base", "scale"),
    [
        ("GWh", "kWh", 1e6),
        ("MWh", "kWh", 1e3),
        ("TWh", "kWh", 1e9),
        ("兆瓦时", "kWh", 1e3),
        ("千吨", "t", 1e3),
        ("百万吨", "t", 1e6),
        ("kt", "t", 1e3),
        ("Mt", "t", 1e6),
        ("thousand tonnes", "t", 1e3),
        ("1000 t", "t", 1e3),
        ("10^3 tce", "tce", 1e3),
        ("Mtce", "tce", 1e6),
        ("千克标准煤", "tce", 1e-3),
        ("million m³", "m3", 1e6),
        ("万标准立方米", "m3", 1e4),
        ("MJ", "TJ", 1e-6),
        ("PJ", "TJ", 1e3),
        ("万吉焦", "TJ", 10),
        ("ktoe", "TJ", 41.868),
    ],
)
def test_powers_of_ten_and_multiples_of_energy_balances(name, base, scale):
    assert measure_of(name) == (base, pytest.approx(scale))


@pytest.mark.parametrize("name", ["mt", "MT", "吨公里", "万", "t/ha", "10^4"])
def test_what_may_be_another_unit_is_refused(name):
    with pytest.raises(CarbonBalanceError, match="Unknown unit"):
        measure_of(name)


def test_case_blanks_and_underscores_do_not_matter():
    assert measure_of("10^4_T") == ("t", 1e4)
    assert measure_of(" kwh ") == ("kWh", 1)


def test_an_unknown_unit_is_refused_with_the_known_ones():
    with pytest.raises(CarbonBalanceError, match=r"^Unknown unit barrel: use one of t, 10\^4 t, kg, .*, GJ, TJ\.$"):
        measure_of("barrel")


@pytest.mark.parametrize(
    ("uses", "said"),
    [
        ([("t", "汽油"), ("t", "petrol")], "A has gasoline as 汽油 (t), petrol (t), which are added up"),
        ([("t", "汽油"), ("10^4 t", "汽油")], "A has gasoline as 汽油 (t), 汽油 (10^4 t), which are added up"),
        ([("t", "汽油"), ("t", "汽油")], None),
    ],
)
def test_names_and_units_of_one_fuel_that_are_added_give_a_warning(uses, said):
    counted, log = CountedUses(), Log()
    for measure, called in uses:
        for unit in ("A", "B"):
            counted.add(unit, "gasoline", "", measure, called)
    counted.add("A", "diesel", "", "t", "柴油")
    counted.check(log)
    assert len(log.warnings) == (said is not None)
    assert said is None or said in log.warnings[0]
