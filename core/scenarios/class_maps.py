"""Land covers of a region as class indices on one grid, and their cross-tabulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..land_cover.align import on_cells_of
from ..land_cover.background import warn_of_background, warn_of_lone_background
from ..land_cover.codes import LandCover
from ..raster.blocks import Block, blocks
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS, map_in_order

CROSSING_BLOCK_CELLS = 1 << 22


@dataclass(frozen=True)
class Crossing:
    """Cross-tabulation of the classes of several land covers.

    Attributes:
        codes: class codes found in any of them, ascending, int64 (classes,).
        cells: number of cells that are valid in all, int64, one axis of (classes,) per land cover.
        area_ha: their area, float64, of the same shape.
        partly: number of cells that are valid in only some land covers.
    """

    codes: np.ndarray
    cells: np.ndarray
    area_ha: np.ndarray
    partly: int


def aligned(covers: Sequence[LandCover], log: Log | None = None) -> list[LandCover]:
    """Resample the land covers to the grid of the first by nearest neighbour; differences are logged.

    Raises:
        CarbonBalanceError: they cannot be aligned.
    """
    log = log or Log()
    return [covers[0], *(on_cells_of(cover, covers[0], log) for cover in covers[1:])]


def indices(cover: LandCover, block: Block, codes: np.ndarray) -> np.ndarray:
    """The index in ``codes`` of the class of each cell, uint8 (rows, columns); 255 if invalid or missing."""
    keys = cover.read(block)
    place = np.clip(np.searchsorted(codes, keys.codes), 0, len(codes) - 1)
    known = keys.valid & (codes[place] == keys.codes)
    return keys.look_up(np.where(known, place, NO_LAND_CLASS).astype(np.uint8))


def codes_of(cover: LandCover, block: Block) -> np.ndarray:
    """The valid class codes in a block, ascending."""
    keys = cover.read(block)
    return np.unique(keys.codes[(keys.count() > 0) & keys.valid])


def cross(covers: Sequence[LandCover], log: Log, workers: int = WORKERS) -> Crossing:
    """Cross-tabulate one, two or three land covers in one pass.

    Args:
        covers: land covers on one grid (see :func:`aligned`).
        log: progress and cancellation.
        workers: number of threads.

    Raises:
        CarbonBalanceError: the grid has no known cell areas, or there are too many classes.
        Cancelled: the user stopped the run.
    """
    grid = covers[0].source.grid
    grid.need_areas(covers[0].source.name)
    row_ha = grid.row_cell_area_ha()
    even = bool((row_ha == row_ha[0]).all())

    def work(block: Block):
        codes = np.unique(np.concatenate([codes_of(cover, block) for cover in covers]))
        if len(codes) > MOST_LAND_CLASSES:
            raise CarbonBalanceError(
                tr("{raster} has more than {most} classes: it does not look like a land-cover map.").format(
                    raster=covers[0].source.name, most=MOST_LAND_CLASSES
                )
            )
        if not len(codes):
            return codes, np.zeros((0,) * len(covers)), np.zeros((0,) * len(covers)), 0
        layers = [indices(cover, block, codes) for cover in covers]
        valid = np.logical_and.reduce([layer != NO_LAND_CLASS for layer in layers])
        some = np.logical_or.reduce([layer != NO_LAND_CLASS for layer in layers])
        flat = np.zeros(int(valid.sum()), np.int64)
        for layer in layers:
            flat *= len(codes)
            flat += layer[valid]
        shape = (len(codes),) * len(covers)
        cells = np.bincount(flat, minlength=len(codes) ** len(covers)).reshape(shape)
        if even:
            area = cells * row_ha[0]
        else:
            here = np.broadcast_to(row_ha[block.row : block.row + block.height, None], valid.shape)[valid]
            area = np.bincount(flat, weights=here, minlength=cells.size).reshape(shape)
        return codes, cells, area, int(some.sum()) - len(flat)

    todo = blocks(grid.width, grid.height, CROSSING_BLOCK_CELLS)
    parts = [part for _, part in map_in_order(work, todo, log, len(todo), workers)]
    codes = np.unique(np.concatenate([part[0] for part in parts]))
    cells = np.zeros((len(codes),) * len(covers), np.int64)
    area = np.zeros((len(codes),) * len(covers))
    for own, part_cells, part_area, _ in parts:
        place = np.ix_(*[np.searchsorted(codes, own)] * len(covers))
        cells[place] += part_cells.astype(np.int64)
        area[place] += part_area
    if not cells.sum():
        raise CarbonBalanceError(
            tr(
                "{rasters} have no valid cell in common: check that they overlap and that their nodata values are "
                "correct."
            ).format(rasters=", ".join(dict.fromkeys(cover.source.name for cover in covers)))
        )
    return Crossing(codes, cells, area, sum(part[3] for part in parts))


def log_background(crossing: Crossing, covers: Sequence[LandCover], log: Log) -> None:
    """Warn of classes that are likely an undeclared background.

    Such classes never change between the land covers, or occur in only one of them.
    """
    dates = crossing.cells.ndim
    totals = [crossing.cells.sum(axis=tuple(other for other in range(dates) if other != own)) for own in range(dates)]
    same = crossing.cells[(np.arange(len(crossing.codes)),) * dates]
    unchanged = np.logical_and.reduce([total == same for total in totals])
    warn_of_background(covers[0], crossing.codes, totals[0], unchanged if dates > 1 else None, log)
    for own, cover in enumerate(covers):
        alone = np.logical_and.reduce(
            [totals[own] > 0, *(totals[other] == 0 for other in range(dates) if other != own)]
        )
        if dates > 1 and alone.any():
            warn_of_lone_background(cover, crossing.codes, totals[own], alone, log)


def log_partly_valid(crossing: Crossing, log: Log) -> None:
    """Log the number of cells that are valid in only some of the land covers."""
    if crossing.partly:
        log.warn(
            tr("{cells:,} cells have data in only some of the land covers; they are left out.").format(
                cells=crossing.partly
            )
        )


NO_LAND_CLASS = 255
MOST_LAND_CLASSES = 100
