"""Kernels: weights of the observations in the regression at each location, computed by block of locations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ...options.drivers import BISQUARE, GAUSSIAN
from ...statistics.locations import Places, near_blocks

# The last neighbour of an adaptive kernel has a weight slightly above 0, as in GWR4 and mgwr.
BEYOND_LAST = 1.0000001
# A Gaussian weight at ten bandwidths is 2e-22, below the rounding errors of any sum.
REACH = {BISQUARE: 1.0, GAUSSIAN: 10.0}
# Products of 64 x 112 x 32 or 32 x 112 x 64 numbers stay below the size at which OpenBLAS starts threads of its own.
CHUNK = 112
FEW_PLACES, MOST_COLUMNS = 32, 64
# The order of all observations around each block is kept if it takes no more: up to 11,000 observations.
_MOST_ORDER_BYTES = 32_000_000


@dataclass(frozen=True)
class Kernel:
    """A kernel function and the meaning of its bandwidth.

    Attributes:
        shape: ``bisquare`` or ``gaussian``.
        adaptive: whether the bandwidth is a number of neighbours (including the location itself) or a distance.
    """

    shape: str = BISQUARE
    adaptive: bool = True

    def of_scaled(self, minus_squared: np.ndarray) -> np.ndarray:
        """Compute weights in place from 1 - (d/b)^2 (bisquare) or -(d/b)^2 / 2 (Gaussian)."""
        if self.shape == GAUSSIAN:
            return np.exp(minus_squared, out=minus_squared)
        np.maximum(minus_squared, 0, out=minus_squared)
        return np.square(minus_squared, out=minus_squared)


@dataclass(frozen=True)
class BlockWeights:
    """The weights of the observations near a block of locations.

    Attributes:
        rows: indices of the locations (b,).
        columns: indices of the observations (m,), padded with the number of observations to a multiple of CHUNK.
        weights: (m / CHUNK, b, CHUNK).
        bandwidths: as distances (b,).
    """

    rows: np.ndarray
    columns: np.ndarray
    weights: np.ndarray
    bandwidths: np.ndarray

    def sums(self, table: np.ndarray, squared: bool = False) -> np.ndarray:
        """Weighted sums (b, q) over the observations; ``table`` (n + 1, q) ends in a row of zeros.

        Args:
            table: values to sum.
            squared: whether to use squared weights.
        """
        parts, places, chunk = self.weights.shape
        near = table[self.columns].reshape(parts, chunk, table.shape[1])
        weights = np.square(self.weights) if squared else self.weights
        most = MOST_COLUMNS if places <= FEW_PLACES else MOST_COLUMNS // 2
        if table.shape[1] <= most:
            return np.matmul(weights, near).sum(axis=0)
        summed = np.empty((places, table.shape[1]))
        for at in range(0, table.shape[1], most):
            some = slice(at, at + most)
            summed[:, some] = np.matmul(weights, near[:, :, some]).sum(axis=0)
        return summed

    def without_zeros(self) -> BlockWeights:
        """The same without observations that have no weight at any of the locations, if that makes a difference."""
        parts, places, chunk = self.weights.shape
        used = np.flatnonzero(self.weights.any(axis=1))
        fewer = max(-(-len(used) // chunk), 1)
        if fewer == parts:
            return self
        columns = np.full(fewer * chunk, self.columns.max())
        columns[: len(used)] = self.columns[used]
        weights = np.zeros((places, fewer * chunk))
        weights[:, : len(used)] = self.weights.transpose(1, 0, 2).reshape(places, -1)[:, used]
        weights = np.ascontiguousarray(weights.reshape(places, fewer, chunk).transpose(1, 0, 2))
        return BlockWeights(self.rows, columns, weights, self.bandwidths)

    def dense(self, rows: int) -> np.ndarray:
        """The weights (b, ``rows``) of all ``rows`` observations, 0 for distant ones."""
        _, places, _ = self.weights.shape
        whole = np.zeros((places, rows + 1))
        whole[:, self.columns] = self.weights.transpose(1, 0, 2).reshape(places, -1)
        return whole[:, :rows]


@dataclass(frozen=True)
class _Surroundings:
    """A block of locations and the observations around it.

    Attributes:
        centre: of the block (dimensions,).
        own: the locations, from the centre (b, dimensions).
        radius: distance of the location that is farthest from the centre.
        squared: squared distances of the observations from the centre (n,), sorted if ``order`` is known.
        order: indices of the observations, the nearest first (n,); ``None`` if they would take too much memory.
    """

    centre: np.ndarray
    own: np.ndarray
    radius: float
    squared: np.ndarray
    order: np.ndarray | None

    def nth(self, last: int) -> float:
        """The squared distance from the centre to the observation with the rank ``last``, from 0."""
        return float((self.squared if self.order is not None else np.partition(self.squared, last))[last])

    def within(self, reach_squared: float) -> tuple[np.ndarray, np.ndarray]:
        """Indices and squared distances of the observations within reach, the nearest first."""
        if self.order is not None:
            count = int(np.searchsorted(self.squared, reach_squared, side="right"))
            return self.order[:count], self.squared[:count]
        columns = np.flatnonzero(self.squared <= reach_squared)
        columns = columns[np.argsort(self.squared[columns], kind="stable")]
        return columns, self.squared[columns]


@dataclass(frozen=True)
class _Reach:
    """How far weights reach at one bandwidth.

    Attributes:
        squared: squared distance from the centre of a block beyond which all weights of the block are 0.
        squared_bandwidths: of each location of the block (b,).
    """

    squared: float
    squared_bandwidths: np.ndarray


class Neighbourhoods:
    """The weights of all locations by block; no array is larger than a block times the observations.

    The locations are the observations themselves, or ``others`` in the same frame.
    """

    def __init__(
        self,
        places: Places,
        kernel: Kernel,
        blocks: list[np.ndarray] | None = None,
        keep_bytes: int = 0,
        others: Places | None = None,
    ) -> None:
        self.places = places
        self.kernel = kernel
        self.targets = places if others is None else others
        self.blocks = near_blocks(self.targets.points) if blocks is None else blocks
        # The first weights are cached, because repeated searches start with the same bandwidths.
        self._kept: dict[tuple[int, float], BlockWeights] = {}
        self._room = keep_bytes
        # How far weights reach from each block: costly to find, and small.
        self._reaches: dict[tuple[int, float], _Reach] = {}
        self._around: dict[int, _Surroundings] = {}

    def weights(self, block: np.ndarray, bandwidth: float) -> BlockWeights:
        """The weights of the locations ``block`` (indices), at ``bandwidth`` neighbours or distance."""
        key = (int(block[0]), float(bandwidth))
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        made = self._made(block, bandwidth)
        if made.weights.nbytes <= self._room:
            self._room -= made.weights.nbytes
            self._kept[key] = made
        return made

    def keep_only(self, bandwidths: Iterable[float]) -> None:
        """Replace the cached weights by those of ``bandwidths``, the first ones first, as far as there is room."""
        self._room += sum(kept.weights.nbytes for kept in self._kept.values())
        self._kept.clear()
        for bandwidth in bandwidths:
            for block in self.blocks:
                made = self._made(block, bandwidth).without_zeros()
                if made.weights.nbytes > self._room:
                    return
                self._room -= made.weights.nbytes
                self._kept[int(block[0]), float(bandwidth)] = made

    def _made(self, block: np.ndarray, bandwidth: float) -> BlockWeights:
        around = self._surroundings(block)
        key = (int(block[0]), float(bandwidth))
        reach = self._reaches.get(key)
        if reach is None:
            reach = self._reaches[key] = self._reach(around, bandwidth)
        columns, _ = around.within(reach.squared)
        weights = self._weights(around.own, columns, around.centre, reach.squared_bandwidths)
        padding = np.full(weights.shape[0] * CHUNK - len(columns), len(self.places.points))
        return BlockWeights(block, np.concatenate([columns, padding]), weights, np.sqrt(reach.squared_bandwidths))

    def _surroundings(self, block: np.ndarray) -> _Surroundings:
        kept = self._around.get(int(block[0]))
        if kept is not None:
            return kept
        points = self.places.points
        centre = self.targets.points[block].mean(axis=0)
        own = self.targets.points[block] - centre
        radius = float(np.sqrt(np.einsum("ij,ij->i", own, own).max()))
        squared = np.einsum("ij,ij->i", points - centre, points - centre)
        if 2 * squared.nbytes * len(self.blocks) > _MOST_ORDER_BYTES:
            return _Surroundings(centre, own, radius, squared, None)
        order = np.argsort(squared, kind="stable")
        made = self._around[int(block[0])] = _Surroundings(centre, own, radius, squared[order], order)
        return made

    def _reach(self, around: _Surroundings, bandwidth: float) -> _Reach:
        kernel, radius = self.kernel, around.radius
        if kernel.adaptive:
            middle = float(np.sqrt(around.nth(int(bandwidth) - 1)))
            widest = (middle + radius) * BEYOND_LAST
        else:
            widest = float(self.places.chord(bandwidth))
        # Distances from a location and from the block centre differ by at most the block radius.
        margin = radius * (1 + 1e-9) + 1e-9 * widest
        reach = REACH[kernel.shape] * widest + margin
        if kernel.adaptive:
            squared_bandwidths = self._nth(around, int(bandwidth) - 1, middle, margin, reach * reach)
            # The widest bandwidth found is usually less than the bound that was used to find it.
            own_widest = float(self.places.chord(np.sqrt(squared_bandwidths.max())))
            reach = min(reach, REACH[kernel.shape] * own_widest + margin)
        else:
            squared_bandwidths = np.full(len(around.own), float(bandwidth) ** 2)
        return _Reach(reach * reach, squared_bandwidths)

    def _nth(self, around: _Surroundings, last: int, middle: float, margin: float, reach_squared: float) -> np.ndarray:
        """Squared distance from each location to its last neighbour, slightly enlarged."""
        columns, squared = around.within(reach_squared)
        own, centre = around.own, around.centre
        inside, outside = max(middle - 2 * margin, 0.0), middle + 2 * margin
        begin, end = np.searchsorted(squared, [inside * inside, outside * outside])
        begin = min(int(begin), last)
        ring = columns[begin : max(int(end), last + 1)]
        near = self.places.points[ring] - centre
        right = np.stack([*(-2 * near.T), np.ones(len(ring)), np.einsum("ij,ij->i", near, near)])
        left = _left(own)
        whole = len(own) // 4 * 4
        # Four locations at a time, for the same reason as CHUNK.
        squared = np.concatenate(
            [
                np.matmul(left[:whole].reshape(-1, 4, left.shape[1]), right).reshape(whole, len(ring)),
                left[whole:] @ right,
            ]
        )
        nth = np.maximum(np.partition(squared, last - begin, axis=1)[:, last - begin], 0)
        return self.places.squared_from_chord(nth) * BEYOND_LAST**2

    def _weights(self, own, columns, centre, squared_bandwidths) -> np.ndarray:
        parts = max(-(-len(columns) // CHUNK), 1)
        near = np.zeros((parts * CHUNK, own.shape[1]))
        near[: len(columns)] = self.places.points[columns] - centre
        right = np.stack([*(-2 * near.T), np.ones(len(near)), np.einsum("ij,ij->i", near, near)])
        right = right.reshape(len(right), parts, CHUNK).transpose(1, 0, 2)
        left = _left(own)
        is_gaussian = self.kernel.shape == GAUSSIAN
        factor = (-0.5 if is_gaussian else -1.0) / squared_bandwidths
        if self.places.is_sphere:
            scaled = self.places.squared_from_chord(np.matmul(left, right))
            scaled *= factor[:, None]
            if not is_gaussian:
                scaled += 1
        else:
            left = left * factor[:, None]
            if not is_gaussian:
                # The last but one column is multiplied by ones, so that the product is 1 - (d/b)^2.
                left[:, -2] += 1
            scaled = np.matmul(left, right)
        return self.kernel.of_scaled(scaled)

    def batches(self, size: int = 12) -> Iterator[list[np.ndarray]]:
        """Groups of blocks, which workers process together."""
        for at in range(0, len(self.blocks), size):
            yield self.blocks[at : at + size]


def _left(own: np.ndarray) -> np.ndarray:
    """Rows whose product with (-2 x, 1, |x|^2) gives squared distances (b, dimensions + 2)."""
    return np.column_stack([own, np.einsum("ij,ij->i", own, own), np.ones(len(own))])
