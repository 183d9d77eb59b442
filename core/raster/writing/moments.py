"""Minimum, maximum, mean and standard deviation of the cells of a raster, computed block by block."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_SUMMED_CELLS_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Moments:
    """Number, minimum, maximum, mean, and sum of squared differences from the mean, of some cells."""

    count: int = 0
    least: float = math.inf
    largest: float = -math.inf
    mean: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Moments) -> Moments:
        """The moments of both sets of cells combined (Chan, Golub and LeVeque 1979)."""
        count = self.count + other.count
        if not count:
            return self
        apart = other.mean - self.mean
        return Moments(
            count,
            min(self.least, other.least),
            max(self.largest, other.largest),
            self.mean + apart * other.count / count,
            self.squares + other.squares + apart**2 * self.count * other.count / count,
        )

    def statistics(self) -> list[float]:
        """Minimum, maximum, mean and standard deviation, in the order of GDAL."""
        return [self.least, self.largest, self.mean, math.sqrt(self.squares / self.count)]


def moments_of(values: np.ndarray, nodata: float | None) -> Moments:
    """The moments of the cells with data (rows, columns)."""
    total = Moments()
    flat = values.reshape(-1)
    for first in range(0, len(flat), _SUMMED_CELLS_AT_ONCE):
        part = flat[first : first + _SUMMED_CELLS_AT_ONCE]
        if nodata is not None:
            held = part != values.dtype.type(nodata)
            part = part if held.all() else part[held]
        if len(part):
            least, largest = float(part.min()), float(part.max())
            part = part.astype(np.float64)
            mean = float(part.mean())
            part -= mean
            # A BLAS product would wake its threads for every part, which costs more than the product itself.
            total += Moments(len(part), least, largest, mean, float(np.einsum("i,i->", part, part)))
    return total


def statistics_of(values: np.ndarray, cells: np.ndarray) -> list[float]:
    """Minimum, maximum, mean and standard deviation of ``values`` with their numbers of ``cells`` (values,)."""
    held = np.flatnonzero(cells)
    value, weight = values[held].astype(np.float64), cells[held]
    mean = np.average(value, weights=weight)
    deviation = np.sqrt(np.average((value - mean) ** 2, weights=weight))
    return [float(number) for number in (value.min(), value.max(), mean, deviation)]
