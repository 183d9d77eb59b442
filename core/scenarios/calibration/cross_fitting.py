"""Cross-fitted suitability: every cell is predicted by networks that were not trained on its block.

The region is divided into square blocks, which are randomly assigned to folds. For each fold, networks are trained on
the cells of other folds, so that simulations of all cells are evaluated out of sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import blocks
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ..class_maps import NO_LAND_CLASS, indices
from ..suitability.class_drivers import Driver
from ..suitability.learning import TrainingSettings
from ..suitability.network import Ensemble
from ..suitability.training import LEAST_SAMPLES, TrainingCells, train

READ_CELLS = 1 << 20


@dataclass(frozen=True)
class LearnedInterval:
    """The two dates of the training interval, in memory.

    Attributes:
        codes: class codes (classes,).
        start, end: class index of each cell, 255 for none, uint8 (rows, columns).
        blocks: block number of each cell, int64 (rows, columns).
        folds: fold of each block, int64 (blocks,).
    """

    codes: np.ndarray
    start: np.ndarray
    end: np.ndarray
    blocks: np.ndarray
    folds: np.ndarray

    @property
    def fold_of_cell(self) -> np.ndarray:
        """Fold of each cell (rows, columns)."""
        return self.folds[self.blocks]

    @property
    def unchanged(self) -> float:
        """Share of the cells with a class at both dates that have the same at both."""
        valid = (self.start != NO_LAND_CLASS) & (self.end != NO_LAND_CLASS)
        return float((self.start == self.end)[valid].mean())


def block_numbers(height: int, width: int, side: int) -> np.ndarray:
    """Number of the square block of each cell, row by row, int64 (height, width)."""
    across = -(-width // side)
    return np.arange(height)[:, None] // side * across + np.arange(width) // side


def read_interval(
    start: LandCover, end: LandCover, codes: np.ndarray, side: int, folds: int, seed: int, log: Log
) -> LearnedInterval:
    """Read both dates on one grid, and assign blocks to folds of almost equal size.

    Args:
        start, end: the dates.
        codes: class codes (classes,).
        side: side of a block, in cells.
        folds: number of folds.
        seed: seed of the random assignment.
        log: progress and cancellation.

    Raises:
        CarbonBalanceError: there are fewer blocks than folds.
    """
    grid = start.source.grid
    maps = np.full((2, grid.height, grid.width), NO_LAND_CLASS, np.uint8)
    todo = blocks(grid.width, grid.height, READ_CELLS)

    def read(block):
        return [indices(cover, block, codes) for cover in (start, end)]

    for block, (first, second) in map_in_order(read, todo, log, len(todo), WORKERS, here=True):
        rows, columns = slice(block.row, block.row + block.height), slice(block.column, block.column + block.width)
        maps[0, rows, columns], maps[1, rows, columns] = first, second
    numbers = block_numbers(grid.height, grid.width, side)
    count = int(numbers[-1, -1]) + 1
    if count < folds:
        raise CarbonBalanceError(
            tr(
                "The region has {count} block(s) of {side} x {side} cells, at least {folds} are needed for held-out "
                "blocks: use smaller blocks."
            ).format(count=count, side=side, folds=folds)
        )
    dealt = np.random.default_rng([seed, count]).permutation(np.arange(count) % folds)
    return LearnedInterval(codes, maps[0], maps[1], numbers, dealt)


def read_values(drivers: Mapping[str, Driver], height: int, width: int, log: Log) -> np.ndarray:
    """The drivers of all cells, NaN for no data, float32 (drivers, rows x columns)."""
    values = np.empty((len(drivers), height, width), np.float32)
    todo = blocks(width, height, READ_CELLS)

    def read(block):
        return [driver.read_float(block, np.float32) for driver in drivers.values()]

    for block, layers in map_in_order(read, todo, log, len(todo), WORKERS, here=True):
        for whole, layer in zip(values, layers):
            whole[block.row : block.row + block.height, block.column : block.column + block.width] = layer
    return values.reshape(len(drivers), height * width)


def _fold_network(
    interval: LearnedInterval,
    values: np.ndarray,
    names: list[str],
    cells: np.ndarray,
    settings: TrainingSettings,
    fold: int,
) -> Ensemble:
    """Networks trained on ``cells`` (flat indices); half of each sample are changed cells, if there are enough."""
    start, end = interval.start.ravel()[cells], interval.end.ravel()[cells]
    changed, stayed = cells[start != end], cells[start == end]
    size = -(-settings.samples // settings.networks)
    few = min(len(changed), max(size // 2, size - len(stayed)))
    many = min(len(stayed), size - few)
    if not few or few + many < LEAST_SAMPLES:
        raise CarbonBalanceError(
            tr(
                "Without the blocks held out only {changed} changed and {stayed} unchanged cells with all drivers "
                "are left for training: use smaller blocks, or a region with more changes."
            ).format(changed=len(changed), stayed=len(stayed))
        )
    offset = float(np.log((len(stayed) / many) / (len(changed) / few))) if many else 0.0
    low, high = values[:, cells].min(axis=1).astype(float), values[:, cells].max(axis=1).astype(float)
    members = []
    for number in range(settings.networks):
        rng = np.random.default_rng([settings.seed, fold, number])
        some = np.concatenate([rng.choice(changed, few, replace=False), rng.choice(stayed, many, replace=False)])
        sample = TrainingCells(
            values=values[:, some].astype(float),
            targets=interval.end.ravel()[some].astype(np.intp),
            held=np.zeros(len(some), bool),
            low=low,
            high=high,
            now=interval.start.ravel()[some].astype(np.intp),
            stay_offset=offset,
        )
        members.append(
            train(
                sample,
                codes=interval.codes.tolist(),
                drivers=names,
                neurons=settings.neurons,
                seed=int(rng.integers(1 << 31)),
                iterations=settings.iterations,
            )
        )
    return Ensemble(tuple(members))


def cross_fitted(
    interval: LearnedInterval, values: np.ndarray, names: list[str], settings: TrainingSettings
) -> np.ndarray:
    """Suitability of each cell by networks not trained on its fold, float32 (classes, rows, columns).

    Args:
        interval: the two dates.
        values: drivers at its start, see :func:`read_values`.
        names: names of the drivers.
        settings: settings of sampling and training.

    Raises:
        CarbonBalanceError: too few training cells.
    """
    shape = interval.start.shape
    result = np.full((len(interval.codes), interval.start.size), np.nan, np.float32)
    complete = ~np.isnan(values).any(axis=0) & (interval.start.ravel() != NO_LAND_CLASS)
    known = complete & (interval.end.ravel() != NO_LAND_CLASS)
    fold_of_cell = interval.fold_of_cell.ravel()
    for fold in range(int(interval.folds.max()) + 1):
        own = fold_of_cell == fold
        network = _fold_network(
            interval, values, names, cells=np.flatnonzero(known & ~own), settings=settings, fold=fold
        )
        cells = np.flatnonzero(complete & own)
        result[:, cells] = network.predict(values[:, cells], interval.start.ravel()[cells].astype(np.intp))
    return result.reshape(-1, *shape)
