"""What a calibration tries, and the weights that it takes from the gains."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.automaton.rules import PatchSizes
from carbon_balance.core.scenarios.calibration import search
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings
from carbon_balance.core.scenarios.calibration.trials import Score


def test_tried_values_are_those_of_the_help():
    """The values are those stated in the help of the calibration."""
    assert search.TRIED_WINDOWS == (3, 5, 7, 11)
    assert search.TRIED_STRENGTHS == (0.5, 1, 2)
    assert search.TRIED_NOISES == (0, 0.25, 0.5, 1)
    assert search.TRIED_PASSES == (1, 4)
    assert search.PATCH_SHARES == (0, 0.5, 0.75, 1)
    assert search.PATCH_NOISES == (0.25, 0.5)
    assert search.LEAST_GAIN == 0.1


def test_weights_are_shares_of_the_largest_gain():
    """Gains of 30, 10 and 0 cells; unchanged cells are not a gain, and no weight is below 0.01."""
    flows = np.array([[900, 7, 0], [10, 900, 0], [20, 3, 900]])
    assert search.expansion_weights(flows, np.array([1, 5, -2])) == {1: 1.0, 5: 0.3333, -2: 0.01}
    assert search.expansion_weights(np.diag([5, 5]), np.array([1, 2])) == {1: 0.01, 2: 0.01}


SIZES = {(1, 2): PatchSizes(((1, 1),), (), 0.0)}


def scored(merit: float, difference: float, error: float = 0.0, **settings) -> Score:
    # Two blocks of half a concerned cell each, with hits that have this standard error.
    hits = np.array([merit - error, merit + error]) / 2
    own = LandUseSettings(**{"allocation": "ranked", "patches": SIZES, **settings})
    return Score(own, np.array([merit]), hits, np.array([0.5, 0.5]), 0.9, difference=difference)


def test_of_patches_that_are_as_accurate_those_nearest_to_the_observed_are_chosen():
    best, nearer = scored(0.30, 0.2), scored(0.2701, 0.1, noise=0.25)
    too_weak, by_cells = scored(0.2699, 0.0, noise=0.5), scored(0.4, 0.0, patches={})
    assert search.nearest_pattern([by_cells, best, too_weak, nearer]) is nearer
    assert search.nearest_pattern([best, too_weak]) is best
    equal = scored(0.29, 0.1, patch_share=0.5)
    assert search.nearest_pattern([nearer, equal]) is nearer
    assert search.nearest_pattern([equal, nearer]) is equal


def test_within_a_standard_error_of_the_best_the_pattern_decides():
    best, near = scored(0.30, 0.2, error=0.1), scored(0.21, 0.1)
    assert best.error == pytest.approx(0.1)
    assert search.nearest_pattern([best, near]) is near
    assert search.nearest_pattern([best, scored(0.19, 0.1)]) is best


def test_patches_are_tried_by_share_then_by_noise_at_the_nearest_share():
    """The difference is smallest at a share of 0.75, and smaller still with a noise of 0.5."""
    tried = []

    def try_one(settings):
        tried.append(settings)
        return scored(0.3, abs(settings.patch_share - 0.75) + abs(settings.noise - 0.5), **vars(settings))

    trials = search.TrialSearch(try_one, Log(), 30, 1)
    search.make_trials(trials, ["none"], {1: 1.0}, SIZES)
    patched = [(settings.patch_share, settings.noise) for settings in tried if settings.patches]
    assert patched == [(0, 0), (0.5, 0), (0.75, 0), (1, 0), (0.75, 0.25), (0.75, 0.5)]
    assert search.nearest_pattern(trials.scores.values()).settings.noise == 0.5
