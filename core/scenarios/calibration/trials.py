"""Trial of one setting on the calibration interval, and its score against observed changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...raster.components import patch_sizes
from ..automaton.rules import Rules
from ..automaton.step import run_step
from ..automaton.targets import TransitionTarget
from ..land_use_demand.transition_check import reach_transitions
from ..landscape.landscape import Landscape
from ..simulation.run import BASE_INERTIA_OF_TRANSITIONS
from .cross_fitting import LearnedInterval
from .settings import LandUseSettings


@dataclass(frozen=True)
class Score:
    """The score of a setting.

    Attributes:
        settings: the settings.
        merits: figure of merit of each seed (seeds,).
        hits, concerned: correctly changed cells, and cells changed in either map, by block, means over the seeds
            (blocks,).
        right: share of cells with the correct class, mean over the seeds.
        pattern: pattern of the changes of the first seed, see :func:`change_pattern`.
        difference: difference of the patches of the first seed from the observed ones, see :func:`pattern_difference`.
    """

    settings: LandUseSettings
    merits: np.ndarray
    hits: np.ndarray
    concerned: np.ndarray
    right: float
    pattern: tuple[int, float, float] = (0, float("nan"), float("nan"))
    difference: float = float("nan")

    @property
    def merit(self) -> float:
        """Mean figure of merit."""
        return float(self.merits.mean())

    @property
    def error(self) -> float:
        """Standard error of the figure of merit over the blocks, by the ratio estimator (Cochran 1977, section 6.4)."""
        count = len(self.hits)
        whole = self.concerned.sum()
        if not whole or count < 2:
            return float("nan")
        residuals = self.hits - self.hits.sum() / whole * self.concerned
        return float(np.sqrt(count / (count - 1) * (residuals**2).sum()) / whole)


def flows_of(interval: LearnedInterval, free: np.ndarray) -> np.ndarray:
    """Number of ``free`` cells by class at the start (row) and the end (column), int64 (classes, classes)."""
    k = len(interval.codes)
    usable = free & (interval.start < k) & (interval.end < k)
    pairs = interval.start[usable].astype(np.intp) * k + interval.end[usable]
    return np.bincount(pairs, minlength=k * k).reshape(k, k)


def trial_rules(settings: LandUseSettings, codes: np.ndarray, seed: int, iterations: int = 300) -> Rules:
    """The rules of a trial, which permit all changes."""
    classes = len(codes)
    return Rules(
        np.ones((classes, classes), bool),
        np.array([settings.weights.get(int(code), 1.0) for code in codes]),
        seed,
        iterations,
        base_inertia=BASE_INERTIA_OF_TRANSITIONS,
        allocation=settings.allocation,
        noise=settings.noise,
        strength=settings.strength,
        passes=settings.passes,
        patches=settings.patches_of(codes.tolist()),
        patch_share=settings.patch_share,
    )


def simulated(
    interval: LearnedInterval, suitability: np.ndarray, rules: Rules, window: int, demand: np.ndarray | None = None
) -> np.ndarray:
    """Simulate the end of the interval with a setting, uint8 (rows, columns).

    Args:
        interval: the two dates.
        suitability: (classes, rows, columns), NaN where unknown.
        rules: rules of the allocation.
        window: side of the neighbourhood.
        demand: cells by class at the start (row) and the end, (classes, classes); ``None`` for the observed changes.
            Demand is reduced to the available free cells.
    """
    height, width = interval.start.shape
    land = Landscape(width, height, len(interval.codes), window)
    land.put(slice(0, height), slice(0, width), interval.start, list(suitability))
    land.begin(rules.permitted, rules.weights)
    free, cells = land.held().sum(axis=1), land.counts()
    if demand is None:
        flows = flows_of(interval, np.isfinite(suitability[0]))
    else:
        flows = reach_transitions(free, rules.permitted, demand[None]).nearest[0]
    np.fill_diagonal(flows, 0)
    wanted = flows + np.diag(free - flows.sum(axis=1))
    target = TransitionTarget(flows, wanted, cells + flows.sum(axis=0) - flows.sum(axis=1), cells)
    run_step(land, rules, target)
    return land.map()


def change_pattern(start: np.ndarray, later: np.ndarray, classes: int) -> tuple[int, float, float]:
    """Number of patches of change, their mean size in cells, and the share of single-cell patches.

    A patch consists of touching cells (at sides or corners) with the same change.
    """
    sizes = _change_sizes(start, later, classes)
    if not len(sizes):
        return 0, float("nan"), float("nan")
    return len(sizes), float(sizes.mean()), float((sizes == 1).mean())


def _change_sizes(start: np.ndarray, later: np.ndarray, classes: int) -> np.ndarray:
    changed = (start < classes) & (later < classes) & (start != later)
    return patch_sizes(np.where(changed, start.astype(np.int32) * classes + later, -1), -1)[2]


def pattern_counts(start: np.ndarray, later: np.ndarray, classes: int) -> np.ndarray:
    """Patches of change, those of a single cell, patches of the later map, those of a single cell, int64 (4,).

    Both maps are class indices, ``classes`` or more where there is none, (rows, columns). Patches of the later map
    consist of touching cells of one class.
    """
    both = (_change_sizes(start, later, classes), patch_sizes(np.where(later < classes, later, 255), 255)[2])
    return np.array([count for sizes in both for count in (len(sizes), (sizes == 1).sum())])


def pattern_difference(counts: np.ndarray, observed: np.ndarray) -> float:
    """Mean absolute logarithm of the ratios of :func:`pattern_counts` to the observed ones, 0 if they are equal.

    One is added to every count, because there may be none.
    """
    return float(np.abs(np.log((counts + 1) / (observed + 1))).mean())


def tried(
    interval: LearnedInterval,
    suitability: np.ndarray,
    settings: LandUseSettings,
    seeds: list[int],
    demand: np.ndarray | None = None,
) -> Score:
    """Evaluate a setting with several seeds on all cells; for ``demand`` see :func:`simulated`."""
    k = len(interval.codes)
    valid = (interval.start < k) & (interval.end < k)
    start, end, block = interval.start[valid], interval.end[valid], interval.blocks[valid]
    blocks = len(interval.folds)
    hits, concerned = np.zeros(blocks), np.zeros(blocks)
    merits, right = [], []
    patterns: list[tuple[int, float, float]] = []
    difference = float("nan")
    for seed in seeds:
        found = simulated(interval, suitability, trial_rules(settings, interval.codes, seed), settings.window, demand)
        if not patterns:
            whole = np.where(valid, found, k)
            patterns.append(change_pattern(interval.start, whole, k))
            counts = pattern_counts(interval.start, whole, k)
            difference = pattern_difference(counts, pattern_counts(interval.start, np.where(valid, interval.end, k), k))
        found = found[valid]
        hit = (found == end) & (end != start)
        either = (found != start) | (end != start)
        merits.append(hit.sum() / max(either.sum(), 1))
        right.append(float((found == end).mean()))
        hits += np.bincount(block[hit], minlength=blocks)
        concerned += np.bincount(block[either], minlength=blocks)
    many = len(seeds)
    return Score(
        settings=settings,
        merits=np.array(merits),
        hits=hits / many,
        concerned=concerned / many,
        right=float(np.mean(right)),
        pattern=patterns[0],
        difference=difference,
    )
