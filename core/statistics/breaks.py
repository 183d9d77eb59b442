"""Classification of values: natural breaks as published, exact natural breaks, fixed limits.

A classification is given by its inner limits: class ``j`` contains the values above limit ``j - 1`` up to and including
limit ``j``. Values that are equal within rounding are in the same class. NaN has no class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from .partition import best_cuts, exact_cost

NO_CLASS = 0
# Relative tolerance for equal sums computed in different orders.
TIED = 1e-12
# Relative amount by which a move must increase the fit, or exceed another move.
NOISE = 1e-9
# The exact method uses integer multiples of range / 2**40, so that equal optima remain equal in any unit.
SCALE_STEPS = 2.0**40
# Errors of sums below this share of the least cost do not change the optimum, except for ties.
SURE = 1e-6


@dataclass(frozen=True)
class Classification:
    """Values in classes 1..k.

    Attributes:
        limits: inclusive upper limits of all classes but the last, ascending (k - 1,).
        classes: class of each row, from 1; ``NO_CLASS`` for NaN, int64 (rows,).
        sizes: number of rows in each class (k,).
        lower: lower limit of each class, for the first the smallest value (k,).
        upper: inclusive upper limit of each class, for the last the largest value (k,). NaN if there are no values
            beyond the outermost limit.
        gvf: goodness of variance fit, 0..1.
    """

    limits: np.ndarray
    classes: np.ndarray
    sizes: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    gvf: float

    def __len__(self) -> int:
        return len(self.sizes)


def classify(values: np.ndarray, limits: np.ndarray) -> Classification:
    """Classify ``values`` (rows,) by the ascending inner ``limits`` (k - 1,).

    A limit belongs to the lower class. NaN gets ``NO_CLASS``; a class may be empty.
    """
    values, limits = np.asarray(values, float), np.asarray(limits, float)
    known = ~np.isnan(values)
    classes = np.where(known, np.searchsorted(limits, values, side="left") + 1, NO_CLASS).astype(np.int64)
    sizes = np.bincount(classes[known], minlength=len(limits) + 2)[1:]
    smallest, largest = (values[known].min(), values[known].max()) if known.any() else (np.nan, np.nan)
    lower = np.concatenate([[smallest if sizes[0] else np.nan], limits])
    upper = np.concatenate([limits, [largest if sizes[-1] else np.nan]])
    return Classification(
        limits=limits,
        classes=classes,
        sizes=sizes,
        lower=lower,
        upper=upper,
        gvf=goodness_of_variance_fit(values, classes),
    )


def goodness_of_variance_fit(values: np.ndarray, classes: np.ndarray) -> float:
    """Share of the squared deviations explained by the classes: 1 - within classes / total (Jenks).

    Args:
        values: (rows,), in any unit; NaN is ignored.
        classes: class of each row (rows,).

    Returns:
        0..1; NaN if all values are equal.
    """
    known = ~np.isnan(values)
    scaled, classes = _scaled(np.asarray(values, float)[known]), np.asarray(classes)[known]
    in_all = _squared_deviations(scaled)
    if in_all == 0:
        return float("nan")
    within = sum(_squared_deviations(scaled[classes == each]) for each in np.unique(classes))
    return float(1 - within / in_all)


def published_limits(values: np.ndarray, n_classes: int, label: str) -> np.ndarray:
    """Natural breaks as computed by the software of the studies: a local optimum from quantile classes.

    Only distinct values are used, so that duplicate units do not affect the classes of others. Initially class j of k
    ends at distinct value ceil(m j / k) of m. Then the boundary value whose move to the neighbouring class increases
    the goodness of variance fit most is moved, until no move increases it. Among moves of equal gain (within rounding)
    the lowest boundary is moved first, downward before upward, so that results do not depend on the order of rows or
    the unit.

    Args:
        values: (rows,), NaN is ignored.
        n_classes: k, 1 or more.
        label: name of the values in messages.

    Returns:
        Inner limits (k - 1,): the largest value of each class but the last.

    Raises:
        CarbonBalanceError: fewer distinct values than classes.
    """
    distinct, _ = _distinct(values, n_classes, label)
    m = len(distinct)
    cuts = [-(-m * j // n_classes) for j in range(n_classes + 1)]
    _climb(_scaled(distinct), cuts)
    return distinct[np.array(cuts[1:-1], int) - 1]


def exact_limits(values: np.ndarray, n_classes: int, label: str) -> np.ndarray:
    """Natural breaks with the globally best goodness of variance fit (Fisher 1958; Jenks 1977).

    Dynamic programming over the distinct values, weighted by their frequencies. Among equal optima the one with the
    lowest limits is returned. Floats are used if rounding cannot affect the result; with extreme outliers,
    arbitrary-precision integers are used.

    Arguments, result and errors as for :func:`published_limits`.
    """
    distinct, counts = _distinct(values, n_classes, label)
    m = len(distinct)
    scaled = _scaled(distinct)
    middle = m // 2
    value_range = scaled[-1] - scaled[0] or 1.0
    steps = np.rint((scaled - scaled[middle]) / value_range * SCALE_STEPS)
    weight = _sums_from(counts.astype(float), middle)
    total = _sums_from(counts * steps, middle)
    square = _sums_from(counts * steps**2, middle)

    def cost(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Squared deviations within the class of distinct values start..end-1."""
        return square[end] - square[start] - (total[end] - total[start]) ** 2 / (weight[end] - weight[start])

    cuts, least = best_cuts(m, n_classes, cost)
    if 1 < n_classes < m and not _is_sure(least, counts, steps):
        cuts, _ = best_cuts(m, n_classes, exact_cost(distinct, counts, n_classes))
    return distinct[np.array(cuts, int) - 1]


def _is_sure(least: float, counts: np.ndarray, steps: np.ndarray) -> bool:
    """Whether errors of rounding to steps and of float sums are negligible relative to the ``least`` cost."""
    rounded = np.sqrt(counts.sum() * max(least, 0.0))
    sums = np.finfo(float).eps * np.sqrt(len(steps)) * float((counts * steps**2).sum())
    return rounded + 8 * sums <= SURE * least


def _scaled(values: np.ndarray) -> np.ndarray:
    """``values`` scaled by a power of two to -1..1, which is exact and prevents overflow of squares."""
    if not len(values):
        return values
    return np.ldexp(values, -np.frexp(np.abs(values).max())[1])


def _squared_deviations(values: np.ndarray) -> float:
    return float(((values - values.mean()) ** 2).sum()) if np.ptp(values) else 0.0


def _distinct(values: np.ndarray, n_classes: int, label: str) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values, ascending, and their frequencies. Values equal within rounding are merged."""
    ordered = np.sort(np.asarray(values, float))
    ordered = ordered[~np.isnan(ordered)]
    apart = np.diff(ordered) > TIED * np.maximum(np.abs(ordered[1:]), np.abs(ordered[:-1]))
    last = np.append(np.flatnonzero(apart), len(ordered) - 1) if len(ordered) else np.array([], int)
    if n_classes < 1:
        raise CarbonBalanceError(
            tr("The number of classes is {classes}: it must be at least 1.").format(classes=n_classes)
        )
    if len(last) < n_classes:
        raise CarbonBalanceError(
            tr(
                "{input} has {distinct} different value(s), which is too few for {classes} classes: choose at most "
                "{distinct} classes."
            ).format(input=label, distinct=len(last), classes=n_classes)
        )
    return ordered[last], np.diff(last, prepend=-1)


def _sums_from(terms: np.ndarray, middle: int) -> np.ndarray:
    """Cumulative sums (m + 1,), 0 at ``middle``; their differences are sums of ``terms`` (m,).

    Summing outward from the middle prevents outliers on one side from affecting sums on the other.
    """
    below = -np.cumsum(terms[:middle][::-1])[::-1]
    return np.concatenate([below, [0.0], np.cumsum(terms[middle:])])


def _climb(ordered: np.ndarray, cuts: list[int]) -> None:
    """Move the inner ``cuts`` (of k + 1) by one value at a time to a local optimum (steepest ascent).

    Args:
        ordered: distinct values, ascending (m,).
        cuts: class j is ``ordered[cuts[j]:cuts[j + 1]]``; changed in place.
    """
    middle = len(ordered) // 2
    deviations = ordered - ordered[middle]
    sums, x = _sums_from(deviations, middle).tolist(), deviations.tolist()

    def gain(cut: int, down: bool) -> float:
        """The decrease of squared deviations from moving the value next to a cut to the other class."""
        below, at, above = cuts[cut - 1], cuts[cut], cuts[cut + 1]
        n_below, n_above = at - below, above - at
        mean_below, mean_above = (sums[at] - sums[below]) / n_below, (sums[above] - sums[at]) / n_above
        value = x[at - 1] if down else x[at]
        n_from, n_to = (n_below, n_above) if down else (n_above, n_below)
        mean_from, mean_to = (mean_below, mean_above) if down else (mean_above, mean_below)
        if n_from == 1:
            return 0.0
        lost = n_from / (n_from - 1) * (value - mean_from) ** 2
        added = n_to / (n_to + 1) * (value - mean_to) ** 2
        return lost - added if lost - added > NOISE * lost else 0.0

    inner = range(1, len(cuts) - 1)
    gains = {(cut, down): gain(cut, down) for cut in inner for down in (True, False)}
    while gains:
        best, highest = (0, True), 0.0
        for move, value in gains.items():
            if value > highest * (1 + NOISE):
                best, highest = move, value
        if highest == 0:
            return
        cuts[best[0]] += -1 if best[1] else 1
        for cut in range(max(1, best[0] - 1), min(len(cuts) - 2, best[0] + 1) + 1):
            gains[cut, True], gains[cut, False] = gain(cut, True), gain(cut, False)
