"""Blocks: the parts in which a raster is processed, so that memory does not depend on its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from osgeo import gdal

BLOCK_CELLS = 1 << 22
TILE = 512
_ROWS_CELLS_AT_ONCE = 1 << 15


@dataclass(frozen=True)
class Block:
    """A rectangle of cells: its upper left cell and its size."""

    column: int
    row: int
    width: int
    height: int


def blocks(width: int, height: int, cells: int = BLOCK_CELLS, tile: int = TILE) -> list[Block]:
    """The blocks of a raster, row by row: as wide as possible, with edges on multiples of ``tile``.

    A block has about ``cells`` cells for rasters of any width. Its edges coincide with tile edges of the output, so
    that no tile is compressed twice.
    """
    wide = max(tile, cells // tile // tile * tile)
    if width <= wide:
        across = width
        down = max(tile, cells // max(width, 1) // tile * tile)
    else:
        parts = -(-width // wide)
        across = -(-width // parts // tile) * tile
        down = tile
    return [
        Block(column, row, min(across, width - column), min(down, height - row))
        for row in range(0, height, down)
        for column in range(0, width, across)
    ]


def release(band: gdal.Band, block: Block) -> None:
    """Remove the cells of a block that was read from GDAL's cache, if the next blocks need none of them.

    That is so where no block of the file is cut, except for a raster that is read at once and may be read again. Memory
    that is used again at once stays in the processor's cache.
    """
    spans = ((block.column, block.column + block.width), (block.row, block.row + block.height))
    size = (band.XSize, band.YSize)
    if (block.width, block.height) != size and all(
        not first % side and (not end % side or end == whole)
        for (first, end), whole, side in zip(spans, size, band.GetBlockSize())
    ):
        band.FlushCache()


def rows_at_once(block: Block, cells: int = _ROWS_CELLS_AT_ONCE) -> Iterator[slice]:
    """The rows of a block in groups small enough for intermediate results to stay in the processor's cache.

    Args:
        block: the block.
        cells: about as many cells are in a group; more of them suit steps with few intermediate results.
    """
    step = max(1, cells // block.width)
    for top in range(0, block.height, step):
        yield slice(top, min(top + step, block.height))
