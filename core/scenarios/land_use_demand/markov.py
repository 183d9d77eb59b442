"""The Markov chain of land cover: projection of transitions between two dates to later dates.

In this package rows are always present classes and columns later classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log

# Entries of a matrix root that are negative by less than this are rounding errors.
PROBABILITY_ROUNDING = 1e-9


def transition_probabilities(areas: np.ndarray, labels: Sequence[str], keep_unmatched: bool = False) -> np.ndarray:
    """Share of each present class (row) that becomes each later class (column), (classes, classes).

    Args:
        areas: area or cells by class at the first date (row) and the second (column).
        labels: names of the classes, for messages.
        keep_unmatched: whether a class that occurs only at the second date persists and one that occurs only at the
            first date vanishes, instead of refusing both.

    Raises:
        CarbonBalanceError: the dates have no common cells, or a class occurs at only one date.
    """
    areas = np.asarray(areas, float)
    before, after = areas.sum(axis=1), areas.sum(axis=0)
    if not areas.sum():
        raise CarbonBalanceError(tr("The two land covers have no valid cell in common: check that they overlap."))
    only_before = [labels[k] for k in np.flatnonzero((before > 0) & (after == 0))]
    only_after = [labels[k] for k in np.flatnonzero((before == 0) & (after > 0))]
    if (only_before or only_after) and not keep_unmatched:
        raise CarbonBalanceError(
            tr(
                "Class(es) {classes} occur in only one of the two land covers ({first} in the first, {second} in the "
                "second): both need the same classes, so recode them, or choose to keep unmatched classes."
            ).format(
                classes=listed(only_before + only_after),
                first=listed(only_before) or tr("none"),
                second=listed(only_after) or tr("none"),
            )
        )
    probabilities = np.eye(len(areas))
    known = before > 0
    probabilities[known] = areas[known] / before[known, None]
    return probabilities


def scale_transitions(
    probabilities: np.ndarray, factors: Mapping[tuple[int, int], float], labels: Sequence[str]
) -> np.ndarray:
    """The matrix with given transitions multiplied by factors; persistence absorbs the difference.

    Args:
        probabilities: (classes, classes), rows sum to 1.
        factors: (class now, class later) -> factor, 0 or more.
        labels: names of the classes, for messages.

    Raises:
        CarbonBalanceError: a factor for persistence, a negative factor, or one with which a class would lose more than
            it has.
    """
    scaled = np.array(probabilities, float)
    for (now, later), factor in factors.items():
        if now == later:
            raise CarbonBalanceError(
                tr(
                    "The factor for {name} to remain unchanged cannot be set: scale the changes; the remaining share "
                    "follows from them."
                ).format(name=labels[now])
            )
        if not (np.isfinite(factor) and factor >= 0):
            raise CarbonBalanceError(
                tr("The factor for {now} to {later} is {factor}: it must be at least 0.").format(
                    now=labels[now], later=labels[later], factor=factor
                )
            )
        scaled[now, later] *= factor
    np.fill_diagonal(scaled, 0)
    leaving = scaled.sum(axis=1)
    worst = int(np.argmax(leaving))
    if leaving[worst] > 1 + PROBABILITY_ROUNDING:
        raise CarbonBalanceError(
            tr(
                "With these factors {name} would lose {share:.1%} of its area in one step: smaller factors are needed."
            ).format(name=labels[worst], share=leaving[worst])
        )
    scaled[np.diag_indices(len(scaled))] = np.maximum(1 - leaving, 0)
    return scaled


def matrix_power(
    probabilities: np.ndarray,
    spans: float,
    nearest: bool = False,
    cells: np.ndarray | None = None,
    labels: Sequence[str] = (),
    log: Log | None = None,
) -> np.ndarray:
    """The matrix for ``spans`` times its original interval, (classes, classes).

    Whole intervals are matrix products. A fraction is the principal root by eigendecomposition, P^r = V diag(l^r) V^-1,
    which is not always a probability matrix (the embedding problem of Markov chains; Israel, Rosenthal and Wei 2001).
    Negative entries are set to 0 and rows rescaled (the usual approximation) if they correspond to less than one cell
    of their row, or if ``nearest`` permits more.

    Args:
        probabilities: (classes, classes), rows sum to 1.
        spans: 0 or more, such as 0.2 for one year of five.
        nearest: whether to accept any negative entries instead of refusing.
        cells: present cells of each class (classes,); with ``None`` any negative entry counts as more than a cell.
        labels: names of the classes, for messages.
        log: receives a warning about a correction.

    Raises:
        CarbonBalanceError: there is no valid root; the message states the reason.
    """
    probabilities = np.asarray(probabilities, float)
    whole = int(np.floor(spans + 1e-9))
    fraction = spans - whole
    power = np.linalg.matrix_power(probabilities, whole)
    if abs(fraction) < 1e-9:
        return power
    root = _root(probabilities, fraction)
    worst = float(root.min())
    if worst < -PROBABILITY_ROUNDING:
        by_row = np.maximum(-root, 0).sum(axis=1) * (1.0 if cells is None else np.asarray(cells, float))
        row = int(np.argmax(by_row))
        found: dict[str, Any] = {
            "fraction": fraction,
            "value": worst,
            "cells": np.inf if cells is None else float(by_row[row]),
        }
        found["name"] = labels[row] if len(labels) else str(row + 1)
        if found["cells"] >= 1 and not nearest:
            raise _no_valid_root(found)
        if log is not None:
            log.warn(
                tr(
                    "The transition matrix converted to {fraction:.4g} of its time span has negative probabilities "
                    "(down to {value:.2g}, at most {cells:,.3g} cells of class {name}): they were set to 0 and their "
                    "rows rescaled."
                ).format(**found)
            )
    root = np.maximum(root, 0)
    return power @ (root / root.sum(axis=1, keepdims=True))


def _no_valid_root(found: Mapping[str, Any]) -> CarbonBalanceError:
    size = ""
    if np.isfinite(found["cells"]):
        size = tr(", which means {cells:,.0f} cells of class {name}").format(**found)
    return CarbonBalanceError(
        tr(
            "The transition matrix cannot be converted to {fraction:.4g} of its time span: its root has a negative "
            "probability ({value:.2g}){size}; set ROOT = nearest to set it to 0 and continue, or use steps that are "
            "whole multiples of the time between the two dates."
        ).format(size=size, **found)
    )


def _no_root(fraction: float, reason: str) -> CarbonBalanceError:
    return CarbonBalanceError(
        tr(
            "The transition matrix cannot be converted to {fraction:.4g} of its time span: {reason}; use steps that "
            "are whole multiples of the time between the two dates."
        ).format(fraction=fraction, reason=reason)
    )


def _root(probabilities: np.ndarray, fraction: float) -> np.ndarray:
    """The principal root, which may have negative entries."""
    values, vectors = np.linalg.eig(probabilities)
    if np.linalg.cond(vectors) > 1e10:
        raise _no_root(fraction, tr("it has repeated eigenvalues and no full set of eigenvectors"))
    if ((values.real < -1e-12) & (np.abs(values.imag) < 1e-12)).any():
        raise _no_root(fraction, tr("it has a negative eigenvalue, so no real root exists"))
    root = (vectors * values.astype(complex) ** fraction) @ np.linalg.inv(vectors)
    if np.abs(root.imag).max() > PROBABILITY_ROUNDING:
        raise _no_root(fraction, tr("its root is not real"))
    return root.real


def step_years(start: float, target: float, step: float) -> list[float]:
    """The years of the steps after ``start``, every ``step`` years, ending with ``target``."""
    count = int(np.ceil((target - start) / step - 1e-9))
    return [start + step * number for number in range(1, count)] + [target]


def whole_cells(shares: np.ndarray, cells: int) -> np.ndarray:
    """Integers proportional to ``shares`` with the sum ``cells``, by largest remainders, int64 (classes,)."""
    exact = np.asarray(shares, float) / np.sum(shares) * cells
    counts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: cells - int(counts.sum())]] += 1
    return counts
