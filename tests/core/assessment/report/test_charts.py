"""Charts are readable with colour-vision deficiencies and in greyscale."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.charts import bar_chart, class_fills, name_points
from carbon_balance.core.land_cover.schemes import read_crosswalk
from carbon_balance.core.options.land_cover import schemes
from carbon_balance.core.symbology.colours import SIX_CLASS_COLOURS


@pytest.mark.parametrize("names", ["names", "names_zh"])
def test_the_six_classes_have_their_colours_in_both_languages(names):
    six = getattr(read_crosswalk("six_classes"), names)
    assert class_fills(six) == [(SIX_CLASS_COLOURS[land], "") for land in range(1, 7)]


@pytest.mark.parametrize("scheme", schemes())
def test_all_classes_of_a_bar_have_distinguishable_colours(scheme):
    names = read_crosswalk(scheme).names[:8]
    fills = class_fills([*names, "other classes"])
    assert len(set(fills)) == len(set(names)) + 1


def test_classes_are_recognised_by_scheme_code_or_name():
    colours = [
        colour for colour, _ in class_fills(["cultivated land", "artificial surfaces", "Paddy rice", "whatever"])
    ]
    assert len(set(colours)) == 4
    assert class_fills(["artificial surfaces"])[0] == (SIX_CLASS_COLOURS[5], "")
    assert class_fills(["whatever"])[0][0] not in SIX_CLASS_COLOURS.values()


def test_legends_show_scheme_names_uncut():
    pytest.importorskip("matplotlib")
    drawn = bar_chart(["a", "b"], {"cropland and natural vegetation mosaic": np.array([1.0, 2.0])}, "t")
    assert "cropland and natural vegetation mosaic" in drawn


class Axes:
    """Axes of 357.12 x 255.024 points, whose data are points; keeps the names and where they are written."""

    def __init__(self):
        self.written = {}

    def get_xlim(self):
        return 0.0, 357.12

    def get_ylim(self):
        return 0.0, 255.024

    def annotate(self, text, _at, xytext, **_style):
        self.written[text] = xytext


def written(names, points, *boxes):
    """Where the names of points stand, given boxes to keep free (left, bottom, right, top in points)."""
    axes = Axes()
    x, y = np.array(points, float).T
    width, height = axes.get_xlim()[1], axes.get_ylim()[1]
    taken = [(left / width, low / height, right / width, high / height) for left, low, right, high in boxes]
    name_points(axes, names, x, y, taken)
    return axes.written


# A name of 5 letters of 0.62 x 8 points is 24.8 points wide and 8 high: right of its point, left, above or below it.
PLACES = [(5, -3), (-29.8, -3), (-12.4, 5), (-12.4, -13)]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("side", ["left", "bottom", "right", "top"])
@pytest.mark.parametrize("off", [-0.1, 0.1])
def test_a_name_takes_the_first_place_that_is_free(place, side, off):
    """Something lies in the middle of each place before, and 0.1 points within (-) or beyond a side of this one."""
    x, y = 100, 120
    dx, dy = PLACES[place]
    middles = [(x + left + 12.4, y + low + 4) for left, low in PLACES]
    across, up = middles[place]
    edge = {
        "left": (x + dx - off, up),
        "bottom": (across, y + dy - off),
        "right": (x + dx + 24.8 + off, up),
        "top": (across, y + dy + 8 + off),
    }[side]
    found = written(["abcde"], [(x, y)], *((*at, *at) for at in [*middles[:place], edge]))
    at = found.get("abcde")
    assert (at == pytest.approx((dx, dy))) == (off > 0) if at else off < 0


def test_names_stay_within_the_axes_and_apart():
    assert written(["abcde"], [(327.3, 120)]) == {"abcde": (5, -3)}
    assert written(["abcde"], [(327.4, 120)]) == {"abcde": pytest.approx((-29.8, -3))}
    below = {"abcde": pytest.approx((-12.4, 5))}
    assert written(["abcde"], [(100, 3.1)]) == {"abcde": (5, -3)}
    assert written(["abcde"], [(100, 2.9)]) == below
    # Something on the right, and 29.7 points up to the left end.
    assert written(["abcde"], [(29.9, 120)], (48, 110, 50, 130)) == {"abcde": pytest.approx((-29.8, -3))}
    assert written(["abcde"], [(29.7, 120)], (48, 110, 50, 130)) == below
    # Two points beside each other: the square of 3 points around the second ends the place on the right.
    assert written(["abcde", "xyzxy"], [(100, 120), (132.9, 120)])["abcde"] == (5, -3)
    assert written(["abcde", "xyzxy"], [(100, 120), (132.7, 120)])["abcde"] == pytest.approx((-29.8, -3))


@pytest.mark.parametrize("off", [-0.1, 0.1])
@pytest.mark.parametrize(
    ("x", "y", "outwards"), [(102, 121, (-1, 0)), (132.8, 121, (1, 0)), (117, 128, (0, 1)), (117, 114, (0, -1))]
)
def test_names_keep_3_points_away_from_other_points(x, y, outwards, off):
    """The place of a name right of (100, 120) is from 105 to 129.8 and from 117 to 125."""
    other = (x + off * outwards[0], y + off * outwards[1])
    found = written(["abcde", ""], [(100, 120), other])
    assert (found["abcde"] == (5, -3)) == (off > 0)
