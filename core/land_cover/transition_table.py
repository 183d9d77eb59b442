"""The transition table: hectares by zone and by classes at two dates, from one pass over two land covers.

All changes are products with this table: carbon change = area of each transition x (density of the later class -
density of the earlier class).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..options.raster import CENTRE
from ..raster.blocks import Block
from ..raster.placing import warn_of_area_error
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..runtime.parallel import WORKERS
from .align import brought_onto, cells_beyond
from .area_sums import OTHERS, BlockTask, Collected, ZonalAreas, collect, log_zones
from .codes import LandCover
from .keys import Keys, join_keys
from .tabulate import NO_ZONE, RASTER


@dataclass(frozen=True)
class TransitionTable(ZonalAreas):
    """Hectares by zone and transition, for the cells that are valid at both dates.

    A transition is an observed pair of classes, including persistence. Cells valid at only one date are not part of a
    transition; they are counted by class.

    Attributes:
        start, end: indices in ``codes`` of the earlier and later class, int64 (transitions,), sorted by both.
        first_only_ha, first_only_cells: land valid only at the first date, by class, in the whole raster (classes,).
        second_only_ha, second_only_cells: the same for the second date.
        beyond_codes, beyond_ha, beyond_cells: classes of the second date outside the raster of the first, their areas
            and cells (classes beyond,).
    """

    start: np.ndarray
    end: np.ndarray
    first_only_ha: np.ndarray
    first_only_cells: np.ndarray
    second_only_ha: np.ndarray
    second_only_cells: np.ndarray
    beyond_codes: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    beyond_ha: np.ndarray = field(default_factory=lambda: np.empty(0))
    beyond_cells: np.ndarray = field(default_factory=lambda: np.empty(0))

    def matrix(self, of_transitions: np.ndarray) -> np.ndarray:
        """Values of transitions (..., transitions) as a matrix from x to by ``codes`` (..., classes, classes)."""
        values = np.asarray(of_transitions)
        size = len(self.codes)
        matrix = np.zeros((*values.shape[:-1], size * size), values.dtype)
        matrix[..., self.start * size + self.end] = values
        return matrix.reshape(*values.shape[:-1], size, size)

    def kept_cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Cells of each class at the first date, and the share of them that is the same at both dates (classes,)."""
        before, after = (self.by_class(self.total_cells, date) for date in (0, 1))
        stayed = self.by_class(self.total_cells * (self.start == self.end), 0)
        return before, stayed / np.maximum(np.maximum(before, after), 1)

    def by_class(self, of_transitions: np.ndarray, date: int) -> np.ndarray:
        """Sums of transitions (..., transitions) by the class at the first (0) or second (1) date (..., classes)."""
        which = (self.start, self.end)[date]
        return np.asarray(of_transitions, np.float64) @ (which[:, None] == np.arange(len(self.codes)))


def transition_table(
    first: LandCover,
    second: LandCover,
    outlines: Sequence[bytes | None] = (),
    log: Log | None = None,
    rule: str = CENTRE,
    workers: int = WORKERS,
    task: BlockTask | None = None,
) -> TransitionTable:
    """Compute hectares by zone and transition in one pass over two land covers.

    Args:
        first, second: the land covers; the second is resampled to the grid of the first by nearest neighbour, and
            differences are logged.
        outlines: WKB of each zone in the CRS of the first land cover; empty for the whole raster.
        log: progress and cancellation.
        rule: how cells are assigned to zones, see :func:`core.land_cover.area_table.area_table`.
        workers: number of threads.
        task: additional computation on the same cells, with the joined keys of both land covers (see
            :func:`core.land_cover.codes.join_keys`), such as a raster of change.

    Raises:
        CarbonBalanceError: the land covers cannot be aligned or have no cell that is valid in both; further errors as
            for :func:`core.land_cover.area_table.area_table`.
        Cancelled: the user stopped the run.
    """
    log = log or Log()
    first.source.grid.need_areas(first.source.name)
    moved = brought_onto(second, first, log)

    def read(block: Block) -> Keys:
        return join_keys(first.read(block), moved.read(block))

    table = _assembled(collect(read, first.source, outlines, log=log, rule=rule, workers=workers, task=task))
    beyond = cells_beyond(second, first)
    if beyond is not None:
        codes, area_ha, cells = _beyond(*beyond, workers)
        table = replace(table, beyond_codes=codes, beyond_ha=area_ha, beyond_cells=cells)
    if not table.total_cells.sum():
        raise CarbonBalanceError(
            tr("{first} and {second} have no cell with data in both: check that they cover the same area.").format(
                first=first.source.name, second=second.source.name
            )
        )
    return table


def _beyond(second: LandCover, outline: bytes, workers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Classes, areas and cells of a land cover outside another raster, whose outline is given in its CRS."""
    found = collect(second.read, second.source, [outline], log=Log(), rule=CENTRE, workers=workers)
    rows = found.rows
    outside = rows.valid & (rows.zone == NO_ZONE) & (rows.cells > 0)
    codes, which = np.unique(rows.code[outside], return_inverse=True)
    area_ha, cells = (np.bincount(which, each[outside], len(codes)) for each in (rows.area_ha, rows.cells))
    return codes, area_ha, cells


def _assembled(found: Collected) -> TransitionTable:
    rows = found.rows
    codes = np.unique(rows.code[rows.valid])
    classes = len(codes)
    at = np.searchsorted(codes, rows.code)
    first, second = rows.valid.T
    both = first & second
    pair = at[:, 0] * classes + at[:, 1]
    pairs = np.unique(pair[both])
    kept = len(pairs)
    # Columns: transitions, classes valid only at the first date, only at the second, no data at either date.
    column = np.full(len(pair), kept + 2 * classes)
    column[both] = np.searchsorted(pairs, pair[both])
    column[first & ~second] = kept + at[first & ~second, 0]
    column[second & ~first] = kept + classes + at[second & ~first, 1]
    table, rest_ha, rest_cells = found.summed(codes, column, kept, kept + 2 * classes + 1)
    everything = OTHERS + RASTER
    return TransitionTable(
        **vars(table),
        start=pairs // max(classes, 1),
        end=pairs % max(classes, 1),
        first_only_ha=rest_ha[everything, :classes],
        first_only_cells=rest_cells[everything, :classes],
        second_only_ha=rest_ha[everything, classes : 2 * classes],
        second_only_cells=rest_cells[everything, classes : 2 * classes],
    )


def log_left_out(table: TransitionTable, log: Log, first: LandCover, second: LandCover) -> None:
    """Warn of cells that have data at one date only."""
    sides = (
        (first, second, table.first_only_ha, table.first_only_cells),
        (
            second,
            first,
            np.append(table.second_only_ha, table.beyond_ha),
            np.append(table.second_only_cells, table.beyond_cells),
        ),
    )
    for here, there, area_ha, cells in sides:
        if cells.sum():
            log.warn(
                tr(
                    "{area:,.4f} ha ({cells:,.0f} cells) have data in {here} but not in {there}: they are left out, so "
                    "that both dates cover the same area."
                ).format(
                    area=float(area_ha.sum()), cells=float(cells.sum()), here=here.source.name, there=there.source.name
                )
            )


def log_transitions(
    table: TransitionTable, log: Log, first: LandCover, second: LandCover, zone_names: Sequence[str] = ()
) -> None:
    """Log limitations of the transitions: cells valid at only one date, area errors, zones without data."""
    warn_of_area_error(first.source.grid, first.source.name, log)
    log_left_out(table, log, first, second)
    log_zones(table, log, zone_names)
