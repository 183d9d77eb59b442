"""Shares of judgement, densities and class areas in the variance, and effects of judgements on zone classes.

The variance of the carbon of a zone is attributed by Shapley effects (Owen 2014, SIAM/ASA Journal on Uncertainty
Quantification 2; Song, Nelson and Staum 2016, same journal 4): the mean, over the orders in which the sources
become uncertain, of what each adds to the variance of the conditional expectation. They add up to the variance even if
sources interact. Here they have closed forms, because the carbon of a zone is a sum of products:

    Y = sum_i A_i sum_j P_ij d_j,

with A_i the mapped area of class i, P_ij the share of it that is truly j (rows independent, Dirichlet), and d_j the
density of code j (codes independent), which depends on the judgement and the random density.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.i18n import mark
from ..tables.names import judgement_columns
from .confusion import ConfusionMatrix
from .densities import CodeMoments
from .judgement import JudgedCode


@dataclass(frozen=True)
class ZoneStability:
    """The effect of judgements on the class of each zone.

    Attributes:
        kept: 1 if the zone keeps its class for every judgement, 0 if not, NaN if unknown (zones,).
        moved_by: the code that changes the class of the zone, "" if none or unknown (zones,).
    """

    kept: np.ndarray
    moved_by: list[str]

    def words(self) -> list[str | None]:
        """``kept`` as yes, no or ``None`` (zones,)."""
        return [None if np.isnan(each) else mark("yes") if each else mark("no") for each in self.kept]

    def long_columns(self, quantities: int) -> dict[str, list[str | None]]:
        """Columns of a long table by quantity, zone and total; given only for the first quantity, the stock."""
        blank: list[str | None] = [None] * (1 + (quantities - 1) * (len(self.kept) + 1))
        return {
            judgement_columns.ZONE_KEPT: [*self.words(), *blank],
            judgement_columns.MOVED_BY: [*(name or None for name in self.moved_by), *blank],
        }


def variance_shares(
    area_ha: np.ndarray, codes: np.ndarray, moments: CodeMoments, confusion: ConfusionMatrix | None
) -> np.ndarray:
    """Shares of judgement, densities and class areas in the variance of carbon.

    Args:
        area_ha: area, or area gained minus lost, by code (zones, codes).
        codes: codes of the pool table (codes,).
        moments: moments of the densities.
        confusion: error of the class areas, if known.

    Returns:
        (zones, 3), rows add up to 1; NaN if nothing varies.
    """
    expected, loose = np.eye(len(codes)), np.zeros(len(codes))
    if confusion is not None:
        expected, loose = confusion.expected(codes), confusion.looseness(codes)
    alone = (area_ha @ expected) ** 2
    with_areas = alone + area_ha**2 @ ((expected - expected**2) * loose[:, None])
    areas = np.zeros(len(area_ha))
    # Decisions on several codes, which pool regions make, where each land is its mean part of the true classes.
    shared = shared_with_areas = moments.of_shared_decisions(area_ha @ expected)
    if confusion is not None:
        areas = confusion.area_variance(area_ha, codes, moments.mean)
        shared_with_areas = shared + confusion.shared_variance(area_ha, codes, moments.together)
    # Variance of the expectation if only these sources are uncertain.
    one = {"J": alone @ moments.judgement + shared, "D": alone @ moments.density, "A": areas}
    two = {
        "JD": alone @ moments.both + shared,
        "JA": areas + with_areas @ moments.judgement + shared_with_areas,
        "DA": areas + with_areas @ moments.density,
    }
    whole = areas + with_areas @ moments.both + shared_with_areas

    def effect(own: str, others: str, with_others: tuple[str, str], without: str) -> np.ndarray:
        added = sum(two[pair] - one[other] for other, pair in zip(others, with_others))
        return one[own] / 3 + added / 6 + (whole - two[without]) / 3

    effects = np.column_stack(
        [
            effect("J", "DA", ("JD", "JA"), "DA"),
            effect("D", "JA", ("JD", "DA"), "JA"),
            effect("A", "JD", ("JA", "DA"), "JD"),
        ]
    )
    known = whole > 0
    shares = np.full(effects.shape, np.nan)
    shares[known] = effects[known] / whole[known, None]
    return shares


def zone_stability(
    area_ha: np.ndarray,
    density_t_ha: np.ndarray,
    judged: Sequence[JudgedCode],
    demand_t: np.ndarray,
    limits: np.ndarray,
) -> ZoneStability:
    """Which zones keep their class of demand / supply for every judgement, and which code changes the others.

    Args:
        area_ha: true area of each zone by code (zones, codes).
        density_t_ha: densities with the classes of the table (codes,).
        judged: the judgement codes.
        demand_t: demand of each zone, t a year (zones,), NaN where unknown.
        limits: upper limits of the ratio between classes, ascending.
    """

    def classes(supply_t: np.ndarray) -> np.ndarray:
        return np.array([(demand_t > limit * supply_t) for limit in limits]).reshape(len(limits), -1).sum(axis=0)

    return stability_of(area_ha, density_t_ha, judged, classes, ~np.isnan(demand_t))


def stability_of(
    area_ha: np.ndarray,
    density_t_ha: np.ndarray,
    judged: Sequence[JudgedCode],
    classes: Callable[[np.ndarray], np.ndarray],
    known: np.ndarray,
) -> ZoneStability:
    """Which zones keep their class whatever one decides, and which code moves the others.

    A class only rises, or only falls, with the amount of its zone, and each decision adds its own part to the amount:
    so the decisions that give the least and the most decide for all of them.

    Args:
        area_ha: of each zone by code, as in the sum that gives its amount (zones, codes).
        density_t_ha: amount per ha at the table's classes (codes,).
        judged: the codes that are a judgement.
        classes: amounts (zones,) -> number of the class of each zone.
        known: whether a zone has a class, bool (zones,).
    """
    base, decided = _decisions(area_ha, density_t_ha, judged)
    at = classes(base)
    low, high = extremes(area_ha, density_t_ha, judged)
    kept = ((classes(low) == at) & (classes(high) == at)).astype(np.float64)
    kept[np.isnan(base) | ~known] = np.nan
    largest, moved_by = np.zeros(len(base)), [""] * len(base)
    for title, part in decided:
        for column in part.T:
            moves = (kept == 0) & (classes(base + column) != at) & (np.abs(column) > largest)
            for zone in np.flatnonzero(moves):
                largest[zone], moved_by[zone] = abs(column[zone]), title
    together = mark("several together")
    moved_by = [together if now == 0 and not name else name for now, name in zip(kept, moved_by)]
    return ZoneStability(kept, moved_by)


def extremes(
    area_ha: np.ndarray, density_t_ha: np.ndarray, judged: Sequence[JudgedCode]
) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most that an amount can be, whatever one decides (zones,); see :func:`stability_of`."""
    base, decided = _decisions(area_ha, density_t_ha, judged)
    low, high = (
        base + sum((pick(part, axis=1) for _, part in decided), np.zeros(len(base))) for pick in (np.min, np.max)
    )
    return low, high


def _decisions(
    area_ha: np.ndarray, density_t_ha: np.ndarray, judged: Sequence[JudgedCode]
) -> tuple[np.ndarray, list[tuple[str, np.ndarray]]]:
    """Amounts at the table's classes (zones,), and each decision with what its choices add (zones, choices)."""
    titles: dict[int, str] = {}
    parts: dict[int, np.ndarray] = {}
    for each in judged:
        part = area_ha[:, each.row][:, None] * (each.mean_t_ha.sum(axis=1) - density_t_ha[each.row])[None, :]
        titles.setdefault(each.decided, each.decision_title or each.title)
        parts[each.decided] = parts[each.decided] + part if each.decided in parts else part
    return area_ha @ density_t_ha, [(titles[decided], part) for decided, part in parts.items()]


def share_columns(shares: np.ndarray) -> dict[str, np.ndarray]:
    """The shares as columns, for (rows, 3)."""
    names = (
        judgement_columns.VARIANCE_JUDGEMENT,
        judgement_columns.VARIANCE_DENSITIES,
        judgement_columns.VARIANCE_AREAS,
    )
    return dict(zip(names, shares.T))
