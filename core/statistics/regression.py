"""Ordinary least squares, and checks for constant and collinear explanatory variables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from .significance import t_two_sided

COLLINEAR = 1e-10


def constant_columns(x: np.ndarray) -> np.ndarray:
    """Which columns of ``x`` (rows, variables) are constant within rounding (variables,)."""
    value_range = x.max(axis=0) - x.min(axis=0)
    return value_range <= 1e-12 * np.abs(x).max(axis=0)


def refuse_constant(x: np.ndarray, names: Sequence[str]) -> None:
    """Refuse constant variables.

    Raises:
        CarbonBalanceError: naming them.
    """
    constant = [name for name, is_constant in zip(names, constant_columns(x)) if is_constant]
    if constant:
        raise CarbonBalanceError(
            tr("{fields}: the value is the same in every row used, so it explains nothing; remove the field.").format(
                fields=listed(constant)
            )
        )


def standardised(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``x`` (rows, variables) standardised with population SD, and the means and SDs used."""
    means = x.mean(axis=0)
    deviations = x.std(axis=0)
    # Squares of differences below about 1e-162 underflow.
    spread = np.abs(x - means).max(axis=0, initial=0.0)
    lost = (deviations == 0) & (spread > 0)
    deviations[lost] = (x[:, lost] / spread[lost]).std(axis=0) * spread[lost]
    deviations = np.where(deviations > 0, deviations, 1.0)
    return (x - means) / deviations, means, deviations


def collinear_set(x: np.ndarray, names: Sequence[str]) -> list[str]:
    """The names of linearly dependent variables; empty if there are none.

    The first column that is explained by earlier ones (1 - R2 < 1e-10) is named together with these.
    """
    z, _, _ = standardised(x)
    for at in range(1, z.shape[1]):
        weights, *_ = np.linalg.lstsq(z[:, :at], z[:, at], rcond=None)
        left = z[:, at] - z[:, :at] @ weights
        if left @ left < COLLINEAR * (z[:, at] @ z[:, at]):
            return [*(names[j] for j in range(at) if abs(weights[j]) > 1e-6), names[at]]
    return []


def refuse_collinear(x: np.ndarray, names: Sequence[str]) -> None:
    """Refuse variables that are constant or determined by the others.

    Raises:
        CarbonBalanceError: naming them.
    """
    refuse_constant(x, names)
    together = collinear_set(x, names)
    if together:
        raise CarbonBalanceError(
            tr("{fields} are collinear: one of them can be computed exactly from the others; remove one.").format(
                fields=listed(together)
            )
        )


@dataclass(frozen=True)
class Ols:
    """A least-squares fit with n rows and p parameters, the intercept first.

    Attributes:
        coefficients, standard_errors, t_values, p_values: (p,).
        residuals: (n,), in units of the dependent.
        r2, adjusted_r2, log_likelihood, aicc: of the model; as in GWR4 the error variance counts as a
            parameter in adjusted_r2.
    """

    coefficients: np.ndarray
    standard_errors: np.ndarray
    t_values: np.ndarray
    p_values: np.ndarray
    residuals: np.ndarray
    r2: float
    adjusted_r2: float
    log_likelihood: float
    aicc: float


def corrected_aic(log_likelihood: float, parameters: float, rows: int) -> float:
    """AICc, with the error variance as an additional parameter; inf if there are too few rows.

    Source: Hurvich, Simonoff and Tsai (1998) as printed by GWR4: -2 ll + 2 K + 2 K (K + 1)/(n - K - 1).
    """
    k = parameters + 1
    spare = rows - k - 1
    return -2 * log_likelihood + 2 * k + 2 * k * (k + 1) / spare if spare > 0 else float("inf")


def gaussian_log_likelihood(residual_sum: float, rows: int) -> float:
    """The log-likelihood of normal errors at their maximum-likelihood variance."""
    if residual_sum <= 0:
        return float("inf")
    return -rows / 2 * (math.log(2 * math.pi * residual_sum / rows) + 1)


def least_squares(x: np.ndarray, y: np.ndarray) -> Ols:
    """Regress ``y`` (n,) on ``x`` (n, p - 1) and an intercept; ``x`` must have passed :func:`refuse_collinear`."""
    rows, p = len(y), x.shape[1] + 1
    z, means, deviations = standardised(x)
    design = np.column_stack([np.ones(rows), z])
    back = np.diag(np.concatenate([[1.0], 1 / deviations]))
    back[0, 1:] = -means / deviations
    inverse = np.linalg.inv(design.T @ design)
    scaled = inverse @ (design.T @ y)
    residuals = y - design @ scaled
    residual_sum = float(residuals @ residuals)
    total = float(((y - y.mean()) ** 2).sum())
    variance = residual_sum / (rows - p) if rows > p else float("nan")
    coefficients = back @ scaled
    errors = np.sqrt(np.diag(back @ inverse @ back.T) * variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        t_values = coefficients / errors
    r2 = 1 - residual_sum / total
    likelihood = gaussian_log_likelihood(residual_sum, rows)
    return Ols(
        coefficients=coefficients,
        standard_errors=errors,
        t_values=t_values,
        p_values=t_two_sided(t_values, rows - p),
        residuals=residuals,
        r2=r2,
        adjusted_r2=1 - (1 - r2) * (rows - 1) / (rows - p - 1) if rows > p + 1 else float("nan"),
        log_likelihood=likelihood,
        aicc=corrected_aic(likelihood, p, rows),
    )
