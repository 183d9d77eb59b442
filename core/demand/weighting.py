"""Weights for the distribution of emissions: shares of weight rasters, weights of land-cover classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed, present
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.plausibility import warn_of_weights
from ..tables.spelling.numerals import parse_number


def split_emission(
    total_t: np.ndarray | None, own_t: Sequence[np.ndarray | None], shares: Sequence[float], log: Log | None = None
) -> list[np.ndarray]:
    """The emission that each weight raster distributes.

    Args:
        total_t: emission of each zone (zones,), divided among the rasters without their own emission.
        own_t: for each raster its own emission (zones,), or ``None``.
        shares: relative share of each raster in ``total_t``.
        log: receives a warning of shares that seem incomplete.

    Raises:
        CarbonBalanceError: a total without a raster, a raster without emission, or shares that are negative or all
            zero.
    """
    sharing = [i for i, own in enumerate(own_t) if own is None]
    if sharing and total_t is None:
        raise CarbonBalanceError(
            tr("The emission column is missing: weights without their own column have nothing to distribute.")
        )
    if not sharing and total_t is not None:
        raise CarbonBalanceError(
            tr("Every weight raster has its own column, so no raster distributes the emission column: leave it empty.")
        )
    given = [shares[i] for i in sharing]
    if sharing and (min(given) < 0 or sum(given) <= 0):
        raise CarbonBalanceError(
            tr(
                "The shares of the weights are {shares}: each must be at least 0, and at least one greater than 0."
            ).format(shares=listed(f"{share:g}" for share in given))
        )
    if sharing and log is not None:
        warn_of_weights(tr("Rasters of weights"), np.array(given), log.warn)
    return [
        present(total_t) * (shares[i] / sum(given)) if own is None else np.asarray(own) for i, own in enumerate(own_t)
    ]


def class_weights(cells: Sequence[object]) -> tuple[list[int], list[float]]:
    """Codes and weights from the cells of a two-column table, row by row; empty rows are ignored.

    Raises:
        CarbonBalanceError: a code that is not a whole number or a duplicate, a weight that is not a number or negative,
            or no positive weight.
    """
    codes, weights = [], []
    rows = [tuple(cells[at : at + 2]) for at in range(0, len(cells), 2)]
    for row in rows:
        if all(cell is None or str(cell).strip() == "" for cell in row):
            continue
        try:
            code, weight = (parse_number(cell) for cell in row)
        except ValueError:
            code = weight = None
        if code is None or code != round(code) or weight is None or weight < 0 or int(code) in codes:
            raise CarbonBalanceError(
                tr(
                    "Class weights: {row} is not a class code with a weight; each row needs a unique whole number and "
                    "a weight of at least 0."
                ).format(row=" / ".join(str(cell) for cell in row))
            )
        codes.append(int(code))
        weights.append(weight)
    if not any(weight > 0 for weight in weights):
        raise CarbonBalanceError(
            tr("Class weights: none is greater than 0; give a weight to the classes that emit, such as built-up land.")
        )
    return codes, weights
