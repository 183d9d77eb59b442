"""What supply and demand rasters come in as, and the maps that their comparison is written to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..raster.grid import Grid
from ..raster.quantity import PER_CELL, PER_KM2, Quantity, quantity_on
from ..raster.source import RasterSource
from ..raster.writer import StagedRaster, creation_options
from .comparison import Compared
from .indices import Index

# Basis of the unit, and what turns it into t (per km2 or per cell).
UNITS = {
    "t/km2": (PER_KM2, 1.0),
    "t/ha": (PER_KM2, 100.0),
    "kg/m2": (PER_KM2, 1000.0),
    "t/cell": (PER_CELL, 1.0),
}
COARSER, SUPPLY, DEMAND = "coarser", "supply", "demand"
GRIDS = (COARSER, SUPPLY, DEMAND)
WORSE, UNCHANGED, IMPROVED = 1, 2, 3
NO_CLASS = 0


@dataclass(frozen=True)
class Pair:
    """Supply and demand of one date, on the grid of the result, in t and in species that compare."""

    supply: Quantity
    demand: Quantity


def common_grid(supply: RasterSource, demand: RasterSource, which: str = COARSER) -> Grid:
    """The grid of the result: that of the raster with the larger cells, or of the one chosen.

    Raises:
        CarbonBalanceError: cells without a known area.
    """
    for source in (supply, demand):
        source.grid.need_areas(source.name)
    if which == COARSER:
        areas = [float(np.median(source.grid.row_cell_area_ha())) for source in (supply, demand)]
        which = SUPPLY if areas[0] > areas[1] else DEMAND
    return supply.grid if which == SUPPLY else demand.grid


def quantity_in(source: RasterSource, unit: str, grid: Grid, factor: float = 1.0) -> Quantity:
    """A raster in one of ``UNITS`` on ``grid``, in t times ``factor``."""
    basis, to_tonnes = UNITS[unit]
    return quantity_on(source, grid, basis, to_tonnes * factor)


@dataclass(frozen=True)
class Maps:
    """The rasters to write; ``None`` for one that is not asked for.

    Attributes:
        ratio: of the index.
        balance: S - D, t/km2.
        change: of the balance, classes ``WORSE``, ``UNCHANGED``, ``IMPROVED``.
        compression: of all.
        compared: what the index holds against what, which the bands say.
    """

    ratio: str | None = None
    balance: str | None = None
    change: str | None = None
    compression: str = "DEFLATE"
    compared: Compared | None = None

    def staged(self, index: Index, grid: Grid) -> dict[str, StagedRaster]:
        """The rasters asked for, begun."""
        floats = {"options": creation_options(self.compression, continuous=True), "continuous": True}
        classes = creation_options(self.compression)
        begun: dict[str, StagedRaster] = {}
        of = f"; {self.compared.text()}" if self.compared else ""
        try:
            if self.ratio:
                title = f"{index.id} = {index.formula}{of}"
                begun["ratio"] = StagedRaster(self.ratio, grid, bands=[title], **floats)
            if self.balance:
                begun["balance"] = StagedRaster(self.balance, grid, bands=[f"S - D (t/km2){of}"], **floats)
            if self.change:
                title = "change of balance: 1 worse, 2 unchanged, 3 improved"
                begun["change"] = StagedRaster(self.change, grid, np.uint8, NO_CLASS, [title], classes)
        except BaseException:
            for raster in begun.values():
                raster.discard()
            raise
        return begun
