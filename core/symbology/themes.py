"""Themes of columns: how each column is classified and coloured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..tables import columns
from ..tables.names import plan_columns
from ..text.vocabulary import base_of
from .colours import CARBON, EMISSION, NEUTRAL_STOPS, SINK

SEQUENTIAL, DIVERGING, INDEX, ZONE_NAMES = "sequential", "diverging", "index", "zones"


@dataclass(frozen=True)
class Theme:
    """The theme of a column.

    Attributes:
        column: name of the column without suffix.
        kind: ``SEQUENTIAL`` (natural breaks), ``DIVERGING`` (natural breaks on both sides of 0 or a balance point),
            ``INDEX`` (diverging, with the balance point of the index), ``ZONE_NAMES`` (names).
        classes: number of classes, 0 for names.
        stops: colours of a sequential scale, from low to high; of a diverging one whose sides are neither better nor
            worse, those above the balance, from the middle outwards.
        below: the same below the balance.
        balance: the middle of a diverging scale.
        better_above: whether values above the balance are the better ones.
    """

    column: str
    kind: str
    classes: int
    stops: tuple[str, ...] = NEUTRAL_STOPS
    balance: float = 0.0
    better_above: bool = True
    below: tuple[str, ...] = ()


# In the order in which the main column of a layer is searched: results of later steps first.
THEMES = {
    theme.column: theme
    for theme in (
        Theme(columns.ZONE, ZONE_NAMES, 0),
        Theme(columns.RATIO, INDEX, 7),
        Theme(columns.BUDGET_T_KM2, DIVERGING, 7),
        Theme(plan_columns.FLOW_T, SEQUENTIAL, 5, NEUTRAL_STOPS),
        Theme(plan_columns.LEFT_T, DIVERGING, 7),
        # Emission minus sink: positive values are the worse side.
        Theme(plan_columns.EXCESS_T, DIVERGING, 7, better_above=False),
        Theme(plan_columns.NET_EMISSION_T_C, DIVERGING, 7, better_above=False),
        Theme(columns.CARBON_CHANGE_T_KM2, DIVERGING, 7),
        Theme(columns.CARBON_CHANGE_T_HA, DIVERGING, 7),
        Theme(columns.CARBON_CHANGE_T, DIVERGING, 7),
        Theme(columns.P_GAIN, DIVERGING, 6, balance=0.5),
        Theme(columns.CHANGE_MEAN_T, DIVERGING, 7),
        Theme(columns.EEC, DIVERGING, 6, balance=1.0),
        Theme(columns.SEC, DIVERGING, 6, balance=1.0),
        Theme(columns.BUDGET_T, DIVERGING, 7, better_above=False),
        Theme(columns.DEMAND_T_KM2, SEQUENTIAL, 5, EMISSION),
        Theme(columns.CARBON_T_KM2, SEQUENTIAL, 5, CARBON),
        Theme(columns.CARBON_T_HA, SEQUENTIAL, 5, CARBON),
        Theme(columns.SINK_T_HA, SEQUENTIAL, 5, SINK),
        Theme(columns.EMISSION_T, SEQUENTIAL, 5, EMISSION),
        Theme(columns.CARBON_T, SEQUENTIAL, 5, CARBON),
        Theme(columns.SINK_T, SEQUENTIAL, 5, SINK),
        Theme(columns.EMISSION_T_PERSON, SEQUENTIAL, 5, EMISSION),
        Theme(columns.CARBON_MEAN_T, SEQUENTIAL, 5, CARBON),
        Theme(columns.STOCK_YEARS, SEQUENTIAL, 5, CARBON),
    )
}

# Default columns of map sheets: zones, and columns comparable between zones, no totals.
SHEET_COLUMNS = (
    columns.CARBON_T_KM2,
    columns.SINK_T_HA,
    columns.DEMAND_T_KM2,
    columns.RATIO,
    columns.BUDGET_T_KM2,
    columns.EEC,
    columns.SEC,
    columns.CARBON_CHANGE_T_KM2,
    columns.ZONE,
)


def main_column(names: Iterable[str]) -> str | None:
    """The column that a layer displays, among those added by an algorithm; ``None`` if none is known."""
    added = list(names)
    for base in THEMES:
        for name in added:
            if base_of(name) == base:
                return name
    return None
