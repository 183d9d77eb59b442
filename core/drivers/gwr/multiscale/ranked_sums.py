"""Sums with bisquare weights over the k nearest observations of each location, for any k from one pass.

The bisquare weight (1 - (d/b)^2)^2 is 1 - 2 (d/b)^2 + (d/b)^4, so that a weighted sum of values v follows from the sums
of v, v d^2 and v d^4 over the neighbours. These are added up for groups of neighbours in the order of their distance; a
search then tries each bandwidth with a few numbers a location instead of all weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ....runtime.log import Log
from ....runtime.parallel import map_in_order
from ....statistics.locations import Places
from ..kernels import BEYOND_LAST

# Neighbours that are added up together.
_NEIGHBOURS_A_GROUP = 32
_LOCATIONS_AT_ONCE = 64
_BYTES_A_PAIR = 12
# 4,600 observations; without it each bandwidth tried takes a pass over all weights.
_MOST_RANKED_BYTES = 256_000_000


@dataclass(frozen=True)
class RankedSums:
    """The sums of one variable over groups of neighbours.

    Attributes:
        neighbours: the neighbours of each location.
        values: of the variable (n,).
        before: sums of v, v d^2 and v d^4 over all groups before each group (n, groups + 1, 3).
    """

    neighbours: RankedNeighbours
    values: np.ndarray
    before: np.ndarray

    def at(self, count: int) -> np.ndarray:
        """Weighted sums (n,) with the bandwidth of ``count`` neighbours."""
        group = count // _NEIGHBOURS_A_GROUP
        rest = slice(group * _NEIGHBOURS_A_GROUP, count)
        squared = self.neighbours.squared[:, rest]
        near = self.values.take(self.neighbours.order[:, rest])
        plain, once, twice = self.before[:, group].T
        plain = plain + near.sum(axis=1)
        near *= squared
        once = once + near.sum(axis=1)
        near *= squared
        twice = twice + near.sum(axis=1)
        bandwidth_squared = self.neighbours.squared[:, count - 1] * BEYOND_LAST**2
        return plain - 2 * once / bandwidth_squared + twice / bandwidth_squared**2


class RankedNeighbours:
    """All observations around each location in the order of their distance.

    Attributes:
        order: indices of the observations, the nearest first, int32 (n, n).
        squared: their squared distances (n, n).
    """

    def __init__(self, places: Places, workers: int, log: Log) -> None:
        rows = len(places)
        self.order = np.empty((rows, rows), np.int32)
        self.squared = np.empty((rows, rows))
        self._workers = workers
        self._log = log

        def rank(span: slice) -> None:
            apart = places.points[span, None] - places.points[None]
            squared = places.squared_from_chord(np.einsum("ijk,ijk->ij", apart, apart))
            order = np.argsort(squared, axis=1, kind="stable")
            self.order[span] = order
            self.squared[span] = np.take_along_axis(squared, order, axis=1)

        self._each(rank)

    @staticmethod
    def fit_into_memory(rows: int) -> bool:
        """Whether the neighbours of ``rows`` locations take no more memory than they may."""
        return rows * rows * _BYTES_A_PAIR <= _MOST_RANKED_BYTES

    def sums(self, values: np.ndarray) -> RankedSums:
        """Add up ``values`` (n,) over groups of neighbours."""
        rows = len(values)
        groups = rows // _NEIGHBOURS_A_GROUP
        before = np.zeros((rows, groups + 1, 3))

        def add(span: slice) -> None:
            shape = (span.stop - span.start, groups, _NEIGHBOURS_A_GROUP)
            squared = self.squared[span, : groups * _NEIGHBOURS_A_GROUP].reshape(shape)
            near = values.take(self.order[span, : groups * _NEIGHBOURS_A_GROUP]).reshape(shape)
            for power in range(3):
                np.cumsum(near.sum(axis=2), axis=1, out=before[span, 1:, power])
                if power < 2:
                    near *= squared

        self._each(add)
        return RankedSums(self, values, before)

    def _each(self, work: Callable[[slice], None]) -> None:
        rows = len(self.order)
        spans = [slice(at, min(at + _LOCATIONS_AT_ONCE, rows)) for at in range(0, rows, _LOCATIONS_AT_ONCE)]
        for _ in map_in_order(work, spans, self._log, len(spans), self._workers, here=True):
            pass
        self._log.check()
