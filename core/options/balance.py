"""Choices of the balance: indices and the maps of them."""

from __future__ import annotations

from .raster import PER_CELL, PER_KM2

DEMAND_SUPPLY = "demand/supply"
SUPPLY_DEMAND = "supply/demand"
BUDGET = "budget"
ESDR = "ESDR"
LOG_RATIO = "log ratio"
NORMALISED = "normalised difference"
INDEX_IDS = (DEMAND_SUPPLY, SUPPLY_DEMAND, BUDGET, ESDR, LOG_RATIO, NORMALISED)

# Basis of the unit, and what turns it into t (per km2 or per cell).
RATIO_UNITS = {
    "t/km2": (PER_KM2, 1.0),
    "t/ha": (PER_KM2, 100.0),
    "kg/m2": (PER_KM2, 1000.0),
    "t/cell": (PER_CELL, 1.0),
}
COARSER_GRID, SUPPLY_GRID, DEMAND_GRID = "coarser", "supply", "demand"
GRIDS = (COARSER_GRID, SUPPLY_GRID, DEMAND_GRID)
