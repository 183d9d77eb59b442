"""Tiles encoded by the workers: compressed bytes that the main process only has to append to the file.

GDAL encodes them in a file in memory, so that they are what it would write itself.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from osgeo import gdal, gdal_array

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
        content: the bytes of all tiles.
        offsets, sizes: position and number of bytes of each tile in ``content``, int64 (bands, rows, columns of tiles).
        coding: see :meth:`core.raster.writing.tiff_directory.Directory.coding`.
    """

    content: memoryview
    offsets: np.ndarray
    sizes: np.ndarray
    coding: tuple[int, ...]


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
    depth, height, width = bands.shape
    name = f"/vsimem/{uuid.uuid4().hex}.tif"
    try:
        dataset = gdal.GetDriverByName("GTiff").Create(
            name,
            width,
            height,
            depth,
            gdal_array.NumericTypeCodeToGDALTypeCode(values.dtype.type),
            layout_options(options, BLOCKXSIZE=tile, BLOCKYSIZE=tile, NUM_THREADS=1),
        )
        for number, cells in enumerate(bands, 1):
            band = dataset.GetRasterBand(number)
            for row in range(0, height, tile):
                for column in range(0, width, tile):
                    band.WriteArray(cells[row : row + tile, column : column + tile], column, row)
                    # Every tile leaves GDAL's cache at once: threads that empty it for each other could wait for each
                    # other forever.
                    band.FlushCache()
        del band
        dataset.FlushCache()
        del dataset
        content = _content(name)
    finally:
        with contextlib.suppress(RuntimeError):  # Nothing is there if it could not be created.
            gdal.Unlink(name)
    file = BytesIO(content)
    directory = directories(file)[0]
    offsets, sizes = directory.tiles(file)
    low, high = int(offsets.min()), int((offsets + sizes).max())
    shape = (depth, -(-height // tile), -(-width // tile))
    return TileBytes(
        memoryview(content)[low:high], (offsets - low).reshape(shape), sizes.reshape(shape), directory.coding(file)
    )


def _content(name: str) -> bytes:
    """The bytes of a file in GDAL's memory."""
    file = gdal.VSIFOpenL(name, "rb")
    try:
        return gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file)
    finally:
        gdal.VSIFCloseL(file)
