"""Styles of columns: kind of scale, classes, and which side is better."""

from __future__ import annotations

from carbon_balance.core.symbology.colours import CARBON, EMISSION, NEUTRAL_STOPS, SINK
from carbon_balance.core.symbology.themes import SHEET_COLUMNS, THEMES, main_column

AMOUNTS = {
    "left_t": True,
    "excess_t": False,
    "net_emission_t_c": False,
    "budget_t": False,
    "budget_t_km2": True,
    "carbon_change_t_km2": True,
    "carbon_change_t_ha": True,
    "carbon_change_t": True,
    "change_mean_t": True,
}
SEQUENTIAL = {
    "flow_t": NEUTRAL_STOPS,
    "demand_t_km2": EMISSION,
    "carbon_t_km2": CARBON,
    "carbon_t_ha": CARBON,
    "sink_t_ha": SINK,
    "emission_t": EMISSION,
    "carbon_t": CARBON,
    "sink_t": SINK,
    "emission_t_person": EMISSION,
    "carbon_mean_t": CARBON,
    "stock_years": CARBON,
}


def test_signed_amounts_have_seven_classes_around_zero():
    """The number is odd, so that one class contains 0; above 0 is better for carbon and worse for emissions."""
    found = {name: theme for name, theme in THEMES.items() if theme.kind == "diverging" and theme.classes == 7}
    assert {name: theme.better_above for name, theme in found.items()} == AMOUNTS
    assert all(theme.balance == 0 for theme in found.values())


def test_coefficients_and_probabilities_have_six_classes_around_their_balance():
    """The number is even, so that the balance is a class limit: 1 is the region, 0.5 a gain as likely as a loss."""
    found = {name: theme for name, theme in THEMES.items() if theme.kind == "diverging" and theme.classes != 7}
    assert {name: (theme.classes, theme.balance, theme.better_above) for name, theme in found.items()} == {
        "p_gain": (6, 0.5, True),
        "eec": (6, 1, True),
        "sec": (6, 1, True),
    }


def test_amounts_have_five_classes_in_their_own_colours():
    found = {name: theme for name, theme in THEMES.items() if theme.kind == "sequential"}
    assert {name: theme.stops for name, theme in found.items()} == SEQUENTIAL
    assert {theme.classes for theme in found.values()} == {5}


def test_the_index_has_seven_classes_and_zones_are_names():
    assert (THEMES["ratio"].kind, THEMES["ratio"].classes) == ("index", 7)
    assert THEMES["zone"].kind == "zones"
    assert len(THEMES) == len(AMOUNTS) + len(SEQUENTIAL) + 5


def test_the_main_column_is_that_of_the_latest_step():
    assert main_column(["carbon_t", "carbon_t_km2", "ratio"]) == "ratio"
    assert main_column(["carbon_t_2020", "note"]) == "carbon_t_2020"
    assert main_column(["note"]) is None
    assert main_column([]) is None
    assert set(SHEET_COLUMNS) <= set(THEMES)
