"""Defaults of the study of concentration."""

from __future__ import annotations

from carbon_balance.core.zoning.concentration_study import ConcentrationSettings


def test_defaults():
    found = ConcentrationSettings()
    assert (found.neighbours, found.k, found.tolerance, found.distance) == ("contiguity", 6, None, None)
    assert (found.permutations, found.seed, found.alpha) == (999, 0, 0.05)
    assert found.corrected is True
