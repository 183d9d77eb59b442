"""The choices that a user has, by name: what dialogs need before anything is computed."""

from __future__ import annotations

# How changes are put on the map, see :mod:`.automaton.step` and :mod:`.automaton.ranking`.
ROULETTE, RANKED = "roulette", "ranked"
ALLOCATIONS = (ROULETTE, RANKED)
IN_PATCHES = "in patches"
DEFAULT_NOISE, DEFAULT_STRENGTH, DEFAULT_PASSES = 0.5, 1.0, 1

# Drivers from the land cover itself, see :mod:`.suitability.class_drivers`.
NO_CLASS_DRIVERS, CLASS_DISTANCES, CLASS_SHARES = "none", "distances", "shares"
DISTANCES_AND_SHARES = "distances and shares"
CLASS_DRIVER_KINDS = (NO_CLASS_DRIVERS, CLASS_DISTANCES, CLASS_SHARES, DISTANCES_AND_SHARES)
# Of which date, where is predicted from them.
LATER_DATE, EARLIER_DATE, BOTH_DATES = "later", "earlier", "both"
CLASS_DRIVER_DATES = (LATER_DATE, EARLIER_DATE, BOTH_DATES)
