"""Options of the uncertainty analysis."""

from __future__ import annotations

from .bundled import bundled

NORMAL, LOGNORMAL, TRIANGULAR = "normal", "lognormal", "triangular"
DISTRIBUTIONS = [NORMAL, LOGNORMAL, TRIANGULAR]


def judged_schemes() -> list[str]:
    """The land-cover schemes in which the class of some codes is a matter of judgement."""
    return bundled("judgements")
