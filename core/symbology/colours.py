"""The colours of maps, distinguishable in greyscale print and for colour-blind readers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Zones from surplus to deficit, with decreasing lightness, so that the order is visible in greyscale.
SURPLUS_TO_DEFICIT = ("#e6f2d6", "#84c097", "#d5742b", "#741313")
# Quadrants: both high, only EEC high, only SEC high, both low. Sink is green, economy without sink orange.
QUADRANTS = ("#e6f2d6", "#d5742b", "#84c097", "#741313")

CARBON = ("#f3f6d5", "#c2dd9b", "#7fb978", "#3d8a5f", "#0f5048")
EMISSION = ("#fdf0d2", "#f9cd8f", "#ec9550", "#c4562d", "#7d1f1a")
SINK = ("#eaf4f0", "#b9ddd0", "#77b9a8", "#368a80", "#0b534f")
NEUTRAL_STOPS = ("#f4f2f7", "#cfc8df", "#9f92c0", "#6c5a9b", "#3c2a6b")
# Halves of a diverging scale, from the middle outwards; teal and orange differ for all forms of colour blindness.
BETTER_STOPS = ("#d9efe9", "#a6d8cc", "#62b3a4", "#248a7d", "#035a50")
WORSE_STOPS = ("#fbe8d3", "#f6c793", "#e39a4f", "#b5651d", "#6e3506")
# Halves of a scale whose sides are neither better nor worse, such as coefficients: blue and orange.
NEGATIVE_STOPS = ("#dbe9f4", "#a3cbe5", "#67a9cf", "#3583bd", "#1b4f8a")
POSITIVE_STOPS = ("#fdeacd", "#fac98a", "#f1a340", "#cf7511", "#8a4503")
# The same halves from almost white to almost black, used if all values are on one side.
ONE_SIDED: dict[tuple[str, ...], tuple[str, ...]] = {
    BETTER_STOPS: ("#f3faf7", "#b4ddd1", "#66b5a5", "#228577", "#033f37"),
    WORSE_STOPS: ("#fef6ec", "#f5cb9a", "#dd9448", "#a85c18", "#4a2304"),
    NEGATIVE_STOPS: ("#f1f6fb", "#a9cee6", "#67a9cf", "#2f78b3", "#0d2f5e"),
    POSITIVE_STOPS: ("#fef7ec", "#fbd097", "#f1a340", "#c0690c", "#552a01"),
}

NO_VALUE_COLOUR = "#eeeeee"
NO_VALUE_LINES = "#9a9a9a"
ZERO = "#ffffff"
OUTLINE = "#555555"
INK = "#222222"

# The six classes to which all land-cover schemes are mapped, 1 cropland ... 6 unused; distinguishable for colour-blind
# readers.
SIX_CLASS_COLOURS = {1: "#fbe77a", 2: "#0f5639", 3: "#85bf6b", 4: "#4a8cc8", 5: "#c9552d", 6: "#bdb9b2"}
# For unordered categories (Okabe and Ito 2008, with varied lightness).
QUALITATIVE = ("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#7a7a7a", "#b8860b")


def rgb(colour: str) -> tuple[int, int, int]:
    """Convert ``#rrggbb`` to three numbers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def hex_colour(channels: Sequence[float]) -> str:
    """Convert three numbers from 0 to 255 to ``#rrggbb``."""
    return "#" + "".join(f"{int(round(min(max(channel, 0), 255))):02x}" for channel in channels)


def ramp(stops: Sequence[str], count: int) -> list[str]:
    """``count`` evenly spaced colours from the first to the last of ``stops``; a single one is from the middle."""
    if count < 1:
        return []
    at = np.linspace(0, len(stops) - 1, count) if count > 1 else np.array([(len(stops) - 1) / 2])
    channels = np.array([rgb(stop) for stop in stops], float)
    places = np.arange(len(stops))
    return [hex_colour([float(np.interp(each, places, channels[:, channel])) for channel in range(3)]) for each in at]


def shades(colour: str, count: int) -> list[str]:
    """``count`` shades around ``colour``, for several codes of the same land-cover class."""
    if count == 1:
        return [colour]
    lighter = hex_colour([channel + (255 - channel) * 0.45 for channel in rgb(colour)])
    darker = hex_colour([channel * 0.65 for channel in rgb(colour)])
    return ramp((lighter, colour, darker), count)


def land_cover_colours(classes: Sequence[int]) -> list[str]:
    """A colour for each code by its class (1 to 6); codes of the same class differ in shade."""
    result = [NO_VALUE_COLOUR] * len(classes)
    for study_class, colour in SIX_CLASS_COLOURS.items():
        rows = [row for row, each in enumerate(classes) if each == study_class]
        for row, shade in zip(rows, shades(colour, len(rows)) if rows else []):
            result[row] = shade
    return result
