"""Partial figures of merit: by transition, by gained class, by zone, and at coarser resolutions.

By transition, class and zone it is the number of correctly changed cells divided by the cells changed in either map
(Pontius et al. 2008, Annals of Regional Science 42). At a coarser resolution changes have to be correct only within
squares of cells: hits are the sum over squares and transitions of min(real, simulated), divided by the sum over squares
of max(all real, all simulated); with squares of one cell that is the figure of merit itself (after the multiple
resolutions of Pontius et al. 2011, International Journal of Geographical Information Science 25).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.outlines import Edges, spans_by_centre
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables import columns, scenario_columns
from ..class_maps import NO_LAND_CLASS, indices
from .measures import FALSE_ALARM, HIT, MISS, WRONG_HIT, change_map

SQUARE_SIDES = (1, 2, 4, 8, 16, 32, 64)
PART_BLOCK_CELLS = 1 << 21
CHANGE_KINDS = (HIT, MISS, FALSE_ALARM, WRONG_HIT)


@dataclass(frozen=True)
class PartMerits:
    """The counts of the parts.

    Attributes:
        codes: class codes (classes,).
        counts: cells ``[start, reference, simulated]``, int64 (classes, classes, classes).
        zones: hits, misses, false alarms and wrong hits of each zone, int64 (zones, 4).
        squares: hits and changes in either map at each of ``SQUARE_SIDES``, float64 (sides, 2).
    """

    codes: np.ndarray
    counts: np.ndarray
    zones: np.ndarray
    squares: np.ndarray

    def _rows(self, zone_names: Sequence[str]) -> Iterator[dict[str, object]]:
        """One row per part: cells changed in reality, in the simulation, correctly, and in either."""
        classes = len(self.codes)
        real, found = self.counts.sum(axis=2), self.counts.sum(axis=1)
        both = self.counts[:, np.arange(classes), np.arange(classes)]
        changes = [(i, j) for i in range(classes) for j in range(classes) if i != j]
        for here, there in changes:
            yield self._row(
                "transition",
                real,
                found,
                both=both,
                kinds=[(here, there)],
                here=self.codes[here],
                there=self.codes[there],
            )
        for there in range(classes):
            kinds = [change for change in changes if change[1] == there]
            yield self._row("class gained", real, found, both=both, kinds=kinds, here=None, there=self.codes[there])
        for name, (hits, misses, false_alarms, wrong) in zip(zone_names, self.zones.tolist()):
            cells = hits + misses + wrong, hits + wrong + false_alarms, hits
            yield _part("zone", *cells, hits + misses + false_alarms + wrong, zone=name)
        for side, (hits, changed) in zip(SQUARE_SIDES, self.squares.tolist()):
            yield _part("resolution", None, None, int(hits), int(changed), side=side)

    def _row(self, part, real, found, both, kinds, here, there) -> dict[str, object]:
        really, simulated, rightly = (int(sum(counts[kind] for kind in kinds)) for counts in (real, found, both))
        codes = [None if code is None else int(code) for code in (here, there)]
        return _part(
            part, really, simulated, both=rightly, either=really + simulated - rightly, here=codes[0], there=codes[1]
        )

    def table_columns(self, zone_names: Sequence[str]) -> dict[str, list]:
        """Columns of a long table of all parts with changes and all resolutions."""
        changed, side = scenario_columns.EITHER_CELLS, scenario_columns.CELLS_A_SIDE
        rows = [row for row in self._rows(zone_names) if row[changed] or row[side]]
        return {name: [row[name] for row in rows] for name in rows[0]}


def _part(
    part: str,
    real: int | None,
    found: int | None,
    both: int,
    either: int,
    here: int | None = None,
    there: int | None = None,
    zone: str | None = None,
    side: int | None = None,
) -> dict[str, object]:
    return {
        scenario_columns.PART: part,
        columns.FROM_CODE: here,
        columns.TO_CODE: there,
        columns.ZONE_NAME: zone,
        scenario_columns.CELLS_A_SIDE: side,
        scenario_columns.REAL_CELLS: real,
        scenario_columns.SIMULATED_CELLS: found,
        scenario_columns.HIT_CELLS: both,
        scenario_columns.EITHER_CELLS: either,
        scenario_columns.FIGURE_OF_MERIT: both / either if either else float("nan"),
    }


def in_squares(start: np.ndarray, reference: np.ndarray, simulated: np.ndarray, valid: np.ndarray, classes: int):
    """Hits and changes of a block at each of ``SQUARE_SIDES``, float64 (sides, 2).

    Args:
        start, reference, simulated: class indices (rows, columns).
        valid: cells to include.
        classes: number of classes.
    """
    result = np.zeros((len(SQUARE_SIDES), 2))
    at = np.flatnonzero(valid & ((reference != start) | (simulated != start)))
    row, column = np.divmod(at, start.shape[1])
    here, real, found = (layer.ravel()[at].astype(np.int64) for layer in (start, reference, simulated))
    for number, side in enumerate(SQUARE_SIDES):
        across = -(-start.shape[1] // side)
        square = row // side * across + column // side
        totals = []
        kinds = []
        for later in (real, found):
            moved = later != here
            kinds.append((square[moved] * classes + here[moved]) * classes + later[moved])
            totals.append(square[moved])
        count = int(square.max(initial=-1)) + 1
        result[number, 1] = np.maximum(*(np.bincount(total, minlength=count) for total in totals)).sum()
        names, where = np.unique(np.concatenate(kinds), return_inverse=True)
        both = [np.bincount(part, minlength=len(names)) for part in (where[: len(kinds[0])], where[len(kinds[0]) :])]
        result[number, 0] = np.minimum(*both).sum()
    return result


def in_zones(codes: np.ndarray, edges: Edges, block: Block, zones: int) -> np.ndarray:
    """Cells of each of ``CHANGE_KINDS`` by zone, by cell centre, int64 (zones, 4)."""
    spans = spans_by_centre(edges, block)
    begin, end = spans.row * block.width + spans.start, spans.row * block.width + spans.stop
    result = np.zeros((zones, len(CHANGE_KINDS)), np.int64)
    for number, kind in enumerate(CHANGE_KINDS):
        sums = np.concatenate([[0], np.cumsum(codes.ravel() == kind)])
        np.add.at(result[:, number], spans.zone, sums[end] - sums[begin])
    return result


def part_merits(
    covers: Sequence[LandCover],
    codes: np.ndarray,
    counts: np.ndarray,
    edges: Edges | None,
    zones: int,
    log: Log,
    workers: int = WORKERS,
) -> PartMerits:
    """Compute the figures of merit of the parts in one pass.

    Args:
        covers: start, reference, simulation, on one grid.
        codes: class codes (classes,).
        counts: see :class:`PartMerits`.
        edges: outlines of the zones on that grid, or ``None``.
        zones: number of zones.
        log: progress and cancellation.
        workers: number of threads.
    """
    grid = covers[0].source.grid

    def work(block: Block) -> tuple[np.ndarray, np.ndarray]:
        start, reference, simulated = (indices(cover, block, codes) for cover in covers)
        layers = start, reference, simulated
        valid = np.logical_and.reduce([layer != NO_LAND_CLASS for layer in layers])
        squares = in_squares(start, reference, simulated, valid, len(codes))
        if edges is None:
            return squares, np.zeros((0, len(CHANGE_KINDS)), np.int64)
        return squares, in_zones(change_map(start, reference, simulated, valid), edges, block, zones)

    # Block edges are multiples of every square side.
    todo = blocks(grid.width, grid.height, PART_BLOCK_CELLS)
    parts = [part for _, part in map_in_order(work, todo, log, len(todo), workers)]
    squares, by_zone = (np.sum([part[which] for part in parts], axis=0) for which in (0, 1))
    return PartMerits(codes, counts, by_zone, squares)
