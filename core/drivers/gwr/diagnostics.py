"""Diagnostics of a fit: AICc, R2, effective parameters, t values, influence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...statistics.regression import corrected_aic, gaussian_log_likelihood
from ...statistics.significance import t_critical
from .fit import Local, Quick


@dataclass(frozen=True)
class Diagnostics:
    """Diagnostics of one model.

    Attributes:
        residual_sum: residual sum of squares.
        effective_parameters: trace of the hat matrix S.
        trace_sts: trace of S'S.
        sigma2: error variance, residual_sum / (n - effective_parameters).
        r2, adjusted_r2, aicc: of the whole model.
        cv: mean squared leave-one-out error.
        alpha_adjusted: the level corrected for multiple testing over all locations.
        critical_t: |t| above which a local coefficient is significant at that level; NaN without SciPy.
    """

    residual_sum: float
    effective_parameters: float
    trace_sts: float
    sigma2: float
    r2: float
    adjusted_r2: float
    aicc: float
    cv: float
    alpha_adjusted: float
    critical_t: float


def aicc(quick: Quick | Local) -> float:
    """The corrected Akaike criterion, inf if a location is unsolvable or no degrees of freedom are left."""
    residual_sum = float(quick.residuals @ quick.residuals)
    if not np.isfinite(residual_sum) or residual_sum <= 0:
        return float("inf")
    rows = len(quick.residuals)
    return corrected_aic(gaussian_log_likelihood(residual_sum, rows), float(quick.influence.sum()), rows)


def cross_validation(quick: Quick | Local) -> float:
    """Mean squared error of predicting each observation from the others, inf if impossible."""
    left = 1 - quick.influence
    if not (left > 1e-10).all():
        return float("inf")
    return float(np.mean((quick.residuals / left) ** 2))


def diagnose(local: Local, y: np.ndarray, alpha: float = 0.05) -> Diagnostics:
    """Compute the diagnostics of a fit.

    Args:
        local: the fit.
        y: dependent variable (n,).
        alpha: level of the tests, which is divided by effective / nominal parameters (da Silva and Fotheringham,
            Geographical Analysis 48, 2016).
    """
    rows, p = local.coefficients.shape
    residual_sum = float(local.residuals @ local.residuals)
    effective = float(local.influence.sum())
    # Scaled by the largest difference, so that the squares of small numbers do not underflow.
    scale = float(np.abs(y - y.mean()).max())
    shares = local.residuals / scale
    r2 = 1 - float(shares @ shares) / float((((y - y.mean()) / scale) ** 2).sum())
    spare = rows - effective
    adjusted_alpha = min(alpha * p / effective, alpha)
    return Diagnostics(
        residual_sum=residual_sum,
        effective_parameters=effective,
        trace_sts=float(local.hat_squares.sum()),
        sigma2=residual_sum / spare if spare > 0 else float("nan"),
        r2=r2,
        adjusted_r2=1 - (1 - r2) * (rows - 1) / (spare - 1) if spare > 1 else float("nan"),
        aicc=aicc(local),
        cv=cross_validation(local),
        alpha_adjusted=adjusted_alpha,
        critical_t=t_critical(adjusted_alpha, rows - 1),
    )


def standard_errors(local: Local, diagnostics: Diagnostics) -> np.ndarray:
    """Standard errors of the local coefficients (n, p)."""
    return np.sqrt(local.unscaled_variances * diagnostics.sigma2)


def cooks_distance(local: Local, diagnostics: Diagnostics) -> np.ndarray:
    """Cook's distance of each observation (n,): equation 9.11 of Fotheringham et al. (2002)."""
    left = 1 - local.influence
    with np.errstate(divide="ignore", invalid="ignore"):
        standardised = local.residuals**2 / (diagnostics.sigma2 * left)
        distance = standardised * local.influence / (diagnostics.effective_parameters * left)
    return np.where(left > 1e-12, distance, np.nan)
