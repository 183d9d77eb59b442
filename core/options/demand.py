"""Options of emission demand."""

from __future__ import annotations

from .bundled import bundled, bundled_rows

T_PER_KM2, T_PER_CELL = "t_per_km2", "t_per_cell"
DEMAND_RASTER_UNITS = (T_PER_KM2, T_PER_CELL)

REFUSE, EVENLY = "refuse", "spread_evenly"
EMPTY_RULES = (REFUSE, EVENLY)

FACTORS = "emission_factors"


def factor_sets() -> list[str]:
    """Names of the bundled factor sets."""
    return bundled(FACTORS)


def grid_names() -> list[str]:
    """Names of the bundled grid factors of electricity."""
    header, *rows = bundled_rows("grid_factors.csv")
    return [row[header.index("grid")] for row in rows]


# Units of fuel amounts, see :mod:`core.demand.fuel_units`.
FUEL_UNITS = (
    *("t", "10^4 t", "kg", "m3", "10^4 m3", "10^8 m3", "kWh", "10^4 kWh", "10^8 kWh"),
    *("tce", "10^4 tce", "10^8 tce", "GJ", "TJ"),
)


T_CO2_PER_TCE = 2.66
