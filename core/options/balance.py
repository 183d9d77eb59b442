"""Options of the balance: indices and their rasters."""

from __future__ import annotations

from ..runtime.i18n import mark
from .raster import PER_CELL, PER_KM2

DEMAND_SUPPLY = "demand/supply"
SUPPLY_DEMAND = "supply/demand"
BUDGET = "budget"
ESDR = "ESDR"
LOG_RATIO = "log ratio"
NORMALISED = "normalised difference"
INDEX_IDS = (DEMAND_SUPPLY, SUPPLY_DEMAND, BUDGET, ESDR, LOG_RATIO, NORMALISED)

# Unit -> (basis, factor to t per km2 or per cell).
RATIO_UNITS = {
    "t/km2": (PER_KM2, 1.0),
    "t/ha": (PER_KM2, 100.0),
    "kg/m2": (PER_KM2, 1000.0),
    "t/cell": (PER_CELL, 1.0),
}
COARSER_GRID, SUPPLY_GRID, DEMAND_GRID = "coarser", "supply", "demand"
GRIDS = (COARSER_GRID, SUPPLY_GRID, DEMAND_GRID)

PER_NOTHING, PER_AREA, PER_PERSON, PER_GDP, OWN_COLUMN = "zero", "area", "person", "gdp", "column"
BASELINES = [PER_NOTHING, PER_AREA, PER_PERSON, PER_GDP, OWN_COLUMN]
BASELINE_BASES = {PER_AREA: mark("area"), PER_PERSON: mark("population"), PER_GDP: mark("GDP")}

POSITIVE_IS_DEFICIT, POSITIVE_IS_SURPLUS = "deficit", "surplus"
SIGNS = [POSITIVE_IS_DEFICIT, POSITIVE_IS_SURPLUS]
LEAST_DISTANCE, GRAVITY = "least_distance", "gravity"
FLOW_METHODS = [LEAST_DISTANCE, GRAVITY]
