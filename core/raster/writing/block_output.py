"""Output of the cells of a block: encoded for the main process, or written to a tile file by the worker.

The function for a block calls ``put`` and returns its result, which the main process passes to
:meth:`core.raster.writing.writer.StagedRaster.write`. Nothing else differs between one machine and a cluster.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Union

import numpy as np
from osgeo import gdal, gdal_array

from ...runtime.errors import CarbonBalanceError, lack_of_memory, reason_of
from ...runtime.gdal_state import thread_settings
from ...runtime.i18n import tr
from ...runtime.staging import staged_file
from ..blocks import TILE, Block
from ..grid import Grid
from ..tiff.copied_tiles import checksum_of
from .looked_up import BlockCells, LookedUp
from .moments import Moments, moments_of
from .overviews import OVERVIEW_TILE, factors, reduced
from .tile_bytes import TileBytes, encoded

Values = np.ndarray
_FOLDER = "{stem}.{key}.tiles"
MOST_IN_TILES = 16


@dataclass(frozen=True)
class Form:
    """Properties of an output raster and its tiles.

    Attributes:
        grid: grid of the whole raster.
        dtype: NumPy type of the bands.
        nodata: nodata value.
        bands: descriptions of the bands.
        options: GDAL's creation options.
        continuous: whether values vary from cell to cell: overviews are then means, and statistics are computed while
            writing.
    """

    grid: Grid
    dtype: np.dtype
    nodata: float | None
    bands: tuple[str, ...]
    options: tuple[str, ...]
    continuous: bool = False

    @cached_property
    def overviews(self) -> list[int]:
        """Factors of the overviews."""
        return factors(self.grid.width, self.grid.height)

    @property
    def tile_overviews(self) -> list[int]:
        """Factors of the overviews that are stored in tiles."""
        return [factor for factor in self.overviews if factor <= MOST_IN_TILES]

    @property
    def wide_overviews(self) -> list[int]:
        """Factors of the overviews in separate files: such views would have to open too many tiles."""
        return [factor for factor in self.overviews if factor > MOST_IN_TILES]

    @property
    def resampling(self) -> str:
        """GDAL's name of the resampling method of overviews."""
        return "average" if self.continuous else "nearest"

    def size(self, factor: int) -> tuple[int, int]:
        """Columns and rows of the overview with ``factor``."""
        return -(-self.grid.width // factor), -(-self.grid.height // factor)

    def geotransform(self, factor: int) -> tuple[float, ...]:
        """The geotransform of the overview with ``factor``."""
        x, *across, y, right, down = self.grid.geotransform
        return (x, *(step * factor for step in across), y, right * factor, down * factor)

    def held(self, values: BlockCells) -> Held:
        """The cells of a block, with their statistics and overviews."""
        moments: list[Moments] = []
        if isinstance(values, LookedUp):
            if not self.continuous:
                keys = reduced(values.keys, self.overviews, False, None)
                return Held(values, [LookedUp(each, values.values).whole() for each in keys], moments)
            values = values.whole()
        if self.continuous:
            moments = [moments_of(band, self.nodata) for band in values.reshape(-1, *values.shape[-2:])]
        return Held(values, reduced(values, self.overviews, self.continuous, self.nodata), moments)


@dataclass(frozen=True)
class Held:
    """The cells of a block in memory.

    Attributes:
        values: the cells.
        overviews: their overviews, one for each of :attr:`Form.overviews`.
        moments: statistics of each band, or none.
    """

    values: BlockCells
    overviews: list[Values]
    moments: list[Moments]


@dataclass(frozen=True)
class Tile:
    """A tile written by a worker.

    Attributes:
        name: file name.
        levels: number of overviews in the file; small tiles have fewer.
        checksum: of the encoded tiles in the file, see :class:`core.raster.tiff.copied_tiles.FileTiles`.
        moments: statistics of each band, or none.
        overviews: overviews that are not in the file, one for each of :attr:`Form.wide_overviews`.
    """

    name: str
    levels: int
    checksum: int | None
    moments: list[Moments]
    overviews: list[Values]


@dataclass(frozen=True)
class Encoded:
    """A block encoded by a worker.

    Attributes:
        tiles: tiles of the raster, and of its first overview if there is one, which blocks cut at edges of tiles.
        overviews: cells of the other overviews.
        moments: statistics of each band, or none.
    """

    tiles: list[TileBytes]
    overviews: list[Values]
    moments: list[Moments]


# The result of ``put`` for the cells of a block.
BlockResult = Union[Encoded, Tile]


@dataclass(frozen=True)
class EncodedParts:
    """Returns encoded tiles to the main process in memory."""

    form: Form

    def put(self, _block: Block, values: BlockCells) -> Encoded:
        """The cells encoded, with their statistics and overviews.

        Raises:
            CarbonBalanceError: there is too little memory.
        """
        held = self.form.held(values)
        try:
            tiles = [encoded(held.values, self.form.options, TILE)]
            tiles += [encoded(cells, self.form.options, OVERVIEW_TILE) for cells in held.overviews[:1]]
        except RuntimeError as error:
            raise lack_of_memory(reason_of(error)) or error from None
        return Encoded(tiles, held.overviews[1:], held.moments)


@dataclass(frozen=True)
class TileFiles:
    """Writes each block to a GeoTIFF on shared storage; the main process joins them at the end.

    Attributes:
        folder: folder of the tiles, which exists during the run.
        form: properties of the whole raster.
    """

    folder: Path
    form: Form

    def put(self, block: Block, values: BlockCells) -> Tile:
        """Write a tile, which gets its name once it is complete.

        If Dask repeats a task, it writes the same tile again.

        Raises:
            CarbonBalanceError: the folder cannot be written to from here.
        """
        name = f"{block.row}_{block.column}.tif"
        held = self.form.held(values)
        try:
            within = self.form.tile_overviews
            with staged_file(self.folder / name) as beside:
                dataset = created(beside, block.width, block.height, self.form, within)
                dataset.SetGeoTransform(_moved(self.form.grid, block))
                dataset.WriteArray(values.whole() if isinstance(values, LookedUp) else values, 0, 0)
                # GDAL does not create an overview from a single cell.
                levels = dataset.GetRasterBand(1).GetOverviewCount()
                for number, overview in enumerate(held.overviews[:levels]):
                    write_overview(dataset, number, 0, 0, overview)
                dataset.FlushCache()
                del dataset
                checksum = checksum_of(beside)
        except (RuntimeError, OSError) as error:
            raise CarbonBalanceError(
                tr(
                    "A worker cannot write to {folder} ({reason}): the output must be in a folder that the main "
                    "process and all workers can access under the same path, and that has enough space."
                ).format(folder=self.folder, reason=reason_of(error))
            ) from None
        return Tile(name, levels, checksum, held.moments, held.overviews[len(within) :])

    def remove(self) -> None:
        """Remove the tiles."""
        shutil.rmtree(self.folder, ignore_errors=True)


def tile_files(path: Path, form: Form) -> TileFiles:
    """The tile writer for the raster ``path``, with a new folder next to it.

    Raises:
        OSError: the folder cannot be created.
    """
    folder = path.absolute().with_name(_FOLDER.format(stem=path.stem, key=uuid.uuid4().hex[:8]))
    folder.mkdir()
    return TileFiles(folder, form)


def created(
    path: Path, width: int, height: int, like: Form, overviews: Sequence[int] = (), options: Sequence[str] | None = None
) -> gdal.Dataset:
    """A new GeoTIFF of ``width`` x ``height`` cells with the properties ``like``, not yet georeferenced.

    It has empty ``overviews`` (factors), which are still to be written. ``options`` replace those of ``like``.
    """
    options = list(like.options if options is None else options)
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path),
        width,
        height,
        len(like.bands),
        gdal_array.NumericTypeCodeToGDALTypeCode(like.dtype.type),
        options,
    )
    dataset.SetProjection(like.grid.crs_wkt)
    for number, description in enumerate(like.bands, 1):
        band = dataset.GetRasterBand(number)
        if description:
            band.SetDescription(description)
        if like.nodata is not None:
            band.SetNoDataValue(like.nodata)
    if overviews:
        with _stored_as(options):
            dataset.BuildOverviews("NONE", list(overviews))
    return dataset


def _stored_as(options: Sequence[str]) -> contextlib.AbstractContextManager[None]:
    """Context in which GDAL creates overviews like the raster, whatever the user's settings of GDAL say."""
    asked = dict(option.split("=", 1) for option in options)
    return thread_settings(
        GDAL_TIFF_OVR_BLOCKSIZE=str(OVERVIEW_TILE),
        COMPRESS_OVERVIEW=asked.get("COMPRESS", "NONE"),
        PREDICTOR_OVERVIEW=asked.get("PREDICTOR", "1"),
        INTERLEAVE_OVERVIEW=asked.get("INTERLEAVE", "PIXEL"),
    )


def write_overview(dataset: gdal.Dataset, number: int, column: int, row: int, values: Values) -> None:
    """Write a part of overview ``number`` (from 0), (rows, columns) or (bands, rows, columns)."""
    for at, layer in enumerate(values.reshape(-1, *values.shape[-2:]), 1):
        dataset.GetRasterBand(at).GetOverview(number).WriteArray(layer, column, row)


def _moved(grid: Grid, block: Block) -> tuple[float, ...]:
    g = grid.geotransform
    x, y = grid.xy(block.column, block.row)
    return (float(x), g[1], g[2], float(y), g[4], g[5])
