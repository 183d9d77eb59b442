"""Complete analysis of one model: bandwidth, local coefficients, diagnostics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...options.drivers import BY_AICC, GOLDEN_SECTION
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS
from ...statistics.locations import Places
from ...statistics.regression import Ols, least_squares, refuse_collinear, refuse_constant, standardised
from ...tables import columns
from .bandwidth import Search, check_bandwidth, search
from .diagnostics import Diagnostics, cooks_distance, diagnose, standard_errors
from .fit import Local, Observations, Regression
from .kernels import Kernel
from .multiscale.multiscale_fit import Multiscale, fit_multiscale
from .variability import spatial_variability

INTERCEPT = "intercept"
ILL_CONDITIONED = 30.0


@dataclass(frozen=True)
class GwrSettings:
    """Settings of a model.

    Attributes:
        kernel: kernel function and meaning of the bandwidth.
        bandwidth: neighbours or distance; searched if ``None``.
        criterion, method, lowest, highest: settings of the bandwidth search.
        standardise: whether dependent and explanatory variables are standardised.
        permutations: number of permutations of the Monte Carlo test, 0 for none.
        seed: seed of the permutations.
        alpha: level of the t tests.
        workers: number of threads, by default as many as the run may use.
        multiscale: whether each term has its own bandwidth; fields are then standardised, ``lowest`` and ``highest``
            are limits for each term, and there are no permutations.
    """

    kernel: Kernel = Kernel()
    bandwidth: float | None = None
    criterion: str = BY_AICC
    method: str = GOLDEN_SECTION
    lowest: float | None = None
    highest: float | None = None
    standardise: bool = False
    permutations: int = 0
    seed: int = 0
    alpha: float = 0.05
    workers: int = WORKERS
    multiscale: bool = False

    @property
    def standardises(self) -> bool:
        """Whether variables are standardised."""
        return self.standardise or self.multiscale


@dataclass(frozen=True)
class Scale:
    """How the fields were standardised before the fit: means and standard deviations, (k,) of the explanatory ones."""

    x_means: np.ndarray
    x_deviations: np.ndarray
    y_mean: float = 0.0
    y_deviation: float = 1.0


@dataclass(frozen=True)
class Analysis:
    """A fitted model.

    Attributes:
        dependent: dependent field.
        terms: intercept and explanatory fields (p).
        bandwidth: neighbours or distance; NaN if each term has its own.
        search: the bandwidth search, ``None`` if it was given.
        local: local results.
        errors, t_values: (n, p); cooks: (n,).
        predicted: (n,).
        figures: diagnostics of the model.
        ols: the global model for comparison.
        variability: p-values of the Monte Carlo test (p,), NaN if not requested.
        regression: observations and kernel, in the units of ``scale``.
        scale: of the fields as they were fitted.
        multiscale: bandwidths and diagnostics of each term, ``None`` with a single bandwidth.
    """

    dependent: str
    terms: list[str]
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
    regression: Regression
    scale: Scale
    multiscale: Multiscale | None = None

    def bandwidth_of_terms(self) -> np.ndarray:
        """The bandwidth of each term (p,)."""
        return np.full(len(self.terms), self.bandwidth) if self.multiscale is None else self.multiscale.bandwidths

    def parameters_of_terms(self) -> np.ndarray:
        """The effective parameters of each term (p,), NaN with a single bandwidth."""
        return np.full(len(self.terms), np.nan) if self.multiscale is None else self.multiscale.effective_parameters

    def critical_t_of_terms(self) -> np.ndarray:
        """|t| above which a local coefficient is significant (p,), NaN without SciPy."""
        if self.multiscale is not None:
            return self.multiscale.critical_t
        return np.full(len(self.terms), self.figures.critical_t)

    def significant_share(self) -> np.ndarray:
        """Share of locations where |t| exceeds the adjusted critical value (p,), NaN without one."""
        critical = self.critical_t_of_terms()
        return np.where(np.isfinite(critical), (np.abs(self.t_values) > critical).mean(axis=0), np.nan)

    @property
    def label(self) -> str:
        """The model among several."""
        return self.dependent if len(self.terms) > 2 else f"{self.dependent}_{self.terms[-1]}"

    def names_of_terms(self, is_one_of_several: bool = False) -> list[str]:
        """What the columns of each term are called after b_, se_ and t_ (p,)."""
        if not is_one_of_several:
            return list(self.terms)
        alone = len(self.terms) == 2
        return [self.label if alone and at == 1 else f"{self.label}_{term}" for at, term in enumerate(self.terms)]

    def columns(self, is_one_of_several: bool = False) -> dict[str, np.ndarray]:
        """Columns of the rows used; names include the model if there are several."""
        end = f"_{self.label}" if is_one_of_several else ""
        found: dict[str, np.ndarray] = {}
        for at, name in enumerate(self.names_of_terms(is_one_of_several)):
            found[columns.GWR_COEFFICIENT + name] = self.local.coefficients[:, at]
            found[columns.GWR_STANDARD_ERROR + name] = self.errors[:, at]
            found[columns.GWR_T + name] = self.t_values[:, at]
        if self.multiscale is None:
            found[columns.GWR_LOCAL_R2 + end] = self.local.r2
        found[columns.GWR_PREDICTED + end] = self.predicted
        found[columns.GWR_RESIDUAL + end] = self.local.residuals
        found[columns.GWR_COOKS_D + end] = self.cooks
        found[columns.GWR_CONDITION + end] = self.local.condition
        return found


def analyse(
    places: Places,
    x: np.ndarray,
    y: np.ndarray,
    names: Sequence[str],
    dependent: str,
    settings: GwrSettings,
    log: Log | None = None,
) -> Analysis:
    """Fit one model to complete rows.

    Args:
        places: locations (n).
        x: explanatory variables (n, k).
        y: dependent variable (n,).
        names, dependent: names of these variables.
        settings: settings of the model.
        log: receives progress and notes.

    Raises:
        CarbonBalanceError: variables that are constant or collinear, too few rows, or an invalid bandwidth.
    """
    log = log or Log()
    refuse_constant(y[:, None], [dependent])
    refuse_collinear(x, names)
    scale = Scale(np.zeros(x.shape[1]), np.ones(x.shape[1]))
    if settings.standardises:
        x, means, deviations = standardised(x)
        scaled, y_mean, y_deviation = standardised(y[:, None])
        y, scale = scaled[:, 0], Scale(means, deviations, float(y_mean[0]), float(y_deviation[0]))
    regression = Regression(Observations(places, x, y, list(names)), settings.kernel, settings.workers)
    tested = 0.4 if settings.permutations and not settings.multiscale else 1.0
    bandwidth, found, local, multiscale = _fitted(regression, dependent, settings, log.part(0, tested))
    figures = diagnose(local, y, settings.alpha)
    if multiscale is not None:
        figures = replace(figures, alpha_adjusted=float("nan"), critical_t=float("nan"))
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
    variability = np.full(x.shape[1] + 1, np.nan)
    if settings.permutations and multiscale is None:
        variability = spatial_variability(
            regression,
            local.coefficients,
            bandwidth,
            permutations=settings.permutations,
            seed=settings.seed,
            log=log.part(tested, 1),
        )
    _log_condition(dependent, local, log)
    return Analysis(
        dependent=dependent,
        terms=[INTERCEPT, *names],
        bandwidth=bandwidth,
        search=found,
        local=local,
        errors=errors,
        t_values=t_values,
        cooks=cooks_distance(local, figures),
        predicted=y - local.residuals,
        figures=figures,
        ols=least_squares(x, y),
        variability=variability,
        regression=regression,
        scale=scale,
        multiscale=multiscale,
    )


def _fitted(
    regression: Regression, dependent: str, settings: GwrSettings, log: Log
) -> tuple[float, Search | None, Local, Multiscale | None]:
    """The bandwidth, its search, the fit, and the multiscale results if any."""
    if settings.multiscale:
        local, multiscale = fit_multiscale(
            regression, settings.criterion, settings.lowest, settings.highest, alpha=settings.alpha, log=log
        )
        return float("nan"), multiscale.single, local, multiscale
    found, bandwidth = None, settings.bandwidth
    if bandwidth is None:
        found = search(
            regression,
            settings.criterion,
            settings.method,
            lowest=settings.lowest,
            highest=settings.highest,
            log=log.part(0, 0.8),
        )
        bandwidth = found.bandwidth
        if found.at_limit:
            _log_limit(dependent, found, log)
    check_bandwidth(regression, bandwidth)
    return bandwidth, found, regression.fit(bandwidth, log.part(0.8, 1)), None


def _log_condition(dependent: str, local: Local, log: Log) -> None:
    high = int((local.condition > ILL_CONDITIONED).sum())
    if high:
        log.warn(
            tr(
                "{dependent}: at {count} of {rows} features the local condition number exceeds 30, so local "
                "coefficients there are unreliable: explanatory fields are nearly collinear near those features."
            ).format(dependent=dependent, count=high, rows=len(local.condition))
        )


def _log_limit(dependent: str, found: Search, log: Log) -> None:
    if found.at_limit == "upper":
        log.warn(
            tr(
                "{dependent}: the best bandwidth, {bandwidth:g}, is the largest that was tried: the relation hardly "
                "varies over space, and a global regression may be sufficient."
            ).format(dependent=dependent, bandwidth=found.bandwidth)
        )
    else:
        log.warn(
            tr(
                "{dependent}: the best bandwidth, {bandwidth:g}, is the smallest that was tried: the results may fit "
                "noise; compare them with those of a larger bandwidth."
            ).format(dependent=dependent, bandwidth=found.bandwidth)
        )
