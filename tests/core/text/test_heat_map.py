"""Colours of a matrix and stars of significance, at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.text.heat_map import colour, heat_map, stars


@pytest.mark.parametrize(
    ("p", "shown"),
    [(0.0009, "***"), (0.001, "**"), (0.0099, "**"), (0.01, "*"), (0.049, "*"), (0.05, ""), (1, ""), (np.nan, "")],
)
def test_stars_change_at_the_limits_of_significance(p, shown):
    assert stars(p) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1, "#d95f02"),
        (2, "#d95f02"),
        (0, "#ffffff"),
        (-1, "#2166ac"),
        (-2, "#2166ac"),
        (0.5, "#ecaf80"),
        (np.nan, "#eeeeee"),
    ],
)
def test_colours_run_from_blue_over_white_to_orange(value, shown):
    assert colour(value) == shown


@pytest.mark.parametrize(("value", "ink"), [(0.7, "#222"), (0.71, "#fff"), (-0.71, "#fff"), (np.nan, "#222")])
def test_text_is_light_on_dark_cells(value, ink):
    assert f"color:{ink}" in heat_map(["a"], np.array([[value]]), np.array([[1.0]]))


def test_columns_may_have_different_names_than_rows():
    drawn = heat_map(["a"], np.array([[0.5, -0.25]]), np.array([[0.5, 0.02]]), ["x", "<y>"])
    assert "<tr><th></th><th>x</th><th>&lt;y&gt;</th></tr>" in drawn
    assert ">0.50</td>" in drawn
    assert ">-0.25*</td>" in drawn
