"""Tiles encoded by the workers: compressed bytes that the main process only has to append to the file.

GDAL encodes them in a file in memory, so that they are what it would write itself, except for those that are not
compressed (:mod:`.stored_tiles`).
"""

from __future__ import annotations

import contextlib
import math
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

import numpy as np
from osgeo import gdal, gdal_array

from ...runtime.gdal_state import thread_settings
from ..blocks import TILE
from ..tiff.tiff_directory import directories
from .looked_up import BlockCells, LookedUp
from .stored_tiles import can_store, filled_tile, hardly_shrinks, plain_tile, stored_tile, uncompressed

# Settings of the file that tiles depend on. Bands are stored apart: a view of one band then reads only that band.
LAYOUT = {"TILED": "YES", "ENDIANNESS": "LITTLE", "INTERLEAVE": "BAND"}


def layout_options(options: Sequence[str], **others: str | int) -> list[str]:
    """GDAL's creation options ``options`` with :data:`LAYOUT` and ``others`` in place of what they say about these."""
    fixed = {**LAYOUT, **others}
    kept = [option for option in options if option.split("=", 1)[0] not in fixed]
    return kept + [f"{name}={value}" for name, value in fixed.items()]


@dataclass(frozen=True)
class TileBytes:
    """Encoded tiles of a rectangle of cells.

    Attributes:
        pieces: their bytes, one piece after the other.
        offsets, sizes: where each tile begins, and its number of bytes, int64 (bands, rows, columns of tiles).
    """

    pieces: list[bytes | memoryview]
    offsets: np.ndarray
    sizes: np.ndarray


class _Tiles:
    """The tiles of a block by band, row and column of tiles; those at the right and lower edge may be cut off."""

    def __init__(self, values: BlockCells, tile: int) -> None:
        self.values = values if isinstance(values, LookedUp) else values.reshape(-1, *values.shape[-2:])
        bands, rows, columns = self.values.shape
        self.tile, self.shape = tile, (bands, -(-rows // tile), -(-columns // tile))

    def __len__(self) -> int:
        return math.prod(self.shape)

    def __getitem__(self, number: int) -> np.ndarray:
        row, column = divmod(number % math.prod(self.shape[1:]), self.shape[2])
        band = number // math.prod(self.shape[1:])
        rows, columns = (slice(at * self.tile, (at + 1) * self.tile) for at in (row, column))
        if isinstance(self.values, LookedUp):
            return self.values.part(band, rows, columns)
        return self.values[band, rows, columns]


def encoded(values: BlockCells, options: Sequence[str], tile: int) -> TileBytes:
    """Encode the cells of a block.

    Args:
        values: the cells; tiles at the right and lower edge may be cut off.
        options: GDAL's creation options.
        tile: columns and rows of a tile.

    Raises:
        RuntimeError: GDAL cannot encode.
    """
    tiles = _Tiles(values, tile)
    offsets, sizes = np.zeros((2, len(tiles)), np.int64)
    plain, stored = uncompressed(options), can_store(values.dtype, options)
    alone = [number for number in range(len(tiles)) if plain or (stored and hardly_shrinks(tiles[number]))]
    rest = np.delete(np.arange(len(tiles)), alone)
    pieces: list[bytes | memoryview] = []
    if len(rest):
        chosen = (tiles[number] for number in rest.tolist())
        piece, offsets[rest], sizes[rest] = _by_gdal(chosen, len(rest), values.dtype, options, tile)
        pieces.append(piece)
    end = sum(map(len, pieces))
    for number in alone:
        pieces.append((plain_tile if plain else stored_tile)(tiles[number], tile))
        offsets[number], sizes[number] = end, len(pieces[-1])
        end += len(pieces[-1])
    return TileBytes(pieces, offsets.reshape(tiles.shape), sizes.reshape(tiles.shape))


def coding_of(dtype: np.dtype, options: Sequence[str], tile: int, bands: int) -> tuple[int, ...]:
    """How :func:`encoded` encodes ``bands`` bands: see :meth:`core.raster.tiff.tiff_directory.Directory.coding`.

    Raises:
        RuntimeError: GDAL cannot encode.
    """
    # Nothing is encoded for this: a sparse file has no tiles.
    file = BytesIO(_file_of([], 1, dtype, (*options, "SPARSE_OK=TRUE"), tile=tile, bands=bands))
    return directories(file)[0].coding(file)


def _by_gdal(
    tiles: Iterable[np.ndarray], count: int, dtype: np.dtype, options: Sequence[str], tile: int
) -> tuple[memoryview, np.ndarray, np.ndarray]:
    """The tiles encoded by GDAL: their bytes, and the offset and size of each in them."""
    content = _file_of(tiles, count, dtype, options, tile)
    file = BytesIO(content)
    offsets, sizes = directories(file)[0].tiles(file)
    low, high = int(offsets.min()), int((offsets + sizes).max())
    return memoryview(content)[low:high], offsets - low, sizes


def _file_of(
    tiles: Iterable[np.ndarray], count: int, dtype: np.dtype, options: Sequence[str], tile: int, bands: int = 1
) -> bytes:
    """A GeoTIFF with room for ``count`` tiles below each other, and ``tiles`` in the first band.

    Raises:
        RuntimeError: GDAL cannot encode.
        MemoryError: there is too little memory for the file.
    """
    name = f"/vsimem/{uuid.uuid4().hex}.tif"
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(dtype.type)
    asked = layout_options(options, BLOCKXSIZE=tile, BLOCKYSIZE=tile, NUM_THREADS=1)
    try:
        # The options were checked when the file was created, which takes longer than encoding a small tile.
        with thread_settings(GDAL_VALIDATE_CREATION_OPTIONS="NO"):
            dataset = gdal.GetDriverByName("GTiff").Create(name, tile, tile * count, bands, kind, asked)
        band = dataset.GetRasterBand(1)
        left, together, row = iter(tiles), max(1, TILE * TILE // (tile * tile)), 0
        while part := list(islice(left, together)):
            band.WriteArray(_below_each_other(part, tile), 0, row)
            # What was written leaves GDAL's cache at once: threads that empty it for each other could wait for each
            # other forever.
            band.FlushCache()
            row += tile * len(part)
        del band
        dataset.FlushCache()
        del dataset
        return _content(name)
    except RuntimeError as error:
        # libtiff does not know that the file is in memory: "TIFFAppendToStrip:Write error at scanline 5120".
        if "write error" in str(error).lower():
            raise MemoryError from None
        raise
    finally:
        with contextlib.suppress(RuntimeError):  # Nothing is there if it could not be created.
            gdal.Unlink(name)


def _below_each_other(tiles: list[np.ndarray], tile: int) -> np.ndarray:
    """Tiles as one array, so that small ones are written in one call."""
    whole = [filled_tile(cells, tile) for cells in tiles]
    return whole[0] if len(whole) == 1 else np.concatenate(whole)


def _content(name: str) -> bytes:
    """The bytes of a file in GDAL's memory."""
    file = gdal.VSIFOpenL(name, "rb")
    try:
        return gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file)
    finally:
        gdal.VSIFCloseL(file)
