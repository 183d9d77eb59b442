"""Options of the scenarios."""

from __future__ import annotations

from .land_cover import HA_OF_UNIT

# Methods of allocating changes to cells, see :mod:`core.scenarios.automaton.step` and ``ranking``.
ROULETTE, RANKED = "roulette", "ranked"
ALLOCATIONS = (ROULETTE, RANKED)
IN_PATCHES = "in patches"
DEFAULT_NOISE, DEFAULT_STRENGTH, DEFAULT_PASSES = 0.5, 1.0, 1
DEFAULT_PATCH_SHARE = 1.0
# Drivers that are derived from the land cover itself, see :mod:`core.scenarios.suitability.class_drivers`.
NO_CLASS_DRIVERS, CLASS_DISTANCES, CLASS_SHARES = "none", "distances", "shares"
DISTANCES_AND_SHARES = "distances and shares"
CLASS_DRIVER_KINDS = (NO_CLASS_DRIVERS, CLASS_DISTANCES, CLASS_SHARES, DISTANCES_AND_SHARES)
# The date of the land cover from which drivers for the prediction are derived.
LATER_DATE, EARLIER_DATE, BOTH_DATES = "later", "earlier", "both"
CLASS_DRIVER_DATES = (LATER_DATE, EARLIER_DATE, BOTH_DATES)

IN_CELLS, IN_SHARES = "cells", "share"
DEMAND_UNITS = [*HA_OF_UNIT, IN_CELLS, IN_SHARES]

# Permission matrices and weights of the Beibu Gulf study, see :mod:`core.scenarios.land_use_demand.presets`.
NO_PRESET = "none"
PRESETS = ("urbanised", "agricultural", "ecological")

# Aims of a land-use plan, see :mod:`core.scenarios.optimisation`.
NO_AIM, STORAGE_AIM, SINK_AIM, EMISSION_AIM, VALUE_AIM = "none", "storage", "sink", "emission", "value"
AIMS = (STORAGE_AIM, SINK_AIM, EMISSION_AIM, VALUE_AIM)
DEFAULT_CHANGE_PERCENT, DEFAULT_POINTS = 20.0, 11

# Published factors for transitions, see :mod:`core.scenarios.land_use_demand.factor_presets`.
NATURAL_DEVELOPMENT = "natural_development"
FACTOR_PRESETS = (NATURAL_DEVELOPMENT, "cropland_protection", "ecological_protection", "urban_development")
