"""Tiles of numbers that hardly shrink are stored as they are, in the form of DEFLATE, which every program reads.

The last digits of numbers that vary from cell to cell are random: compression then takes most of the time of a pass,
and makes the file some tenth smaller. Stored tiles are also read several times as fast.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

# Tiles are compressed if that saves at least this share of their bytes, measured on every 64th row.
LEAST_SAVING = 1 / 8
_SAMPLED_ROW = 64
_FAST = 1
# A stream of DEFLATE as RFC 1950 and 1951 define it: its header, the header of a stored part (whether it is the last
# one, its number of bytes, and that number inverted), and the checksum at the end.
_HEADER, _PART, _CHECKSUM = b"\x78\x01", struct.Struct("<BHH"), struct.Struct(">I")
# The most bytes of a stored part. Rows that are put in order at once have no more, so that they stay in the
# processor's cache until their checksum is computed.
_MOST_STORED = 0xFFFF


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


def stored_tile(cells: np.ndarray, tile: int) -> memoryview:
    """The bytes of a tile of ``tile`` x ``tile`` cells, in the form of DEFLATE, each part with whole rows."""
    whole = filled_tile(cells, tile)
    width = tile * cells.dtype.itemsize
    together = _rows_together(width)
    room = len(_HEADER) + -(-tile // together) * _PART.size + tile * width + _CHECKSUM.size
    stream = bytearray(room)
    stream[: len(_HEADER)] = _HEADER
    at, checksum = len(_HEADER), zlib.adler32(b"")
    for top in range(0, tile, together):
        part = whole[top : top + together]
        size = len(part) * width
        _PART.pack_into(stream, at, top + together >= tile, size, _MOST_STORED - size)
        rows = np.frombuffer(stream, np.uint8, size, at + _PART.size).reshape(len(part), width)
        _predict(part, rows)
        checksum = zlib.adler32(rows.data, checksum)
        at += _PART.size + size
    _CHECKSUM.pack_into(stream, at, checksum)
    return memoryview(stream)


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
    whole = np.empty((tile, tile), cells.dtype)
    whole[:rows, :columns] = cells
    whole[:rows, columns:] = cells[:, -1:]
    whole[rows:] = cells[-1, -1]
    return whole


def predicted(cells: np.ndarray) -> np.ndarray:
    """Floats as TIFF's floating point predictor changes them, uint8 (rows, columns x bytes of a number).

    First bytes of all numbers of a row come first, then second bytes and so on; of each, the difference from the one
    before is kept.

    Source: Adobe Photoshop TIFF Technical Note 3 (2005).
    """
    changed = np.empty((len(cells), cells.shape[1] * cells.dtype.itemsize), np.uint8)
    together = _rows_together(changed.shape[1])
    for top in range(0, len(cells), together):
        _predict(cells[top : top + together], changed[top : top + together])
    return changed


def _rows_together(width: int) -> int:
    """How many rows of ``width`` bytes are put in order at once."""
    return max(1, _MOST_STORED // width)


def _predict(cells: np.ndarray, into: np.ndarray) -> None:
    """:func:`predicted` for few rows."""
    rows, columns = cells.shape
    size = cells.dtype.itemsize
    numbers = np.ascontiguousarray(cells, cells.dtype.newbyteorder("<")).view(np.uint8).reshape(rows, columns, size)
    planes = numbers[..., ::-1].transpose(0, 2, 1).reshape(rows, columns * size)
    into[:, 0] = planes[:, 0]
    np.subtract(planes[:, 1:], planes[:, :-1], out=into[:, 1:])
