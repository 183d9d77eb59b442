"""The names of the columns that tell what a judgement on classes does; see :mod:`core.tables.columns`."""

from __future__ import annotations

CLASS_NAME = "class_name"
WEIGHT = "weight"
VARIANCE_JUDGEMENT = "variance_judgement"
VARIANCE_DENSITIES = "variance_densities"
VARIANCE_AREAS = "variance_areas"
ZONE_KEPT = "zone_kept"
MOVED_BY = "moved_by"
