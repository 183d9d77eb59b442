"""p-values. They need SciPy, which is not part of every QGIS; without it they are NaN and a note is logged."""

from __future__ import annotations

import importlib.util

import numpy as np

from ..runtime.i18n import tr
from ..runtime.log import Log


def has_scipy() -> bool:
    """Whether p-values can be computed."""
    return importlib.util.find_spec("scipy") is not None


def log_missing_scipy(log: Log) -> None:
    """Log a note if there are no p-values because SciPy is missing."""
    if not has_scipy():
        log.warn(
            tr("SciPy is not installed: p-values and critical values are left empty; all other results are complete.")
        )


def t_two_sided(t: np.ndarray, degrees_of_freedom: np.ndarray | float) -> np.ndarray:
    """P(|T| >= |t|) of Student's distribution, NaN without SciPy or without degrees of freedom."""
    t, freedom = np.broadcast_arrays(np.asarray(t, float), np.asarray(degrees_of_freedom, float))
    if not has_scipy():
        return np.full(t.shape, np.nan)
    from scipy.special import stdtr

    usable = freedom > 0
    return np.where(usable, 2 * stdtr(np.where(usable, freedom, 1.0), -np.abs(t)), np.nan)


def t_critical(alpha: float, degrees_of_freedom: float) -> float:
    """The t that |T| exceeds with probability ``alpha``, NaN without SciPy."""
    if not has_scipy() or not 0 < alpha < 1 or degrees_of_freedom <= 0:
        return float("nan")
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, 1 - alpha / 2))


def noncentral_f_upper(f: float, between: float, within: float, noncentrality: float) -> float:
    """P(F >= f) of the noncentral F distribution, NaN without SciPy."""
    if not has_scipy() or between <= 0 or within <= 0 or not np.isfinite(noncentrality):
        return float("nan")
    if not np.isfinite(f):
        return 0.0 if f > 0 else float("nan")
    from scipy.special import betainc, gammaln

    # A Poisson mixture of beta distributions; SciPy's own function is inaccurate in small tails.
    half = max(noncentrality, 0.0) / 2
    half_width = 12 * np.sqrt(half + 1) + 40
    j = np.arange(max(0, int(half - half_width)), int(half + half_width) + 1)
    log_share = j * np.log(half) - half - gammaln(j + 1) if half > 0 else np.where(j == 0, 0.0, -np.inf)
    tail = betainc(within / 2, between / 2 + j, within / (within + between * f))
    return float(np.clip(np.exp(log_share) @ tail, 0, 1))


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's step-down correction of p-values (tests,); NaN values are not counted.

    Source: Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6 (1979).
    """
    p = np.asarray(p, float)
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1) if len(order) else steps
    return adjusted
