"""Choices offered by dialogs before core is imported are those that core accepts."""

from __future__ import annotations

import calendar
import subprocess
import sys
from pathlib import Path

import pytest
from carbon_balance.core.balance.indices import INDICES
from carbon_balance.core.demand.fuel_units import MEASURES
from carbon_balance.core.demand.fuels import grids
from carbon_balance.core.options import balance, demand, land_cover, raster, scenarios, supply, tables
from carbon_balance.core.options.balance import INDEX_IDS
from carbon_balance.core.options.bundled import bundled, bundled_rows
from carbon_balance.core.options.demand import FUEL_UNITS, grid_names
from carbon_balance.core.options.scenarios import PRESETS
from carbon_balance.core.scenarios.land_use_demand.presets import PERMISSIONS
from carbon_balance.core.tables.bundled import resource_table

ROOT = Path(__file__).parents[3]


def test_every_choice_is_known_to_core_in_the_same_order():
    assert tuple(INDICES) == INDEX_IDS
    assert tuple(MEASURES) == FUEL_UNITS
    assert tuple(PERMISSIONS) == PRESETS
    assert list(grids()) == grid_names()


def test_choices_of_a_bundled_table_are_its_rows():
    header, *rows = bundled_rows("scenarios/beibu_gulf.csv")
    table = resource_table("scenarios/beibu_gulf.csv")
    assert header == table.fields
    assert [row[header.index("rules")] for row in rows] == table.texts("rules")


def test_bundled_names_are_returned_as_a_copy():
    names = bundled("pools")
    names.append("mine")
    assert "mine" not in bundled("pools")


def test_the_choices_are_imported_without_numpy():
    modules = [path.stem for path in (ROOT / "core" / "options").glob("*.py") if path.stem != "__init__"]
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); import checkout\n"
        + "".join(f"import carbon_balance.core.options.{name}\n" for name in modules)
        + "print('numpy' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False"]


def test_conversion_factors_equal_the_definitions_of_units():
    """1 km2 = 100 ha, 1 mu = 1/15 ha, 1 t/ha = 100 t/km2, 1 kg/m2 = 1,000 t/km2; 10^4 yuan is the base of money."""
    assert land_cover.HA_OF_UNIT == {"ha": 1, "km2": 100, "m2": 0.0001, "mu": 1 / 15, "1e4_ha": 10_000}
    assert balance.RATIO_UNITS == {
        "t/km2": (raster.PER_KM2, 1),
        "t/ha": (raster.PER_KM2, 100),
        "kg/m2": (raster.PER_KM2, 1000),
        "t/cell": (raster.PER_CELL, 1),
    }
    assert tables.PERSONS == {"persons": 1, "10^3 persons": 1000, "10^4 persons": 10_000, "10^6 persons": 1_000_000}
    assert tables.TONNES == {"t": 1, "10^4 t": 10_000, "10^6 t": 1_000_000, "10^8 t": 100_000_000}
    assert tables.DENSITIES_T_KM2 == {"t/km2": 1, "t/ha": 100}
    assert (
        pytest.approx(
            {
                "km2": 1,
                "ha": 0.01,
                "m2": 0.000001,
                "mu": 1 / 1500,
                "10^4 mu": 10_000 / 1500,
                "10^3 ha": 10,
                "10^4 ha": 100,
            },
            rel=1e-14,
        )
        == tables.AREAS_KM2
    )
    assert tables.MONEY_1E4 == {"10^4 yuan": 1, "10^8 yuan": 10_000, "yuan": 0.0001}


def test_factors_of_carbon_and_climate_units_equal_the_definitions():
    """1 kg/m2 = 10 t/ha = 1,000 t/km2 = 1,000 g/m2; 0 degC = 273.15 K; MOD17 stores 0.1 g C/m2."""
    assert supply.NPP_UNITS == {
        "g_C_m2": (1, 1),
        "kg_C_m2": (1000, 1),
        "t_C_ha": (100, 1),
        "mod17": (1000, 0.0001),
    }
    assert supply.MOD17_FILL == (32761, 32762, 32763, 32764, 32765, 32766, 32767)
    assert supply.MOD17_MOST == 32700
    assert supply.TEMPERATURE_UNITS == {
        "degC": (1, 0),
        "0.1 degC": (0.1, 0),
        "K": (1, -273.15),
        "0.1 K": (0.1, -273.15),
    }
    assert supply.PRECIPITATION_UNITS == {"mm": (1, 0), "0.1 mm": (0.1, 0), "m": (1000, 0)}
    assert supply.CARBON_RASTER_UNITS == {
        "t/ha": (raster.PER_KM2, 100),
        "t/km2": (raster.PER_KM2, 1),
        "kg/m2": (raster.PER_KM2, 1000),
        "g/m2": (raster.PER_KM2, 1),
        "t/cell": (raster.PER_CELL, 1),
        "kg/cell": (raster.PER_CELL, 0.001),
    }


def test_defaults_equal_those_of_the_documentation():
    assert supply.Composition() == supply.Composition(26, 72, 2, 0.2)
    assert land_cover.LEAST_PERCENT == 95
    assert demand.T_CO2_PER_TCE == 2.66
    assert (scenarios.DEFAULT_NOISE, scenarios.DEFAULT_STRENGTH, scenarios.DEFAULT_PASSES) == (0.5, 1, 1)
    assert (scenarios.DEFAULT_CHANGE_PERCENT, scenarios.DEFAULT_POINTS) == (20, 11)


def test_bundled_names_are_those_of_the_files():
    assert bundled("pools") == sorted(path.stem for path in (ROOT / "resources" / "tables" / "pools").glob("*.csv"))
    assert "henan" in bundled("pools")
    assert supply.soil_sets() == [f"{name}_soil" for name in bundled("soil")]
    assert "china_soil" in supply.soil_sets()
    assert land_cover.schemes()[0] == "six_classes"
    assert land_cover.schemes()[1:] == sorted(set(bundled("crosswalks")) - {"six_classes"})


def test_months_have_the_days_of_a_common_year():
    assert list(supply.DAYS_OF_MONTH) == calendar.mdays[1:]


@pytest.mark.parametrize(
    ("units", "unit", "stored", "value"),
    [
        # 0 degC is 273.15 K.
        (supply.TEMPERATURE_UNITS, "degC", 21.5, 21.5),
        (supply.TEMPERATURE_UNITS, "0.1 degC", 215, 21.5),
        (supply.TEMPERATURE_UNITS, "K", 273.15, 0),
        (supply.TEMPERATURE_UNITS, "0.1 K", 2946.5, 21.5),
        (supply.PRECIPITATION_UNITS, "mm", 80, 80),
        (supply.PRECIPITATION_UNITS, "0.1 mm", 800, 80),
        (supply.PRECIPITATION_UNITS, "m", 0.08, 80),
    ],
)
def test_units_of_climate(units, unit, stored, value):
    factor, offset = units[unit]
    assert stored * factor + offset == pytest.approx(value, abs=1e-9)


def test_units_of_radiation():
    """1 kWh is 3.6 MJ; a day has 86,400 s, in which 1 W is 0.0864 MJ."""
    assert supply.RADIATION_UNITS["kWh_m2_day"] == (1000 * 3600 / 1e6, True)
    assert supply.RADIATION_UNITS["W_m2"] == (86_400 / 1e6, True)
    assert supply.RADIATION_UNITS["MJ_m2_day"] == (1, True)
    assert supply.RADIATION_UNITS["MJ_m2_month"] == (1, False)
