"""Baseline for the figure of merit: a run of the automaton with uniform suitability.

A figure of merit alone is hard to interpret: the number of changes and their neighbourhoods give every run some hits.
The contribution of the suitability is the difference from this run. It uses the allocation settings of the simulation,
which are stored in the metadata of its raster, so that only the suitability differs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.source import RasterSource
from ...raster.warping.alignment import moved_onto
from ...runtime.i18n import tr
from ...runtime.log import Log, QuietLog
from ...runtime.parallel import WORKERS, map_in_order
from ..calibration.settings import LandUseSettings, settings_of_map
from ..calibration.trials import trial_rules
from ..class_maps import MOST_LAND_CLASSES, NO_LAND_CLASS, indices
from ..simulation.region import Region, StepMaps, load
from ..simulation.simulation import simulate


@dataclass(frozen=True)
class _Uniform:
    """A constant suitability."""

    value: float

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The value in every cell (rows, columns)."""
        return np.full((block.height, block.width), self.value, dtype)


@dataclass(frozen=True)
class _NotCompared:
    """1 for cells that are not compared or are restricted, otherwise 0."""

    covers: tuple[LandCover, ...]
    codes: np.ndarray
    restricted: RasterSource | None

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The cells of a block (rows, columns)."""
        closed = np.logical_or.reduce([indices(cover, block, self.codes) == NO_LAND_CLASS for cover in self.covers])
        if self.restricted is not None:
            values = self.restricted.read_float(block)
            closed |= ~np.isnan(values) & (values != 0)
        return closed.astype(dtype)


def uniform_counts(
    covers: Sequence[LandCover],
    codes: np.ndarray,
    restricted: RasterSource | None,
    seed: int,
    log: Log,
    settings: LandUseSettings | None = None,
) -> np.ndarray | None:
    """Cells by class at the start, in the reference and in a uniform run, (classes, classes, classes).

    The run makes the same number of changes of each kind as the simulation, without forbidden changes.

    Args:
        covers: start, reference, simulation, on one grid.
        codes: class codes (classes,).
        restricted: cells that may not change (valid and not 0), on any grid; ``None`` for none.
        seed: seed of the run.
        log: progress and cancellation.
        settings: allocation settings of the simulation; ``None`` for the defaults.

    Returns:
        the cells; ``None`` if a run is not possible: no change, a single class, or too many classes.
    """
    start, reference, simulated = covers
    settings = settings or LandUseSettings()
    classes = len(codes)
    if not 2 <= classes <= MOST_LAND_CLASSES:
        return None
    flows = _compared_cells([start, simulated], codes, reference)
    if flows.sum() == np.trace(flows):
        return None
    if restricted is not None:
        restricted = moved_onto(restricted, start.source.grid, start.source.name, log)
    elsewhere = np.diag(_compared_cells([start], codes) - flows.sum(axis=1))
    region = Region(
        start,
        codes,
        (_Uniform(1 / classes),) * classes,
        _NotCompared(tuple(covers), codes, restricted),
        settings.window,
    )
    rules = trial_rules(settings, codes, seed)
    wanted = (flows + elsewhere)[None]
    land = load(region, log)
    maps = StepMaps(land)
    try:
        # Changes of the simulation in restricted cells are left out; the warning about them is logged elsewhere.
        simulate(
            land,
            rules,
            wanted.sum(axis=1),
            labels=[str(code) for code in codes],
            cell_ha=1.0,
            nearest=True,
            flows=wanted,
            log=QuietLog(log),
        )
    finally:
        land.close()
    maps.keep()
    with tempfile.TemporaryDirectory() as folder:
        path = maps.write([0], ["uniform"], region, str(Path(folder) / "uniform.tif"), QuietLog(log)).publish()
        uniform = RasterSource(path)
        try:
            return _compared_cells([start, reference, LandCover(uniform)], codes, simulated)
        finally:
            uniform.close()


def uniform_settings(given: LandUseSettings | None, simulated: RasterSource, log: Log) -> LandUseSettings:
    """Allocation settings of a uniform run: as given, otherwise from the simulation raster, otherwise defaults.

    Args:
        given: settings given by the user, or ``None``.
        simulated: the simulation.
        log: receives the settings, or a warning if the simulation does not state them.
    """
    own = given or settings_of_map(simulated)
    if own is None:
        log.warn(
            tr(
                "{simulated} does not state how its changes were allocated: the run with uniform suitability uses "
                "the default, roulette with 3 x 3 cells. Give SETTINGS if the simulation used others."
            ).format(simulated=simulated.name)
        )
        return LandUseSettings()
    log.info(
        tr("The run with uniform suitability uses the allocation of the simulation: {settings}.").format(
            settings=own.allocation_text()
        )
    )
    return own


def _compared_cells(covers: Sequence[LandCover], codes: np.ndarray, also_valid: LandCover | None = None) -> np.ndarray:
    """Cells that are valid in all land covers (and an additional one) by their classes, with one axis each.

    The codes are given, so that the axes match those of the comparison.
    """
    classes, grid = len(codes), covers[0].source.grid
    every = list(covers) if also_valid is None else [*covers, also_valid]

    def work(block: Block) -> np.ndarray:
        layers = [indices(cover, block, codes) for cover in every]
        valid = np.logical_and.reduce([layer != NO_LAND_CLASS for layer in layers])
        flat = np.zeros(np.count_nonzero(valid), np.int64)
        for layer in layers[: len(covers)]:
            flat = flat * classes + layer[valid]
        return np.bincount(flat, minlength=classes ** len(covers))

    todo = blocks(grid.width, grid.height)
    total = np.zeros(classes ** len(covers), np.int64)
    for _, found in map_in_order(work, todo, Log(), len(todo), WORKERS):
        total += found
    return total.reshape((classes,) * len(covers))
