"""Accuracy measures of a simulated land cover, and of the null model without change.

All measures follow from one table of counts ``[start, reference, simulated]``, so that maps are processed by blocks.
The null model is the same table with every cell simulated as unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HIT, MISS, FALSE_ALARM, WRONG_HIT, PERSISTENCE = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Agreement:
    """Agreement of two maps of the same cells. All except ``cells`` are fractions; NaN for 0/0.

    Definitions: kappa, Cohen (1960); location and histogram, Pontius (2000) and Hagen (2002);
    quantity and allocation, Pontius and Millones (2011); exchange and shift, Pontius and Santacruz (2014).

    Attributes:
        producers: share of each reference class that is simulated correctly (classes,).
        users: share of each simulated class that agrees with the reference (classes,).
    """

    cells: int
    overall_accuracy: float
    kappa: float
    kappa_location: float
    kappa_histogram: float
    quantity: float
    allocation: float
    exchange: float
    shift: float
    producers: np.ndarray
    users: np.ndarray


@dataclass(frozen=True)
class ChangeSkill:
    """Accuracy of the location of changes, in cells; shares are NaN for 0/0.

    Attributes:
        hits: changed, and simulated as changed to the right class.
        misses: changed, simulated as unchanged.
        false_alarms: unchanged, simulated as changed.
        wrong_hits: changed, simulated as changed to a wrong class.
        persistence: unchanged in both.
        figure_of_merit: hits / (hits + misses + false alarms + wrong hits); Pontius et al. (2008).
        any_change: the same with wrong hits counted as hits: a different measure, not the figure of merit.
        producers: share of the observed change that was simulated correctly.
        users: share of the simulated change that was observed.
    """

    hits: int
    misses: int
    false_alarms: int
    wrong_hits: int
    persistence: int
    figure_of_merit: float
    any_change: float
    producers: float
    users: float


def _share(part: float, whole: float) -> float:
    # Maps of one class give a total of 1e-16 instead of 0 because of rounding.
    return float(part / whole) if abs(whole) > 1e-12 else float("nan")


def null_counts(counts: np.ndarray) -> np.ndarray:
    """The table of the null model: ``counts`` with every cell simulated as unchanged."""
    null = np.zeros_like(counts)
    index = np.arange(len(counts))
    null[index, :, index] = counts.sum(axis=2)
    return null


def agreement(table: np.ndarray) -> Agreement:
    """Agreement from cells by reference class (rows) and simulated class (columns), (classes, classes)."""
    cells = table.sum()
    shares = table / cells if cells else np.full(table.shape, np.nan)
    rows, columns, diagonal = shares.sum(axis=1), shares.sum(axis=0), np.diag(shares)
    observed, expected, most = diagonal.sum(), (rows * columns).sum(), np.minimum(rows, columns).sum()
    quantity = np.abs(rows - columns).sum() / 2
    allocation = np.minimum(rows - diagonal, columns - diagonal).sum()
    exchange = np.triu(np.minimum(shares, shares.T), 1).sum() * 2
    with np.errstate(invalid="ignore", divide="ignore"):
        producers, users = diagonal / rows, diagonal / columns
    return Agreement(
        cells=int(cells),
        overall_accuracy=float(observed),
        kappa=_share(observed - expected, 1 - expected),
        kappa_location=_share(observed - expected, most - expected),
        kappa_histogram=_share(most - expected, 1 - expected),
        quantity=float(quantity),
        allocation=float(max(allocation, 0.0)),
        exchange=float(exchange),
        # Not negative by definition, but rounding may give -1e-17.
        shift=float(max(allocation - exchange, 0.0)),
        producers=producers,
        users=users,
    )


def change_skill(counts: np.ndarray) -> ChangeSkill:
    """Accuracy of change locations from counts ``[start, reference, simulated]`` (classes, classes, classes)."""
    start, reference, simulated = np.indices(counts.shape)
    changed, moved, same = reference != start, simulated != start, simulated == reference

    def of(where: np.ndarray) -> int:
        return int(counts[where].sum())

    hits, misses = of(changed & same), of(changed & ~moved)
    false_alarms, wrong_hits = of(~changed & moved), of(changed & moved & ~same)
    every = hits + misses + false_alarms + wrong_hits
    return ChangeSkill(
        hits=hits,
        misses=misses,
        false_alarms=false_alarms,
        wrong_hits=wrong_hits,
        persistence=of(~changed & ~moved),
        figure_of_merit=_share(hits, every),
        any_change=_share(hits + wrong_hits, every),
        producers=_share(hits, hits + misses + wrong_hits),
        users=_share(hits, hits + wrong_hits + false_alarms),
    )


def change_map(start: np.ndarray, reference: np.ndarray, simulated: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Result of each cell, uint8: 1 hit, 2 miss, 3 false alarm, 4 wrong hit, 5 unchanged, 0 not valid."""
    changed, moved = reference != start, simulated != start
    codes = np.where(changed, np.where(moved, WRONG_HIT, MISS), np.where(moved, FALSE_ALARM, PERSISTENCE))
    codes[changed & (simulated == reference)] = HIT
    codes[~valid] = 0
    return codes.astype(np.uint8)
