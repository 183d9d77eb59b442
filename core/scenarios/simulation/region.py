"""Reading of the rasters of a region into a landscape, and writing of the simulated land cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.source import RasterSource
from ...raster.warping.alignment import moved_onto
from ...raster.writing.block_output import BlockResult
from ...raster.writing.creation_options import creation_options
from ...raster.writing.writer import StagedRaster, completed
from ...runtime import cluster
from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.parallel import WORKERS, map_in_order
from ..class_maps import indices
from ..landscape.distributed_landscape import AnyLandscape, DistributedLandscape
from ..landscape.landscape import Landscape
from ..landscape.landscape_parts import Change
from .suitability_bands import log_suitability

SIMULATION_BLOCK_CELLS = 1 << 18


class CellValues(Protocol):
    """Interface of rasters and their substitutes: returns the values of a block."""

    def read_float(self, block: Block, dtype: type = np.float64) -> np.ndarray:
        """The values of a block, NaN for none (rows, columns)."""
        ...


@dataclass(frozen=True)
class Region:
    """The input rasters of a simulation; reads the whole region or a part of its rows.

    Attributes:
        cover: the land cover to start from.
        codes: class codes (classes,).
        suitability: a band for each class, on the grid of the land cover.
        restricted: cells that are valid and not 0 there may not change; on that grid; ``None`` for none.
        window: side of the neighbourhood.
    """

    cover: LandCover
    codes: np.ndarray
    suitability: tuple[CellValues, ...]
    restricted: CellValues | None
    window: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.cover.source.grid.width

    @property
    def height(self) -> int:
        """Rows."""
        return self.cover.source.grid.height

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.codes)

    def fill(self, land: Landscape, block: Block, top: int = 0) -> int:
        """Read a block into a landscape whose first row is ``top``; returns the number of cells without suitability."""
        closed = None
        if self.restricted is not None:
            values = self.restricted.read_float(block)
            closed = ~np.isnan(values) & (values != 0)
        shares = [band.read_float(block, np.float32) for band in self.suitability]
        rows = slice(block.row - top, block.row - top + block.height)
        columns = slice(block.column, block.column + block.width)
        return land.put(rows, columns, indices(self.cover, block, self.codes), shares, closed)

    def part(self, top: int, bottom: int, own: slice) -> Landscape:
        """Rows from ``top`` to ``bottom`` (exclusive); cells without suitability are counted in the rows ``own``."""
        land = Landscape(self.width, bottom - top, self.classes, self.window)
        for first, last in ((top, own.start), (own.start, own.stop), (own.stop, bottom)):
            todo = [
                replace(block, row=first + block.row)
                for block in blocks(self.width, max(last - first, 0), SIMULATION_BLOCK_CELLS)
            ]
            unsuitable = sum(self.fill(land, block, top) for block in todo)
            if (first, last) == (own.start, own.stop):
                land.unsuitable_cells = unsuitable
        return land


def region_of(
    cover: LandCover,
    codes: np.ndarray,
    suitability: Sequence[RasterSource],
    restricted: RasterSource | None,
    window: int,
    log: Log | None = None,
) -> Region:
    """Align the rasters with the grid of the land cover.

    Args:
        cover: the land cover to start from.
        codes: class codes (classes,).
        suitability: a band for each class, on any grid.
        restricted: cells that are valid and not 0 there may not change; on any grid; ``None`` for none.
        window: side of the neighbourhood.
        log: takes what differed between the grids.

    Raises:
        CarbonBalanceError: grids that cannot be brought together.
    """
    log, start = log or Log(), cover.source
    # All bands are of the same raster, so that differences are logged once.
    shares = tuple(
        moved_onto(band, start.grid, start.name, Log() if at else log, "bilinear")
        for at, band in enumerate(suitability)
    )
    closed = None if restricted is None else moved_onto(restricted, start.grid, start.name, log)
    return Region(cover, codes, shares, closed, window)


def load(region: Region, log: Log) -> AnyLandscape:
    """The landscape: read into memory by blocks, or distributed over the workers of the cluster.

    Raises:
        CarbonBalanceError: negative suitability, or an invalid window or number of classes.
    """
    if cluster.current() is None:
        return load_here(region, log)
    land = DistributedLandscape(region, log)
    log_suitability(land.unsuitable_cells, land.highest, log)
    return land


def load_here(region: Region, log: Log) -> Landscape:
    """The landscape in memory of this process, read by blocks; see :func:`load`."""
    land = Landscape(region.width, region.height, region.classes, region.window)
    todo = blocks(region.width, region.height, SIMULATION_BLOCK_CELLS)
    # Blocks are disjoint, so that threads may fill the same landscape.
    filled = map_in_order(partial(region.fill, land), todo, log, len(todo), WORKERS)
    land.unsuitable_cells = sum(unsuitable for _, unsuitable in filled)
    log_suitability(land.unsuitable_cells, land.highest, log)
    return land


def code_type(codes: np.ndarray) -> tuple[np.dtype, int]:
    """The smallest number type for class codes, and a nodata value that is not a code."""
    low, high = int(codes.min()), int(codes.max())
    for kind in (np.uint8, np.int16, np.int32):
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max:
            spare = [value for value in (limits.max, limits.min, 0) if value not in codes]
            if spare:
                return np.dtype(kind), int(spare[0])
    raise CarbonBalanceError(
        tr("Class codes from {low} to {high} do not fit a raster of 32-bit integers: recode the land cover.").format(
            low=low, high=high
        )
    )


class StepMaps:
    """The maps of the steps of a simulation: copies in memory, or recorded changes of a distributed landscape."""

    def __init__(self, land: AnyLandscape) -> None:
        self.land = land
        self._maps: list[np.ndarray] = []
        self._until: list[int] = []

    def __len__(self) -> int:
        return len(self._until) or len(self._maps)

    def keep(self) -> None:
        """Store the current map."""
        if isinstance(self.land, DistributedLandscape):
            self._until.append(self.land.happened)
        else:
            self._maps.append(self.land.map())

    @property
    def in_memory(self) -> list[np.ndarray]:
        """Copies of the maps of a landscape in memory, class indices, uint8 (rows, columns)."""
        return self._maps

    def changed_cells(self, region: Region, log: Log) -> int:
        """Number of cells whose class in the last stored map is not the initial one.

        A cell that changed several times counts once, one that changed back does not count.
        """
        grid = region.cover.source.grid
        todo = blocks(grid.width, grid.height)

        def of_memory(block: Block) -> int:
            part = np.s_[block.row : block.row + block.height, block.column : block.column + block.width]
            return int((self._maps[-1][part] != indices(region.cover, block, region.codes)).sum())

        def of_changes(item: tuple[Block, list[Change]]) -> int:
            block, (change,) = item
            start = indices(region.cover, block, region.codes)
            return int((start.ravel()[change.cells] != change.classes).sum())

        if isinstance(self.land, DistributedLandscape):
            items = self.land.on_blocks(todo, self._until[-1:])
            return sum(each for _, each in map_in_order(of_changes, items, log, len(todo), WORKERS))
        return sum(each for _, each in map_in_order(of_memory, todo, log, len(todo), WORKERS))

    def write(
        self,
        which: Sequence[int],
        names: Sequence[str],
        region: Region,
        path: str,
        log: Log,
        tags: Mapping[str, str] | None = None,
    ) -> StagedRaster:
        """Write maps as bands of a raster, which is completed under a hidden name.

        Args:
            which: indices of the stored maps.
            names: names of the bands.
            region: the region with grid and codes.
            path: path of the raster.
            log: progress and cancellation.
            tags: metadata of every band.
        """
        grid = region.cover.source.grid
        kind, nodata = code_type(region.codes)
        value_of = np.full(256, nodata, kind)
        value_of[: region.classes] = region.codes
        staged = StagedRaster(
            path=path, grid=grid, dtype=kind.type, nodata=nodata, bands=names, options=creation_options()
        )
        staged.tags.update(tags or {})
        put, todo = staged.parts.put, blocks(grid.width, grid.height)

        def of_memory(block: Block) -> BlockResult:
            part = np.s_[block.row : block.row + block.height, block.column : block.column + block.width]
            return put(block, np.stack([value_of[self._maps[at][part]] for at in which]))

        def of_changes(item: tuple[Block, list[Change]]) -> BlockResult:
            block, changes = item
            start = indices(region.cover, block, region.codes)
            layers = np.stack([start] * len(changes))
            for layer, change in zip(layers.reshape(len(changes), -1), changes):
                layer[change.cells] = change.classes
            return put(block, value_of[layers])

        with completed([staged], log):
            if isinstance(self.land, DistributedLandscape):
                items = self.land.on_blocks(todo, [self._until[at] for at in which])
                for (block, _), values in map_in_order(of_changes, items, log, len(todo), WORKERS):
                    staged.write(block, values)
            else:
                for block, values in map_in_order(of_memory, todo, log, len(todo), WORKERS):
                    staged.write(block, values)
        return staged
