"""Decoupling of emission from economic growth: Tapio's elasticity and its eight states.

Source: Tapio, Towards a theory of decoupling, Transport Policy 12 (2005): the elasticity
e = (change of E / E) / (change of G / G) from the earlier to the later date, with the limits 0, 0.8 and 1.2.
"""

from __future__ import annotations

import numpy as np

from ...runtime.i18n import mark

COUPLING_FROM, COUPLING_UP_TO = 0.8, 1.2

STRONG = mark("strong decoupling")
WEAK = mark("weak decoupling")
EXPANSIVE_COUPLING = mark("expansive coupling")
EXPANSIVE_NEGATIVE = mark("expansive negative decoupling")
STRONG_NEGATIVE = mark("strong negative decoupling")
WEAK_NEGATIVE = mark("weak negative decoupling")
RECESSIVE_COUPLING = mark("recessive coupling")
RECESSIVE = mark("recessive decoupling")
# States by growth of the economy and elasticity: below 0, below 0.8, up to 1.2, above.
_STATES = {
    True: (STRONG, WEAK, EXPANSIVE_COUPLING, EXPANSIVE_NEGATIVE),
    False: (STRONG_NEGATIVE, WEAK_NEGATIVE, RECESSIVE_COUPLING, RECESSIVE),
}
STATES = tuple(state for states in _STATES.values() for state in states)


def elasticity(
    emission_before: np.ndarray, emission_after: np.ndarray, gdp_before: np.ndarray, gdp_after: np.ndarray
) -> np.ndarray:
    """Tapio's elasticity of emission to GDP, all (n,); NaN unless both dates are known.

    The earlier emission and GDP must be positive and GDP must change; otherwise the elasticity is undefined.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        emission_growth = np.where(emission_before > 0, emission_after / emission_before - 1, np.nan)
        gdp_growth = np.where(gdp_before > 0, gdp_after / gdp_before - 1, np.nan)
        return np.where(gdp_growth != 0, emission_growth / gdp_growth, np.nan)


def decoupling_state(elasticity: float, gdp_change: float) -> str | None:
    """One of the eight states; ``None`` without an elasticity. 0.8 and 1.2 are coupling."""
    if not np.isfinite(elasticity) or not gdp_change:
        return None
    below = (elasticity >= 0.0) + (elasticity >= COUPLING_FROM) + (elasticity > COUPLING_UP_TO)
    return _STATES[gdp_change > 0][below]
