"""Classes of one-dimensional values: natural breaks as published, exact natural breaks, fixed limits.

A classification is a row of inner limits: class ``j`` holds the values above limit ``j - 1`` up to and
including limit ``j``. Values that are equal, or differ by no more than rounding, share a class.
NaN belongs to no class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from .partition import best_cuts, exact_cost

NO_CLASS = 0
# Two results of the same sum taken in another order differ by less than this, relatively.
TIED = 1e-12
# A move must raise the fit, and beat another move, by more than this part of itself.
NOISE = 1e-9
# The exact method works on whole steps of range / 2**40, so that equal optima stay equal in any unit.
SCALE_STEPS = 2.0**40
# Errors of the sums below this part of the least cost leave the optimum as it is, but for ties.
SURE = 1e-6


@dataclass(frozen=True)
class Classification:
    """Values in classes 1..k.

    Attributes:
        limits: the inner limits, ascending, each belonging to the class below it (k - 1,).
        classes: class of each row, from 1; ``NO_CLASS`` where the value is NaN (rows,) int64.
        sizes: number of rows in each class (k,).
        lower: where each class begins: the limit below it, for the first the smallest value (k,).
        upper: where each class ends, inclusive: its limit, for the last the largest value (k,).
            NaN where the values begin or end before an outer class does.
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
    """``values`` (rows,) in the classes that the inner ``limits`` (k - 1,), ascending, separate.

    A limit belongs to the class below it. NaN gets ``NO_CLASS``; a class may be empty.
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
    """Part of the squared deviations that the classes explain: 1 - within classes / in all (Jenks).

    Args:
        values: (rows,), any unit; NaN is left out.
        classes: of each row, (rows,).

    Returns:
        0..1; NaN where all values are equal, as there is nothing to explain.
    """
    known = ~np.isnan(values)
    scaled, classes = _scaled(np.asarray(values, float)[known]), np.asarray(classes)[known]
    in_all = _squared_deviations(scaled)
    if in_all == 0:
        return float("nan")
    within = sum(_squared_deviations(scaled[classes == each]) for each in np.unique(classes))
    return float(1 - within / in_all)


def published_limits(values: np.ndarray, n_classes: int, label: str) -> np.ndarray:
    """Natural breaks as the studies' software finds them: a local optimum from quantile classes.

    The distinct values are taken in ascending order, each once: how often a value occurs plays no role,
    so that a unit entered twice changes nothing for the others. Class j of k begins as the distinct values
    up to number ceil(m j / k) of m. Then the one boundary value whose move to the neighbouring class
    raises the goodness of variance fit most is moved, until no move raises it. Moves of equal
    gain (within rounding) are taken from the lowest boundary, downward first, so nothing depends
    on the order of rows or on the unit.

    Args:
        values: (rows,), NaN is left out.
        n_classes: k, 1 or more.
        label: how messages call the values.

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
    """Natural breaks of the best goodness of variance fit there is (Fisher 1958; Jenks 1977).

    Dynamic programming over the distinct values, weighted by how often each occurs. Of equal optima the one with the
    lowest limits is taken. Floats do where their rounding cannot matter; where some values lie so far out that it
    could, whole numbers of any length are used.

    Args, returns and raises as :func:`published_limits`.
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
    """Whether rounding values to whole steps, and sums of their squares to floats, is far below the ``least`` cost."""
    rounded = np.sqrt(counts.sum() * max(least, 0.0))
    sums = np.finfo(float).eps * np.sqrt(len(steps)) * float((counts * steps**2).sum())
    return rounded + 8 * sums <= SURE * least


def _scaled(values: np.ndarray) -> np.ndarray:
    """``values`` times a power of two that brings them within -1..1: exact, and squares cannot overflow."""
    if not len(values):
        return values
    return np.ldexp(values, -np.frexp(np.abs(values).max())[1])


def _squared_deviations(values: np.ndarray) -> float:
    return float(((values - values.mean()) ** 2).sum()) if np.ptp(values) else 0.0


def _distinct(values: np.ndarray, n_classes: int, label: str) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values, ascending, and how often each occurs. Values within rounding count as one."""
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
                "{input} has {distinct} different value(s), which is too few for {classes} classes: choose fewer "
                "classes."
            ).format(input=label, distinct=len(last), classes=n_classes)
        )
    return ordered[last], np.diff(last, prepend=-1)


def _sums_from(terms: np.ndarray, middle: int) -> np.ndarray:
    """Running sums (m + 1,), 0 at ``middle``; a difference of two is a sum of ``terms`` (m,).

    Summing outward from the middle keeps far outliers on one side out of the sums of the other.
    """
    below = -np.cumsum(terms[:middle][::-1])[::-1]
    return np.concatenate([below, [0.0], np.cumsum(terms[middle:])])


def _climb(ordered: np.ndarray, cuts: list[int]) -> None:
    """Move the inner ``cuts`` (of k + 1) by one value at a time to a local optimum, steepest ascent.

    Args:
        ordered: distinct values, ascending (m,).
        cuts: class j is ``ordered[cuts[j]:cuts[j + 1]]``; changed in place.
    """
    middle = len(ordered) // 2
    deviations = ordered - ordered[middle]
    sums, x = _sums_from(deviations, middle).tolist(), deviations.tolist()

    def gain(cut: int, down: bool) -> float:
        """What moving the value beside a cut into the neighbouring class takes off the squared deviations."""
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
