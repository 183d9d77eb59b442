"""What a column shows: its title in words with units, and how it is to be coloured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import columns
from ..i18n import tr
from .colours import CARBON, EMISSION, NEUTRAL, SINK

SEQUENTIAL, DIVERGING, INDEX, ZONES = "sequential", "diverging", "index", "zones"


@dataclass(frozen=True)
class Theme:
    """How a column is drawn.

    Attributes:
        column: its name without suffix.
        kind: ``SEQUENTIAL`` (natural breaks), ``DIVERGING`` (natural breaks on both sides of 0 or a
            balance), ``INDEX`` (diverging, the balance depends on which index it is), ``ZONES`` (names).
        classes: how many.
        stops: colours of a sequential scale, from low to high.
        balance: the middle of a diverging scale.
        better_above: whether values above the balance are the better ones.
    """

    column: str
    kind: str
    classes: int = 5
    stops: tuple[str, ...] = NEUTRAL
    balance: float = 0.0
    better_above: bool = True


# In the order in which a layer's main column is looked for: what comes late in the chain first.
THEMES = {
    theme.column: theme
    for theme in (
        Theme(columns.ZONE, ZONES),
        Theme(columns.RATIO, INDEX, 7),
        Theme(columns.BUDGET_T_KM2, DIVERGING, 7),
        Theme(columns.BUDGET_T, DIVERGING, 7),
        Theme(columns.CARBON_CHANGE_T_KM2, DIVERGING, 7),
        Theme(columns.CARBON_CHANGE_T_HA, DIVERGING, 7),
        Theme(columns.CARBON_CHANGE_T, DIVERGING, 7),
        Theme(columns.P_GAIN, DIVERGING, 6, balance=0.5),
        Theme(columns.CHANGE_MEAN_T, DIVERGING, 7),
        Theme(columns.EEC, DIVERGING, 6, balance=1.0),
        Theme(columns.SEC, DIVERGING, 6, balance=1.0),
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

# What map sheets are made of unless columns are chosen: zones and what is comparable between them, no totals.
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


def title_of(column: str) -> str:
    """What a legend says of ``column``: words and the unit; an unknown column is its own title.

    A suffix (``carbon_t_2020``) stays visible in brackets.
    """
    base = base_of(column)
    titles = {
        columns.ZONE: tr("Carbon balance zone"),
        columns.CLASS: tr("Class"),
        columns.RATIO: tr("Index of supply and demand"),
        columns.BUDGET_T_KM2: tr("Supply less demand, t/km²"),
        columns.BUDGET_T: tr("Emission less sink, t a year"),
        columns.EEC: tr("Economic coefficient EEC (1 = region)"),
        columns.SEC: tr("Sink coefficient SEC (1 = region)"),
        columns.DEMAND_T_KM2: tr("Emission demand, t CO2 a year per km²"),
        columns.CARBON_T_KM2: tr("Carbon stored, t C per km²"),
        columns.CARBON_T_HA: tr("Carbon stored, t C per ha"),
        columns.CARBON_T: tr("Carbon stored, t C"),
        columns.CARBON_SHARE: tr("Share of the carbon stored"),
        columns.SINK_T: tr("Carbon sink, t a year"),
        columns.SINK_T_HA: tr("Carbon sink, t a year per ha"),
        columns.EMISSION_T: tr("Emission, t CO2 a year"),
        columns.EMISSION_T_PERSON: tr("Emission, t CO2 a year per person"),
        columns.STOCK_YEARS: tr("Years that the stock would last"),
        columns.AREA_KM2: tr("Area, km²"),
        columns.AREA_HA: tr("Area, ha"),
        columns.P_GAIN: tr("Probability that carbon is gained"),
        columns.CHANGE_MEAN_T: tr("Change of carbon stored, mean of the draws, t C"),
        columns.CARBON_MEAN_T: tr("Carbon stored, mean of the draws, t C"),
        columns.CARBON_CHANGE_T: tr("Change of carbon stored, t C"),
        columns.CARBON_CHANGE_T_HA: tr("Change of carbon stored, t C per ha"),
        columns.CARBON_CHANGE_T_KM2: tr("Change of carbon stored, t C per km²"),
    }
    if base is None or base not in titles:
        return column
    suffix = column[len(base) :].strip("_ ")
    return f"{titles[base]} ({suffix})" if suffix else titles[base]


def base_of(column: str) -> str | None:
    """The name of ours that ``column`` is, with or without a suffix; ``None`` if it is none of ours."""
    known = {value for value in vars(columns).values() if isinstance(value, str)} | set(THEMES)
    if column in known:
        return column
    fits = [name for name in known if column.startswith(f"{name}_")]
    return max(fits, key=len) if fits else None


def main_column(names: Iterable[str]) -> str | None:
    """Of the columns that an algorithm added, the one that its layer shows; ``None`` if none is known."""
    added = list(names)
    for base in THEMES:
        for name in added:
            if base_of(name) == base:
                return name
    return None
