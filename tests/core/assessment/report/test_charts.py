"""Charts are readable with colour-vision deficiencies and in greyscale."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.report.charts import bar_chart, class_fills
from carbon_balance.core.land_cover.schemes import read_crosswalk
from carbon_balance.core.options.land_cover import schemes
from carbon_balance.core.symbology.colours import SIX_CLASS_COLOURS


@pytest.mark.parametrize("names", ["names", "names_zh"])
def test_the_six_classes_have_their_colours_in_both_languages(names):
    six = getattr(read_crosswalk("six_classes"), names)
    assert class_fills(six) == [(SIX_CLASS_COLOURS[land], "") for land in range(1, 7)]


@pytest.mark.parametrize("scheme", schemes())
def test_no_two_classes_of_a_bar_look_alike(scheme):
    names = read_crosswalk(scheme).names[:8]
    fills = class_fills([*names, "other classes"])
    assert len(set(fills)) == len(set(names)) + 1


def test_classes_are_known_by_their_scheme_and_by_words():
    colours = [
        colour for colour, _ in class_fills(["cultivated land", "artificial surfaces", "Paddy rice", "whatever"])
    ]
    assert len(set(colours)) == 4
    assert class_fills(["artificial surfaces"])[0] == (SIX_CLASS_COLOURS[5], "")
    assert class_fills(["whatever"])[0][0] not in SIX_CLASS_COLOURS.values()


def test_a_legend_has_whole_names_of_the_schemes():
    pytest.importorskip("matplotlib")
    drawn = bar_chart(["a", "b"], {"cropland and natural vegetation mosaic": np.array([1.0, 2.0])}, "t")
    assert "cropland and natural vegetation mosaic" in drawn
