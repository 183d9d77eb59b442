"""Observed patches of change: their sizes, and whether they are adjacent to the class that they became."""

from __future__ import annotations

import numpy as np

from ...raster.components import components
from ..automaton.rules import PatchSizes

_NO_PATCH = 0


def _counted_sizes(sizes: np.ndarray) -> tuple[tuple[int, int], ...]:
    values, counts = np.unique(sizes, return_counts=True)
    return tuple(zip(values.tolist(), counts.tolist()))


def beside_class(start: np.ndarray, which: int) -> np.ndarray:
    """Whether one of the eight neighbours of a cell is of class ``which``, bool (rows, columns)."""
    padded = np.pad(start == which, 1)
    found = np.zeros(start.shape, bool)
    for row in range(3):
        for column in range(3):
            if row != 1 or column != 1:
                found |= padded[row : row + start.shape[0], column : column + start.shape[1]]
    return found


def observed_patches(start: np.ndarray, end: np.ndarray, classes: int) -> dict[tuple[int, int], PatchSizes]:
    """Sizes of the observed patches of each kind of change.

    Args:
        start, end: class indices, ``classes`` or more where there is none, (rows, columns).
        classes: their number.

    Returns:
        By class before and after.
    """
    changed = (start < classes) & (end < classes) & (start != end)
    kinds = np.where(changed, start.astype(np.int32) * classes + end + 1, _NO_PATCH)
    numbers, count = components(kinds, _NO_PATCH)
    of_patch = np.zeros(count, np.int32)
    of_patch[numbers[changed]] = kinds[changed]
    sizes = np.bincount(numbers[changed], minlength=count)
    beside = np.zeros(count, bool)
    for there in np.unique(end[changed]):
        own = changed & (end == there) & beside_class(start, int(there))
        beside[numbers[own]] = True
    found = {}
    for kind in np.unique(of_patch).tolist():
        here, there = divmod(kind - 1, classes)
        own = of_patch == kind
        parts = [sizes[own & beside], sizes[own & ~beside]]
        share = float(parts[1].sum() / (parts[0].sum() + parts[1].sum()))
        found[here, there] = PatchSizes(_counted_sizes(parts[0]), _counted_sizes(parts[1]), share)
    return found
