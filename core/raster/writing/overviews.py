"""Overviews of rasters, computed from blocks in memory, so that QGIS draws large rasters quickly.

The first overview has a quarter of the columns and rows: a view reads at most sixteen times as many cells as it shows,
and the file has one twelfth more cells. Classes and class values are taken from one cell (an average of classes is not
a class), other numbers are averaged over the cells with data.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..blocks import TILE, Block

# Smaller rasters need no overviews.
SIDE_WITHOUT = 4096
_FIRST = 4
# At the first level a row of blocks has at least this number of rows, so that no tile is written twice.
OVERVIEW_TILE = TILE // _FIRST
_REDUCED_CELLS_AT_ONCE = 1 << 16


def factors(width: int, height: int) -> list[int]:
    """The factors of overviews: 4, 8, 16, ... until the overview fits a screen; none for a small raster."""
    side, found = max(width, height), []
    if side > SIDE_WITHOUT:
        found.append(_FIRST)
        # Block edges are on multiples of a tile, so that larger factors would cut overview cells.
        while -(-side // found[-1]) > TILE and found[-1] < TILE:
            found.append(found[-1] * 2)
    return found


def reduced(values: np.ndarray, by: list[int], mean: bool, nodata: float | None) -> list[np.ndarray]:
    """The overviews of a block.

    Args:
        values: (rows, columns) or (bands, rows, columns).
        by: factors, each a multiple of the previous one.
        mean: whether to average the cells with data instead of taking one of them.
        nodata: nodata value.

    Returns:
        for each factor (..., rows / factor, columns / factor), rounded up.
    """
    found, before = [], 1
    for factor in by:
        step = factor // before
        values = _mean(values, step, nodata) if mean else _middle_cells(_middle_cells(values, step, -2), step, -1)
        found.append(np.ascontiguousarray(values))
        before = factor
    return found


def _middle_cells(values: np.ndarray, step: int, axis: int) -> np.ndarray:
    """The middle cell of every ``step`` cells along an axis; the last cell where there is no middle."""
    count = values.shape[axis]
    index = [slice(None)] * values.ndim
    index[axis] = slice(step // 2, None, step)
    taken = values[tuple(index)]
    if taken.shape[axis] < -(-count // step):
        index[axis] = slice(count - 1, count)
        taken = np.concatenate([taken, values[tuple(index)]], axis=axis)
    return taken


def _mean(values: np.ndarray, step: int, nodata: float | None) -> np.ndarray:
    """Mean of the cells with data in every square of ``step`` x ``step`` cells.

    Some rows at a time, so that intermediate results stay in the processor's cache.
    """
    height, width = values.shape[-2:]
    rows = max(1, _REDUCED_CELLS_AT_ONCE // (width * step)) * step
    parts = [_mean_of_rows(values[..., top : top + rows, :], step, nodata) for top in range(0, height, rows)]
    return np.concatenate(parts, axis=-2)


def _mean_of_rows(values: np.ndarray, step: int, nodata: float | None) -> np.ndarray:
    short = [-size % step for size in values.shape[-2:]]
    missing = None if nodata is None else values == values.dtype.type(nodata)
    if any(short):
        around = [(0, 0)] * (values.ndim - 2) + [(0, size) for size in short]
        missing = np.zeros(values.shape, bool) if missing is None else missing
        values, missing = np.pad(values, around), np.pad(missing, around, constant_values=True)
    with np.errstate(over="ignore", invalid="ignore"):
        if missing is None or not missing.any():
            return _sum(values, step) / values.dtype.type(step * step)
        total = _sum(np.where(missing, values.dtype.type(0), values), step)
        cells = _sum((~missing).view(np.uint8), step)
        empty = values.dtype.type(0 if nodata is None else nodata)
        return np.where(cells > 0, total / np.maximum(cells, 1).astype(values.dtype), empty)


def _sum(values: np.ndarray, step: int) -> np.ndarray:
    down = values[..., ::step, :].copy()
    for shift in range(1, step):
        down += values[..., shift::step, :]
    both = down[..., ::step].copy()
    for shift in range(1, step):
        both += down[..., shift::step]
    return both


class Strips:
    """Collects overviews of blocks, except the first, and writes them in complete rows of tiles.

    Args:
        width, height: size of the raster in cells.
        by: the factors.
        write: called with the index of the factor, the first column and row, and the values.
    """

    def __init__(
        self, width: int, height: int, by: list[int], write: Callable[[int, int, int, np.ndarray], None]
    ) -> None:
        self.width, self.height, self.by, self.write = width, height, by, write
        # Row of the first waiting cells, and the waiting parts side by side and row by row.
        self._waiting: list[list[np.ndarray]] = [[] for _ in by]
        self._beside: list[list[np.ndarray]] = [[] for _ in by]
        self._row = [0] * len(by)

    def add(self, block: Block, levels: list[np.ndarray]) -> None:
        """Add the overviews of a block, in the order of the blocks."""
        is_last = block.column + block.width == self.width
        for number, values in enumerate(levels):
            self._beside[number].append(values)
            if is_last:
                self._waiting[number].append(np.concatenate(self._beside[number], axis=-1))
                self._beside[number] = []
                self._hand_on(number, block.row + block.height == self.height)

    def _hand_on(self, number: int, everything: bool) -> None:
        rows = np.concatenate(self._waiting[number], axis=-2)
        whole = rows.shape[-2] if everything else rows.shape[-2] // OVERVIEW_TILE * OVERVIEW_TILE
        if whole:
            self.write(number, 0, self._row[number], rows[..., :whole, :])
            self._row[number] += whole
        self._waiting[number] = [rows[..., whole:, :].copy()]
