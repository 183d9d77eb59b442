"""The geographical detector: share of the variance of a variable explained by the strata of a factor.

Source: Wang, Zhang and Fu, A measure of spatial stratified heterogeneity, Ecological Indicators 67
(2016): q = 1 - sum(N_h s_h^2) / (N s^2), tested by a noncentral F distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..options.statistics import EQUAL_INTERVAL, NATURAL_BREAKS
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import mark, tr
from .breaks import exact_limits
from .significance import noncentral_f_upper

_EQUAL = 1e-9


@dataclass(frozen=True)
class Strata:
    """A factor divided into strata.

    Attributes:
        name: name of the factor.
        codes: stratum of each row, from 0 (rows,).
        count: number of strata with rows.
        rule: description of how the strata were made.
        labels: names of the strata (count,); empty if they have none.
    """

    name: str
    codes: np.ndarray
    count: int
    rule: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explained:
    """Explanatory power of strata.

    Attributes:
        q: share of the variance, 0 to 1; NaN for a single stratum, or one per row.
        f: its F statistic.
        p: P(F >= f) under the noncentral F distribution; NaN without SciPy.
    """

    q: float
    f: float
    p: float


def cut(values: np.ndarray, name: str, method: str, classes: int) -> Strata:
    """Divide a factor into classes; a limit belongs to the lower class.

    Args:
        values: (rows,), no NaN.
        name: name of the factor.
        method: one of DISCRETISATIONS.
        classes: number of classes; ties and gaps may result in fewer.

    Raises:
        CarbonBalanceError: fewer than two classes.
    """
    if classes < 2:
        raise CarbonBalanceError(
            tr("The geographical detector needs at least 2 classes, not {classes}.").format(classes=classes)
        )
    classes = min(classes, len(np.unique(values)))
    if method == NATURAL_BREAKS:
        limits = exact_limits(values, classes, name)
    elif method == EQUAL_INTERVAL:
        limits = np.linspace(values.min(), values.max(), classes + 1)[1:-1]
    else:
        limits = np.quantile(values, np.linspace(0, 1, classes + 1)[1:-1])
    limits = np.unique(limits)
    held, strata = np.unique(np.searchsorted(limits, values, side="left"), return_inverse=True)
    shown = ", ".join(f"{limit:.6g}" for limit in limits)
    rule = mark("{method}, {classes} classes, upper limits {limits}").format(
        method=method, classes=int(strata.max()) + 1, limits=shown
    )
    return Strata(name, strata, int(strata.max()) + 1, rule, tuple(_class_label(limits, int(at)) for at in held))


def _class_label(limits: np.ndarray, at: int) -> str:
    """The class between two limits, such as "3.2 < x <= 5.1"."""
    above = f"{limits[at - 1]:.6g} < " if at else ""
    below = f" <= {limits[at]:.6g}" if at < len(limits) else ""
    return f"{above}x{below}"


def categories(values: list[object], name: str) -> Strata:
    """A categorical factor: each distinct value is a stratum."""
    names, codes = np.unique([str(value) for value in values], return_inverse=True)
    count = int(codes.max()) + 1
    rule = mark("{count} categories as they are").format(count=count)
    return Strata(name, codes, count, rule, tuple(names.tolist()))


def overlay(first: Strata, second: Strata) -> Strata:
    """The strata of both factors combined."""
    codes = _compact(first.codes * second.count + second.codes)
    return Strata(f"{first.name} ∩ {second.name}", codes, int(codes.max()) + 1, "")


def _compact(codes: np.ndarray) -> np.ndarray:
    return np.unique(codes, return_inverse=True)[1]


def explained(y: np.ndarray, strata: Strata) -> Explained:
    """q of ``y`` (rows,) for ``strata`` with its F test, using population variances."""
    rows, layers = len(y), strata.count
    if layers < 2 or layers >= rows:
        return Explained(float("nan"), float("nan"), float("nan"))
    centred = y - y.mean()
    sizes = np.bincount(strata.codes, minlength=layers)
    means = np.bincount(strata.codes, centred, layers) / sizes
    total = float(centred @ centred)
    within = float(((centred - means[strata.codes]) ** 2).sum())
    q = 1 - within / total
    with np.errstate(divide="ignore"):
        f = float(np.float64((rows - layers) / (layers - 1) * q) / (1 - q)) if q < 1 else float("inf")
    uncentred = means + y.mean()
    between = (uncentred**2).sum() - (np.sqrt(sizes) * uncentred).sum() ** 2 / rows
    noncentrality = between / (total / rows)
    return Explained(q, f, noncentral_f_upper(f, layers - 1, rows - layers, float(noncentrality)))


def interaction(q_first: float, q_second: float, q_both: float) -> str:
    """The kind of interaction of two factors, in the terms of the method (Wang et al. 2010)."""
    low, high, both = min(q_first, q_second), max(q_first, q_second), q_first + q_second
    if not np.isfinite([low, high, q_both]).all():
        return ""
    if abs(q_both - both) <= _EQUAL:
        return mark("independent")
    if q_both > both:
        return mark("enhanced, nonlinear")
    if q_both > high:
        return mark("enhanced, bilinear")
    return mark("weakened, by one factor") if q_both > low else mark("weakened, nonlinear")
