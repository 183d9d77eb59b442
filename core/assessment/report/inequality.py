"""Report section on the inequality of supply and demand relative to population or area."""

from __future__ import annotations

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...statistics.inequality import Lorenz, lorenz
from ...statistics.spatial.hot_spots import HOT
from ...text.numbers import number_text
from ...zoning.grouped_inequality import Theil, group_numbers, theil_t
from .amounts import Amount
from .data import ReportData

# Emissions per person with a smaller relative difference are assumed to come from a single value per person.
ONE_FIGURE = 1e-6
MOST_NAMED = 12


def lorenz_of(amounts: np.ndarray, base: np.ndarray) -> Lorenz | None:
    """The Lorenz curve over the zones with both values; ``None`` if undefined."""
    known = np.isfinite(amounts) & np.isfinite(base)
    try:
        return lorenz(amounts[known], base[known])
    except ValueError:
        return None


def figure_per_person(amount: Amount, data: ReportData) -> float | None:
    """The amount per person if it is equal in all zones, t; ``None`` if it differs or is unknown.

    For an amount derived from population, the distribution over population has no meaning.
    """
    if data.population is None:
        return None
    known = np.isfinite(amount.total_t) & (data.population > 0)
    with np.errstate(over="ignore"):
        each = amount.total_t[known] / data.population[known]
    if len(each) < 2 or not np.isfinite(each).all() or each.max() <= 0 or np.ptp(each) > ONE_FIGURE * each.max():
        return None
    return float(np.median(each))


def curves(data: ReportData) -> list[tuple[Amount, Lorenz]]:
    """The Lorenz curves to draw, with their names."""
    base = data.area_km2 if data.population is None else data.population
    made = []
    for amount in (data.supply, data.demand):
        if amount is None or len(data) < 2 or figure_per_person(amount, data) is not None:
            continue
        curve = lorenz_of(amount.total_t, base)
        if curve is not None:
            made.append((amount, curve))
    return made


def inequality_sentences(data: ReportData) -> tuple[list[str], bool]:
    """Sentences on the Lorenz curves, and whether there are any."""
    against = tr("area") if data.population is None else tr("population")
    drawn = curves(data)
    said = [
        tr("{what}: Gini coefficient {gini:.3f} relative to {base} (0: equal; 1: all in one zone).").format(
            what=amount.title, gini=curve.gini, base=against
        )
        for amount, curve in drawn
    ]
    for amount in (data.supply, data.demand):
        figure = None if amount is None else figure_per_person(amount, data)
        if amount is None or figure is None:
            continue
        over_land = lorenz_of(amount.total_t, data.area_km2)
        sentence = tr(
            "{what} is the same for every person, {figure} {unit}: it was derived from population, so it is equal "
            "relative to population by construction; this is not a finding."
        )
        said.append(sentence.format(what=amount.title, figure=number_text(figure, 4), unit=amount.unit))
        if over_land is not None:
            said.append(tr("Relative to area, its Gini coefficient is {gini:.3f}.").format(gini=over_land.gini))
    return [*said, *_group_sentences(data), *_spot_sentences(data)], bool(drawn)


def inequality_between(data: ReportData) -> list[tuple[Amount, Theil, int]]:
    """Theil's T over land of each amount by the larger units, and their number; empty where they are no groups."""
    if data.groups is None or data.counted is not None:
        return []
    made = []
    for amount in (data.supply, data.demand):
        if amount is None:
            continue
        known = np.isfinite(amount.total_t) & (data.area_km2 > 0)
        names, numbers = group_numbers([name for name, kept in zip(data.groups, known) if kept])
        if not 1 < len(names) < known.sum():
            continue
        try:
            found = theil_t(amount.total_t[known], data.area_km2[known], numbers)
        except CarbonBalanceError:
            continue
        if found.total > 0:
            made.append((amount, found, len(names)))
    return made


def _group_sentences(data: ReportData) -> list[str]:
    """How much of the inequality over land lies between the larger units."""
    return [
        tr(
            "{what}: {share:.1f} % of the inequality relative to area (Theil T {total:.4f}) lies between the "
            "{count} larger units, the rest within them."
        ).format(what=amount.title, share=100 * found.between / found.total, total=found.total, count=count)
        for amount, found, count in inequality_between(data)
    ]


def _spot_sentences(data: ReportData) -> list[str]:
    """A sentence on hot spots of emissions."""
    if not data.spots or not any(data.spots):
        return []
    hot = [name for name, spot in zip(data.names, data.spots) if spot == HOT]
    if not hot:
        return [tr("No zone is a hot spot of emissions (Gi*).")]
    return [
        tr("Hot spots of emissions (Gi*), {count} zone(s): {names}.").format(
            count=len(hot), names=listed(hot, MOST_NAMED)
        )
    ]
