"""Encoded tiles of the files that workers wrote, copied into one GeoTIFF without decoding them.

GDAL has created the file as a Cloud Optimized GeoTIFF with overviews, but without tiles of the raster itself, which are
the last in such a file. Before each tile stands its size, and behind it its last four bytes again, as GDAL's driver COG
promises in the file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ..blocks import TILE, Block
from .tiff_directory import directories

_TILE_LENGTH = struct.Struct("<I")
_REPEATED_BYTES = 4
# Codes of the compression in a directory.
_DEFLATE = (8, 32946)


class FileTiles(NamedTuple):
    """The encoded tiles of the raster in a file, not those of its overviews.

    Attributes:
        coding: see :meth:`core.raster.tiff.tiff_directory.Directory.coding`.
        tiles: their bytes.
    """

    coding: tuple[int, ...]
    tiles: list[memoryview]

    @property
    def checksum(self) -> int:
        """CRC-32 of all tiles, which differs if any byte of them does."""
        value = 0
        for tile in self.tiles:
            value = zlib.crc32(tile, value)
        return value

    def is_damaged(self) -> bool:
        """Whether a tile differs from its own checksum, which only DEFLATE has; GDAL does not look at it."""
        if self.coding[1] not in _DEFLATE:
            return False
        try:
            for tile in self.tiles:
                zlib.decompress(tile)
        except zlib.error:
            return True
        return False


class CopiedFile(NamedTuple):
    """A file that a worker wrote: where its cells are, and the checksum of its tiles when written, if it has some."""

    path: Path
    block: Block
    checksum: int | None


def tiles_of_file(path: Path) -> FileTiles:
    """Read the encoded tiles of a GeoTIFF.

    Raises:
        RuntimeError: not a little-endian TIFF file in tiles, or one that is cut off.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    file = BytesIO(content)
    try:
        directory = directories(file)[0]
        offsets, sizes = directory.tiles(file)
        coding = directory.coding(file)
    except (struct.error, KeyError, ValueError, IndexError) as error:
        raise RuntimeError(f"the directory of {path.name} is damaged") from error
    if len(offsets) != len(sizes) or (sizes < _REPEATED_BYTES).any() or (offsets + sizes > len(content)).any():
        raise RuntimeError(f"{path.name} does not contain all of its tiles")
    view = memoryview(content)
    return FileTiles(coding, [view[first : first + size] for first, size in zip(offsets.tolist(), sizes.tolist())])


def checksum_of(path: Path) -> int | None:
    """The checksum of the tiles in a file, ``None`` for a file without tiles.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        return tiles_of_file(path).checksum
    except RuntimeError:
        return None


def copy_tiles(path: Path, width: int, height: int, files: Iterable[CopiedFile], log: Log) -> bool:
    """Copy the tiles of ``files`` behind all else in a Cloud Optimized GeoTIFF, and enter their places.

    Args:
        path: the GeoTIFF, without tiles of the raster.
        width, height: its columns and rows.
        files: what workers wrote, in the order of the blocks.
        log: for cancellation.

    Returns:
        whether all tiles were copied. If not, because files differ in their coding from ``path``, their edges are not
        on edges of tiles, or they are not what a worker wrote, ``path`` has to be written again.

    Raises:
        CarbonBalanceError: a file was damaged after it was written.
        RuntimeError, OSError: the disk is full.
        Cancelled: the user stopped the run.
    """
    across, down = -(-width // TILE), -(-height // TILE)
    places, sizes = np.zeros((2, down * across), np.int64)
    last = -1
    with path.open("r+b") as target:
        directory = directories(target)[0]
        coding = directory.coding(target)
        end = target.seek(0, 2)
        for each in files:
            log.check()
            which = _numbers_of_tiles(each.block, width, height)
            tiles = _tiles_as_written(each, coding)
            # Tiles are in the order of their rows in the whole file, or another program would read wrong ones.
            if which is None or tiles is None or len(tiles) != len(which) or which[0] <= last or _descend(which):
                return False
            last = int(which[-1])
            sizes[which] = lengths = np.array([len(tile) for tile in tiles])
            whole = lengths + (_TILE_LENGTH.size + _REPEATED_BYTES)
            places[which] = end + np.cumsum(whole) - whole + _TILE_LENGTH.size
            end += int(whole.sum())
            for tile in tiles:
                target.writelines((_TILE_LENGTH.pack(len(tile)), tile, tile[-_REPEATED_BYTES:]))
        if not sizes.all():
            return False
        return directory.enter_in_place(target, places, sizes)


def _tiles_as_written(each: CopiedFile, coding: tuple[int, ...]) -> list[memoryview] | None:
    """The tiles of a file, ``None`` if they are coded in another way or are not those that the worker wrote."""
    try:
        found = tiles_of_file(each.path)
    except (RuntimeError, OSError):
        return None  # Decoding the file will tell what is wrong with it.
    if found.checksum != each.checksum:
        # A task that is repeated by a worker with another library writes other bytes for the same cells.
        if found.is_damaged():
            raise CarbonBalanceError(
                tr(
                    "{file}, which a worker wrote, has been damaged since: check the disk that it is on and run again."
                ).format(file=each.path)
            )
        return None
    return found.tiles if found.coding == coding else None


def _numbers_of_tiles(block: Block, width: int, height: int) -> np.ndarray | None:
    """The numbers of the tiles of a block in the whole raster, row by row; ``None`` if its edges are within tiles."""
    ends = ((block.column, block.width, width), (block.row, block.height, height))
    for first, size, whole in ends:
        if first % TILE or ((first + size) % TILE and first + size != whole):
            return None
    columns, rows = (np.arange(first // TILE, -(-(first + size) // TILE)) for first, size, _ in ends)
    return (rows[:, None] * -(-width // TILE) + columns).reshape(-1)


def _descend(numbers: np.ndarray) -> bool:
    return bool((np.diff(numbers) <= 0).any())
