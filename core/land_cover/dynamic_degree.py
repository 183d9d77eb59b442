"""The single and the comprehensive land-use dynamic degree.

Source: Wang and Bao, Study on the methods of land use dynamic change research, Progress in Geography 18 (1999).
"""

from __future__ import annotations

import numpy as np


def single_dynamic_degree(before_ha: np.ndarray, after_ha: np.ndarray, years: float) -> np.ndarray:
    """Annual net change of each class in % of its initial area (classes,); NaN for an initially absent class."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before_ha > 0, 100.0 * (after_ha - before_ha) / before_ha / years, np.nan)


def comprehensive_dynamic_degree(transition_ha: np.ndarray, years: float) -> float:
    """Annual area that changed its class in % of all land, from transition areas in ha (classes, classes).

    The published form is half the sum of the losses and gains of all classes, which is equal.
    """
    total = float(transition_ha.sum())
    return 100.0 * (total - float(np.trace(transition_ha))) / total / years if total > 0 else float("nan")
