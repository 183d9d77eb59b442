"""The transition table: hectares by zone, class at a first date and class at a second, from one pass over both.

A change of anything is this table times a difference: carbon = area of each transition x (density of the
class that came - density of the class that went).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .area_table import all_rows, collect, summed, tell_area_error, tell_zones
from .errors import CarbonBalanceError
from .i18n import tr
from .log import Log
from .raster.align import brought_onto
from .raster.blocks import Block
from .raster.codes import Keys, LandCover, join_keys
from .raster.engine import WORKERS
from .raster.tabulate import CENTRE, Areas


@dataclass(frozen=True)
class TransitionTable:
    """Hectares by zone and transition, on the cells that are valid at both dates.

    A transition is a pair of classes that occurs, staying included. Cells valid at one date only are in
    no transition; they are counted by class.

    Attributes:
        codes: class codes found at either date, ascending, int64 (classes,).
        start, end: which of ``codes`` a transition goes from and to, int64 (transitions,), ordered by both.
        area_ha: float64 (zones, transitions).
        total_ha, total_cells: in the whole raster (transitions,).
        outside_ha: in no zone (transitions,).
        outside_cells: cells valid at both dates in no zone.
        first_only_ha, first_only_cells: of each class, valid at the first date only, whole raster (classes,).
        second_only_ha, second_only_cells: likewise at the second date only.
        by_fraction: zones measured by exact fraction, for they hold no cell centre.
        missed: zones that do not meet the raster.
    """

    codes: np.ndarray
    start: np.ndarray
    end: np.ndarray
    area_ha: np.ndarray
    total_ha: np.ndarray
    total_cells: np.ndarray
    outside_ha: np.ndarray
    outside_cells: float
    first_only_ha: np.ndarray
    first_only_cells: np.ndarray
    second_only_ha: np.ndarray
    second_only_cells: np.ndarray
    by_fraction: tuple[int, ...] = ()
    missed: tuple[int, ...] = ()

    def matrix(self, of_transitions: np.ndarray) -> np.ndarray:
        """Values of transitions (..., transitions) as a matrix from x to over ``codes`` (..., classes, classes)."""
        values = np.asarray(of_transitions)
        size = len(self.codes)
        matrix = np.zeros((*values.shape[:-1], size * size), values.dtype)
        matrix[..., self.start * size + self.end] = values
        return matrix.reshape(*values.shape[:-1], size, size)

    def by_class(self, of_transitions: np.ndarray, date: int) -> np.ndarray:
        """Sums of transitions (..., transitions) by the class at the first (0) or second (1) date (..., classes)."""
        which = self.end if date else self.start
        return np.asarray(of_transitions, np.float64) @ (which[:, None] == np.arange(len(self.codes)))


def transition_table(
    first: LandCover,
    second: LandCover,
    outlines: Sequence[bytes | None] = (),
    log: Log | None = None,
    rule: str = CENTRE,
    workers: int = WORKERS,
    also: Callable[[Block, Keys], object] | None = None,
    done: Callable[[Block, object], None] | None = None,
) -> TransitionTable:
    """Hectares by zone and transition, in one pass over two land covers.

    Args:
        first, second: the land covers; the second is brought onto the grid of the first by nearest cell,
            and the log says what differed.
        outlines: WKB of each zone in the first land cover's CRS; none for the raster as a whole.
        log: progress, cancelling.
        rule: how cells count in zones, see :func:`core.area_table.area_table`.
        workers: threads.
        also: computed in the worker from the same cells, keys of both land covers joined (see
            :func:`core.raster.codes.join_keys`), such as a raster of change.
        done: given what ``also`` returned, in the order of the blocks.

    Raises:
        CarbonBalanceError: the land covers cannot be brought together, have no cell that is valid in
            both, or what :func:`core.area_table.area_table` refuses.
        Cancelled: the user stopped the run.
    """
    log = log or Log()
    first.source.grid.need_areas(first.source.name)
    moved = brought_onto(second, first, log)

    def read(block: Block) -> Keys:
        return join_keys(first.read(block), moved.read(block))

    parts, zones, by_fraction, missed = collect(read, first.source, outlines, log, rule, workers, also, done)
    table = _assembled(all_rows(parts), zones, by_fraction, missed)
    if not table.total_cells.sum():
        raise CarbonBalanceError(
            tr("{first} and {second} have no cell with data in both: check that they show one place.").format(
                first=first.source.name, second=second.source.name
            )
        )
    return table


def _assembled(rows: Areas, zones: int, by_fraction: tuple[int, ...], missed: tuple[int, ...]) -> TransitionTable:
    codes = np.unique(rows.code[rows.valid])
    size = len(codes)
    at = np.searchsorted(codes, rows.code)
    first, second = rows.valid.T
    both = first & second
    pair = at[:, 0] * size + at[:, 1]
    pairs = np.unique(pair[both])
    # Columns: the transitions, classes at the first date only, at the second only, no data at either.
    bounds = np.cumsum([0, len(pairs), size, size, 1])
    column = np.full(len(pair), bounds[3])
    column[both] = np.searchsorted(pairs, pair[both])
    column[first & ~second] = bounds[1] + at[first & ~second, 0]
    column[second & ~first] = bounds[2] + at[second & ~first, 1]
    area, cells = summed(rows, column, zones, bounds[-1])
    kinds = [slice(*bounds[i : i + 2]) for i in range(3)]
    (area_ha, first_ha, second_ha), (count, first_cells, second_cells) = (
        [table[:, kind] for kind in kinds] for table in (area, cells)
    )
    return TransitionTable(
        codes=codes,
        start=pairs // max(size, 1),
        end=pairs % max(size, 1),
        area_ha=area_ha[2:],
        total_ha=area_ha[0],
        total_cells=count[0],
        outside_ha=area_ha[1],
        outside_cells=float(count[1].sum()),
        first_only_ha=first_ha[0],
        first_only_cells=first_cells[0],
        second_only_ha=second_ha[0],
        second_only_cells=second_cells[0],
        by_fraction=by_fraction,
        missed=missed,
    )


def tell_left_out(table: TransitionTable, log: Log, first: LandCover, second: LandCover) -> None:
    """Warn of cells that have data at one date only."""
    sides = (
        (first, second, table.first_only_ha, table.first_only_cells),
        (second, first, table.second_only_ha, table.second_only_cells),
    )
    for here, there, area_ha, cells in sides:
        if cells.sum():
            log.warn(
                tr(
                    "{area:,.4f} ha ({cells:,.0f} cells) have data in {here} but none in {there}: left out, "
                    "so that both dates cover the same area."
                ).format(
                    area=float(area_ha.sum()), cells=float(cells.sum()), here=here.source.name, there=there.source.name
                )
            )


def tell_transitions(
    table: TransitionTable, log: Log, first: LandCover, second: LandCover, zone_names: Sequence[str] = ()
) -> None:
    """Tell what a reader of transitions must know: cells valid at one date only, area errors, zones apart."""
    tell_area_error(first.source, log)
    tell_left_out(table, log, first, second)
    tell_zones(table.by_fraction, table.missed, table.outside_cells, float(table.outside_ha.sum()), log, zone_names)
