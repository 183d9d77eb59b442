"""The risk detector, the ecological detector, and the optimal discretisation of a factor.

Sources: Wang, Li, Christakos, Liao, Zhang, Gu and Zheng, Geographical detectors-based health risk assessment,
International Journal of Geographical Information Science 24 (2010), for both detectors; Song, Wang, Ge and Xu, An
optimal parameters-based geographical detector model, GIScience & Remote Sensing 57 (2020), for the discretisation.

    risk         t = (mean_1 - mean_2) / sqrt(s_1^2 / n_1 + s_2^2 / n_2), degrees of freedom after Welch
    ecological   F = (1 - q_1) / (1 - q_2), N - 1 and N - 1 degrees of freedom
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...options.statistics import DISCRETISATIONS
from ..geodetector import Strata, cut, explained
from ..significance import has_scipy, t_two_sided

FEWEST_CLASSES = 3


@dataclass(frozen=True)
class RiskPair:
    """Two strata, their means, and the test of the difference; NaN if one has a single row."""

    first: int
    second: int
    mean_first: float
    mean_second: float
    t: float
    p: float


def risk_pairs(y: np.ndarray, strata: Strata) -> list[RiskPair]:
    """Welch's test for each pair of strata of ``y`` (rows,)."""
    groups = [y[strata.codes == code] for code in range(strata.count)]
    found = []
    for i, first in enumerate(groups):
        for j in range(i + 1, len(groups)):
            second = groups[j]
            t, freedom = _welch(first, second)
            p = float(t_two_sided(np.array(t), freedom)) if np.isfinite(t) else float("nan")
            found.append(RiskPair(i, j, float(first.mean()), float(second.mean()), t, p))
    return found


def _welch(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """t and its degrees of freedom."""
    if min(len(first), len(second)) < 2:
        return float("nan"), float("nan")
    parts = [group.var(ddof=1) / len(group) for group in (first, second)]
    whole = sum(parts)
    if whole == 0:
        return float("nan"), float("nan")
    freedom = whole**2 / sum(part**2 / (len(group) - 1) for part, group in zip(parts, (first, second)))
    return float((first.mean() - second.mean()) / np.sqrt(whole)), float(freedom)


def ecological_test(q_first: float, q_second: float, rows: int) -> tuple[float, float]:
    """F of two factors, and p under the hypothesis that the factor with the larger q explains no more.

    NaN if a q is unknown or 1; p is also NaN without SciPy.
    """
    rest = 1 - q_first, 1 - q_second
    if not all(np.isfinite(each) and each > 0 for each in rest) or rows < 2:
        return float("nan"), float("nan")
    f = rest[0] / rest[1]
    if not has_scipy():
        return f, float("nan")
    from scipy.special import fdtr

    return f, float(fdtr(rows - 1, rows - 1, min(f, 1 / f)))


@dataclass(frozen=True)
class TriedStrata:
    """A discretisation that was tried, with its q."""

    method: str
    classes: int
    strata: Strata
    q: float


def best_strata(y: np.ndarray, values: np.ndarray, name: str, most: int) -> tuple[TriedStrata, list[TriedStrata]]:
    """The discretisation of a factor with the largest q for ``y``, and all discretisations tried.

    Every method is tried with 3 to ``most`` classes; for equal q, fewer classes are preferred, then the earlier method.

    Args:
        y, values: variable and factor (rows,).
        name: name of the factor.
        most: largest number of classes, 2 or more.
    """
    tried = []
    for classes in range(min(FEWEST_CLASSES, most), most + 1):
        for method in DISCRETISATIONS:
            strata = cut(values, name, method, classes)
            tried.append(TriedStrata(method, classes, strata, explained(y, strata).q))
    best = max(tried, key=lambda each: (np.nan_to_num(each.q, nan=-1.0), -each.strata.count))
    return best, tried
