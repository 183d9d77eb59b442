"""Several models in one run: one for each dependent, or for each pair of driver and dependent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...options.drivers import GOLDEN_SECTION
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...statistics.complete_cases import complete_rows, to_all_rows
from ...statistics.locations import Places
from ...statistics.significance import log_missing_scipy
from ...tables import columns
from ...tables.table import Table
from .analysis import Analysis, GwrSettings, analyse


@dataclass(frozen=True)
class Models:
    """Several models of the same rows, so that they can be compared.

    Attributes:
        analyses: the models, in the requested order.
        kept: rows of the table that were used, bool (rows,).
        is_geographic: whether distances are metres on the sphere or units of the CRS.
    """

    analyses: list[Analysis]
    kept: np.ndarray
    is_geographic: bool

    def columns(self) -> dict[str, np.ndarray]:
        """The columns of all models for all rows of the table, NaN in excluded rows.

        Raises:
            CarbonBalanceError: two columns have the same name.
        """
        several = len(self.analyses) > 1
        pairs = [pair for each in self.analyses for pair in each.columns(several).items()]
        columns.unlike(name for name, _ in pairs)
        return {name: to_all_rows(values, self.kept) for name, values in pairs}

    def critical_t(self) -> dict[str, float]:
        """|t| above which a local coefficient is significant, by its column (b_ ...), without the intercepts."""
        several = len(self.analyses) > 1
        return {
            columns.GWR_COEFFICIENT + name: float(value)
            for each in self.analyses
            for name, value in list(zip(each.names_of_terms(several), each.critical_t_of_terms()))[1:]
        }

    def headline_numbers(self) -> tuple[float, ...]:
        """The main numbers of the first model, and the numbers of used and excluded rows."""
        first = self.analyses[0]
        figures = first.figures
        return (
            figures.aicc,
            figures.r2,
            figures.adjusted_r2,
            figures.effective_parameters,
            float(first.bandwidth),
            figures.critical_t,
            first.ols.aicc,
            first.ols.r2,
            int(self.kept.sum()),
            int((~self.kept).sum()),
        )


def fit_models(
    table: Table,
    coordinates: np.ndarray,
    is_geographic: bool,
    dependents: Sequence[str],
    explanatory: Sequence[str],
    each_pair: bool,
    settings: GwrSettings,
    log: Log | None = None,
) -> Models:
    """Fit one model for each dependent, or for each pair of a dependent and an explanatory field.

    Args:
        table: the fields.
        coordinates: coordinates of each row (rows, 2), NaN without a geometry; longitude and latitude in degrees if
            ``is_geographic``.
        is_geographic: whether distances are great-circle distances in metres.
        dependents, explanatory: fields.
        each_pair: whether to fit one model for each pair, or all explanatory fields together.
        settings: settings of the models.
        log: receives progress and notes.

    Raises:
        CarbonBalanceError: variables that are constant or collinear, too few rows, or an invalid bandwidth.
    """
    log = log or Log()
    if settings.multiscale:
        _check_multiscale(settings, log)
    log_missing_scipy(log)
    fields = [*dependents, *explanatory]
    numbers, kept = complete_rows(table, fields, log, np.isfinite(coordinates).all(axis=1))
    values = dict(zip(fields, numbers[kept].T))
    places = (Places.sphere if is_geographic else Places.plane)(coordinates[kept])
    _log_duplicates(places, log)
    wanted = [
        (dependent, [factor] if each_pair else list(explanatory))
        for dependent in dependents
        for factor in (explanatory if each_pair else [""])
    ]
    analyses = []
    for at, (dependent, names) in enumerate(wanted):
        part = log.part(at / len(wanted), (at + 1) / len(wanted))
        x = np.column_stack([values[name] for name in names])
        analyses.append(
            analyse(places, x, values[dependent], names=names, dependent=dependent, settings=settings, log=part)
        )
    return Models(analyses, kept, is_geographic)


def _check_multiscale(settings: GwrSettings, log: Log) -> None:
    """Refuse settings that contradict a multiscale regression, and log what differs.

    Raises:
        CarbonBalanceError: a single bandwidth is given, or a grid search is requested.
    """
    if settings.bandwidth is not None:
        raise CarbonBalanceError(
            tr(
                "A bandwidth of {value:g} is given, but a multiscale regression searches one for each term: leave the "
                "bandwidth empty, or switch the multiscale regression off."
            ).format(value=settings.bandwidth)
        )
    if settings.method != GOLDEN_SECTION:
        raise CarbonBalanceError(
            tr("The search method is {method}, but a multiscale regression can only use {only}.").format(
                method=settings.method, only=GOLDEN_SECTION
            )
        )
    if not settings.standardise:
        log.info(
            tr(
                "A multiscale regression standardises all fields: coefficients, predicted values and residuals are in "
                "standard deviations."
            )
        )
    if settings.permutations:
        log.info(
            tr(
                "The Monte Carlo test is not done for a multiscale regression, so variability_p is empty; the "
                "bandwidth of each term shows whether its coefficient varies over short distances or hardly at all."
            )
        )


def _log_duplicates(places: Places, log: Log) -> None:
    _, counts = np.unique(places.points, axis=0, return_counts=True)
    together = int(counts[counts > 1].sum())
    if together:
        log.warn(
            tr(
                "{count} features share a location with another feature (at most {most} at one location): they are "
                "used unchanged, and each counts as a neighbour."
            ).format(count=together, most=int(counts.max()))
        )
