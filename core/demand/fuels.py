"""CO2 emission factors of fuels: units of measure, bundled factor sets, and user factors.

CO2 = activity x net calorific value x carbon content x oxidation factor x 44/12 (IPCC, tier 1 and 2).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..options.demand import FACTORS
from ..runtime.errors import CarbonBalanceError, did_you_mean, listed
from ..runtime.i18n import mark, tr
from ..runtime.log import Log
from ..tables.bundled import resource_table
from ..tables.column_units import split_unit
from ..tables.table import Table, plain
from ..tables.units import CO2_PER_C
from .fuel_names import HEAT, everyday_fuel, fuels_like, without_use
from .fuel_units import FuelUnit, measure_of

ELECTRICITY = "electricity"
ELECTRICITY_NAMES = (ELECTRICITY, "电力", "电")
TOTAL_ENERGY = "total_energy"
TOTAL_ENERGY_NAMES = (
    *("energy_total", "total_energy_consumption", "energy_consumption", "standard_coal", "coal_equivalent", "tce"),
    *("能源消费总量", "综合能源消费量", "综合能源消费总量", "能源消费量", "能源消耗总量", "能源消耗量", "能源消费合计"),
    *("综合能耗", "总能耗", "能耗总量", "综合能源消耗量", "终端能源消费量", "能源终端消费量", "标准煤", "标煤"),
)
UNCERTAIN = "uncertain"
# One kilogram of standard coal is 29,307 kJ (GB/T 2589).
TJ_PER_TCE = 0.029307
KJ_PER_TJ = 1e9
KG_PER_T = 1000.0
# What no fuel emits, t CO2 per base unit: pure carbon has 44/12 per t, propane 0.006 per m3, blast furnace gas 260 per
# TJ; oil shale, the worst fuel of power stations, some 1.2 kg per kWh.
HIGHEST_FACTORS = {"t": 4.0, "m3": 0.02, "kWh": 0.002, "tce": 10.0, "TJ": 340.0}


@dataclass(frozen=True)
class Fuel:
    """A fuel, or electricity.

    Attributes:
        id: English name.
        factors: t CO2 per base unit (t, m3, kWh, tce, TJ), where known.
        certain: ``False`` if the factors could not be verified.
        source: source of the factors.
    """

    id: str
    factors: Mapping[str, float]
    certain: bool
    source: str

    def co2_t(self, amount: float, measure: FuelUnit, measure_name: str) -> float:
        """CO2 emission of ``amount``, t.

        Raises:
            CarbonBalanceError: the fuel has no factor for this unit.
        """
        if measure.base not in self.factors:
            raise CarbonBalanceError(
                tr(
                    "{fuel} has no factor for amounts in {unit}: give the amounts in {known}, or your own factor."
                ).format(fuel=self.id, unit=measure_name, known=tr(", ").join(self.factors))
            )
        return amount * measure.scale * self.factors[measure.base]


_NUMBERS = ("ncv", "carbon_kgc_gj", "oxidation", "standard_coal", "co2_factor_t")


def _optional_numbers(table: Table, name: str) -> list[float | None]:
    """A column of numbers that may be empty."""
    if not any(table.texts(name)):
        return [None] * len(table)
    return [None if math.isnan(value) else value for value in table.numbers(name).tolist()]


def _co2_factors(cells: Mapping[str, Any]) -> dict[str, float]:
    """t CO2 per base unit from one row of a factor table."""
    numbers = {key: cells.get(key) for key in _NUMBERS}
    own, per = numbers.pop("co2_factor_t"), str(cells.get("per") or "t")
    if any(value is not None and value < 0 for value in (*numbers.values(), own)):
        raise ValueError(tr("a value is negative"))
    if own is not None:
        measure = measure_of(per)
        return {measure.base: own / measure.scale}
    if numbers["carbon_kgc_gj"] is None:
        raise ValueError(tr("it needs either co2_factor_t and per, or carbon_kgc_gj, oxidation and ncv"))
    oxidation = 1.0 if numbers["oxidation"] is None else numbers["oxidation"]
    if oxidation > 1:
        raise ValueError(tr("oxidation must be a share from 0 to 1"))
    per_tj = numbers["carbon_kgc_gj"] * oxidation * CO2_PER_C
    factors = {"TJ": per_tj, "tce": per_tj * TJ_PER_TCE}
    unit = plain(cells.get("ncv_unit") or "kJ/kg")
    base, kilogrammes = {"kj/kg": ("t", KG_PER_T), "kj/m3": ("m3", 1.0)}.get(unit, (None, 0.0))
    if base is None:
        raise ValueError(tr("ncv_unit must be kJ/kg or kJ/m3"))
    if numbers["ncv"] is not None:
        factors[base] = numbers["ncv"] * kilogrammes / KJ_PER_TJ * per_tj
    elif numbers["standard_coal"] is not None:
        factors[base] = numbers["standard_coal"] * kilogrammes / KG_PER_T * factors["tce"]
    return factors


class FactorSet:
    """A set of fuels, found by English or Chinese name, ignoring case and width.

    Attributes:
        fuels: all fuels by id.
    """

    def __init__(self) -> None:
        self.fuels: dict[str, Fuel] = {}
        self._names: dict[str, str] = {}
        self._chinese: dict[str, str] = {}

    def add(self, fuel: Fuel, names: Iterable[str] = ()) -> None:
        """Add ``fuel`` with the alternative ``names``; replaces a fuel of the same name."""
        known = self._names.get(plain(fuel.id), fuel.id)
        self.fuels[known] = fuel
        for name in (fuel.id, *names):
            if name and name in names and any("\u4e00" <= sign <= "\u9fff" for sign in name):
                self._chinese.setdefault(known, name)
            if name:
                self._names[plain(name)] = self._names[plain(split_unit(name)[0])] = known

    def fuel(self, name: str) -> Fuel:
        """The fuel called ``name``.

        Raises:
            CarbonBalanceError: the fuel is not in the set.
        """
        title = split_unit(name)[0]
        spelled = (name, title, without_use(title), everyday_fuel(title) or "")
        found = next((self._names[plain(each)] for each in spelled if plain(each) in self._names), None)
        if found is None and (spelled[-1] == ELECTRICITY or plain(title) in map(plain, ELECTRICITY_NAMES)):
            raise CarbonBalanceError(
                tr(
                    "The energy table contains electricity: choose a grid factor (GRID), or give your own "
                    "(GRID_FACTOR)."
                )
            )
        if found is None and spelled[-1] == HEAT:
            raise CarbonBalanceError(
                tr(
                    "The energy table contains heat ({fuel}), whose factor depends on how it is made: give one in "
                    "OWN_FACTORS (a table with the columns fuel, co2_factor_t, per, such as GJ), or leave heat out if "
                    "the fuel of its boilers is counted already."
                ).format(fuel=name.strip())
            )
        if found is None:
            chinese = not name.isascii()
            known = self._known_names(chinese)
            like = [self._shown(each, chinese) for each in fuels_like(title) if each in self.fuels]
            near = tr(" (did you mean {names}?)").format(names=tr(" or ").join(like)) if like else ""
            raise CarbonBalanceError(
                tr(
                    "The factor set has no fuel {fuel}{near}: it has {known}; give a factor of your own in "
                    "OWN_FACTORS (a table with the columns fuel, co2_factor_t, per)."
                ).format(fuel=name, near=near or did_you_mean(without_use(title), known), known=listed(known, 40))
            )
        return self.fuels[found]

    def _known_names(self, chinese: bool) -> list[str]:
        """The names of the fuels, in Chinese if wanted and known."""
        return sorted(self._shown(name, chinese) for name in self.fuels)

    def _shown(self, fuel: str, chinese: bool) -> str:
        return self._chinese.get(fuel, fuel) if chinese else fuel

    def add_table(self, table: Table) -> None:
        """Add every row of a factor table: fuel, and either co2_factor_t and per, or ncv, carbon, oxidation."""
        keys = {plain(name): name for name in reversed(table.fields)}
        columns = {
            key: _optional_numbers(table, name) if key in _NUMBERS else table.values(name) for key, name in keys.items()
        }
        fuels = table.texts(table.need("fuel"))
        twice = {name for name in fuels if name is not None and fuels.count(name) > 1}
        if twice:
            raise CarbonBalanceError(
                tr("{table} contains duplicate fuels ({fuels}); each fuel needs exactly one row.").format(
                    table=table.label, fuels=listed(sorted(twice))
                )
            )
        for row, name in enumerate(fuels):
            if name is None:
                continue
            cells = {key: values[row] for key, values in columns.items()}
            try:
                factors = _co2_factors(cells)
            except ValueError as error:
                raise CarbonBalanceError(
                    tr("{table}, {row}: the factor of {fuel} cannot be used: {why}.").format(
                        table=table.label, row=table.row_label(row), fuel=name, why=str(error).rstrip(".")
                    )
                ) from None
            certain = plain(cells.get("certainty") or "") != UNCERTAIN
            self.add(
                Fuel(name, factors, certain, str(cells.get("source") or table.name)),
                str(cells.get("fuel_zh") or "").split(";"),
            )


def warn_of_factors(factors: FactorSet, log: Log) -> None:
    """Warn of factors that no fuel has, as those in kg instead of t."""
    for fuel in factors.fuels.values():
        for base, factor in fuel.factors.items():
            if factor > HIGHEST_FACTORS[base]:
                log.warn(
                    tr(
                        "The factor of {fuel}, {factor:g} t CO2 per {unit}, is more than any fuel has ({most:g}): "
                        "check its unit; factors in kg are 1,000 times those in t."
                    ).format(fuel=fuel.id, factor=factor, unit=base, most=HIGHEST_FACTORS[base])
                )
                break


def grids() -> dict[str, float]:
    """The bundled grid factors of electricity, kg CO2/kWh."""
    table = resource_table("grid_factors.csv")
    return {str(grid): factor for grid, factor in zip(table.texts("grid"), table.numbers("kgco2_kwh").tolist())}


def factor_set(
    name: str, own: Table | None = None, grid_kgco2_kwh: float | None = None, t_per_tce: float | None = None
) -> FactorSet:
    """The bundled set ``name``, extended by electricity, total energy in standard coal and user factors.

    Raises:
        CarbonBalanceError: unknown set, an invalid row, a negative grid factor, or CO2 per tce that is not positive.
    """
    factors = FactorSet()
    if t_per_tce is not None:
        if not t_per_tce > 0:
            raise CarbonBalanceError(
                tr("CO2 per tonne of standard coal is {value:g}: it must be greater than 0.").format(value=t_per_tce)
            )
        per_unit = {"tce": t_per_tce, "t": t_per_tce, "TJ": t_per_tce / TJ_PER_TCE}
        total = Fuel(TOTAL_ENERGY, per_unit, True, mark("CO2 per tonne of standard coal as chosen (T_PER_TCE)"))
        factors.add(total, TOTAL_ENERGY_NAMES)
    factors.add_table(resource_table(f"{FACTORS}/{name}.csv"))
    if grid_kgco2_kwh is not None:
        if grid_kgco2_kwh < 0:
            raise CarbonBalanceError(tr("The grid factor is negative: it must be at least 0 kg CO2/kWh."))
        electricity = Fuel(ELECTRICITY, {"kWh": grid_kgco2_kwh / KG_PER_T}, True, mark("grid factor as chosen"))
        factors.add(electricity, ELECTRICITY_NAMES)
    if own is not None:
        factors.add_table(own)
    return factors
