"""A region's rasters into the landscape, and the simulated land cover out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..errors import CarbonBalanceError, listed
from ..i18n import tr
from ..log import Log
from ..raster.blocks import Block, blocks
from ..raster.codes import LandCover
from ..raster.engine import WORKERS, map_in_order
from ..raster.source import RasterSource
from ..raster.writer import StagedRaster, creation_options
from .landscape import Landscape
from .maps import indices

CELLS_A_BLOCK = 1 << 20


def suitability_bands(first: RasterSource, codes: np.ndarray) -> list[RasterSource]:
    """The bands of a suitability raster, one a class.

    Raises:
        CarbonBalanceError: another number of bands than classes, or bands that say they are others.
    """
    dataset = first.dataset()
    count = dataset.RasterCount
    names = [dataset.GetRasterBand(number + 1).GetDescription() for number in range(count)]
    del dataset
    first.close()
    if count != len(codes):
        raise CarbonBalanceError(
            tr(
                "{raster} has {bands} band(s), but there are {classes} classes ({codes}): one band a class is needed."
            ).format(raster=first.name, bands=count, classes=len(codes), codes=listed(codes))
        )
    said = [re.fullmatch(r"class (-?\d+)", name) for name in names]
    if all(said) and [int(match.group(1)) for match in said] != codes.tolist():
        raise CarbonBalanceError(
            tr("{raster} has bands for the classes {bands}, but the classes are {codes}.").format(
                raster=first.name, bands=listed(match.group(1) for match in said), codes=listed(codes)
            )
        )
    return [RasterSource(first.path, first.label, number + 1, first.crs_wkt) for number in range(count)]


def load(
    cover: LandCover,
    codes: np.ndarray,
    suitability: Sequence[RasterSource],
    restricted: RasterSource | None,
    window: int,
    log: Log,
) -> Landscape:
    """Read everything into a landscape, by blocks.

    Args:
        cover: the land cover to start from.
        codes: class codes (classes,).
        suitability: a band for each class, on any grid.
        restricted: cells that are valid and not 0 there may not change; on any grid; ``None`` for none.
        window: side of the neighbourhood.
        log: progress, cancelling, notes.

    Raises:
        CarbonBalanceError: grids that cannot be brought together, negative suitability.
    """
    grid = cover.source.grid
    suitability = [band.on_grid(grid, "bilinear") for band in suitability]
    mask = None if restricted is None else restricted.on_grid(grid, "near")
    land = Landscape(grid.width, grid.height, len(codes), window)

    def read(block: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        closed = None
        if mask is not None:
            values = mask.read_float(block)
            closed = ~np.isnan(values) & (values != 0)
        shares = np.stack([band.read_float(block, np.float32) for band in suitability])
        return indices(cover, block, codes), shares, closed

    todo = blocks(grid.width, grid.height, CELLS_A_BLOCK)
    for block, parts in map_in_order(read, todo, log, len(todo), WORKERS):
        rows = slice(block.row, block.row + block.height)
        columns = slice(block.column, block.column + block.width)
        land.put(rows, columns, *parts)
    if land.unsuitable_cells:
        log.warn(
            tr("{cells:,} cells have no suitability (gaps in the drivers); they keep their class.").format(
                cells=land.unsuitable_cells
            )
        )
    return land


def code_type(codes: np.ndarray) -> tuple[np.dtype, int]:
    """The smallest number type for class codes, and a value for no data that is none of them."""
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


def write_maps(
    maps: Sequence[np.ndarray], names: Sequence[str], codes: np.ndarray, cover: LandCover, path: str, log: Log
) -> StagedRaster:
    """The simulated land covers as bands of one raster, complete under a hidden name.

    Args:
        maps: class indices, 255 where none, uint8 (rows, columns) each.
        names: of the bands.
        codes: class codes (classes,).
        cover: whose grid it is.
        path: of the raster.
        log: cancelling.
    """
    grid = cover.source.grid
    kind, nodata = code_type(codes)
    value_of = np.full(256, nodata, kind)
    value_of[: len(codes)] = codes
    staged = StagedRaster(path, grid, kind.type, nodata, names, creation_options())
    try:
        for block in blocks(grid.width, grid.height):
            log.check()
            part = np.s_[block.row : block.row + block.height, block.column : block.column + block.width]
            staged.write(block, np.stack([value_of[layer[part]] for layer in maps]))
        staged.finish()
    except BaseException:
        staged.discard()
        raise
    return staged
