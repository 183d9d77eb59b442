"""The coupling coordination degree of two or more systems.

Source: Wang, Kong, Ren, Zhi and Dai, Research on misuses and modification of coupling coordination degree model in
China, Journal of Natural Resources 36 (2021), for the formula and its limitations; levels as usual in Chinese studies.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import mark, tr

LEVELS = (
    mark("extreme imbalance"),
    mark("severe imbalance"),
    mark("moderate imbalance"),
    mark("slight imbalance"),
    mark("near imbalance"),
    mark("bare coordination"),
    mark("primary coordination"),
    mark("intermediate coordination"),
    mark("good coordination"),
    mark("high-quality coordination"),
)


def min_max(values: np.ndarray, lower_is_better: bool = False) -> np.ndarray:
    """``values`` (n,) scaled to 0 for the worst and 1 for the best; NaN remains.

    The worst value is 0 and therefore has a coordination degree of 0, even if it is close to the others.

    Raises:
        CarbonBalanceError: all values are equal, or none is known.
    """
    known = values[np.isfinite(values)]
    if len(known) == 0 or known.min() == known.max():
        raise CarbonBalanceError(tr("Values that are all equal cannot be scaled to 0 to 1."))
    scaled = (values - known.min()) / (known.max() - known.min())
    return 1.0 - scaled if lower_is_better else scaled


def coupling_coordination(
    scores: np.ndarray, weights: Sequence[float] | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coupling C, development T and coordination degree D, each (n,), of ``scores`` U (systems, n) in 0 to 1.

    C = m (U_1 ... U_m)^(1/m) / (U_1 + ... + U_m), 0 where all are 0; T = sum a_i U_i, weights a that add up to 1, equal
    by default; D = sqrt(C T).

    Raises:
        CarbonBalanceError: scores outside 0 to 1, fewer than two systems, or a wrong number of weights.
    """
    scores = np.asarray(scores, dtype=float)
    systems = len(scores)
    share = np.full(systems, 1.0 / max(systems, 1)) if weights is None else np.asarray(weights, dtype=float)
    if systems < 2 or share.shape != (systems,) or (share < 0).any() or not share.sum() > 0:
        raise CarbonBalanceError(tr("The coupling coordination degree needs two or more systems, each with a weight."))
    known = scores[np.isfinite(scores)]
    if (known < 0).any() or (known > 1).any():
        raise CarbonBalanceError(tr("The scores of the systems must lie between 0 and 1."))
    total = scores.sum(axis=0)
    coupling = np.divide(
        systems * scores.prod(axis=0) ** (1.0 / systems), total, out=np.zeros(total.shape), where=total != 0
    )
    development = share @ scores / share.sum()
    return coupling, development, np.sqrt(coupling * development)


def coordination_level(degree: float) -> str | None:
    """The level of a coordination degree, in steps of 0.1: 0.5 is bare coordination. ``None`` if unknown."""
    if not np.isfinite(degree):
        return None
    return LEVELS[min(int(degree * len(LEVELS) + 1e-9), len(LEVELS) - 1)]
