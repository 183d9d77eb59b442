"""Defaults of learning suitabilities."""

from __future__ import annotations

from carbon_balance.core.scenarios.suitability.learning import TrainingSettings


def test_defaults():
    found = TrainingSettings()
    assert (found.samples, found.equal, found.neurons, found.iterations) == (40_000, False, 13, 500)
    assert (found.seed, found.networks, found.resampling) == (1, 1, "bilinear")
    assert (found.class_drivers, found.class_drivers_of) == ("none", "both")
