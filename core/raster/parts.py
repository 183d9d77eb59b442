"""Where the cells of a block go: back to the driver, or into a tile file that its worker writes.

The work of a pass calls ``put`` or ``later`` and returns what they return; the driver hands that to
:meth:`core.raster.writer.StagedRaster.write`. Nothing else differs between one machine and a cluster.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array

from ..errors import CarbonBalanceError, reason_of
from ..i18n import tr
from ..log import Log
from .blocks import TILE, Block
from .grid import Grid
from .moments import Moments, moments_of
from .overviews import OVERVIEW_TILE, factors, reduced

Values = np.ndarray
_FOLDER = "{stem}.{key}.tiles"
_OVERVIEW_TILE = "GDAL_TIFF_OVR_BLOCKSIZE"


@dataclass(frozen=True)
class Form:
    """What a raster is like, whole or a tile of it.

    Attributes:
        grid: of the whole raster.
        dtype: NumPy type of the bands.
        nodata: value that means no data.
        bands: their descriptions.
        options: GDAL's creation options.
        continuous: values vary from cell to cell: overviews are means, and statistics are taken in passing.
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
    def resampling(self) -> str:
        """GDAL's name for how overviews are made."""
        return "average" if self.continuous else "nearest"

    def held(self, values: Values) -> Held:
        """The cells of a block, with what is made of them."""
        moments = []
        if self.continuous:
            moments = [moments_of(band, self.nodata) for band in values.reshape(-1, *values.shape[-2:])]
        return Held(values, reduced(values, self.overviews, self.continuous, self.nodata), moments)


@dataclass(frozen=True)
class Held:
    """The cells of a block in memory: (rows, columns), or (bands, rows, columns).

    Attributes:
        values: the cells.
        overviews: of them, one for each of :attr:`Form.overviews`.
        moments: of each band, or none.
    """

    values: Values
    overviews: list[Values]
    moments: list[Moments]


@dataclass(frozen=True)
class Tile:
    """A tile that a worker wrote: its file's name, and the moments of each band, or none."""

    name: str
    moments: list[Moments]


@dataclass(frozen=True)
class HeldParts:
    """Cells go back to the driver, in memory."""

    form: Form

    def put(self, _block: Block, values: Values) -> Held:
        """The values themselves, (rows, columns) or (bands, rows, columns), and what goes with them."""
        return self.form.held(values)

    def later(self, _block: Block, make: Callable[[], Values]) -> Callable[[], Values]:
        """What makes the values: the driver calls it when it writes them, where arrays held ahead would fill memory."""
        return make


@dataclass(frozen=True)
class TileFiles:
    """Cells go into GeoTIFFs on shared storage, one a block, that the driver joins in the end.

    Attributes:
        folder: of the tiles; it is there as long as the run wants them.
        form: of the whole raster.
    """

    folder: Path
    form: Form

    def put(self, block: Block, values: Values) -> Tile:
        """Write a tile, under its name once it is whole.

        A task that Dask does twice writes the same tile twice.

        Raises:
            CarbonBalanceError: the folder cannot be written to from here.
        """
        name = f"{block.row}_{block.column}.tif"
        beside = self.folder / f".{name}.{uuid.uuid4().hex[:8]}.part.tif"
        held = self.form.held(values)
        try:
            dataset = created(beside, block.width, block.height, self.form)
            dataset.SetGeoTransform(_moved(self.form.grid, block))
            dataset.WriteArray(values, 0, 0)
            for number, overview in enumerate(held.overviews):
                write_overview(dataset, number, 0, 0, overview)
            dataset.FlushCache()
            del dataset
            beside.replace(self.folder / name)
        except (RuntimeError, OSError) as error:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise CarbonBalanceError(
                tr(
                    "A worker cannot write into {folder} ({reason}): the output must lie in a folder that driver and "
                    "workers share under one name, and that has room."
                ).format(folder=self.folder, reason=reason_of(error))
            ) from None
        return Tile(name, held.moments)

    def later(self, block: Block, make: Callable[[], Values]) -> Tile:
        """As :meth:`put`, of what ``make`` returns."""
        return self.put(block, make())

    def join(self, path: Path, blocks: dict[str, Block], statistics: dict[int, list[float]]) -> None:
        """Write a VRT of the tiles (name -> block), which are looked for in the folder beside it.

        ``statistics`` gives least, largest, mean and standard deviation of bands of which they are known.

        Raises:
            CarbonBalanceError: a tile is not to be seen from here.
        """
        missing = [name for name in blocks if not (self.folder / name).is_file()]
        if missing:
            raise CarbonBalanceError(
                tr(
                    "{count} tile(s) that workers wrote are not to be seen in {folder}: the output must lie in a "
                    "folder that driver and workers share under one name."
                ).format(count=len(missing), folder=self.folder)
            )
        form = self.form
        kind = gdal_array.NumericTypeCodeToGDALTypeCode(form.dtype.type)
        dataset = gdal.GetDriverByName("VRT").Create(str(path), form.grid.width, form.grid.height, 0)
        dataset.SetGeoTransform(form.grid.geotransform)
        dataset.SetProjection(form.grid.crs_wkt)
        for number, description in enumerate(form.bands, 1):
            dataset.AddBand(kind)
            band = dataset.GetRasterBand(number)
            if description:
                band.SetDescription(description)
            if form.nodata is not None:
                band.SetNoDataValue(form.nodata)
            for at, (name, block) in enumerate(blocks.items()):
                band.SetMetadataItem(f"source_{at}", self._source(name, block, number, kind), "new_vrt_sources")
            if number in statistics:
                band.SetStatistics(*statistics[number])
        dataset.FlushCache()
        del band, dataset
        # GDAL writes 16 digits, one too few for cells of 64-bit floats to equal the value again.
        whole = path.read_text(encoding="utf-8")
        whole = re.sub("(?<=<NoDataValue>)[^<]*", repr(form.nodata), whole)
        if form.overviews:
            # Read from those of the tiles.
            listed = f'<OverviewList resampling="{form.resampling}">{" ".join(map(str, form.overviews))}</OverviewList>'
            whole = whole.replace("</VRTDataset>", f"  {listed}\n</VRTDataset>")
        path.write_text(whole, encoding="utf-8")

    def _source(self, name: str, block: Block, band: int, kind: int) -> str:
        size = f'xSize="{block.width}" ySize="{block.height}"'
        return (
            f'<SimpleSource><SourceFilename relativeToVRT="1">{escape(f"{self.folder.name}/{name}")}</SourceFilename>'
            f"<SourceBand>{band}</SourceBand>"
            f'<SourceProperties RasterXSize="{block.width}" RasterYSize="{block.height}" '
            f'DataType="{gdal.GetDataTypeName(kind)}" BlockXSize="{TILE}" BlockYSize="{TILE}"/>'
            f'<SrcRect xOff="0" yOff="0" {size}/><DstRect xOff="{block.column}" yOff="{block.row}" {size}/>'
            "</SimpleSource>"
        )

    def remove(self) -> None:
        """Remove the tiles."""
        shutil.rmtree(self.folder, ignore_errors=True)


def tile_files(path: Path, form: Form) -> TileFiles:
    """The tiles of the raster ``path``, in a new folder beside it.

    Raises:
        OSError: the folder cannot be made.
    """
    folder = path.absolute().with_name(_FOLDER.format(stem=path.stem, key=uuid.uuid4().hex[:8]))
    folder.mkdir()
    return TileFiles(folder, form)


def remove_older_tiles(path: Path, kept: Path | None) -> None:
    """Remove the tiles of a VRT that ``path`` replaced."""
    pattern = re.compile(re.escape(path.stem) + r"\.[0-9a-f]{8}\.tiles")
    for folder in path.absolute().parent.iterdir():
        if folder != kept and pattern.fullmatch(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def created(path: Path, width: int, height: int, like: Form) -> gdal.Dataset:
    """A new GeoTIFF of ``width`` x ``height`` cells in the manner of ``like``; where it lies is still to be set."""
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path),
        width,
        height,
        len(like.bands),
        gdal_array.NumericTypeCodeToGDALTypeCode(like.dtype.type),
        list(like.options),
    )
    dataset.SetProjection(like.grid.crs_wkt)
    for number, description in enumerate(like.bands, 1):
        band = dataset.GetRasterBand(number)
        if description:
            band.SetDescription(description)
        if like.nodata is not None:
            band.SetNoDataValue(like.nodata)
    if like.overviews:
        before = gdal.GetThreadLocalConfigOption(_OVERVIEW_TILE)
        gdal.SetThreadLocalConfigOption(_OVERVIEW_TILE, str(OVERVIEW_TILE))
        try:
            dataset.BuildOverviews("NONE", like.overviews)
        finally:
            gdal.SetThreadLocalConfigOption(_OVERVIEW_TILE, before)
    return dataset


def write_overview(dataset: gdal.Dataset, number: int, column: int, row: int, values: Values) -> None:
    """Write a part of an overview (its number counted from 0), (rows, columns) or (bands, rows, columns)."""
    for at, layer in enumerate(values.reshape(-1, *values.shape[-2:]), 1):
        dataset.GetRasterBand(at).GetOverview(number).WriteArray(layer, column, row)


def _moved(grid: Grid, block: Block) -> tuple[float, ...]:
    g = grid.geotransform
    x, y = grid.xy(block.column, block.row)
    return (float(x), g[1], g[2], float(y), g[4], g[5])


def write_cog(source: Path, path: Path, form: Form, log: Log) -> None:
    """One Cloud Optimized GeoTIFF of the cells of ``source`` and of its overviews; GDAL makes those of a small one.

    Raises:
        Cancelled: the user stopped the run; what was written stays.
    """
    asked = dict(option.split("=", 1) for option in form.options)
    wanted = {
        "BLOCKSIZE": str(TILE),
        "BIGTIFF": "IF_SAFER",
        "NUM_THREADS": asked.get("NUM_THREADS", "2"),
        "COMPRESS": asked.get("COMPRESS", "NONE"),
        "OVERVIEW_RESAMPLING": form.resampling.upper(),
    }
    level = asked.get("ZLEVEL") or asked.get("ZSTD_LEVEL")
    if level:
        wanted["LEVEL"] = level
    if asked.get("PREDICTOR") == "3":
        wanted["PREDICTOR"] = "FLOATING_POINT"

    def on_progress(_share: float, _message: str, _data: object) -> int:
        return int(not log.is_cancelled())

    dataset = gdal.Open(str(source))
    try:
        gdal.GetDriverByName("COG").CreateCopy(
            str(path), dataset, options=[f"{k}={v}" for k, v in wanted.items()], callback=on_progress
        )
    except RuntimeError:
        log.check()
        raise
    log.check()
