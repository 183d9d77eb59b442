"""Correlation of the draws of densities with other draws."""

from __future__ import annotations

from carbon_balance.core.uncertainty.densities import (
    DENSITY_STREAM,
    JUDGEMENT_STREAM,
    MATRIX_STREAM,
    UncertaintySettings,
)


def test_densities_matrices_and_judgements_use_separate_random_streams():
    """A common stream would correlate independent quantities."""
    assert len({DENSITY_STREAM, MATRIX_STREAM, JUDGEMENT_STREAM}) == 3


def test_defaults():
    found = UncertaintySettings()
    assert (found.distribution, found.correlation, found.draws, found.seed) == ("normal", 1, 10_000, 1)
