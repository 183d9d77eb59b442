"""Everyday names of fuels, electricity and heat, in English and Chinese, beside those in the factor sets."""

from __future__ import annotations

import re

from ..tables.spelling.names import plain

HEAT = "heat"
_NAMES = {
    "gasoline": "petrol motor_gasoline motor_spirit gasolene 车用汽油",
    "diesel": "diesel_oil diesel_fuel gas_oil gasoil gas/diesel_oil 车用柴油 轻柴油 普通柴油",
    "kerosene": "paraffin_oil lamp_oil 灯用煤油",
    "fuel_oil": "heavy_oil heavy_fuel_oil residual_fuel_oil hfo 重油",
    "lpg": "liquefied_petroleum_gas liquified_petroleum_gas lp_gas 液化气",
    "lng": "liquefied_natural_gas liquified_natural_gas",
    "natural_gas": "cng compressed_natural_gas 压缩天然气 管道天然气 气态天然气",
    "refinery_gas": "still_gas 炼厂气",
    "petroleum_coke": "petcoke pet_coke",
    "crude_oil": "crude",
    "cleaned_coal": "washed_coal clean_coal",
    "electricity": "electric_power electric_energy purchased_electricity purchased_power "
    "外购电力 外购电 净外购电力 净购入电力 购入电力 用电量 全社会用电量 全社会用电 用电 电量 电能",
    HEAT: "district_heat purchased_heat steam 热力 外购热力 净外购热力 净购入热力 购入热力 热量 热能 蒸汽 供热",
}
_CALLED = {plain(other): fuel for fuel, others in _NAMES.items() for other in (fuel, *others.split())}
# Names of several fuels, and those that one of them may stand for.
_LIKE = {
    "petroleum": ("crude_oil", "fuel_oil"),
    "石油": ("crude_oil", "fuel_oil"),
    **dict.fromkeys(("油品", "燃油"), ("fuel_oil", "diesel", "gasoline")),
    "heating_oil": ("fuel_oil", "diesel"),
    "jet_fuel": ("jet_kerosene", "kerosene"),
    "aviation_kerosene": ("jet_kerosene", "kerosene"),
    "航空煤油": ("kerosene",),
    "煤炭": ("raw_coal", "cleaned_coal"),
    "煤制气": ("other_gas",),
    "人工煤气": ("other_gas", "coke_oven_gas"),
}
_USE = re.compile(
    r"(?:终端|净)?(?:消费总量|消费量|消耗总量|消耗量|耗用量|使用量|消费|消耗|用量)$"
    r"|_(?:(?:final_)?consumption|consumed|used?)$"
)


def without_use(name: str) -> str:
    """The normalised form of ``name`` without words for its use: 原煤消费量 -> 原煤, diesel consumption -> diesel."""
    bare = plain(name)
    return _USE.sub("", bare) or bare


def everyday_fuel(name: str) -> str | None:
    """The English name of the fuel that has the everyday name ``name``, ``None`` for any other name."""
    return _CALLED.get(plain(name)) or _CALLED.get(without_use(name))


def fuels_like(name: str) -> tuple[str, ...]:
    """English names of fuels that a collective name such as petroleum may stand for; empty for any other name."""
    return _LIKE.get(plain(name)) or _LIKE.get(without_use(name)) or ()
