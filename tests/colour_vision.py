"""Simulation of colour-vision deficiencies."""

from __future__ import annotations

from carbon_balance.core.symbology.colours import rgb


def grey(colour: str) -> float:
    """How light the colour is in a grey copy, 0 to 255 (ITU-R BT.601)."""
    red, green, blue = rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue
