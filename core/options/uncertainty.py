"""Choices of the uncertainty."""

from __future__ import annotations

from .bundled import bundled

NORMAL, LOGNORMAL, TRIANGULAR = "normal", "lognormal", "triangular"
DISTRIBUTIONS = [NORMAL, LOGNORMAL, TRIANGULAR]


def judged_schemes() -> list[str]:
    """The land-cover schemes of which some codes could be counted as one class or another."""
    return bundled("judgements")
