"""Eight cells of three indices (each high or low) merged into named zones, and overlays of two zonings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ...options.zoning import AT_MEDIAN, AT_ONE, AT_ZERO
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr

CELL_INDICES = 3
HIGH_SIGN, LOW_SIGN = "H", "L"
# From all high to all low: HHH, HHL, ... LLL are the classes 1 to 8.
CELL_CODES = ["".join(signs) for signs in product(HIGH_SIGN + LOW_SIGN, repeat=CELL_INDICES)]
# A value with a smaller relative distance to a limit is on the limit and therefore high.
_ON_LIMIT = 1e-9


@dataclass(frozen=True)
class IndexCells:
    """Units by whether each index is high.

    Attributes:
        limits: limits of the three indices; a value on its limit is high (3,).
        classes: 1 (HHH) to 8 (LLL), 0 if an index is unknown, int64 (units,).
    """

    limits: np.ndarray
    classes: np.ndarray

    def codes(self) -> list[str | None]:
        """The cell of each unit, such as HLL; ``None`` if unknown."""
        return [CELL_CODES[each - 1] if each else None for each in self.classes.tolist()]


def index_cells(values: np.ndarray, kind: str) -> IndexCells:
    """Assign each unit to a cell.

    Args:
        values: three indices (units, 3), NaN where unknown.
        kind: kind of limit from which a value is high: mean or median of the units, 0, or 1.

    Raises:
        CarbonBalanceError: the number of indices is not three, or no unit has all of them.
    """
    if values.shape[1] != CELL_INDICES:
        raise CarbonBalanceError(
            tr("Eight cells are made of three indices, but {count} were chosen: choose three, or k_means.").format(
                count=values.shape[1]
            )
        )
    known = np.isfinite(values).all(axis=1)
    if not known.any():
        raise CarbonBalanceError(tr("No unit has all three indices, which are needed to classify it."))
    if kind in (AT_ZERO, AT_ONE):
        limits = np.full(CELL_INDICES, 0.0 if kind == AT_ZERO else 1.0)
    else:
        limits = (np.median if kind == AT_MEDIAN else np.mean)(values[known], axis=0)
    with np.errstate(invalid="ignore"):
        high = values - limits >= -_ON_LIMIT * np.abs(limits)
    classes = 1 + (~high) @ np.array([4, 2, 1])
    return IndexCells(limits, np.where(known, classes, 0))


def parse_cell_rule(text: str) -> dict[str, str]:
    """Cell -> zone from a rule such as ``HHH,HHL=balance; LLL=control``; other cells keep their code.

    Raises:
        CarbonBalanceError: a part without =, an unknown cell, or a duplicate cell.
    """
    zones: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in re.split("[;；]", text))):
        cells, sign, name = part.replace("＝", "=").partition("=")
        names = [cell.strip().upper() for cell in re.split("[,，、]", unicodedata.normalize("NFKC", cells))]
        wrong = [cell for cell in names if cell not in CELL_CODES]
        if not sign or not name.strip() or wrong:
            raise CarbonBalanceError(
                tr(
                    'The merge rule contains "{part}", which is not valid: write cells and the name of their zone, '
                    "such as HHH,HHL=name."
                ).format(part=part)
            )
        twice = [cell for cell in names if cell in zones]
        if twice:
            raise CarbonBalanceError(
                tr("The merge rule names the cell {cell} twice: each cell belongs to one zone.").format(cell=twice[0])
            )
        zones.update(dict.fromkeys(names, name.strip()))
    return {cell: zones.get(cell, cell) for cell in CELL_CODES}


def overlaid(first: Sequence[str | None], second: Sequence[str | None]) -> list[str | None]:
    """The overlay of two zonings of the same units: ``key development | HLL``; ``None`` if either is unknown."""
    return [f"{a} | {b}" if a is not None and b is not None else None for a, b in zip(first, second)]


def members_of(zones: Sequence[str | None], names: Sequence[str]) -> Mapping[str, list[str]]:
    """The units of each zone, sorted by zone name."""
    found: dict[str, list[str]] = {}
    for zone, name in zip(zones, names):
        if zone is not None:
            found.setdefault(zone, []).append(name)
    return dict(sorted(found.items()))
