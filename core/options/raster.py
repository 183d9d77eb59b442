"""Options for rasters."""

from __future__ import annotations

PER_KM2, PER_CELL = "per_km2", "per_cell"
CELL_BASES = (PER_KM2, PER_CELL)

CENTRE, FRACTION = "cell_centre", "exact_fraction"
RULES = (CENTRE, FRACTION)

COMPRESSIONS = ("DEFLATE", "ZSTD", "LZW", "NONE")
