"""Cells to train suitability networks on, drawn from the rasters in one pass by blocks."""

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
from ..raster.source import RasterSource
from .landscape import NO_CLASS
from .maps import indices

CELLS_A_BLOCK = 1 << 20
HELD_OUT = 0.2


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


def read_drivers(drivers: Sequence[RasterSource], block: Block) -> np.ndarray:
    """The drivers of a block, NaN where one has no data, float32 (drivers, cells)."""
    return np.stack([driver.read_float(block, np.float32).reshape(-1) for driver in drivers])


def _chosen(keys: np.ndarray, group: np.ndarray, groups: int, most: int) -> np.ndarray:
    """Positions of each group's ``most`` smallest keys, in the order of the keys within the group."""
    chosen = []
    for number in range(groups):
        own = np.flatnonzero(group == number)
        if len(own) > most:
            own = own[np.argpartition(keys[own], most)[:most]]
        chosen.append(own[np.argsort(keys[own], kind="stable")])
    return np.concatenate(chosen)


def draw_samples(
    cover: LandCover,
    later: LandCover | None,
    drivers: Mapping[str, RasterSource],
    codes: np.ndarray,
    size: int,
    equal: bool,
    seeds: Sequence[int],
    log: Log,
    workers: int = WORKERS,
) -> list[Sample]:
    """Random cells with a class and all drivers, a sample for each seed, all in one pass.

    Every cell gets a random key from seed and block; those with the smallest keys are the sample, so
    that it does not depend on the number of workers, nor on the other seeds.

    Args:
        cover: the classes to learn, or the earlier date of the transitions to learn.
        later: the later date, on the same grid; ``None`` for one date.
        drivers: by name, on the same grid.
        codes: class codes (classes,).
        size: samples wanted for each seed.
        equal: the same number of each class, instead of in proportion. With two dates it does not
            apply: half are changed cells (as far as there are so many), half are not.
        seeds: of the keys; the first is also that of which cells are held out, of every sample the same.
        log: progress, cancelling, notes on drivers.
        workers: threads.

    Raises:
        CarbonBalanceError: no cell has a class and all drivers, or nothing changed between the dates.
    """
    classes, sources = len(codes), list(drivers.values())
    groups = 2 if later is not None else classes if equal else 1
    most = -(-size // classes) if equal and later is None else size

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
        held = np.random.default_rng([seeds[0], block.row, block.column, 1]).random(len(cells)) < HELD_OUT
        if later is not None:
            group = (first[cells] != target[cells]).astype(np.intp)
        else:
            group = target[cells].astype(np.intp) if equal else np.zeros(len(cells), np.intp)
        kept = []
        for seed in seeds:
            keys = np.random.default_rng([seed, block.row, block.column]).random(len(cells))
            chosen = _chosen(keys, group, groups, most)
            of_cells = (part[cells[chosen]] for part in (first, target))
            kept.append((keys[chosen], group[chosen], values[:, complete[chosen]], *of_cells, held[chosen]))
        return kept, np.bincount(group, minlength=groups), low, high, missing.sum(axis=1)

    grid = cover.source.grid
    todo = blocks(grid.width, grid.height, CELLS_A_BLOCK)
    low, high = np.full(len(drivers), np.inf), np.full(len(drivers), -np.inf)
    counts, gaps = np.zeros(groups, np.int64), np.zeros(len(drivers), np.int64)
    kept: list[list[tuple]] = [[] for _ in seeds]
    for _, (parts, part_counts, part_low, part_high, part_gaps) in map_in_order(work, todo, log, len(todo), workers):
        for rows, part in zip(kept, parts):
            rows.append(part)
            if len(rows) > 8:
                rows[:] = [_joined(rows, groups, most)]
        counts, gaps = counts + part_counts, gaps + part_gaps
        low, high = np.minimum(low, part_low), np.maximum(high, part_high)
    if not counts.sum():
        raise CarbonBalanceError(
            tr("No cell has a class and all drivers: check that {drivers} cover the land cover.").format(
                drivers=listed(drivers)
            )
        )
    if later is not None and not counts[1]:
        raise CarbonBalanceError(tr("Nothing changed between the two dates: there are no transitions to learn."))
    _tell_drivers(drivers, low, high, gaps, log)
    samples = []
    for rows in kept:
        _, group, values, first, target, held = _joined(rows, groups, most)
        offset = 0.0
        if later is not None:
            keep = _halves(group, size)
            values = values[:, keep]
            group, first, target, held = (part[keep] for part in (group, first, target, held))
            taken = np.bincount(group, minlength=2)
            offset = float(np.log((counts[0] / taken[0]) / (counts[1] / taken[1]))) if taken.all() else 0.0
        samples.append(
            Sample(
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
        )
    return samples


def _joined(rows: list[tuple], groups: int, most: int) -> tuple:
    """The samples of several blocks as one, of each group those with the smallest keys."""
    keys, group, first, target, held = (np.concatenate([row[column] for row in rows]) for column in (0, 1, 3, 4, 5))
    values = np.concatenate([row[2] for row in rows], axis=1)
    take = _chosen(keys, group, groups, most)
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
