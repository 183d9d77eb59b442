"""Grey forecast GM(1,1) of class areas from land covers at equal intervals.

Source: Deng, Introduction to grey system theory, The Journal of Grey System 1 (1989), with the usual checks of a
forecast: posterior ratio and small-error probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.change.intensity import IntervalChange
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables import columns
from ...tables.names import plan_columns
from .futures import Futures
from .markov import whole_cells

# The usual test fails for a posterior ratio of at least the first value or a probability of at most the second.
FAILS_RATIO, FAILS_PROBABILITY = 0.65, 0.7
# Errors below this share of the standard deviation of the series are small.
_SMALL = 0.6745
# Relative difference up to which intervals count as equal.
_SAME_SPACING = 0.01
# The development of series with a smaller relative variation cannot be estimated.
_STEADY = 1e-12


@dataclass(frozen=True)
class GreyModel:
    """A fitted GM(1,1).

    Attributes:
        series: the fitted values (dates,).
        a: development coefficient, negative for growth.
        b: grey input.
        fitted: values of the model at the dates (dates,).
    """

    series: np.ndarray
    a: float
    b: float
    fitted: np.ndarray

    @property
    def posterior_ratio(self) -> float:
        """Standard deviation of the errors / that of the series; NaN for a constant series."""
        spread = float(self.series.std())
        return float((self.series - self.fitted).std() / spread) if spread > _STEADY * self.series.max() else np.nan

    @property
    def small_error_probability(self) -> float:
        """Share of the errors that differ from their mean by less than 0.6745 standard deviations of the series."""
        errors, spread = self.series - self.fitted, float(self.series.std())
        if not spread > _STEADY * self.series.max():
            return np.nan
        return float((np.abs(errors - errors.mean()) < _SMALL * spread).mean())

    def at(self, step: float) -> float:
        """The value at ``step`` intervals after the first date; cumulative values are interpolated between dates."""
        return _grey_value(self.series[0], self.a, self.b, step)


def _grey_value(first: float, a: float, b: float, step: float) -> float:
    if step == 0:
        return float(first)
    if abs(a) < _STEADY:
        return float(b)
    return float((first - b / a) * (np.exp(-a * step) - np.exp(-a * (step - 1))))


def fit_grey(series: np.ndarray) -> GreyModel:
    """GM(1,1) by least squares: x(k) + a z(k) = b, with z(k) the mean of the cumulative sums up to k - 1 and k.

    Args:
        series: values at equal intervals, at least 0 and not all 0, three or more (dates,).
    """
    series = np.asarray(series, float)
    sums = np.cumsum(series)
    mean = (sums[1:] + sums[:-1]) / 2
    terms = np.column_stack([-mean, np.ones(len(mean))])
    (a, b), *_ = np.linalg.lstsq(terms, series[1:], rcond=None)
    fitted = np.array([_grey_value(series[0], a, b, step) for step in range(len(series))])
    return GreyModel(series, float(a), float(b), fitted)


@dataclass(frozen=True)
class GreyDemand:
    """Grey forecast of the areas of all classes.

    Attributes:
        codes: codes of the classes (classes,).
        models: model of each class; ``None`` for one that never occurs.
        years: years of the forecast.
        area_ha: forecast scaled to the total area (years, classes).
        cells: the same in whole cells, int64 (years, classes).
    """

    codes: np.ndarray
    models: list[GreyModel | None]
    years: list[float]
    area_ha: np.ndarray
    cells: np.ndarray

    def grey_columns(self) -> dict[str, object]:
        """Columns of a long table of demand by year and class, with the fit of the class."""

        def each_year(values: list[float]) -> np.ndarray:
            return np.tile(np.array(values, float), len(self.years))

        models = self.models
        return {
            columns.YEAR: np.repeat(self.years, len(self.codes)),
            columns.CODE: np.tile(self.codes, len(self.years)),
            columns.AREA_HA: self.area_ha.ravel(),
            columns.SHARE: (self.area_ha / self.area_ha.sum(axis=1, keepdims=True)).ravel(),
            columns.CELLS: self.cells.ravel(),
            plan_columns.GREY_A: each_year([np.nan if each is None else each.a for each in models]),
            plan_columns.GREY_B: each_year([np.nan if each is None else each.b for each in models]),
            plan_columns.POSTERIOR_RATIO: each_year(
                [np.nan if each is None else each.posterior_ratio for each in models]
            ),
            plan_columns.SMALL_ERROR_PROBABILITY: each_year(
                [np.nan if each is None else each.small_error_probability for each in models]
            ),
        }


def area_series(intervals: Sequence[IntervalChange], codes: np.ndarray, total_ha: float) -> np.ndarray:
    """Class areas at each date, scaled to ``total_ha`` to account for land without data (dates, classes)."""
    areas = np.zeros((len(intervals) + 1, len(codes)))
    for at, each in enumerate(intervals):
        place = np.searchsorted(codes, each.codes)
        if at == 0:
            areas[0, place] = each.area_ha.sum(axis=1)
        areas[at + 1, place] = each.area_ha.sum(axis=0)
    return areas * (total_ha / areas.sum(axis=1, keepdims=True))


def grey_demand(intervals: Sequence[IntervalChange], found: Futures, log: Log) -> GreyDemand:
    """Future demand by a grey forecast of each class.

    Classes are forecast individually and then scaled to the total area.

    Args:
        intervals: between consecutive land covers, at least two and of equal length.
        found: the Markov demand, which determines years, area and cells of the forecast.
        log: receives notes, and a warning about forecasts that fail the usual test.

    Raises:
        CarbonBalanceError: too few land covers, or intervals of different lengths.
    """
    if len(intervals) < 2:
        raise CarbonBalanceError(
            tr("A grey forecast needs land covers of three dates or more: give those between the two dates (BETWEEN).")
        )
    spacing = intervals[0].years
    if any(abs(each.years - spacing) > _SAME_SPACING * spacing for each in intervals):
        raise CarbonBalanceError(
            tr(
                "A grey forecast needs dates at equal intervals, but those of the land covers are {years}; choose "
                "dates that are equally far apart."
            ).format(
                years=tr(", ").join(f"{year:g}" for year in [intervals[0].start, *(each.end for each in intervals)])
            )
        )
    codes = np.unique(np.concatenate([found.codes, *(each.codes for each in intervals)]))
    years, total_ha, cells = found.years, float(found.flows_ha[0].sum()), int(found.cells_now.sum())
    series = area_series(intervals, codes, total_ha)
    models = [fit_grey(values) if values.any() else None for values in series.T]
    steps = [(year - intervals[0].start) / spacing for year in years]
    raw = np.array([[0.0 if each is None else max(each.at(step), 0.0) for each in models] for step in steps])
    whole = raw.sum(axis=1)
    log.info(
        tr(
            "Grey forecast GM(1,1): the classes add up to {least:.2%} to {most:.2%} of the land before they are scaled "
            "to it."
        ).format(least=whole.min() / total_ha, most=whole.max() / total_ha)
    )
    _warn_of_grey(models, codes, log)
    area_ha = raw * (total_ha / whole[:, None])
    counted = np.array([whole_cells(row, cells) for row in area_ha])
    return GreyDemand(codes, models, list(years), area_ha, counted)


def _warn_of_grey(models: Sequence[GreyModel | None], codes: np.ndarray, log: Log) -> None:
    """Warn of few dates and of classes whose forecast fails the usual test."""
    dates = max((len(each.series) for each in models if each is not None), default=0)
    if dates < 4:
        log.warn(
            tr(
                "The grey forecast has {dates} dates; at least 4 are usual, because with fewer dates it can hardly "
                "be tested."
            ).format(dates=dates)
        )
    failed = [
        f"{code} ({each.posterior_ratio:.3f}, {each.small_error_probability:.2f})"
        for code, each in zip(codes, models)
        if each is not None
        and (each.posterior_ratio >= FAILS_RATIO or each.small_error_probability <= FAILS_PROBABILITY)
    ]
    if failed:
        log.warn(
            tr(
                "The grey forecast fails the usual test for class(es) {classes} (posterior ratio below 0.65, "
                "small-error probability above 0.7): prefer the Markov demand for them."
            ).format(classes=tr("; ").join(failed))
        )
