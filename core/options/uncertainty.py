"""Choices of the uncertainty."""

from __future__ import annotations

NORMAL, LOGNORMAL, TRIANGULAR = "normal", "lognormal", "triangular"
DISTRIBUTIONS = [NORMAL, LOGNORMAL, TRIANGULAR]
