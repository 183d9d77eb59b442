"""Calibration: held-out blocks are not learned from, trials use the observed amounts, the best trial is chosen."""

from __future__ import annotations

from types import SimpleNamespace

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.options.scenarios import DISTANCES_AND_SHARES, NO_CLASS_DRIVERS, RANKED
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.calibration import calibration, cross_fitting, search, trials
from carbon_balance.core.scenarios.calibration.settings import LandUseSettings
from carbon_balance.core.scenarios.suitability.learning import TrainingSettings

FAST = TrainingSettings(samples=1500, neurons=4, iterations=40)


@pytest.fixture
def region(tmp_path):
    return made.Region(tmp_path)


@pytest.fixture
def covers(region):
    return [LandCover(RasterSource(path)) for path in (region.first_path, region.later_path)]


@pytest.fixture
def drivers(region):
    return {"slope": RasterSource(region.slope_path), "distance": RasterSource(region.distance_path)}


def interval_of(covers, side: int = 10, folds: int = 2) -> cross_fitting.LearnedInterval:
    return cross_fitting.read_interval(*covers, np.array(made.CODES), side, folds, 1, Log())


def test_only_gaps_of_constant_drivers_are_filled():
    """A driver of one value explains nothing, so that its gaps must not leave out cells."""
    nan, log = np.nan, Log()
    values = np.array([[1, 2, nan], [5, nan, 5], [nan, nan, nan], [3, nan, 3 + 1e-9]])
    calibration._fill_constant(values, ["varied", "constant", "unknown", "nearly"], log)
    np.testing.assert_array_equal(values, [[1, 2, nan], [5, 5, 5], [nan, nan, nan], [3, nan, 3 + 1e-9]])
    assert log.warnings == ["Constant drivers, which explain nothing and are not used: constant."]


def test_blocks_are_squares_assigned_evenly_to_folds(covers):
    numbers = cross_fitting.block_numbers(7, 5, 3)
    assert numbers.tolist() == [[0, 0, 0, 1, 1]] * 3 + [[2, 2, 2, 3, 3]] * 3 + [[4, 4, 4, 5, 5]]
    interval = interval_of(covers)
    assert np.bincount(interval.folds).tolist() == [41, 40]
    with pytest.raises(CarbonBalanceError, match="has 1 block.s. of 90 x 90 cells, at least 2 are needed"):
        interval_of(covers, side=90)


def test_the_suitability_of_a_block_does_not_depend_on_changes_in_its_fold(covers, drivers):
    interval = interval_of(covers)
    values = cross_fitting.read_values(drivers, 90, 90, Log())
    before = cross_fitting.cross_fitted(interval, values, list(drivers), FAST)
    own = interval.fold_of_cell == 0
    rng = np.random.default_rng(0)
    end = interval.end.copy()
    end[own] = rng.permutation(end[own])
    other = cross_fitting.LearnedInterval(interval.codes, interval.start, end, interval.blocks, interval.folds)
    after = cross_fitting.cross_fitted(other, values, list(drivers), FAST)
    np.testing.assert_array_equal(after[:, own], before[:, own])
    assert np.nanmax(np.abs(after[:, ~own] - before[:, ~own])) > 0.01


@pytest.mark.parametrize("allocation", ["roulette", "ranked"])
def test_a_trial_makes_as_many_changes_of_each_kind_as_there_were(covers, allocation):
    interval = interval_of(covers)
    k = len(made.CODES)
    rng = np.random.default_rng(1)
    shares = rng.random((k, 90, 90)).astype(np.float32)
    shares[:, :5] = np.nan
    rules = trials.trial_rules(LandUseSettings(allocation=allocation), interval.codes, 1)
    found = trials.simulated(interval, shares, rules, 3)
    usable = (interval.start < k) & (interval.end < k) & np.isfinite(shares[0])
    for last in (interval.end, found):
        pairs = interval.start[usable].astype(int) * k + last[usable]
        counts = np.bincount(pairs, minlength=k * k)
        if last is interval.end:
            wanted = counts
    np.testing.assert_array_equal(counts, wanted)
    np.testing.assert_array_equal(found[:5], interval.start[:5])


def test_a_score_is_the_figure_of_merit_and_its_error_that_of_a_ratio():
    start = np.zeros((2, 6), np.uint8)
    start[:, 3:] = 1
    end = start.copy()
    end[0, :2] = 1
    interval = cross_fitting.LearnedInterval(
        np.array([1, 2]), start, end, cross_fitting.block_numbers(2, 6, 2), np.array([0, 1, 0])
    )
    shares = np.full((2, 2, 6), 0.1, np.float32)
    shares[1, 0, 0], shares[1, 1, 2] = 0.9, 0.8
    settings = LandUseSettings(allocation=RANKED, noise=0, strength=0)
    score = trials.tried(interval, shares, settings, [1])
    # Changed: cells (0, 0) and (0, 1); simulated: (0, 0) and (1, 2). One hit of three cells concerned.
    assert score.merits.tolist() == [pytest.approx(1 / 3)]
    assert score.hits.tolist() == [1, 0, 0]
    assert score.concerned.tolist() == [2, 1, 0]
    assert score.right == pytest.approx(10 / 12)
    residuals = np.array([1 - 2 / 3, -1 / 3, 0])
    assert score.error == pytest.approx(np.sqrt(3 / 2 * (residuals**2).sum()) / 3)


def test_weights_by_expansion_are_shares_of_the_largest_gain():
    flows = np.array([[50, 10, 40], [0, 70, 10], [0, 0, 90]])
    assert search.expansion_weights(flows, np.array([1, 2, 5])) == {1: 0.01, 2: 0.2, 5: 1.0}


def calibrated(covers, drivers, kinds=(NO_CLASS_DRIVERS, DISTANCES_AND_SHARES), **more):
    return calibration.calibrate(*covers, drivers, kinds, FAST, calibration.Validation(10, 2, 1), Log(), **more)


def test_the_best_trial_is_found_for_any_number_of_workers(covers, drivers):
    found = calibrated(covers, drivers)
    table = found.trial_columns()
    merits = table["figure_of_merit"]
    assert len(merits) == len(found.scores) + 2
    assert merits[:-2] == sorted(merits[:-2], reverse=True)
    assert table["model"].count("chosen") == 1
    assert table["model"][-2:] == ["uniform suitability", "observed"]
    interval = interval_of(covers)
    real = trials.change_pattern(interval.start, interval.end, 3)
    assert (table["patches"][-1], table["mean_patch_cells"][-1], table["single_cell_share"][-1]) == real
    assert found.best.merit > found.uniform.merit
    assert found.best is search.simplest([score for score in found.scores if not score.settings.patches])
    assert found.scores[0].settings == LandUseSettings()
    alone = calibrated(covers, drivers, workers=1)
    assert alone.best.settings == found.best.settings
    assert alone.trial_columns() == table
    assert found.found()["figure_of_merit_default"] == found.scores[0].merit


def test_calibration_requires_drivers_and_changes(covers, drivers):
    with pytest.raises(CarbonBalanceError, match="No driver was given"):
        calibrated(covers, {}, kinds=(NO_CLASS_DRIVERS,))
    with pytest.raises(
        CarbonBalanceError,
        match="^Nothing changed between .* in all cells, so .* two different dates",
    ):
        calibrated([covers[0], covers[0]], drivers)
    assert calibrated(covers, {}).scores[0].settings.class_drivers == DISTANCES_AND_SHARES


def scored(merit: float, error: float, **settings) -> trials.Score:
    """A score of that figure of merit, and of about that standard error by two blocks."""
    hits = np.array([merit + error / np.sqrt(2), merit - error / np.sqrt(2)]) * 100
    return trials.Score(LandUseSettings(**settings), np.array([merit]), hits, np.array([100.0, 100.0]), 0.9)


def test_of_equally_good_settings_the_nearest_to_the_default_is_chosen():
    best = scored(0.30, 0.04, class_drivers="shares", allocation="ranked", strength=0.0)
    assert best.error == pytest.approx(0.04 / np.sqrt(2), rel=1e-6)
    published = scored(0.25, 0.04)
    near = scored(0.28, 0.04, class_drivers="distances")
    assert search.simplest([published, near, best]) is near
    assert search.simplest([published, best]) is best
    assert search.simplest([scored(0.29, 0.04), near, best]).settings == LandUseSettings()
    wide = scored(0.2800001, 0.04, class_drivers="distances", window=5)
    assert search.simplest([published, wide, near, best]) is near


def test_more_complex_settings_need_a_gain_of_at_least_a_tenth():
    published = scored(0.2699, 0.0)
    best = scored(0.30, 0.0, class_drivers="shares")
    assert search.simplest([published, best]) is best
    published = scored(0.2701, 0.0)
    assert search.simplest([published, best]) is published


def test_simplicity_is_judged_within_the_better_allocation():
    published = scored(0.275, 0.0)
    ranked = scored(0.28, 0.0, allocation="ranked", noise=0.0)
    best = scored(0.30, 0.0, class_drivers="shares", allocation="ranked", window=11)
    assert search.simplest([published, ranked, best]) is ranked
    worse = scored(0.271, 0.0, allocation="ranked", noise=0.0)
    assert search.simplest([published, worse, best]) is published


def test_a_requested_allocation_in_patches_matches_the_observed_patches(covers, drivers):
    found = calibrated(covers, drivers, kinds=(NO_CLASS_DRIVERS,), in_patches=True)
    assert found.best.settings.patches
    assert found.best.settings.allocation == RANKED
    for ours, real in zip(found.best.pattern, found.pattern):
        assert ours == pytest.approx(real, rel=0.5)
    assert found.best is search.nearest_pattern(found.scores)
    log = Log()
    calibration._log_calibration(found, log)
    assert "the allocation in patches nearest to the observed patches has a figure of merit" in log.notes[0]
    table = found.trial_columns()
    at = table["model"].index("chosen")
    assert table["allocation"][at] == "ranked, in patches"
    assert table["patch_share"][at] == found.best.settings.patch_share
    assert table["pattern_difference"][at] == found.best.difference
    assert (table["pattern_difference"][-1], table["patch_share"][-1]) == (0, None)
    by_cells = [where for where, kind in enumerate(table["allocation"]) if kind in ("ranked", "roulette")]
    assert all(table["patch_share"][where] is None and table["pattern_difference"][where] > 0 for where in by_cells)


def test_patterns_count_patches_of_change_and_of_the_map_and_their_single_cells():
    start = np.array([[0, 0, 0, 1, 0, 0], [0, 0, 0, 1, 0, 9]])
    later = np.array([[1, 0, 1, 1, 0, 0], [0, 0, 1, 0, 0, 9]])
    # Changes: 0 -> 1 in one and in two cells, 1 -> 0 in one. Map: two patches of 1, the first a single cell, two of 0.
    assert trials.pattern_counts(start, later, 2).tolist() == [3, 2, 4, 1]
    assert trials.pattern_counts(start, start, 2).tolist() == [0, 0, 3, 0]
    observed = np.array([3, 0, 7, 1])
    assert trials.pattern_difference(observed, observed) == 0
    assert trials.pattern_difference(np.array([1, 1, 7, 3]), observed) == pytest.approx(3 * np.log(2) / 4)


def test_a_trial_that_repeats_what_happened_has_no_difference(covers):
    """Suitability that is certain of the later class puts every change where it was."""
    interval = interval_of(covers)
    certain = np.stack([interval.end == k for k in range(3)]).astype(np.float32)
    ranked = LandUseSettings(allocation=RANKED, noise=0.0, strength=0.0)
    assert trials.tried(interval, certain, ranked, [1]).difference == 0
    level = np.full(certain.shape, 1 / 3, np.float32)
    assert trials.tried(interval, level, ranked, [1]).difference > 0.1


def test_patterns_of_changes_count_patches_by_kind_of_change():
    start = np.array([[0, 0, 1, 1], [0, 0, 1, 9]])
    later = np.array([[1, 1, 0, 1], [0, 0, 1, 9]])
    assert trials.change_pattern(start, later, 2) == (2, 1.5, 0.5)
    count, mean, single = trials.change_pattern(start, start, 2)
    assert count == 0
    assert np.isnan([mean, single]).all()


def test_only_ranked_settings_have_strength_noise_and_passes():
    score = {kind: SimpleNamespace(settings=LandUseSettings(allocation=kind)) for kind in ("ranked", "roulette")}
    assert calibration._of_ranked(score["ranked"], 0.5) == 0.5
    assert calibration._of_ranked(score["roulette"], 0.5) is None


def test_the_unchanged_share_is_of_cells_with_a_class_at_both_dates():
    """Of the four such cells three keep their class; 255 is nodata."""
    start = np.array([[0, 1, 1, 0, 255, 255, 1]], np.uint8)
    end = np.array([[0, 1, 0, 0, 255, 1, 255]], np.uint8)
    interval = cross_fitting.LearnedInterval(np.array([3, 7]), start, end, np.zeros((1, 7), int), np.zeros(1, int))
    assert interval.unchanged == 0.75
