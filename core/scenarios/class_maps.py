"""Land covers of a region as class indices on one grid, and their cross-tabulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from ..land_cover.align import on_cells_of
from ..land_cover.area_sums import collect
from ..land_cover.background import warn_of_background, warn_of_lone_background
from ..land_cover.codes import LandCover
from ..land_cover.keys import Keys, join_keys
from ..raster.blocks import Block
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS


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
    rows = collect(partial(_keys_of_all, covers), covers[0].source, log=log, workers=workers).rows
    code, valid = (each.reshape(len(rows.cells), len(covers)) for each in (rows.code, rows.valid))
    codes = np.unique(code[valid])
    if len(codes) > MOST_LAND_CLASSES:
        raise CarbonBalanceError(
            tr("{raster} has more than {most} classes: it does not look like a land-cover map.").format(
                raster=covers[0].source.name, most=MOST_LAND_CLASSES
            )
        )
    in_all, in_some = valid.all(axis=1), valid.any(axis=1)
    if not rows.cells[in_all].sum():
        raise CarbonBalanceError(
            tr(
                "{rasters} have no valid cell in common: check that they overlap and that their nodata values are "
                "correct."
            ).format(rasters=tr(", ").join(dict.fromkeys(cover.source.name for cover in covers)))
        )
    place = tuple(np.searchsorted(codes, code[in_all]).T)
    cells = np.zeros((len(codes),) * len(covers), np.int64)
    area_ha = np.zeros(cells.shape)
    np.add.at(cells, place, rows.cells[in_all].astype(np.int64))
    np.add.at(area_ha, place, rows.area_ha[in_all])
    return Crossing(codes, cells, area_ha, int(rows.cells[in_some & ~in_all].sum()))


def need_changes(crossing: Crossing, first: str, second: str) -> None:
    """Refuse two dates without any change, from which no transition can be learned.

    Args:
        crossing: the cross-tabulation of two dates.
        first, second: names of the land covers.

    Raises:
        CarbonBalanceError: every cell has the same class at both dates.
    """
    if crossing.cells.sum() == np.trace(crossing.cells):
        raise CarbonBalanceError(
            tr(
                "Nothing changed between the two dates: {second} has the class of {first} in all cells, so that there "
                "are no transitions to learn; give land covers of two different dates."
            ).format(first=first, second=second)
        )


def _keys_of_all(covers: Sequence[LandCover], block: Block) -> Keys:
    joined = partial(join_keys, most=MOST_LAND_CLASSES ** len(covers))
    return reduce(joined, (cover.read(block) for cover in covers))


def log_background(crossing: Crossing, covers: Sequence[LandCover], log: Log) -> set[int]:
    """Warn of classes that are likely an undeclared background.

    Such classes hardly change between the land covers, or occur in only one of them; the latter are returned. Other
    classes of one date alone are told too, see :func:`log_unmatched`.
    """
    dates = crossing.cells.ndim
    totals = [crossing.cells.sum(axis=tuple(other for other in range(dates) if other != own)) for own in range(dates)]
    same = crossing.cells[(np.arange(len(crossing.codes)),) * dates]
    kept = same / np.maximum(np.max(totals, axis=0), 1)
    warn_of_background(covers[0], crossing.codes, totals[0], kept if dates > 1 else None, log)
    return log_lone_classes(crossing, covers, log) if dates > 1 else set()


def log_lone_classes(crossing: Crossing, covers: Sequence[LandCover], log: Log) -> set[int]:
    """Warn of classes that occur in only one of two or three land covers; those taken for background are returned."""
    dates = crossing.cells.ndim
    totals = [crossing.cells.sum(axis=tuple(other for other in range(dates) if other != own)) for own in range(dates)]
    told: set[int] = set()
    for own, cover in enumerate(covers):
        alone = np.logical_and.reduce(
            [totals[own] > 0, *(totals[other] == 0 for other in range(dates) if other != own)]
        )
        if alone.any():
            told |= warn_of_lone_background(cover, crossing.codes, totals[own], alone, log)
    # Of three, the third is simulated: see log_unknown_classes.
    cells = crossing.cells if dates == 2 else crossing.cells.sum(axis=2)
    log_unmatched(cells, crossing.codes, [cover.source.name for cover in covers], told, log)
    return told


def log_unmatched(cells: np.ndarray, codes: np.ndarray, names: Sequence[str], background: set[int], log: Log) -> None:
    """Warn of classes of one of two dates that suggest two schemes by their share of the cells.

    Args:
        cells: cells by class of the first (row) and the second date (classes, classes).
        codes: class codes (classes,).
        names: names of the two land covers.
        background: codes that were told to be a background; they are not told again.
        log: receives the warning.
    """
    first, second = cells.sum(axis=1), cells.sum(axis=0)
    known = ~np.isin(codes, sorted(background))
    gone, new = known & (first > 0) & (second == 0), known & (first == 0) & (second > 0)
    largest = max(first[gone].sum(), second[new].sum()) / max(cells.sum(), 1)
    if largest >= _LARGE_SHARE:
        log.warn(
            tr(
                "Classes that occur in only one of two land covers: {first} ({gone}), {second} ({new}). All of their "
                "cells count as changed ({share:.1%} at most): check that the codes of both are of the same scheme."
            ).format(
                first=names[0],
                gone=listed(codes[gone].tolist()) or tr("none"),
                second=names[1],
                new=listed(codes[new].tolist()) or tr("none"),
                share=largest,
            )
        )


def log_unknown_classes(crossing: Crossing, simulated: LandCover, background: set[int], log: Log) -> None:
    """Warn of classes of a simulation, the third of three land covers, that neither start nor reference has.

    No simulation makes them: as a rule its codes are of another scheme, and all its cells of the class count as wrong.
    Those that were told as ``background`` are not told again.
    """
    others = crossing.cells.sum(axis=(1, 2)) + crossing.cells.sum(axis=(0, 2))
    cells = np.where(others == 0, crossing.cells.sum(axis=(0, 1)), 0)
    codes = sorted(set(crossing.codes[cells > 0].tolist()) - background)
    if len(codes):
        log.warn(
            tr(
                "{raster}: class(es) {codes} ({share:.1%} of the cells) occur neither at the start nor in the "
                "reference, so that all of these cells count as wrong: check that the codes are of the same scheme."
            ).format(raster=simulated.source.name, codes=listed(codes), share=cells.sum() / crossing.cells.sum())
        )


def log_partly_valid(crossing: Crossing, log: Log) -> None:
    """Log the number of cells that are valid in only some of the land covers."""
    if crossing.partly:
        log.warn(
            tr("{cells:,} cells have data in only some of the land covers; they are left out.").format(
                cells=crossing.partly
            )
        )


NO_LAND_CLASS = 255
# A class of one date alone with this share of the cells is rather one of another scheme than one that came or went.
_LARGE_SHARE = 0.01
MOST_LAND_CLASSES = 100
