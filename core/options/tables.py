"""Options for tables: encodings, decimal marks, join keys and units of columns."""

from __future__ import annotations

from ..runtime.i18n import mark

# The encodings offered for text tables.
ENCODINGS = ("UTF-8", "GBK", "GB18030", "Big5", "Windows-1252")
BY_CODE, BY_NAME = "code", "name"

ROW_FILTER = "ROW_FILTER"

AUTO, POINT, COMMA = "auto", "point", "comma"
DECIMALS = [AUTO, POINT, COMMA]

PERSONS = {"persons": 1.0, "10^3 persons": 1e3, "10^4 persons": 1e4, "10^6 persons": 1e6}
TONNES = {"t": 1.0, "10^4 t": 1e4, "10^6 t": 1e6, "10^8 t": 1e8}
DENSITIES_T_KM2 = {"t/km2": 1.0, "t/ha": 100.0}
AMOUNTS = [*TONNES, *DENSITIES_T_KM2]
AREAS_KM2 = {"km2": 1.0, "ha": 0.01, "m2": 1e-6, "mu": 1 / 1500, "10^4 mu": 20 / 3, "10^3 ha": 10.0, "10^4 ha": 100.0}
MONEY_1E4 = {"10^4 yuan": 1.0, "10^8 yuan": 1e4, "yuan": 1e-4}
UNSTATED = "unstated"
SPECIES = ["C", "CO2"]
SPECIES_OR_UNSTATED = [UNSTATED, *SPECIES]
STOCK, FLOW = mark("stock"), mark("flow")
BASES = [STOCK, FLOW]
