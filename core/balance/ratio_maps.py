"""Inputs and outputs of the comparison of supply and demand rasters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..options.balance import COARSER_GRID, DEMAND_GRID, RATIO_UNITS, SUPPLY_GRID
from ..raster.grid import Grid
from ..raster.quantity import RasterQuantity, quantity_on
from ..raster.source import RasterSource
from ..raster.writing.creation_options import creation_options
from ..raster.writing.writer import StagedRaster
from ..runtime.log import Log
from .comparison import Comparison
from .indices import Index

WORSE_CLASS, UNCHANGED_CLASS, IMPROVED_CLASS = 1, 2, 3
NO_CHANGE_CLASS = 0


@dataclass(frozen=True)
class Pair:
    """Supply and demand of one date, on the grid of the result, in tonnes of comparable species."""

    supply: RasterQuantity
    demand: RasterQuantity


def common_grid(supply: RasterSource, demand: RasterSource, which: str = COARSER_GRID) -> Grid:
    """The grid of the result: that of the raster with the larger cells, or of the chosen one.

    Raises:
        CarbonBalanceError: cells without a known area.
    """
    for source in (supply, demand):
        source.grid.need_areas(source.name)
    if which == COARSER_GRID:
        areas = [float(np.median(source.grid.row_cell_area_ha())) for source in (supply, demand)]
        which = SUPPLY_GRID if areas[0] > areas[1] else DEMAND_GRID
    return supply.grid if which == SUPPLY_GRID else demand.grid


def quantity_in(
    source: RasterSource, unit: str, grid: Grid, factor: float = 1.0, log: Log | None = None
) -> RasterQuantity:
    """A raster in one of ``RATIO_UNITS`` on ``grid``, in t times ``factor``."""
    basis, to_tonnes = RATIO_UNITS[unit]
    return quantity_on(source, grid, basis, to_tonnes * factor, log)


@dataclass(frozen=True)
class RatioMaps:
    """The rasters to write; ``None`` for those not wanted.

    Attributes:
        ratio: raster of the index.
        balance: raster of S - D, t/km2.
        change: raster of the change of the balance in the classes ``WORSE_CLASS``, ``UNCHANGED_CLASS``,
            ``IMPROVED_CLASS``.
        compression: compression of all rasters.
        comparison: the compared quantities, stored in band descriptions.
    """

    ratio: str | None = None
    balance: str | None = None
    change: str | None = None
    compression: str = "DEFLATE"
    comparison: Comparison | None = None

    def staged(self, index: Index, grid: Grid) -> dict[str, StagedRaster]:
        """The wanted rasters, opened for writing."""
        floats = creation_options(self.compression, continuous=True)
        classes = creation_options(self.compression)
        begun: dict[str, StagedRaster] = {}
        of = f"; {self.comparison.text()}" if self.comparison else ""
        try:
            if self.ratio:
                title = f"{index.id} = {index.formula}{of}"
                begun["ratio"] = StagedRaster(self.ratio, grid, bands=[title], options=floats, continuous=True)
            if self.balance:
                title = f"S - D (t/km2){of}"
                begun["balance"] = StagedRaster(self.balance, grid, bands=[title], options=floats, continuous=True)
            if self.change:
                title = "change of balance: 1 worse, 2 unchanged, 3 improved"
                begun["change"] = StagedRaster(
                    path=self.change, grid=grid, dtype=np.uint8, nodata=NO_CHANGE_CLASS, bands=[title], options=classes
                )
        except BaseException:
            for raster in begun.values():
                raster.discard()
            raise
        return begun
