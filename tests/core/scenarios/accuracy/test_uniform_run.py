"""A run with uniform suitability makes the same number of changes as the simulation, elsewhere."""

from __future__ import annotations

from dataclasses import replace

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.accuracy.measures import change_skill
from carbon_balance.core.scenarios.accuracy.simulation_accuracy import assess_simulation
from carbon_balance.core.scenarios.accuracy.uniform_run import uniform_counts, uniform_settings
from carbon_balance.core.scenarios.automaton.rules import PatchSizes
from carbon_balance.core.scenarios.calibration.settings import SETTINGS_TAG, LandUseSettings, settings_of_rules
from carbon_balance.core.scenarios.calibration.trials import trial_rules
from carbon_balance.core.scenarios.class_maps import cross
from osgeo import gdal


def cover(path) -> LandCover:
    return LandCover(RasterSource(str(path)))


@pytest.fixture
def covers(tmp_path):
    """Start, reference, and a simulation with a gap that makes the reference's changes in its north, others south."""
    region = made.Region(tmp_path)
    simulated = region.later.copy()
    simulated[45:] = np.roll(region.later[45:], 7, axis=1)
    simulated[20:22, 30:50] = 0
    path = made.write(tmp_path / "simulated.tif", simulated, 0)
    return [cover(region.first_path), cover(region.later_path), cover(path)], region, simulated


def test_the_uniform_run_makes_equally_many_changes_of_each_kind(covers):
    maps, region, simulated = covers
    counts = uniform_counts(maps, made.CODES, None, 1, Log())
    valid = (region.first > 0) & (simulated > 0)
    both = np.searchsorted(made.CODES, np.stack([region.first, simulated])[:, valid])
    flows = np.bincount(both[0] * 3 + both[1], minlength=9).reshape(3, 3)
    np.testing.assert_array_equal(counts.sum(axis=1), flows)
    np.testing.assert_array_equal(counts.sum(axis=2), cross(maps, Log()).cells.sum(axis=2))
    np.testing.assert_array_equal(counts, uniform_counts(maps, made.CODES, None, 1, Log()))
    assert (counts != uniform_counts(maps, made.CODES, None, 2, Log())).any()


def test_a_perfect_simulation_is_logged_as_better_than_the_uniform_run(covers):
    maps, _, _ = covers
    crossing = cross(maps, Log())
    uniform = [uniform_counts(maps, made.CODES, None, seed, Log()) for seed in (1, 2)]
    log = Log()
    found = assess_simulation(crossing, log, uniform)
    merits = [change_skill(counts).figure_of_merit for counts in uniform]
    assert found.uniform_merit == pytest.approx(np.mean(merits))
    ours = found.simulated[1].figure_of_merit
    assert found.uniform_merit < 0.7 * ours
    assert any(f"figure of merit of {np.mean(merits):.4f}: the simulation has" in note for note in log.notes)
    assert not any("suitability does not help" in warning for warning in log.warnings)
    table = found.measure_columns()
    rows = {(model, measure): value for model, measure, value in zip(*table.values())}
    assert rows["uniform suitability 2", "figure_of_merit"] == pytest.approx(merits[1])
    assert len(found.class_columns()["code"]) == 4 * 3
    log = Log()
    assess_simulation(crossing, log, [crossing.cells])
    assert any("suitability does not help" in warning for warning in log.warnings)


def test_restricted_cells_do_not_change_in_the_uniform_run(covers, tmp_path):
    maps, region, simulated = covers
    closed = np.zeros(region.first.shape, np.uint8)
    closed[45:] = 1
    restricted = RasterSource(made.write(tmp_path / "closed.tif", closed))
    # In the reference the south is of a class of its own, so that what happens there is counted apart.
    marked = cover(made.write(tmp_path / "marked.tif", np.where(closed, 9, region.later).astype(np.uint8), 0))
    half = cover(made.write(tmp_path / "half.tif", np.where(closed, region.first, simulated), 0))
    codes = np.array([*made.CODES, 9])
    open_too, north_only = (
        uniform_counts([maps[0], marked, half], codes, where, 1, Log())[:, 3] for where in (None, restricted)
    )
    assert open_too.sum() > np.trace(open_too)
    assert north_only.sum() == np.trace(north_only) > 0
    assert uniform_counts([maps[0], maps[1], maps[0]], made.CODES, None, 1, Log()) is None


RANKED_SETTINGS = LandUseSettings(
    allocation="ranked",
    window=7,
    noise=0.0,
    strength=2.0,
    passes=3,
    weights={5: 0.5},
    patches={(1, 5): PatchSizes(((1, 2), (4, 1)), ((1, 3),), 0.25)},
)


def test_the_uniform_run_uses_the_allocation_of_the_simulation(covers, tmp_path):
    maps, _, _ = covers
    default = uniform_counts(maps, made.CODES, None, 1, Log())
    cells = replace(RANKED_SETTINGS, patches={}, weights={})
    without_noise = [uniform_counts(maps, made.CODES, None, seed, Log(), cells) for seed in (1, 2)]
    assert (without_noise[0] != default).any()
    # With equal suitability and no noise the share of neighbours alone decides, so that only ties differ by seed.
    merits = [change_skill(counts).figure_of_merit for counts in without_noise]
    assert merits[0] == pytest.approx(merits[1], rel=0.2)
    np.testing.assert_array_equal(without_noise[0].sum(axis=1), default.sum(axis=1))


def test_the_allocation_is_read_from_the_simulation_unless_it_is_given(tmp_path, covers):
    maps, region, simulated = covers
    log = Log()
    assert uniform_settings(None, maps[2].source, log) == LandUseSettings()
    assert any("does not state how its changes were allocated" in warning for warning in log.warnings)
    path = made.write(tmp_path / "said.tif", simulated, 0)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetMetadataItem(SETTINGS_TAG, RANKED_SETTINGS.to_text())
    del dataset
    log = Log()
    assert uniform_settings(None, RasterSource(path), log) == RANKED_SETTINGS
    assert not log.warnings
    assert "ranked, in patches; 7 x 7 cells; strength 2, noise 0, passes 3; weights 5:0.5" in log.notes[0]
    other = LandUseSettings(window=5)
    assert uniform_settings(other, RasterSource(path), Log()) == other


def test_rules_converted_to_settings_are_equal():
    codes = made.CODES
    rules = trial_rules(RANKED_SETTINGS, codes, 1)
    assert settings_of_rules(rules, 7, codes) == RANKED_SETTINGS
