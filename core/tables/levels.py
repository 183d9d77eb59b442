"""The words for high and low levels, and for pairs of levels, that are stored in columns."""

from __future__ import annotations

from ..runtime.i18n import mark

HIGH, LOW = mark("high"), mark("low")
# The first word refers to the first amount: supply before demand, the zone before its neighbours.
HIGH_HIGH, HIGH_LOW, LOW_HIGH, LOW_LOW = mark("high-high"), mark("high-low"), mark("low-high"), mark("low-low")
LEVEL_PAIRS = (HIGH_HIGH, HIGH_LOW, LOW_HIGH, LOW_LOW)


def level(is_high: bool) -> str:
    """``HIGH`` or ``LOW``."""
    return HIGH if is_high else LOW


def level_pair(first_is_high: bool, second_is_high: bool) -> str:
    """One of ``LEVEL_PAIRS``."""
    return LEVEL_PAIRS[2 * (not first_is_high) + (not second_is_high)]
