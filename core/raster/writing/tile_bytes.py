"""Tiles encoded by the workers: compressed bytes that the main process only has to append to the file.

GDAL encodes them in a file in memory, so that they are what it would write itself, except for those that are not
compressed (:mod:`.stored_tiles`).
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from osgeo import gdal, gdal_array

from .stored_tiles import can_store, hardly_shrinks, plain_tile, stored_tile, uncompressed
from .tiff_directory import directories

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


def encoded(values: np.ndarray, options: Sequence[str], tile: int) -> TileBytes:
    """Encode the cells of a block.

    Args:
        values: (rows, columns) or (bands, rows, columns); tiles at the right and lower edge may be cut off.
        options: GDAL's creation options.
        tile: columns and rows of a tile.

    Raises:
        RuntimeError: GDAL cannot encode.
    """
    bands = values.reshape(-1, *values.shape[-2:])
    rows, columns = (range(0, size, tile) for size in bands.shape[1:])
    tiles = [band[row : row + tile, column : column + tile] for band in bands for row in rows for column in columns]
    offsets, sizes = np.zeros((2, len(tiles)), np.int64)
    plain, stored = uncompressed(options), can_store(values.dtype, options)
    alone = [number for number, cells in enumerate(tiles) if plain or (stored and hardly_shrinks(cells))]
    rest = np.delete(np.arange(len(tiles)), alone)
    pieces: list[bytes | memoryview] = []
    if len(rest):
        piece, offsets[rest], sizes[rest] = _by_gdal([tiles[number] for number in rest], options, tile)
        pieces.append(piece)
    end = sum(map(len, pieces))
    for number in alone:
        pieces.append((plain_tile if plain else stored_tile)(tiles[number], tile))
        offsets[number], sizes[number] = end, len(pieces[-1])
        end += len(pieces[-1])
    shape = (len(bands), len(rows), len(columns))
    return TileBytes(pieces, offsets.reshape(shape), sizes.reshape(shape))


def coding_of(dtype: np.dtype, options: Sequence[str], tile: int, bands: int) -> tuple[int, ...]:
    """How :func:`encoded` encodes ``bands`` bands: see :meth:`core.raster.writing.tiff_directory.Directory.coding`.

    Raises:
        RuntimeError: GDAL cannot encode.
    """
    file = BytesIO(_file_of([np.zeros((1, 1), dtype)], options, tile, bands))
    return directories(file)[0].coding(file)


def _by_gdal(tiles: list[np.ndarray], options: Sequence[str], tile: int) -> tuple[memoryview, np.ndarray, np.ndarray]:
    """The tiles encoded by GDAL: their bytes, and the offset and size of each in them."""
    content = _file_of(tiles, options, tile)
    file = BytesIO(content)
    offsets, sizes = directories(file)[0].tiles(file)
    low, high = int(offsets.min()), int((offsets + sizes).max())
    return memoryview(content)[low:high], offsets - low, sizes


def _file_of(tiles: list[np.ndarray], options: Sequence[str], tile: int, bands: int = 1) -> bytes:
    """A GeoTIFF with the tiles below each other in the first band."""
    name = f"/vsimem/{uuid.uuid4().hex}.tif"
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(tiles[0].dtype.type)
    asked = layout_options(options, BLOCKXSIZE=tile, BLOCKYSIZE=tile, NUM_THREADS=1)
    try:
        dataset = gdal.GetDriverByName("GTiff").Create(name, tile, tile * len(tiles), bands, kind, asked)
        band = dataset.GetRasterBand(1)
        for number, cells in enumerate(tiles):
            band.WriteArray(cells, 0, number * tile)
            # Every tile leaves GDAL's cache at once: threads that empty it for each other could wait for each other
            # forever.
            band.FlushCache()
        del band
        dataset.FlushCache()
        del dataset
        return _content(name)
    finally:
        with contextlib.suppress(RuntimeError):  # Nothing is there if it could not be created.
            gdal.Unlink(name)


def _content(name: str) -> bytes:
    """The bytes of a file in GDAL's memory."""
    file = gdal.VSIFOpenL(name, "rb")
    try:
        return gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file)
    finally:
        gdal.VSIFCloseL(file)
