"""Tiles of numbers that hardly shrink are stored as they are, in the form of DEFLATE, which every program reads.

The last digits of numbers that vary from cell to cell are random: compression then takes most of the time of a pass,
and makes the file some tenth smaller. Stored tiles are also read several times as fast.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

# Tiles are compressed if that saves at least this share of their bytes, measured on every 64th row.
LEAST_SAVING = 1 / 8
_SAMPLED_ROW = 64
# Rows whose bytes are put in order at once, so that they stay in the processor's cache.
_ORDERED_ROWS = 64
_FAST, _STORED = 1, 0


def can_store(dtype: np.dtype, options: Sequence[str]) -> bool:
    """Whether tiles written with GDAL's creation options may be stored: floats with the predictor for floats."""
    return np.dtype(dtype).kind == "f" and {"COMPRESS=DEFLATE", "PREDICTOR=3"} <= set(options)


def uncompressed(options: Sequence[str]) -> bool:
    """Whether GDAL's creation options ask for cells as they are."""
    return not any(option.startswith(("COMPRESS=", "PREDICTOR=")) for option in options)


def hardly_shrinks(cells: np.ndarray) -> bool:
    """Whether compression of a tile (rows, columns) saves less than :data:`LEAST_SAVING`."""
    sample = predicted(cells[::_SAMPLED_ROW])
    return len(zlib.compress(sample.data, _FAST)) > (1 - LEAST_SAVING) * sample.size


def stored_tile(cells: np.ndarray, tile: int) -> bytes:
    """The bytes of a tile of ``tile`` x ``tile`` cells, in the form of DEFLATE."""
    return zlib.compress(predicted(filled_tile(cells, tile)).data, _STORED)


def plain_tile(cells: np.ndarray, tile: int) -> bytes:
    """The bytes of a tile of ``tile`` x ``tile`` cells without any compression."""
    return filled_tile(cells, tile).astype(cells.dtype.newbyteorder("<"), copy=False).tobytes()


def filled_tile(cells: np.ndarray, tile: int) -> np.ndarray:
    """The cells of a whole tile (tile, tile): beyond the edge of the raster each row goes on as it ends, and rows below
    the last one hold its last value.

    DEFLATE takes twice as long for zeros, all bytes of which are equal.
    """
    rows, columns = cells.shape
    if (rows, columns) == (tile, tile):
        return cells
    whole = np.full((tile, tile), cells[-1, -1], cells.dtype)
    whole[:rows, :columns] = cells
    whole[:rows, columns:] = cells[:, -1:]
    return whole


def predicted(cells: np.ndarray) -> np.ndarray:
    """Floats as TIFF's floating point predictor changes them, uint8 (rows, columns x bytes of a number).

    First bytes of all numbers of a row come first, then second bytes and so on; of each, the difference from the one
    before is kept.

    Source: Adobe Photoshop TIFF Technical Note 3 (2005).
    """
    rows, columns = cells.shape
    size = cells.dtype.itemsize
    changed = np.empty((rows, columns * size), np.uint8)
    for top in range(0, rows, _ORDERED_ROWS):
        part = np.ascontiguousarray(cells[top : top + _ORDERED_ROWS], cells.dtype.newbyteorder("<"))
        by_number = part.view(np.uint8).reshape(len(part), columns, size)
        planes = by_number[..., ::-1].transpose(0, 2, 1).reshape(len(part), columns * size)
        into = changed[top : top + _ORDERED_ROWS]
        into[:, 0] = planes[:, 0]
        np.subtract(planes[:, 1:], planes[:, :-1], out=into[:, 1:])
    return changed
