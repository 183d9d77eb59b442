"""Judging a simulation on its rasters: the measures, the null model's beside them, and the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.writing.block_output import BlockResult
from ...raster.writing.writer import StagedRaster, completed, creation_options
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables import columns
from ..class_maps import NO_LAND_CLASS, Crossing, indices
from . import measures as accuracy

SIMULATION, NULL = "simulation", "null model"


@dataclass(frozen=True)
class Judgement:
    """A simulation and the null model, each with agreement and change skill."""

    codes: np.ndarray
    simulated: tuple[accuracy.Agreement, accuracy.ChangeSkill]
    null: tuple[accuracy.Agreement, accuracy.ChangeSkill]

    def measure_columns(self) -> dict[str, object]:
        """Every measure of both as the columns of a long table."""
        rows = []
        for name, (agreement, change) in ((SIMULATION, self.simulated), (NULL, self.null)):
            for part, prefix in ((agreement, ""), (change, "change_")):
                values = {item.name: getattr(part, item.name) for item in fields(part)}
                rows += [
                    (name, f"{prefix}{key}_accuracy" if key in ("producers", "users") else key, float(value))
                    for key, value in values.items()
                    if not isinstance(value, np.ndarray)
                ]
        models, measures, figures = zip(*rows)
        return {columns.MODEL: models, columns.MEASURE: measures, columns.VALUE: figures}

    def class_columns(self) -> dict[str, object]:
        """Producer's and user's accuracy by class as the columns of a table."""
        both = self.simulated[0], self.null[0]
        return {
            columns.MODEL: [SIMULATION] * len(self.codes) + [NULL] * len(self.codes),
            columns.CODE: np.tile(self.codes, 2),
            columns.PRODUCERS_ACCURACY: np.concatenate([part.producers for part in both]),
            columns.USERS_ACCURACY: np.concatenate([part.users for part in both]),
        }


def assess_simulation(crossing: Crossing, log: Log) -> Judgement:
    """The measures from cells by class at the start, in the reference and in the simulation.

    Args:
        crossing: of the three land covers, in that order.
        log: notes.
    """
    counts = crossing.cells
    null = accuracy.null_counts(counts)
    parts = [(accuracy.agreement(table.sum(axis=0)), accuracy.change_skill(table)) for table in (counts, null)]
    found = Judgement(crossing.codes, *parts)
    merit, ours, theirs = parts[0][1].figure_of_merit, parts[0][0].overall_accuracy, parts[1][0].overall_accuracy
    if np.isfinite(merit):
        log.info(tr("Figure of merit {merit:.4f}.").format(merit=merit))
    else:
        log.info(tr("Nothing changed, in the reference or in the simulation: there is no figure of merit."))
    log.info(tr("Overall accuracy {ours:.4%}, that of no change at all {theirs:.4%}.").format(ours=ours, theirs=theirs))
    if theirs > ours:
        log.warn(
            tr(
                "To change nothing would have been right more often than the simulation, as is usual where little "
                "changes: look at the figure of merit, not at overall accuracy or kappa."
            )
        )
    return found


def write_change_map(
    covers: Sequence[LandCover], codes: np.ndarray, path: str, log: Log, workers: int = WORKERS
) -> StagedRaster:
    """The map of hits (1), misses (2), false alarms (3), wrong hits (4) and unchanged cells (5).

    Args:
        covers: start, reference, simulation, on one grid.
        codes: class codes (classes,).
        path: of the raster.
        log: progress, cancelling.
        workers: threads.

    Returns:
        The raster, complete under a hidden name.
    """
    grid = covers[0].source.grid
    staged = StagedRaster(path, grid, np.uint8, 0, ["change"], creation_options())

    put = staged.parts.put

    def work(block: Block) -> BlockResult:
        layers = [indices(cover, block, codes) for cover in covers]
        valid = np.logical_and.reduce([layer != NO_LAND_CLASS for layer in layers])
        return put(block, accuracy.change_map(layers[0], layers[1], layers[2], valid))

    todo = blocks(grid.width, grid.height)
    with completed([staged], log):
        for block, values in map_in_order(work, todo, log, len(todo), workers):
            staged.write(block, values)
    return staged
