"""Where the cells of a block go: back to the driver, or into a tile file that its worker writes.

The work of a pass calls ``put`` or ``later`` and returns what they return; the driver hands that to
:meth:`core.raster.writer.StagedRaster.write`. Nothing else differs between one machine and a cluster.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array

from ..errors import CarbonBalanceError, reason_of
from ..i18n import tr
from .blocks import TILE, Block
from .grid import Grid

Values = np.ndarray
_FOLDER = "{stem}.{key}.tiles"


class HeldParts:
    """Cells go back to the driver, in memory."""

    def put(self, block: Block, values: Values) -> Values:
        """The values themselves: (rows, columns), or (bands, rows, columns)."""
        return values

    def later(self, block: Block, make: Callable[[], Values]) -> Callable[[], Values]:
        """What makes the values: the driver calls it when it writes them, where arrays held ahead would fill memory."""
        return make


@dataclass(frozen=True)
class TileFiles:
    """Cells go into GeoTIFFs on shared storage, one a block, that the driver joins in the end.

    Attributes:
        folder: of the tiles; it is there as long as the run wants them.
        grid: of the whole raster.
        dtype: NumPy type of the bands.
        nodata: value that means no data.
        bands: their descriptions.
        options: GDAL's creation options.
    """

    folder: Path
    grid: Grid
    dtype: np.dtype
    nodata: float | None
    bands: tuple[str, ...]
    options: tuple[str, ...]

    def put(self, block: Block, values: Values) -> str:
        """Write a tile, under its name once it is whole; returns the name.

        A task that Dask does twice writes the same tile twice.

        Raises:
            CarbonBalanceError: the folder cannot be written to from here.
        """
        name = f"{block.row}_{block.column}.tif"
        beside = self.folder / f".{name}.{uuid.uuid4().hex[:8]}.part.tif"
        try:
            dataset = created(beside, block.width, block.height, self)
            dataset.SetGeoTransform(_moved(self.grid, block))
            dataset.WriteArray(values, 0, 0)
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
        return name

    def later(self, block: Block, make: Callable[[], Values]) -> str:
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
        kind = gdal_array.NumericTypeCodeToGDALTypeCode(self.dtype.type)
        dataset = gdal.GetDriverByName("VRT").Create(str(path), self.grid.width, self.grid.height, 0)
        dataset.SetGeoTransform(self.grid.geotransform)
        dataset.SetProjection(self.grid.crs_wkt)
        for number, description in enumerate(self.bands, 1):
            dataset.AddBand(kind)
            band = dataset.GetRasterBand(number)
            if description:
                band.SetDescription(description)
            if self.nodata is not None:
                band.SetNoDataValue(self.nodata)
            for at, (name, block) in enumerate(blocks.items()):
                band.SetMetadataItem(f"source_{at}", self._source(name, block, number, kind), "new_vrt_sources")
            if number in statistics:
                band.SetStatistics(*statistics[number])
        dataset.FlushCache()
        del band, dataset
        # GDAL writes 16 digits, one too few for cells of 64-bit floats to equal the value again.
        whole = path.read_text(encoding="utf-8")
        path.write_text(re.sub("(?<=<NoDataValue>)[^<]*", repr(self.nodata), whole), encoding="utf-8")

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


def tile_files(
    path: Path,
    grid: Grid,
    dtype: np.dtype,
    nodata: float | None,
    bands: Sequence[str],
    options: Sequence[str],
) -> TileFiles:
    """The tiles of the raster ``path``, in a new folder beside it.

    Raises:
        OSError: the folder cannot be made.
    """
    folder = path.absolute().with_name(_FOLDER.format(stem=path.stem, key=uuid.uuid4().hex[:8]))
    folder.mkdir()
    return TileFiles(folder, grid, dtype, nodata, tuple(bands), tuple(options))


def remove_older_tiles(path: Path, kept: Path | None) -> None:
    """Remove the tiles of a VRT that ``path`` replaced."""
    pattern = re.compile(re.escape(path.stem) + r"\.[0-9a-f]{8}\.tiles")
    for folder in path.absolute().parent.iterdir():
        if folder != kept and pattern.fullmatch(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def created(path: Path, width: int, height: int, like: TileFiles) -> gdal.Dataset:
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
    return dataset


def _moved(grid: Grid, block: Block) -> tuple[float, ...]:
    g = grid.geotransform
    x, y = grid.xy(block.column, block.row)
    return (float(x), g[1], g[2], float(y), g[4], g[5])


def write_cog(source: Path, path: Path, options: Sequence[str]) -> None:
    """One Cloud Optimized GeoTIFF, overviews and all, of the cells of ``source``."""
    asked = dict(option.split("=", 1) for option in options)
    wanted = {
        "BLOCKSIZE": str(TILE),
        "BIGTIFF": "IF_SAFER",
        "NUM_THREADS": asked.get("NUM_THREADS", "2"),
        "COMPRESS": asked.get("COMPRESS", "NONE"),
        "OVERVIEW_RESAMPLING": "NEAREST",
    }
    level = asked.get("ZLEVEL") or asked.get("ZSTD_LEVEL")
    if level:
        wanted["LEVEL"] = level
    if asked.get("PREDICTOR") == "3":
        wanted["PREDICTOR"] = "FLOATING_POINT"
    dataset = gdal.Open(str(source))
    gdal.GetDriverByName("COG").CreateCopy(str(path), dataset, options=[f"{k}={v}" for k, v in wanted.items()])
