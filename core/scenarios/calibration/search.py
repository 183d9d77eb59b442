"""Which settings are tried, and which of them is chosen.

The search goes along one setting after the other, so that some thirty trials do: first the drivers and the kind of
allocation, then of the best ranked allocation the window, the strength of the neighbourhood, the noise and the passes,
and of the roulette its window and its weights, at last patches. A strength of 0, no neighbours, is not tried: it leaves
all to what was learned of one interval, and where it won within the interval it lost in the next.
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
PATCH_NOISES = (0.0, 0.25, 0.5)
# Intervals differ by more than blocks of one interval do: a gain of a smaller share is not expected to last.
LEAST_GAIN = 0.1


def expansion_weights(flows: np.ndarray, codes: np.ndarray) -> dict[int, float]:
    """Each class's share of all gains, the largest being 1: the usual choice of weights in FLUS and PLUS.

    Args:
        flows: cells from class (row) to class (column), (classes, classes).
        codes: class codes (classes,).
    """
    gains = flows.sum(axis=0) - np.diag(flows)
    most = max(int(gains.max()), 1)
    return {int(code): round(float(max(gain / most, 0.01)), 4) for code, gain in zip(codes, gains)}


class TrialSearch:
    """The trials, each made once, in parallel threads."""

    def __init__(self, try_one: Callable[[LandUseSettings], Score], log: Log, total: int, workers: int) -> None:
        self.try_one, self.log, self.total, self.workers = try_one, log, total, workers
        self.scores: dict[str, Score] = {}

    def best_of(self, several: Iterable[LandUseSettings]) -> LandUseSettings:
        """The best of some settings, of equal ones the first."""
        several = list(several)
        known = {settings.to_text(): settings for settings in several}
        new = [settings for text, settings in known.items() if text not in self.scores]
        done = len(self.scores)
        log = self.log.part(min(done / self.total, 1), min((done + len(new)) / self.total, 1))
        for settings, score in map_in_order(self.try_one, new, log, len(new), self.workers, here=True):
            self.scores[settings.to_text()] = score
        return max(several, key=lambda settings: self.scores[settings.to_text()].merit)


def plain_settings(kind: str) -> tuple[LandUseSettings, LandUseSettings]:
    """The two allocations with nothing else chosen: roulette as published, and ranked without noise."""
    first = replace(PUBLISHED, class_drivers=kind)
    return first, replace(first, allocation=RANKED, noise=0.0)


def departures(settings: LandUseSettings, base: LandUseSettings = PUBLISHED) -> tuple[int, int]:
    """How far settings go beyond others: the kind of drivers first, then how many settings differ."""
    names = ("allocation", "window", "noise", "strength", "passes", "weights", "patches")
    others = sum(getattr(settings, name) != getattr(base, name) for name in names)
    return CLASS_DRIVER_KINDS.index(settings.class_drivers), others


def simplest(scores: Sequence[Score]) -> Score:
    """Of the settings within one standard error, or a tenth, of the best the plainest one.

    That is the one nearest to the better of the two :func:`plain_settings`. The rule of Breiman et al. (1984,
    Classification and Regression Trees): what is no better than chance within one interval is not expected to hold in
    the next. The standard error over the blocks of one interval knows nothing of how intervals differ, and is small
    where there are many cells; so a tenth of the figure of merit is the least that speaks for settings less plain.
    """
    best = max(scores, key=lambda score: score.merit)
    least = best.merit - max(best.error if np.isfinite(best.error) else 0.0, LEAST_GAIN * best.merit)
    kind = min((score.settings.class_drivers for score in scores), key=CLASS_DRIVER_KINDS.index)
    plain = [score for score in scores if score.settings in plain_settings(kind)]
    base = max(plain, key=lambda score: score.merit).settings if plain else PUBLISHED
    near = [score for score in scores if score.merit >= least]
    return min(near, key=lambda score: (*departures(score.settings, base), -score.merit))


def make_trials(
    search: TrialSearch, kinds: Sequence[str], weights: dict[int, float], sizes: dict[tuple[int, int], PatchSizes]
) -> None:
    """Make the trials, see the top of the module."""
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
    search.best_of(replace(ranked, patches=sizes, noise=noise, passes=1) for noise in PATCH_NOISES)
