"""Search of the calibration: which settings are tried, and which one is chosen.

The search varies one setting at a time, so that about thirty trials are sufficient: first drivers and kind of
allocation; then window, neighbourhood strength, noise and passes of the best ranked allocation, and window and weights
of the roulette; finally patches: which share of the changes beside their class is placed in patches of observed sizes,
and noise. A strength of 0 (no neighbours) is not tried, because it relies on the suitability of
one interval only: where it was best in that interval, it was worse in the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from ...options.scenarios import CLASS_DRIVER_KINDS, RANKED, ROULETTE
from ...runtime.log import Log
from ...runtime.parallel import map_in_order
from ..automaton.rules import PatchSizes
from .settings import LandUseSettings
from .trials import Score

PUBLISHED = LandUseSettings()
TRIED_WINDOWS, TRIED_STRENGTHS, TRIED_NOISES, TRIED_PASSES = (
    (3, 5, 7, 11),
    (0.5, 1.0, 2.0),
    (0.0, 0.25, 0.5, 1.0),
    (1, 4),
)
PATCH_SHARES, PATCH_NOISES = (0.0, 0.5, 0.75, 1.0), (0.25, 0.5)
# Intervals differ more than blocks of one interval: a smaller relative gain is not expected to persist.
LEAST_GAIN = 0.1


def expansion_weights(flows: np.ndarray, codes: np.ndarray) -> dict[int, float]:
    """Share of each class in all gains, scaled to a maximum of 1: the usual weights in FLUS and PLUS.

    Args:
        flows: cells from class (row) to class (column), (classes, classes).
        codes: class codes (classes,).
    """
    gains = flows.sum(axis=0) - np.diag(flows)
    most = max(int(gains.max()), 1)
    return {int(code): round(float(max(gain / most, 0.01)), 4) for code, gain in zip(codes, gains)}


class TrialSearch:
    """Executes trials in parallel threads, each only once."""

    def __init__(self, try_one: Callable[[LandUseSettings], Score], log: Log, total: int, workers: int) -> None:
        self.try_one, self.log, self.total, self.workers = try_one, log, total, workers
        self.scores: dict[str, Score] = {}

    def best_of(self, several: Iterable[LandUseSettings]) -> LandUseSettings:
        """The best of several settings; the first of equal ones."""
        several = list(several)
        known = {settings.to_text(): settings for settings in several}
        new = [settings for text, settings in known.items() if text not in self.scores]
        done = len(self.scores)
        log = self.log.part(min(done / self.total, 1), min((done + len(new)) / self.total, 1))
        for settings, score in map_in_order(self.try_one, new, log, len(new), self.workers, here=True):
            self.scores[settings.to_text()] = score
        return max(several, key=lambda settings: self.scores[settings.to_text()].merit)


def plain_settings(kind: str) -> tuple[LandUseSettings, LandUseSettings]:
    """The two basic allocations: roulette as published, and ranked without noise."""
    first = replace(PUBLISHED, class_drivers=kind)
    return first, replace(first, allocation=RANKED, noise=0.0)


def departures(settings: LandUseSettings, base: LandUseSettings = PUBLISHED) -> tuple[int, int]:
    """The difference from base settings: kind of drivers first, then the number of differing settings."""
    names = ("allocation", "window", "noise", "strength", "passes", "weights", "patches")
    others = sum(getattr(settings, name) != getattr(base, name) for name in names)
    return CLASS_DRIVER_KINDS.index(settings.class_drivers), others


def _least_merit(scores: Sequence[Score]) -> float:
    """The figure of merit that is within one standard error, or a tenth, of the best."""
    best = max(scores, key=lambda score: score.merit)
    return best.merit - max(best.error if np.isfinite(best.error) else 0.0, LEAST_GAIN * best.merit)


def nearest_pattern(scores: Iterable[Score]) -> Score:
    """Of the allocations in patches, the one with patches nearest to the observed ones, on equal terms the first.

    Only those within one standard error, or a tenth, of the best figure of merit are considered, so that a realistic
    pattern does not cost accuracy.
    """
    patched = [score for score in scores if score.settings.patches]
    least = _least_merit(patched)
    return min((score for score in patched if score.merit >= least), key=lambda score: score.difference)


def simplest(scores: Sequence[Score]) -> Score:
    """The simplest of the settings within one standard error, or a tenth, of the best.

    It is the one closest to the better of the two :func:`plain_settings`. The rule of Breiman et al. (1984,
    Classification and Regression Trees): an improvement within the standard error is not expected to persist in the
    next interval. The standard error over blocks does not include differences between intervals and is small for many
    cells; therefore more complex settings must improve the figure of merit by at least a tenth.
    """
    least = _least_merit(scores)
    kind = min((score.settings.class_drivers for score in scores), key=CLASS_DRIVER_KINDS.index)
    plain = [score for score in scores if score.settings in plain_settings(kind)]
    base = max(plain, key=lambda score: score.merit).settings if plain else PUBLISHED
    near = [score for score in scores if score.merit >= least]
    return min(near, key=lambda score: (*departures(score.settings, base), -score.merit))


def make_trials(
    search: TrialSearch, kinds: Sequence[str], weights: dict[int, float], sizes: dict[tuple[int, int], PatchSizes]
) -> None:
    """Execute the trials, see the module docstring."""
    first, ranked = plain_settings(kinds[0])
    both = [replace(base, class_drivers=kind) for base in (first, ranked) for kind in kinds]
    more = [replace(ranked, class_drivers=kind, strength=strength) for kind in kinds for strength in (0.5, 2.0)]
    search.best_of([*both, *more])
    roulette = search.best_of([setting for setting in both if setting.allocation == ROULETTE])
    roulette = search.best_of([roulette, *(replace(roulette, window=window) for window in TRIED_WINDOWS[1:3])])
    roulette = search.best_of([roulette, replace(roulette, weights=weights)])
    ranked = search.best_of([setting for setting in (*both, *more) if setting.allocation == RANKED])
    ranked = search.best_of([ranked, *(replace(ranked, window=window) for window in TRIED_WINDOWS)])
    ranked = search.best_of([ranked, *(replace(ranked, strength=strength) for strength in TRIED_STRENGTHS)])
    ranked = search.best_of([ranked, *(replace(ranked, noise=noise) for noise in TRIED_NOISES)])
    ranked = search.best_of([ranked, *(replace(ranked, passes=passes) for passes in TRIED_PASSES)])
    patched = replace(ranked, patches=sizes, noise=0.0, passes=1)
    search.best_of(replace(patched, patch_share=share) for share in PATCH_SHARES)
    patched = nearest_pattern(search.scores.values()).settings
    search.best_of(replace(patched, noise=noise) for noise in PATCH_NOISES)
