"""Choices of the spatial statistics."""

from __future__ import annotations

QUANTILE, EQUAL_INTERVAL, NATURAL_BREAKS = "quantile", "equal_interval", "natural_breaks"
DISCRETISATIONS = [QUANTILE, EQUAL_INTERVAL, NATURAL_BREAKS]

CONTIGUITY, NEAREST = "contiguity", "nearest"
