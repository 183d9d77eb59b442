"""Accuracy assessment of a simulation from its rasters: measures, null model, and map of changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.writing.block_output import BlockResult
from ...raster.writing.creation_options import creation_options
from ...raster.writing.writer import StagedRaster, completed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ...tables import columns
from ..class_maps import NO_LAND_CLASS, Crossing, indices
from . import measures as accuracy

SIMULATION, NULL, UNIFORM = "simulation", "null model", "uniform suitability"


@dataclass(frozen=True)
class Judgement:
    """Agreement and change skill of a simulation, the null model, and runs with uniform suitability."""

    codes: np.ndarray
    simulated: tuple[accuracy.Agreement, accuracy.ChangeSkill]
    null: tuple[accuracy.Agreement, accuracy.ChangeSkill]
    uniform: tuple[tuple[accuracy.Agreement, accuracy.ChangeSkill], ...] = ()

    @property
    def models(self) -> list[tuple[str, tuple[accuracy.Agreement, accuracy.ChangeSkill]]]:
        """The models by name; several runs with uniform suitability are numbered."""
        names = [UNIFORM] + [f"{UNIFORM} {number}" for number in range(2, len(self.uniform) + 1)]
        return [(SIMULATION, self.simulated), (NULL, self.null), *zip(names, self.uniform)]

    @property
    def uniform_merit(self) -> float:
        """Mean figure of merit of the runs with uniform suitability; NaN if there are none."""
        return float(np.mean([change.figure_of_merit for _, change in self.uniform])) if self.uniform else float("nan")

    def measure_columns(self) -> dict[str, object]:
        """Columns of a long table of all measures."""
        rows = []
        for name, (agreement, change) in self.models:
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
        """Table columns of producer's and user's accuracy by class."""
        return {
            columns.MODEL: [name for name, _ in self.models for _ in self.codes],
            columns.CODE: np.tile(self.codes, len(self.models)),
            columns.PRODUCERS_ACCURACY: np.concatenate([agreement.producers for _, (agreement, _) in self.models]),
            columns.USERS_ACCURACY: np.concatenate([agreement.users for _, (agreement, _) in self.models]),
        }


def assess_simulation(crossing: Crossing, log: Log, uniform: Sequence[np.ndarray] = ()) -> Judgement:
    """Compute the measures from cells by class at the start, in the reference and in the simulation.

    Args:
        crossing: crossing of the three land covers, in that order.
        log: receives notes.
        uniform: the same counts for runs with uniform suitability, (classes, classes, classes) each.
    """
    counts = crossing.cells
    null = accuracy.null_counts(counts)
    tables = (counts, null, *uniform)
    parts = [(accuracy.agreement(table.sum(axis=0)), accuracy.change_skill(table)) for table in tables]
    found = Judgement(crossing.codes, parts[0], parts[1], tuple(parts[2:]))
    merit, ours, theirs = parts[0][1].figure_of_merit, parts[0][0].overall_accuracy, parts[1][0].overall_accuracy
    if np.isfinite(merit):
        log.info(tr("Figure of merit {merit:.4f}.").format(merit=merit))
        _log_uniform(merit, found.uniform_merit, log)
    else:
        log.info(tr("Nothing changed in the reference or in the simulation: there is no figure of merit."))
    log.info(
        tr("Overall accuracy {ours:.4%}; without any change it would be {theirs:.4%}.").format(ours=ours, theirs=theirs)
    )
    if theirs > ours:
        log.warn(
            tr(
                "The assumption of no change would have been correct more often than the simulation, as is usual where "
                "little changes: use the figure of merit rather than overall accuracy or kappa."
            )
        )
    return found


def _log_uniform(merit: float, uniform: float, log: Log) -> None:
    """Log a figure of merit compared with that of the same changes with uniform suitability."""
    if not np.isfinite(uniform):
        return
    log.info(
        tr(
            "The same changes placed with uniform suitability, by their neighbours alone, have a figure of merit of "
            "{uniform:.4f}{times}; no change at all has 0."
        ).format(
            uniform=uniform,
            times=tr(": the simulation has {ratio:.2f} times that").format(ratio=merit / uniform) if uniform else "",
        )
    )
    if merit <= uniform:
        log.warn(
            tr(
                "The simulation places the changes no better than a run with uniform suitability: the suitability does "
                "not help here."
            )
        )


def write_change_map(
    covers: Sequence[LandCover], codes: np.ndarray, path: str, log: Log, workers: int = WORKERS
) -> StagedRaster:
    """Write the map of hits (1), misses (2), false alarms (3), wrong hits (4) and unchanged cells (5).

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
    staged = StagedRaster(path=path, grid=grid, dtype=np.uint8, nodata=0, bands=["change"], options=creation_options())

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
