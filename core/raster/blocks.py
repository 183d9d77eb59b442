"""Blocks: the parts in which a raster is processed, so that memory does not depend on its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


def rows_at_once(block: Block) -> Iterator[slice]:
    """The rows of a block in groups small enough for intermediate results to stay in the processor's cache."""
    step = max(1, _ROWS_CELLS_AT_ONCE // block.width)
    for top in range(0, block.height, step):
        yield slice(top, min(top + step, block.height))
