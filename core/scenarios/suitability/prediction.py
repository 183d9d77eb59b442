"""Prediction of the suitability raster by a network, in one pass over blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.writing.block_output import BlockResult
from ...raster.writing.creation_options import creation_options
from ...raster.writing.writer import FLOAT_NODATA, StagedRaster, completed
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ..class_maps import NO_LAND_CLASS, indices
from .class_drivers import Driver
from .network import Ensemble, Network
from .origin import ONE_DATE, TRANSITIONS, Origin
from .sampling import read_drivers

BAND_NAME = "class {code}"
# Blocks of a small region are small to balance threads; those of a large one may each be a file.
PREDICTION_BLOCK_CELLS, SMALL_PREDICTION_BLOCK_CELLS = 1 << 20, 1 << 18
MOST_SMALL_BLOCKS = 64


def write_suitability(
    network: Network | Ensemble,
    cover: LandCover,
    drivers: Sequence[Driver],
    path: str,
    log: Log,
    compression: str = "DEFLATE",
    workers: int = WORKERS,
    years: tuple[float | None, float | None] = (None, None),
    earlier_drivers: Sequence[Driver] | None = None,
) -> tuple[StagedRaster, int]:
    """Predict every valid cell, with one band per class.

    Args:
        network: trained network.
        cover: the land cover, which determines valid cells and present classes.
        drivers: drivers on the grid of the land cover, in the order of the network.
        path: path of the raster.
        log: progress and cancellation.
        compression: compression of the raster.
        workers: number of threads.
        years: years of the land cover and, for a network trained on transitions, of the earlier one.
        earlier_drivers: the drivers at the earlier date; the mean of both predictions is then written.

    Raises:
        CarbonBalanceError: no cell gets a suitability.

    Returns:
        The raster, complete under a hidden name, and how many valid cells got no suitability.
    """
    codes = np.array(network.codes, np.int64)
    grid = cover.source.grid
    staged = StagedRaster(
        path,
        grid,
        bands=[BAND_NAME.format(code=code) for code in network.codes],
        options=creation_options(compression, continuous=True),
        continuous=True,
    )

    # A driver that was constant in training is not used, so that its gaps exclude no cells.
    fixed = {at: float(low) for at, low in enumerate(network.low) if low >= network.high[at]}
    put = staged.parts.put

    def work(block: Block) -> tuple[BlockResult, int, int, np.ndarray]:
        keys = cover.read(block)
        valid = keys.look_up(keys.valid).reshape(-1)
        cells = np.flatnonzero(valid)
        classes = indices(cover, block, codes).reshape(-1)[cells]
        counts = np.bincount(classes, minlength=256)[: len(codes)]
        now = None
        if network.knows_transitions:
            cells, now = cells[classes != NO_LAND_CLASS], classes[classes != NO_LAND_CLASS]
        result = np.full((len(codes), block.height * block.width), FLOAT_NODATA, np.float32)
        predicted = network.predict(read_drivers(drivers, block, fixed)[:, cells], now)
        if earlier_drivers is not None:
            predicted += network.predict(read_drivers(earlier_drivers, block, fixed)[:, cells], now)
            predicted /= 2
        known = ~np.isnan(predicted[0])
        result[:, cells[known]] = predicted[:, known]
        values = put(block, result.reshape(len(codes), block.height, block.width))
        return values, int(valid.sum() - known.sum()), int(known.sum()), counts

    small = grid.width * grid.height <= MOST_SMALL_BLOCKS * SMALL_PREDICTION_BLOCK_CELLS
    todo = blocks(grid.width, grid.height, SMALL_PREDICTION_BLOCK_CELLS if small else PREDICTION_BLOCK_CELLS)
    without, with_one, counts = 0, 0, np.zeros(len(codes), np.int64)
    learned_from = TRANSITIONS if network.knows_transitions else ONE_DATE
    with completed([staged], log):
        for block, (values, missing, known, found) in map_in_order(work, todo, log, len(todo), workers):
            staged.write(block, values)
            without += missing
            with_one += known
            counts += found
        if not with_one:
            raise CarbonBalanceError(
                tr(
                    "No cell of {raster} gets a suitability: the drivers have no data where it has data, or none of "
                    "its classes is known to the network."
                ).format(raster=cover.source.name)
            )
        staged.tags = Origin(learned_from, dict(zip(codes.tolist(), counts.tolist())), *years).tags()
    return staged, without
