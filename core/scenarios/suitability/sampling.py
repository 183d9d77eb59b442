"""Random samples for training suitability networks, drawn from the rasters in one pass over blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ..class_maps import NO_LAND_CLASS, indices
from .class_drivers import Driver
from .training import TrainingCells

TRAINING_BLOCK_CELLS = 1 << 20
HELD_OUT = 0.2
_AT_ONCE = 8  # Number of blocks whose samples are joined at a time.


@dataclass(frozen=True)
class TrainingSample(TrainingCells):
    """Training cells, and statistics of the region; ``low`` and ``high`` refer to all its cells with data.

    Attributes:
        gaps: number of cells with a class but without the driver (drivers,).
        cells: number of cells with a class and all drivers.
        stands_for: number of cells of the region that each sample represents (samples,).
    """

    gaps: np.ndarray
    cells: int
    stands_for: np.ndarray


def read_drivers(drivers: Sequence[Driver], block: Block, fixed: Mapping[int, float] | None = None) -> np.ndarray:
    """The drivers of a block, NaN for no data, float32 (drivers, cells).

    Args:
        drivers: drivers on one grid.
        block: the block.
        fixed: index of a constant driver -> its value, which is not read.
    """
    fixed = fixed or {}
    return np.stack(
        [
            np.full(block.height * block.width, fixed[at], np.float32)
            if at in fixed
            else driver.read_float(block, np.float32).reshape(-1)
            for at, driver in enumerate(drivers)
        ]
    )


def _smallest_keys(keys: np.ndarray, group: np.ndarray, groups: int, most: int) -> np.ndarray:
    """Positions of the ``most`` smallest keys (0 to 1) of each group, sorted by key within the group."""
    chosen = []
    for number in range(groups):
        own = np.flatnonzero(group == number)
        if len(own) > 4 * most:
            # Almost always, twice the wanted number of keys are below this value, so that the rest need not be
            # searched.
            few = own[keys[own] < 2 * most / len(own)]
            own = few if len(few) >= most else own
        if len(own) > most:
            own = own[np.argpartition(keys[own], most)[:most]]
        chosen.append(own[np.argsort(keys[own], kind="stable")])
    return np.concatenate(chosen)


@dataclass(frozen=True)
class _BlockSample:
    """The sample of a block, or of several blocks.

    Attributes:
        kept: keys, group, drivers, class, later class and held-out flag of the sample of each seed.
        counts: cells in each group (groups,).
        low, high: range of each driver (drivers,).
        gaps: cells with a class but without the driver (drivers,).
    """

    kept: list[tuple]
    counts: np.ndarray
    low: np.ndarray
    high: np.ndarray
    gaps: np.ndarray


@dataclass(frozen=True)
class _Draw:
    """The function for a block; see :func:`draw_samples`."""

    cover: LandCover
    later: LandCover | None
    drivers: list[Driver]
    codes: np.ndarray
    equal: bool
    seeds: Sequence[int]
    groups: int
    most: int
    fixed: Mapping[int, float]

    def __call__(self, block: Block) -> _BlockSample:
        first = indices(self.cover, block, self.codes).reshape(-1)
        target = first if self.later is None else indices(self.later, block, self.codes).reshape(-1)
        with_class = (first != NO_LAND_CLASS) & (target != NO_LAND_CLASS)
        values = read_drivers(self.drivers, block, self.fixed)
        missing = np.isnan(values) & with_class
        cells = np.flatnonzero(with_class & ~missing.any(axis=0))
        low, high = np.full(len(values), np.inf), np.full(len(values), -np.inf)
        if len(cells):
            complete = [row[cells] for row in values]
            low, high = (np.array([end(row) for row in complete]) for end in (np.min, np.max))
        held = np.random.default_rng([self.seeds[0], block.row, block.column, 1]).random(len(cells)) < HELD_OUT
        if self.later is not None:
            group = (first[cells] != target[cells]).astype(np.intp)
        else:
            group = target[cells].astype(np.intp) if self.equal else np.zeros(len(cells), np.intp)
        kept = []
        for seed in self.seeds:
            keys = np.random.default_rng([seed, block.row, block.column]).random(len(cells))
            chosen = _smallest_keys(keys, group, self.groups, self.most)
            at = cells[chosen]
            kept.append((keys[chosen], group[chosen], values[:, at], first[at], target[at], held[chosen]))
        return _BlockSample(
            kept, np.bincount(group, minlength=self.groups), low, high, np.count_nonzero(missing, axis=1)
        )

    def joined(self, parts: Sequence[_BlockSample]) -> _BlockSample:
        """Join several parts, keeping the samples with the smallest keys."""
        return _BlockSample(
            [_joined_rows(of_seed, self.groups, self.most) for of_seed in zip(*(part.kept for part in parts))],
            np.sum([part.counts for part in parts], axis=0),
            np.min([part.low for part in parts], axis=0),
            np.max([part.high for part in parts], axis=0),
            np.sum([part.gaps for part in parts], axis=0),
        )


def draw_samples(
    cover: LandCover,
    later: LandCover | None,
    drivers: Mapping[str, Driver],
    codes: np.ndarray,
    size: int,
    equal: bool,
    seeds: Sequence[int],
    log: Log,
    workers: int = WORKERS,
) -> list[TrainingSample]:
    """Draw random cells with a class and all drivers, one sample per seed, in one pass.

    Every cell gets a random key from seed and block, and the smallest keys form the sample, which therefore does not
    depend on the number of workers or on other seeds.

    Args:
        cover: the classes to learn, or the earlier date of the transitions to learn.
        later: the later date, on the same grid; ``None`` for one date.
        drivers: drivers by name, on the same grid.
        codes: class codes (classes,).
        size: wanted samples for each seed.
        equal: whether to sample the same number of each class instead of proportionally; not used with two dates, for
            which half of the samples are changed cells (if there are enough).
        seeds: seeds of the keys; the first also determines the held-out cells of all samples.
        log: progress, cancellation, notes on drivers.
        workers: number of threads.

    Raises:
        CarbonBalanceError: no cell has a class and all drivers, or nothing changed between the dates.
    """
    classes = len(codes)
    groups = 2 if later is not None else classes if equal else 1
    most = -(-size // classes) if equal and later is None else size
    fixed: dict[int, float] = {}
    draw = _Draw(
        cover=cover,
        later=later,
        drivers=list(drivers.values()),
        codes=codes,
        equal=equal,
        seeds=seeds,
        groups=groups,
        most=most,
        fixed=fixed,
    )
    while True:
        whole = _drawn_from_all(draw, log, workers)
        if not whole.counts.sum():
            raise CarbonBalanceError(
                tr(
                    "No cell has a class and all drivers: check that the drivers cover the land cover; cells without "
                    "data: {drivers}."
                ).format(drivers=_gap_texts(drivers, whole.gaps))
            )
        # Constant drivers are not used, so that their gaps must not exclude cells. They are removed one at a time,
        # because without the first one another driver may vary on the remaining cells.
        gaps = np.where(whole.low == whole.high, whole.gaps, 0)
        if not gaps.any():
            break
        fixed[int(gaps.argmax())] = float(whole.low[gaps.argmax()])
    if later is not None and not whole.counts[1]:
        raise CarbonBalanceError(tr("Nothing changed between the two dates: there are no transitions to learn."))
    _log_drivers(drivers, whole.low, whole.high, whole.gaps, log)
    return [_training_sample(kept, whole, size, later is not None) for kept in whole.kept]


def _drawn_from_all(draw: _Draw, log: Log, workers: int) -> _BlockSample:
    """The sample of all blocks."""
    grid = draw.cover.source.grid
    todo = blocks(grid.width, grid.height, TRAINING_BLOCK_CELLS)
    parts: list[_BlockSample] = []
    for _, part in map_in_order(draw, todo, log, len(todo), workers):
        parts.append(part)
        if len(parts) > _AT_ONCE:
            parts = [draw.joined(parts)]
    return draw.joined(parts)


def _training_sample(kept: tuple, whole: _BlockSample, size: int, of_transitions: bool) -> TrainingSample:
    """The sample of a seed; a sample of transitions has equal numbers of changed and unchanged cells."""
    _, group, values, first, target, held = kept
    offset = 0.0
    if of_transitions:
        keep = _halves(group, size)
        values = values[:, keep]
        group, first, target, held = (part[keep] for part in (group, first, target, held))
        taken = np.bincount(group, minlength=2)
        if taken.all():
            offset = float(np.log((whole.counts[0] / taken[0]) / (whole.counts[1] / taken[1])))
    return TrainingSample(
        values=values.astype(float),
        targets=target.astype(np.intp),
        now=first.astype(np.intp) if of_transitions else None,
        low=whole.low.astype(float),
        high=whole.high.astype(float),
        gaps=whole.gaps,
        cells=int(whole.counts.sum()),
        stay_offset=offset,
        held=held,
        stands_for=_stands_for(group, held, whole.counts),
    )


def _stands_for(group: np.ndarray, held: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Number of cells represented by each sample: those of its group, divided between held-out and other samples."""
    place = group * 2 + held
    taken = np.bincount(place, minlength=2 * len(counts)).reshape(-1, 2)
    return (counts[:, None] / np.maximum(taken, 1)).reshape(-1)[place]


def _joined_rows(rows: Sequence[tuple], groups: int, most: int) -> tuple:
    """Join the samples of several blocks, keeping the smallest keys of each group."""
    keys, group, first, target, held = (np.concatenate([row[column] for row in rows]) for column in (0, 1, 3, 4, 5))
    values = np.concatenate([row[2] for row in rows], axis=1)
    take = _smallest_keys(keys, group, groups, most)
    return keys[take], group[take], values[:, take], first[take], target[take], held[take]


def _halves(group: np.ndarray, size: int) -> np.ndarray:
    """At most half changed cells, the rest unchanged ones (both sorted by key within their group)."""
    stayed, changed = np.flatnonzero(group == 0), np.flatnonzero(group == 1)
    changed = changed[: max(size // 2, size - len(stayed))]
    return np.concatenate([stayed[: size - len(changed)], changed])


def _log_drivers(names: Iterable[str], low: np.ndarray, high: np.ndarray, gaps: np.ndarray, log: Log) -> None:
    constant = [name for name, least, most in zip(names, low, high) if least == most]
    if constant:
        log.warn(
            tr("Constant drivers, which explain nothing and are not used: {names}.").format(names=listed(constant))
        )
    if gaps.any():
        log.warn(
            tr(
                "Drivers with gaps in the land cover ({drivers}): cells where any driver is missing have no "
                "suitability."
            ).format(drivers=_gap_texts(names, gaps))
        )


def _gap_texts(names: Iterable[str], gaps: np.ndarray) -> str:
    """The drivers with gaps, each with its number of cells."""
    return listed(
        tr("{name} {cells:,} cells").format(name=name, cells=int(gap)) for name, gap in zip(names, gaps) if gap
    )
