"""Options of carbon supply."""

from __future__ import annotations

from dataclasses import dataclass

from .bundled import bundled
from .raster import PER_CELL, PER_KM2

BASELINE_RASTER, ALTERNATE_RASTER, CHANGE_RASTER, VALUE_RASTER = "baseline", "alternate", "change", "value"


def pool_sets() -> list[str]:
    """The names of the bundled pool tables."""
    return bundled("pools")


def sink_sets() -> list[str]:
    """The names of the bundled tables of sink coefficients."""
    return bundled("sinks")


@dataclass(frozen=True)
class Composition:
    """The composition of carbon that is assumed where a table of soil densities does not give it.

    Attributes:
        biomass_pct, soil_pct, dead_pct: shares of living biomass, soil and dead matter, together 100.
        below_above: ratio of carbon below ground to carbon above ground.
    """

    biomass_pct: float = 26.0
    soil_pct: float = 72.0
    dead_pct: float = 2.0
    below_above: float = 0.2


def land_emission_sets() -> list[str]:
    """The names of the bundled tables of emission coefficients of land use."""
    return bundled("land_emissions")


def soil_sets() -> list[str]:
    """The names of the bundled tables of soil densities, such as ``china_soil``."""
    return [f"{name}_soil" for name in bundled("soil")]


T_PER_HECTARE, STORED_PER_CELL = "t_per_ha", "t_per_cell"
STORAGE_UNITS = (T_PER_HECTARE, STORED_PER_CELL)

PER_C, PER_CO2 = "t_C", "t_CO2"
PRICE_UNITS = [PER_C, PER_CO2]

# Unit of NPP -> (factor to g C/m2, scale of the stored values if the band does not state one).
NPP_UNITS = {
    "g_C_m2": (1.0, 1.0),
    "kg_C_m2": (1000.0, 1.0),
    "t_C_ha": (100.0, 1.0),
    "mod17": (1000.0, 0.0001),
}
# Fill values of MOD17A3 (no vegetation), and its largest valid value.
MOD17_FILL = tuple(range(32761, 32768))
MOD17_MOST = 32700
# Unit -> (factor, offset) to degC and mm.
TEMPERATURE_UNITS = {"degC": (1.0, 0.0), "0.1 degC": (0.1, 0.0), "K": (1.0, -273.15), "0.1 K": (0.1, -273.15)}
PRECIPITATION_UNITS = {"mm": (1.0, 0.0), "0.1 mm": (0.1, 0.0), "m": (1000.0, 0.0)}
# Unit of NDVI -> (scale of the stored values if the band does not state one, least stored value that is valid).
NDVI_UNITS = {"index": (1.0, None), "mod13": (0.0001, -2000.0)}
# Fill value of MOD13.
MOD13_FILL = (-3000,)
# Unit of solar radiation -> (factor to MJ/m2, whether it is to be multiplied by the days of the month).
RADIATION_UNITS = {
    "MJ_m2_month": (1.0, False),
    "MJ_m2_day": (1.0, True),
    "kWh_m2_day": (3.6, True),
    "W_m2": (0.0864, True),
}
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def light_use_sets() -> list[str]:
    """The names of the bundled tables of light use efficiency."""
    return bundled("light_use")


# Unit of a carbon raster -> (basis, factor to t per km2 or per cell).
CARBON_RASTER_UNITS = {
    "t/ha": (PER_KM2, 100.0),
    "t/km2": (PER_KM2, 1.0),
    "kg/m2": (PER_KM2, 1000.0),
    "g/m2": (PER_KM2, 1.0),
    "t/cell": (PER_CELL, 1.0),
    "kg/cell": (PER_CELL, 1e-3),
}
ALL_POOLS = "all"
RASTER_POOLS = (ALL_POOLS, "above", "below", "soil", "dead")
