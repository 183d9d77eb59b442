"""Colours are distinguishable in greyscale and with colour-vision deficiencies."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from carbon_balance.core.symbology.colours import (
    BETTER_STOPS,
    CARBON,
    EMISSION,
    NO_VALUE_COLOUR,
    QUADRANTS,
    SINK,
    SIX_CLASS_COLOURS,
    SURPLUS_TO_DEFICIT,
    WORSE_STOPS,
    hex_colour,
    land_cover_colours,
    ramp,
    rgb,
    shades,
)
from colour_vision import grey

# Viénot, Brettel and Mollon (1999), on linear RGB: what protanopes and deuteranopes see.
PROTAN = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
DEUTAN = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])
NORMAL = np.eye(3)


def lab(colour, vision):
    """CIE L*a*b* of a colour as a reader with ``vision`` sees it."""
    channels = np.array(rgb(colour)) / 255
    linear = vision @ np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ np.clip(linear, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", [NORMAL, PROTAN, DEUTAN], ids=["normal", "protan", "deutan"])
@pytest.mark.parametrize("colours", [SURPLUS_TO_DEFICIT, QUADRANTS])
def test_zones_are_distinguished_by_every_reader(colours, vision):
    for first, second in itertools.combinations((*colours, NO_VALUE_COLOUR), 2):
        # 2.3 is just noticeable; NULL is told apart by its hatch besides.
        least = 4 if NO_VALUE_COLOUR in (first, second) else 20
        assert np.linalg.norm(lab(first, vision) - lab(second, vision)) > least, (first, second)


@pytest.mark.parametrize("vision", [NORMAL, PROTAN, DEUTAN], ids=["normal", "protan", "deutan"])
def test_six_classes_of_land_are_distinguished_by_every_reader(vision):
    for first, second in itertools.combinations(SIX_CLASS_COLOURS.values(), 2):
        assert np.linalg.norm(lab(first, vision) - lab(second, vision)) > 20, (first, second)


@pytest.mark.parametrize("colours", [SURPLUS_TO_DEFICIT, CARBON, EMISSION, SINK, BETTER_STOPS, WORSE_STOPS])
def test_ordered_colours_become_darker_in_greyscale(colours):
    greys = [grey(colour) for colour in colours]
    assert all(before - after > 15 for before, after in zip(greys, greys[1:]))


def test_colours_of_surplus_and_deficit_are_distinguished_by_every_reader():
    for vision in (NORMAL, PROTAN, DEUTAN):
        for better, worse in zip(BETTER_STOPS[1:], WORSE_STOPS[1:]):
            assert np.linalg.norm(lab(better, vision) - lab(worse, vision)) > 20


def test_a_ramp_begins_and_ends_at_its_stops():
    assert ramp(CARBON, 2) == [CARBON[0], CARBON[-1]]
    assert len(set(ramp(CARBON, 11))) == 11
    assert ramp(CARBON, 1) == [CARBON[2]]
    assert ramp(CARBON, 0) == []


def test_codes_of_one_study_class_are_shades_of_its_colour():
    colours = land_cover_colours([2, 1, 2, 2, 6, 9])
    assert len(set(colours[:5])) == 5
    assert colours[5] == NO_VALUE_COLOUR


def test_shades_lie_between_a_lighter_and_a_darker_colour():
    """45 % of the way to white, and 65 % of the colour."""
    assert shades("#640000", 1) == ["#640000"]
    assert shades("#640000", 3) == ["#aa7373", "#640000", "#410000"]
    assert shades("#640000", 2) == ["#aa7373", "#410000"]


def test_ramps_end_at_their_stops():
    assert ramp(("#000000", "#0a0a0a", "#646464"), 3) == ["#000000", "#0a0a0a", "#646464"]
    assert ramp(("#000000", "#0a0a0a", "#646464"), 2) == ["#000000", "#646464"]
    assert ramp(("#000000", "#0a0a0a", "#646464"), 1) == ["#0a0a0a"]
    assert ramp(("#000000", "#646464"), 5) == ["#000000", "#191919", "#323232", "#4b4b4b", "#646464"]
    assert ramp(("#000000", "#646464"), 0) == []


def test_channels_are_limited_to_a_byte():
    assert rgb("#010a64") == (1, 10, 100)
    assert hex_colour([-1, 255.4, 300]) == "#00ffff"
    assert hex_colour([0.4, 0.6, 254.6]) == "#0001ff"


def test_codes_of_one_class_are_its_shades_in_their_order():
    own = SIX_CLASS_COLOURS[2]
    assert land_cover_colours([2, 1, 9]) == [own, SIX_CLASS_COLOURS[1], NO_VALUE_COLOUR]
    assert land_cover_colours([2, 1, 2, 2])[::2] == shades(own, 3)[:2]
    assert land_cover_colours([]) == []
