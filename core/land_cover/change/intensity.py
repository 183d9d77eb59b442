"""Intensity analysis: whether an interval, class or transition changes more intensively than uniform change.

Source: Aldwaik and Pontius, Intensity analysis to unify measurements of size and stationarity of land changes by
interval, category, and transition, Landscape and Urban Planning 106 (2012), equations 1 to 8. Intensities are in % of
the named area a year:

    ================  ====================================  ================================================
    level             observed                              uniform
    ================  ====================================  ================================================
    interval          changed / all land                    changed in all intervals / all land, all years
    gain of a class   gained / area of it at the end        that of the interval
    loss of a class   lost / area of it at the start        that of the interval
    transition to n   i to n / area of i at the start       gain of n / area at the start that is not n
    transition of m   m to j / area of j at the end         loss of m / area at the end that is not m
    ================  ====================================  ================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...runtime.i18n import mark, tr
from ...runtime.log import Log
from ...tables import columns
from ...tables.names import space_columns
from ...text.numbers import number_text
from ...text.vocabulary import shown
from ..dynamic_degree import single_dynamic_degree

INTERVAL, GAIN, LOSS = "interval", "gain of a class", "loss of a class"
TRANSITION_TO, TRANSITION_FROM = "transition to a class", "transition from a class"
FAST, SLOW = mark("fast"), mark("slow")
ACTIVE, DORMANT = mark("active"), mark("dormant")
TARGETED, AVOIDED = mark("targeted"), mark("avoided")
AS_UNIFORM = mark("uniform")
# Intensities with a relative difference below this are equal.
SAME_INTENSITY = 1e-9
INTENSITY_COLUMNS = (
    space_columns.LEVEL,
    columns.FROM_DATE,
    columns.TO_DATE,
    columns.FROM_CODE,
    columns.FROM_NAME,
    columns.TO_CODE,
    columns.TO_NAME,
    columns.AREA_HA,
    space_columns.INTENSITY_PCT_YEAR,
    space_columns.UNIFORM_PCT_YEAR,
    space_columns.BEHAVIOUR,
)


@dataclass(frozen=True)
class IntervalChange:
    """The transitions of one interval.

    Attributes:
        start, end: years.
        codes, names: of the classes (classes,).
        area_ha: from (row) to (column) (classes, classes).
    """

    start: float
    end: float
    codes: np.ndarray
    names: Sequence[str]
    area_ha: np.ndarray

    @property
    def years(self) -> float:
        """Length of the interval."""
        return self.end - self.start

    @property
    def changed_ha(self) -> float:
        """Area that changed its class, ha."""
        return float(self.area_ha.sum() - np.trace(self.area_ha))

    @property
    def intensity(self) -> float:
        """Changed area in % a year (equation 1), which is also the comprehensive land-use dynamic degree."""
        return 100 * self.changed_ha / float(self.area_ha.sum()) / self.years

    def gains(self) -> tuple[np.ndarray, np.ndarray]:
        """Gross gain of each class, ha, and its intensity (classes,); NaN for a class that is absent at the end."""
        gained = self.area_ha.sum(axis=0) - np.diag(self.area_ha)
        return gained, _per_year(gained, self.area_ha.sum(axis=0), self.years)

    def losses(self) -> tuple[np.ndarray, np.ndarray]:
        """Like :meth:`gains`, for losses and areas at the start."""
        lost = self.area_ha.sum(axis=1) - np.diag(self.area_ha)
        return lost, _per_year(lost, self.area_ha.sum(axis=1), self.years)

    def transitions_to(self, n: int) -> tuple[np.ndarray, float]:
        """Intensity of each transition to class ``n`` (classes,), NaN for n itself, and the uniform one."""
        before = self.area_ha.sum(axis=1)
        observed = _per_year(self.area_ha[:, n], before, self.years)
        observed[n] = np.nan
        rest = before.sum() - before[n]
        gained = self.area_ha[:, n].sum() - self.area_ha[n, n]
        return observed, 100 * float(gained) / float(rest) / self.years if rest > 0 else float("nan")

    def transitions_from(self, m: int) -> tuple[np.ndarray, float]:
        """Intensity of each transition from class ``m`` (classes,), NaN for m itself, and the uniform one."""
        after = self.area_ha.sum(axis=0)
        observed = _per_year(self.area_ha[m], after, self.years)
        observed[m] = np.nan
        rest = after.sum() - after[m]
        lost = self.area_ha[m].sum() - self.area_ha[m, m]
        return observed, 100 * float(lost) / float(rest) / self.years if rest > 0 else float("nan")


def _per_year(amount_ha: np.ndarray, of_ha: np.ndarray, years: float) -> np.ndarray:
    return np.divide(100.0 * amount_ha, of_ha * years, out=np.full(len(of_ha), np.nan), where=of_ha > 0)


def warn_of_unequal_areas(intervals: Sequence[IntervalChange], log: Log) -> None:
    """Warn where the intervals do not cover the same area."""
    areas = np.array([each.area_ha.sum() for each in intervals])
    if areas.max() - areas.min() > 1e-6 * areas.max():
        log.warn(
            tr(
                "The intervals cover different areas ({areas} ha), because cells without data at a date are left "
                "out: compare their intensities with care."
            ).format(areas=tr(", ").join(f"{area:,.2f}" for area in areas))
        )


def uniform_intensity(intervals: Sequence[IntervalChange]) -> float:
    """Uniform intensity of all intervals: total change per land area and year, % a year (equation 2)."""
    land_years = sum(float(each.area_ha.sum()) * each.years for each in intervals)
    return 100 * sum(each.changed_ha for each in intervals) / land_years


def behaviour_of(observed: float, uniform: float, above: str, below: str) -> str | None:
    """``above`` or ``below``, comparing the observed with the uniform intensity; ``None`` if unknown."""
    if not (np.isfinite(observed) and np.isfinite(uniform)):
        return None
    if abs(observed - uniform) <= SAME_INTENSITY * max(abs(observed), abs(uniform)):
        return AS_UNIFORM
    return above if observed > uniform else below


def intensity_table(intervals: Sequence[IntervalChange]) -> dict[str, list[object]]:
    """Table with one row per level and interval, class or transition that occurs."""
    rows: list[tuple[object, ...]] = []
    whole = uniform_intensity(intervals)
    for each in intervals:
        dates, codes, names = (each.start, each.end), each.codes.tolist(), list(each.names)
        nothing: tuple[object, ...] = (None, None)
        of_classes = list(zip(codes, names))
        found = each.intensity
        rows.append(
            (
                INTERVAL,
                *dates,
                *nothing,
                *nothing,
                each.changed_ha,
                found,
                whole,
                behaviour_of(found, whole, FAST, SLOW),
            )
        )
        for level, (area, intensity) in ((GAIN, each.gains()), (LOSS, each.losses())):
            for at, one in enumerate(of_classes):
                side = (*nothing, *one) if level == GAIN else (*one, *nothing)
                verdict = behaviour_of(intensity[at], found, ACTIVE, DORMANT)
                rows.append((level, *dates, *side, float(area[at]), float(intensity[at]), found, verdict))
        for level in (TRANSITION_TO, TRANSITION_FROM):
            for at, one in enumerate(of_classes):
                observed, uniform = each.transitions_to(at) if level == TRANSITION_TO else each.transitions_from(at)
                for other, another in enumerate(of_classes):
                    area = each.area_ha[other, at] if level == TRANSITION_TO else each.area_ha[at, other]
                    if other == at or not np.isfinite(observed[other]):
                        continue
                    pair = (*another, *one) if level == TRANSITION_TO else (*one, *another)
                    verdict = behaviour_of(observed[other], uniform, TARGETED, AVOIDED)
                    rows.append((level, *dates, *pair, float(area), float(observed[other]), uniform, verdict))
    return {name: [row[at] for row in rows] for at, name in enumerate(INTENSITY_COLUMNS)}


def intensity_sentences(intervals: Sequence[IntervalChange]) -> list[str]:
    """Summary sentences: how fast land changed, and which classes gain or lose more than uniformly."""
    said = []
    if len(intervals) > 1:
        whole = uniform_intensity(intervals)
        fast = [each for each in intervals if behaviour_of(each.intensity, whole, FAST, SLOW) == FAST]
        said.append(
            tr("Land changed at {whole} % a year on average; faster than that from {intervals}.").format(
                whole=number_text(whole, 3),
                intervals=tr("; ").join(f"{each.start:g}–{each.end:g}" for each in fast) or tr("none"),
            )
        )
    for each in intervals:
        active = []
        for _, intensity in (each.gains(), each.losses()):
            names = [
                f"{shown(columns.FROM_NAME, name)} ({number_text(float(value), 3)})"
                for name, value in zip(each.names, intensity)
                if behaviour_of(value, each.intensity, ACTIVE, DORMANT) == ACTIVE
            ]
            active.append(tr(", ").join(names) or tr("none"))
        said.append(
            tr(
                "{start:g} to {end:g}: {intensity} % of the land changed its class each year. Gains more intensive "
                "than that, % a year: {gains}. Losses: {losses}."
            ).format(
                start=each.start,
                end=each.end,
                intensity=number_text(each.intensity, 3),
                gains=active[0],
                losses=active[1],
            )
        )
    return said


def class_changes(each: IntervalChange) -> dict[str, Any]:
    """Table with one row per class: areas at both dates, gains, losses, and single land-use dynamic degree."""
    before, after = each.area_ha.sum(axis=1), each.area_ha.sum(axis=0)
    return {
        columns.CODE: each.codes,
        columns.NAME: list(each.names),
        columns.AREA_START_HA: before,
        columns.AREA_END_HA: after,
        columns.AREA_IN_HA: each.gains()[0],
        columns.AREA_OUT_HA: each.losses()[0],
        space_columns.DYNAMIC_DEGREE_PCT_YEAR: single_dynamic_degree(before, after, each.years),
    }
