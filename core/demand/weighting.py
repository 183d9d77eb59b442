"""What emissions are spread by: shares of the weight rasters, weights of land-cover classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..runtime.errors import CarbonBalanceError, listed, present
from ..runtime.i18n import tr
from ..tables.spelling.numerals import parse_number


def split_emission(
    total_t: np.ndarray | None, own_t: Sequence[np.ndarray | None], shares: Sequence[float]
) -> list[np.ndarray]:
    """The emission that each weight raster spreads.

    Args:
        total_t: emission of each zone (zones,), shared among the rasters without emission of their own.
        own_t: for each raster its own emission (zones,), or ``None``.
        shares: of each raster in ``total_t``, relative to each other.

    Raises:
        CarbonBalanceError: a total without a raster to spread it, a raster without emission, or shares that are
            negative or all zero.
    """
    sharing = [i for i, own in enumerate(own_t) if own is None]
    if sharing and total_t is None:
        raise CarbonBalanceError(
            tr("The column of emissions is missing: weights without a column of their own have nothing to spread.")
        )
    if not sharing and total_t is not None:
        raise CarbonBalanceError(
            tr("Every weight raster has a column of its own, so nothing spreads the column of emissions: leave it out.")
        )
    given = [shares[i] for i in sharing]
    if sharing and (min(given) < 0 or sum(given) <= 0):
        raise CarbonBalanceError(
            tr("The shares of the weights are {shares}: each must be 0 or more, and one of them more than 0.").format(
                shares=listed(f"{share:g}" for share in given)
            )
        )
    return [
        present(total_t) * (shares[i] / sum(given)) if own is None else np.asarray(own) for i, own in enumerate(own_t)
    ]


def class_weights(cells: Sequence[object]) -> tuple[list[int], list[float]]:
    """Codes and weights from the cells of a two-column table, row by row; empty rows are left out.

    Raises:
        CarbonBalanceError: a code that is no whole number or stands there twice, a weight that is no number or
            negative, or no positive weight at all.
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
                    "Weights of classes: {row} is no class code with its weight; each row needs a whole number that "
                    "stands there once, and a weight of 0 or more."
                ).format(row=" / ".join(str(cell) for cell in row))
            )
        codes.append(int(code))
        weights.append(weight)
    if not any(weight > 0 for weight in weights):
        raise CarbonBalanceError(
            tr("Weights of classes: none is more than 0; give the classes that emit, such as built-up land, a weight.")
        )
    return codes, weights
