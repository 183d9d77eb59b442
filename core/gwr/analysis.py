"""A whole analysis: one model from the user's table to local results and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .. import columns
from ..complete import complete_rows, spread_out
from ..errors import CarbonBalanceError
from ..i18n import tr
from ..log import Log
from ..places import Places
from ..regression import Ols, least_squares, refuse_collinear, refuse_constant, standardised
from ..tables import Table
from .bandwidth import AICC, GOLDEN_SECTION, Search, check_bandwidth, search
from .diagnostics import Diagnostics, cooks_distance, diagnose, standard_errors
from .fit import Local, Regression, Sample
from .kernels import Kernel
from .variability import spatial_variability

INTERCEPT = "intercept"


@dataclass(frozen=True)
class Settings:
    """How to fit.

    Attributes:
        kernel: shape and meaning of the bandwidth.
        bandwidth: neighbours or distance; searched for if ``None``.
        criterion, method, lowest, highest: of the search.
        standardise: whether coefficients are in standard deviations of dependent and explanatory.
        permutations: of the Monte Carlo test, 0 for none.
        seed: of the permutations.
        alpha: level of the t tests.
        workers: threads, all processors by default.
    """

    kernel: Kernel = Kernel()
    bandwidth: float | None = None
    criterion: str = AICC
    method: str = GOLDEN_SECTION
    lowest: float | None = None
    highest: float | None = None
    standardise: bool = False
    permutations: int = 0
    seed: int = 0
    alpha: float = 0.05
    workers: int | None = None


@dataclass(frozen=True)
class Analysis:
    """One model, fitted.

    Attributes:
        dependent: its field.
        terms: the intercept and the explanatory fields (p).
        kept: which rows were used, bool (rows,).
        bandwidth: neighbours or distance.
        search: how it was found, ``None`` if it was given.
        local: local results of the kept rows.
        errors, t_values: (n, p); cooks: (n,).
        predicted: (n,).
        figures: of the whole.
        ols: the global model beside it.
        variability: p-values of the Monte Carlo test (p,), NaN if it was not asked for.
    """

    dependent: str
    terms: list[str]
    kept: np.ndarray
    bandwidth: float
    search: Search | None
    local: Local
    errors: np.ndarray
    t_values: np.ndarray
    cooks: np.ndarray
    predicted: np.ndarray
    figures: Diagnostics
    ols: Ols
    variability: np.ndarray

    def significant_share(self) -> np.ndarray:
        """Share of the places where |t| exceeds the adjusted critical value (p,), NaN without one."""
        if not np.isfinite(self.figures.critical_t):
            return np.full(len(self.terms), np.nan)
        return (np.abs(self.t_values) > self.figures.critical_t).mean(axis=0)

    def columns(self, model: str = "") -> dict[str, np.ndarray]:
        """Columns of all rows, NaN where a row was left out.

        Args:
            model: goes into the names, if several models share a table.
        """
        part = f"{model}_" if model else ""
        found: dict[str, np.ndarray] = {}
        for at, term in enumerate(self.terms):
            found[columns.GWR_COEFFICIENT + part + term] = self.local.coefficients[:, at]
            found[columns.GWR_STANDARD_ERROR + part + term] = self.errors[:, at]
            found[columns.GWR_T + part + term] = self.t_values[:, at]
        found[columns.GWR_LOCAL_R2 + (f"_{model}" if model else "")] = self.local.r2
        found[columns.GWR_PREDICTED + (f"_{model}" if model else "")] = self.predicted
        found[columns.GWR_RESIDUAL + (f"_{model}" if model else "")] = self.local.residuals
        found[columns.GWR_COOKS_D + (f"_{model}" if model else "")] = self.cooks
        found[columns.GWR_CONDITION + (f"_{model}" if model else "")] = self.local.condition
        return {name: spread_out(values, self.kept) for name, values in found.items()}


def places_of(coordinates: np.ndarray, is_geographic: bool) -> Places:
    """Places from coordinates (n, 2) of complete rows."""
    return Places.sphere(coordinates) if is_geographic else Places.plane(coordinates)


def analyse(
    table: Table,
    coordinates: np.ndarray,
    is_geographic: bool,
    dependent: str,
    explanatory: Sequence[str],
    settings: Settings,
    log: Log | None = None,
) -> Analysis:
    """Fit one model.

    Args:
        table: the fields.
        coordinates: of each row (rows, 2), NaN where there is no geometry; longitude and latitude
            in degrees if ``is_geographic``.
        is_geographic: distances are great-circle distances in metres.
        dependent, explanatory: fields.
        settings: how.
        log: is told the progress and what a reader must know.

    Raises:
        CarbonBalanceError: variables that are constant or collinear, too few rows, a bandwidth that
            cannot work.
    """
    log = log or Log()
    numbers, kept = complete_rows(table, [dependent, *explanatory], log, np.isfinite(coordinates).all(axis=1))
    y, x = numbers[kept, 0], numbers[kept, 1:]
    refuse_constant(y[:, None], [dependent])
    refuse_collinear(x, explanatory)
    if settings.standardise:
        x, y = standardised(x)[0], standardised(y[:, None])[0][:, 0]
    places = places_of(coordinates[kept], is_geographic)
    _tell_of_duplicates(places, log)
    regression = Regression(Sample(places, x, y, list(explanatory)), settings.kernel, settings.workers)
    found, bandwidth = None, settings.bandwidth
    tested = 0.4 if settings.permutations else 1.0
    if bandwidth is None:
        found = search(
            regression,
            settings.criterion,
            settings.method,
            settings.lowest,
            settings.highest,
            log.part(0, 0.8 * tested),
        )
        bandwidth = found.bandwidth
        if found.at_limit:
            _tell_of_limit(found, log)
    else:
        check_bandwidth(regression, bandwidth)
    local = regression.fit(bandwidth, log.part(0.8 * tested, tested))
    figures = diagnose(local, y, settings.alpha)
    if not np.isfinite(figures.aicc):
        raise CarbonBalanceError(
            tr(
                "At a bandwidth of {bandwidth:g} the model uses {parameters:.1f} effective parameters for {rows} rows, "
                "which leaves no degrees of freedom: give a larger bandwidth or use fewer explanatory fields."
            ).format(bandwidth=bandwidth, parameters=figures.effective_parameters, rows=len(y))
        )
    errors = standard_errors(local, figures)
    with np.errstate(divide="ignore", invalid="ignore"):
        t_values = local.coefficients / errors
    p_values = np.full(x.shape[1] + 1, np.nan)
    if settings.permutations:
        p_values = spatial_variability(
            regression, local.coefficients, bandwidth, settings.permutations, settings.seed, log.part(tested, 1)
        )
    high = int((local.condition > 30).sum())
    if high:
        log.warn(
            tr(
                "{dependent}: at {count} of {rows} features the local condition number exceeds 30, so local "
                "coefficients there are unreliable: fields are nearly collinear near those features."
            ).format(dependent=dependent, count=high, rows=len(y))
        )
    return Analysis(
        dependent,
        [INTERCEPT, *explanatory],
        kept,
        bandwidth,
        found,
        local,
        errors,
        t_values,
        cooks_distance(local, figures),
        y - local.residuals,
        figures,
        least_squares(x, y),
        p_values,
    )


def _tell_of_duplicates(places: Places, log: Log) -> None:
    _, counts = np.unique(places.points, axis=0, return_counts=True)
    together = int(counts[counts > 1].sum())
    if together:
        log.warn(
            tr(
                "{count} features share their point with another (at most {most} at one point): "
                "they are used as they are, each counts as a neighbour."
            ).format(count=together, most=int(counts.max()))
        )


def _tell_of_limit(found: Search, log: Log) -> None:
    if found.at_limit == "upper":
        log.warn(
            tr(
                "The best bandwidth, {bandwidth:g}, is the largest that was tried: the relation hardly varies over "
                "space, and the global regression may serve as well."
            ).format(bandwidth=found.bandwidth)
        )
    else:
        log.warn(
            tr(
                "The best bandwidth, {bandwidth:g}, is the smallest that was tried: results may follow noise; "
                "compare them with those of a larger one."
            ).format(bandwidth=found.bandwidth)
        )
