"""A GeoTIFF assembled from encoded tiles.

GDAL creates the file with georeference, metadata and overviews, but without tiles. Tiles are appended in the order of
the blocks, and at the end their places are entered into the directories of the file. So the driving thread neither
copies cells nor compresses them: workers encode the raster and its first overview, and a thread of its own the smaller
ones, whose tiles take cells of several blocks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
from osgeo import gdal

from ..blocks import TILE
from ..tiff.tiff_directory import directories
from .block_output import Form, created
from .overviews import OVERVIEW_TILE
from .tile_bytes import TileBytes, coding_of, encoded, layout_options


class AssembledFile:
    """The file, which is open until :meth:`close`.

    Args:
        path: where it is created.
        form: its properties.

    Raises:
        RuntimeError, OSError: the file cannot be created.
    """

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form
        options = layout_options(form.options, BLOCKXSIZE=TILE, BLOCKYSIZE=TILE, NUM_THREADS=1, SPARSE_OK="TRUE")
        dataset = created(path, form.grid.width, form.grid.height, form, form.overviews, options=options)
        dataset.SetGeoTransform(form.grid.geotransform)
        dataset.FlushCache()
        del dataset
        self._tile = [TILE, *[OVERVIEW_TILE] * len(form.overviews)]
        with path.open("rb") as file:
            found = [directory.coding(file) for directory in directories(file)]
        codings = {tile: coding_of(form.dtype, form.options, tile, len(form.bands)) for tile in set(self._tile)}
        expected = [codings[tile] for tile in self._tile]
        if found != expected:
            raise RuntimeError(f"GDAL created images with the coding {found} instead of {expected}")
        # Offset and size of each tile, by level, band, and row and column of the tile.
        self._places = [
            np.zeros((2, len(form.bands), -(-height // tile), -(-width // tile)), np.int64)
            for tile, (width, height) in zip(self._tile, [form.size(factor) for factor in (1, *form.overviews)])
        ]
        self._file: BinaryIO | None = path.open("r+b")
        self._file.seek(0, 2)
        self._encoder: ThreadPoolExecutor | None = None
        # Overviews to be appended before the next block: so their order in the file does not depend on chance.
        self._waiting: deque[tuple[int, int, int, Future[TileBytes]]] = deque()

    def _open(self) -> BinaryIO:
        if self._file is None:
            raise ValueError(f"{self.path} is closed")
        return self._file

    def append(self, level: int, column: int, row: int, tiles: TileBytes) -> None:
        """Append tiles.

        Args:
            level: 0 for the raster, then its overviews.
            column, row: of their first cell, on the edge of a tile.
            tiles: the tiles.

        Raises:
            RuntimeError: GDAL cannot encode an overview.
            OSError: the disk is full.
        """
        if level == 0:
            self._append_waiting()
        self._append(level, column, row, tiles)

    def _append_waiting(self) -> None:
        while self._waiting:
            level, column, row, future = self._waiting.popleft()
            self._append(level, column, row, future.result())

    def _append(self, level: int, column: int, row: int, tiles: TileBytes) -> None:
        file, tile = self._open(), self._tile[level]
        if column % tile or row % tile:
            raise ValueError(f"a part begins at column {column}, row {row}, inside of a tile of {tile} cells a side")
        _, down, across = tiles.sizes.shape
        at = np.s_[:, row // tile : row // tile + down, column // tile : column // tile + across]
        self._places[level][0][at] = tiles.offsets + file.tell()
        self._places[level][1][at] = tiles.sizes
        file.writelines(tiles.pieces)

    def append_overview(self, level: int, column: int, row: int, values: np.ndarray) -> None:
        """Have a part of an overview, (rows, columns) or (bands, rows, columns), encoded and appended."""
        if self._encoder is None:
            self._encoder = ThreadPoolExecutor(max_workers=1)
        future = self._encoder.submit(encoded, values, self.form.options, OVERVIEW_TILE)
        self._waiting.append((level, column, row, future))

    def complete(self, tags: Mapping[str, str], statistics: Mapping[int, Sequence[float]]) -> None:
        """Add metadata, enter the places of all tiles, and close the file.

        Args:
            tags: metadata of every band.
            statistics: minimum, maximum, mean and standard deviation by band, where known.

        Raises:
            RuntimeError, OSError: the disk is full.
        """
        self._append_waiting()
        self.close()
        if tags or statistics:
            self._describe(tags, statistics)
        with self.path.open("r+b") as file:
            for directory, (offsets, sizes) in zip(directories(file), self._places):
                directory.enter(file, offsets.reshape(-1), sizes.reshape(-1))

    def _describe(self, tags: Mapping[str, str], statistics: Mapping[int, Sequence[float]]) -> None:
        # GDAL may write the directories again, in which no tile has a place yet.
        dataset = gdal.OpenEx(str(self.path), gdal.OF_RASTER | gdal.OF_UPDATE)
        for number in range(1, len(self.form.bands) + 1) if tags else ():
            dataset.GetRasterBand(number).SetMetadata(dict(tags))
        for number, found in statistics.items():
            dataset.GetRasterBand(number).SetStatistics(*found)
        dataset.FlushCache()

    def close(self) -> None:
        """Close the file if it is still open."""
        if self._encoder is not None:
            for *_, future in self._waiting:
                future.cancel()
            self._encoder.shutdown()
            self._encoder = None
        if self._file is not None:
            file, self._file = self._file, None
            file.close()
