"""Defaults of learning suitabilities."""

from __future__ import annotations

from dataclasses import replace

import made_region as made
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.suitability import learning
from carbon_balance.core.scenarios.suitability.learning import TrainingSettings, suitability


def test_defaults():
    found = TrainingSettings()
    assert (found.samples, found.equal, found.neurons, found.iterations) == (40_000, False, 13, 500)
    assert (found.seed, found.networks, found.resampling) == (1, 1, "bilinear")
    assert (found.class_drivers, found.class_drivers_of) == ("none", "both")


@pytest.mark.parametrize(("loss", "warned"), [(1.01, True), (1.0, True), (0.99, False)])
def test_a_suitability_without_skill_gives_a_warning(loss, warned, tmp_path, monkeypatch):
    """Scores of -0.01, 0 (as good as the class frequencies) and 0.01."""
    region, usual = made.Region(tmp_path, size=40), learning.measure_skill
    monkeypatch.setattr(
        learning, "measure_skill", lambda *at, **by: replace(usual(*at, **by), log_loss=loss, no_skill=1.0)
    )
    log, settings = Log(), TrainingSettings(samples=1000, neurons=2, iterations=5)
    drivers = {"slope": RasterSource(region.slope_path)}
    cover = LandCover(RasterSource(region.first_path))
    found = suitability(cover, None, drivers, None, settings, str(tmp_path / "suits.tif"), log)
    found.raster.discard()
    assert found.skill.score == pytest.approx(1 - loss)
    assert any("predicts no better than the frequencies alone" in each for each in log.warnings) == warned
