"""Options for land covers."""

from __future__ import annotations

from .bundled import bundled

HA_OF_UNIT = {"ha": 1.0, "km2": 100.0, "m2": 1e-4, "mu": 1 / 15, "1e4_ha": 1e4}
AREA_UNITS = list(HA_OF_UNIT)

WARN_ONLY, NO_RESULTS = "warn", "null"
PARTIAL_RULES = (WARN_ONLY, NO_RESULTS)
LEAST_PERCENT = 95.0

CROSSWALKS = "crosswalks"
SIX_CLASSES = "six_classes"


def schemes() -> list[str]:
    """The land-cover schemes that have a crosswalk, starting with the six classes themselves."""
    return sorted(bundled(CROSSWALKS), key=lambda scheme: (scheme != SIX_CLASSES, scheme))
