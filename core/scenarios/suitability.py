"""From drivers to a suitability raster: sampling, training and prediction, each in one pass by blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import CarbonBalanceError, listed
from ..i18n import tr
from ..log import Log
from ..raster.blocks import Block, blocks
from ..raster.codes import LandCover
from ..raster.engine import WORKERS, map_in_order
from ..raster.grid import Grid
from ..raster.source import RasterSource
from ..raster.writer import FLOAT_NODATA, StagedRaster, creation_options
from .landscape import NO_CLASS
from .maps import indices
from .network import Ensemble, Network
from .training import HELD_OUT

CELLS_A_BLOCK = 1 << 20
BAND_NAME = "class {code}"


@dataclass(frozen=True)
class Sample:
    """Cells to train on, and what the whole region holds.

    Attributes:
        values: of the drivers, (drivers, samples).
        targets: class index to learn (samples,).
        now: class index before the change (samples,), ``None`` for one date.
        low, high: range of each driver over all cells with data (drivers,).
        gaps: cells with a class but without the driver (drivers,).
        cells: with a class and all drivers.
        stay_offset: see :class:`core.scenarios.network.Network`.
        held: whether the cell is kept out of training, bool (samples,).
    """

    values: np.ndarray
    targets: np.ndarray
    now: np.ndarray | None
    low: np.ndarray
    high: np.ndarray
    gaps: np.ndarray
    cells: int
    stay_offset: float
    held: np.ndarray


def on_grid(drivers: Sequence[RasterSource], grid: Grid, resampling: str = "bilinear") -> list[RasterSource]:
    """The drivers on the land cover's grid."""
    return [driver.on_grid(grid, resampling) for driver in drivers]


def read_drivers(drivers: Sequence[RasterSource], block: Block) -> np.ndarray:
    """The drivers of a block, NaN where one has no data, float32 (drivers, cells)."""
    return np.stack([driver.read_float(block, np.float32).reshape(-1) for driver in drivers])


def _smallest(keys: np.ndarray, count: int) -> np.ndarray:
    """Positions of the ``count`` smallest keys, in the order of the keys."""
    if len(keys) > count:
        part = np.argpartition(keys, count - 1)[:count] if count else np.zeros(0, np.intp)
    else:
        part = np.arange(len(keys))
    return part[np.argsort(keys[part], kind="stable")]


def draw_sample(
    cover: LandCover,
    later: LandCover | None,
    drivers: Mapping[str, RasterSource],
    codes: np.ndarray,
    size: int,
    equal: bool,
    seed: int,
    log: Log,
    workers: int = WORKERS,
    split: int | None = None,
) -> Sample:
    """Random cells with a class and all drivers, in one pass.

    Every cell gets a random key from seed and block; those with the smallest keys are the sample, so
    that it does not depend on the number of workers.

    Args:
        cover: the classes to learn, or the earlier date of the transitions to learn.
        later: the later date, on the same grid; ``None`` for one date.
        drivers: by name, on the same grid.
        codes: class codes (classes,).
        size: samples wanted.
        equal: the same number of each class, instead of in proportion. With two dates it does not
            apply: half are changed cells (as far as there are so many), half are not.
        seed: of the keys.
        log: progress, cancelling, notes on drivers.
        workers: threads.
        split: seed of which cells are held out, the same for samples of other seeds; ``None`` takes ``seed``.

    Raises:
        CarbonBalanceError: no cell has a class and all drivers.
    """
    classes, sources = len(codes), list(drivers.values())
    split = seed if split is None else split
    groups = 2 if later is not None else classes if equal else 1
    most = size if groups <= 2 else -(-size // classes)

    def work(block: Block):
        first = indices(cover, block, codes).reshape(-1)
        target = first if later is None else indices(later, block, codes).reshape(-1)
        with_class = np.flatnonzero((first != NO_CLASS) & (target != NO_CLASS))
        values = read_drivers(sources, block)[:, with_class]
        missing = np.isnan(values)
        complete = np.flatnonzero(~missing.any(axis=0))
        low, high = np.full(len(drivers), np.inf), np.full(len(drivers), -np.inf)
        if len(complete):
            low, high = np.nanmin(values[:, complete], axis=1), np.nanmax(values[:, complete], axis=1)
        cells = with_class[complete]
        keys = np.random.default_rng([seed, block.row, block.column]).random(len(cells))
        held = np.random.default_rng([split, block.row, block.column, 1]).random(len(cells)) < HELD_OUT
        if later is not None:
            group = (first[cells] != target[cells]).astype(np.intp)
        else:
            group = target[cells].astype(np.intp) if equal else np.zeros(len(cells), np.intp)
        kept = []
        for g in range(groups):
            own = np.flatnonzero(group == g)
            kept.append(own[_smallest(keys[own], most)])
        chosen = np.concatenate(kept)
        counts = np.bincount(group, minlength=groups)
        of_cells = (part[cells[chosen]] for part in (first, target))
        rows = (keys[chosen], group[chosen], values[:, complete[chosen]], *of_cells, held[chosen])
        return rows, counts, low, high, missing.sum(axis=1)

    grid = cover.source.grid
    todo = blocks(grid.width, grid.height, CELLS_A_BLOCK)
    low, high = np.full(len(drivers), np.inf), np.full(len(drivers), -np.inf)
    counts, gaps, kept = np.zeros(groups, np.int64), np.zeros(len(drivers), np.int64), []
    for _, (rows, part_counts, part_low, part_high, part_gaps) in map_in_order(work, todo, log, len(todo), workers):
        kept.append(rows)
        counts, gaps = counts + part_counts, gaps + part_gaps
        low, high = np.minimum(low, part_low), np.maximum(high, part_high)
        if len(kept) > 8:
            kept = [_trimmed(kept, groups, most)]
    if not counts.sum():
        raise CarbonBalanceError(
            tr("No cell has a class and all drivers: check that {drivers} cover the land cover.").format(
                drivers=listed(drivers)
            )
        )
    keys, group, values, first, target, held = _trimmed(kept, groups, most)
    offset = 0.0
    if later is not None:
        keep = _halves(group, size)
        values = values[:, keep]
        group, first, target, held = (part[keep] for part in (group, first, target, held))
        taken = np.bincount(group, minlength=2)
        if not taken[1]:
            raise CarbonBalanceError(tr("Nothing changed between the two dates: there are no transitions to learn."))
        offset = float(np.log((counts[0] / max(taken[0], 1)) / (counts[1] / taken[1]))) if taken[0] else 0.0
    _tell_drivers(drivers, low, high, gaps, log)
    return Sample(
        values.astype(float),
        target.astype(np.intp),
        None if later is None else first.astype(np.intp),
        low.astype(float),
        high.astype(float),
        gaps,
        int(counts.sum()),
        offset,
        held,
    )


def _trimmed(kept: list[tuple], groups: int, most: int) -> tuple:
    """The samples of several blocks as one, of each group those with the smallest keys."""
    keys, group, first, target, held = (np.concatenate([rows[column] for rows in kept]) for column in (0, 1, 3, 4, 5))
    values = np.concatenate([rows[2] for rows in kept], axis=1)
    chosen = []
    for g in range(groups):
        own = np.flatnonzero(group == g)
        chosen.append(own[_smallest(keys[own], most)])
    take = np.concatenate(chosen)
    return keys[take], group[take], values[:, take], first[take], target[take], held[take]


def _halves(group: np.ndarray, size: int) -> np.ndarray:
    """At most half changed cells, the rest unchanged ones (both sorted by key within their group)."""
    stayed, changed = np.flatnonzero(group == 0), np.flatnonzero(group == 1)
    changed = changed[: max(size // 2, size - len(stayed))]
    return np.concatenate([stayed[: size - len(changed)], changed])


def _tell_drivers(names: Iterable[str], low: np.ndarray, high: np.ndarray, gaps: np.ndarray, log: Log) -> None:
    constant = [name for name, least, most in zip(names, low, high) if least == most]
    if constant:
        log.warn(
            tr("Constant drivers, which explain nothing and take no part: {names}.").format(names=listed(constant))
        )
    if gaps.any():
        log.warn(
            tr("Drivers with gaps in the land cover ({drivers}): cells without all drivers get no suitability.").format(
                drivers=listed(
                    tr("{name} {cells:,} cells").format(name=name, cells=int(gap))
                    for name, gap in zip(names, gaps)
                    if gap
                )
            )
        )


def write_suitability(
    network: Network | Ensemble,
    cover: LandCover,
    drivers: Sequence[RasterSource],
    path: str,
    log: Log,
    compression: str = "DEFLATE",
    workers: int = WORKERS,
) -> tuple[StagedRaster, int]:
    """Predict every valid cell, one band a class.

    Args:
        network: trained.
        cover: which cells are valid, and their class now if the network has learned from transitions.
        drivers: on the land cover's grid, in the network's order.
        path: of the raster.
        log: progress, cancelling.
        compression: of the raster.
        workers: threads.

    Returns:
        The raster, complete under a hidden name, and how many valid cells got no suitability.
    """
    codes = np.array(network.codes, np.int64)
    grid = cover.source.grid
    staged = StagedRaster(
        path,
        grid,
        bands=[BAND_NAME.format(code=code) for code in network.codes],
        options=creation_options(compression, continuous=True),
        continuous=True,
    )

    put = staged.parts.put

    def work(block: Block) -> tuple[object, int]:
        keys = cover.read(block)
        valid = keys.look_up(keys.valid).reshape(-1)
        cells = np.flatnonzero(valid)
        now = None
        if network.knows_transitions:
            now = indices(cover, block, codes).reshape(-1)[cells]
            cells, now = cells[now != NO_CLASS], now[now != NO_CLASS]
        result = np.full((len(codes), block.height * block.width), FLOAT_NODATA, np.float32)
        predicted = network.predict(read_drivers(drivers, block)[:, cells], now)
        known = ~np.isnan(predicted[0])
        result[:, cells[known]] = predicted[:, known]
        return put(block, result.reshape(len(codes), block.height, block.width)), int(valid.sum() - known.sum())

    todo = blocks(grid.width, grid.height, CELLS_A_BLOCK)
    without = 0
    try:
        for block, (values, missing) in map_in_order(work, todo, log, len(todo), workers):
            staged.write(block, values)
            without += missing
        staged.finish(log)
    except BaseException:
        staged.discard()
        raise
    return staged, without
