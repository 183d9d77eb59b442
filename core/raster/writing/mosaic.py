"""Mosaics of the tiles written by workers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType

import numpy as np
from osgeo import gdal, gdal_array

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.log import Log
from ..blocks import TILE, Block
from ..tiff.copied_tiles import CopiedFile, copy_tiles
from .block_output import Form, Tile, TileFiles, created
from .overviews import Strips

_LEVEL = '<OpenOptions><OOI key="OVERVIEW_LEVEL">{level}</OOI></OpenOptions>'


class Mosaic:
    """Collects the tiles in the main process and adds the overviews for the smallest scales.

    Otherwise, a view of the whole raster would open every tile, which takes 5 s and more for 5,000 tiles.

    Args:
        tiles: the tile writer of the workers.
    """

    def __init__(self, tiles: TileFiles) -> None:
        self.tiles = tiles
        self._blocks: dict[str, Block] = {}
        self._levels: dict[str, int] = {}
        self._checksums: dict[str, int | None] = {}
        grid, self._wide = tiles.form.grid, tiles.form.wide_overviews
        self._files: list[gdal.Dataset] = []
        self._strips = Strips(grid.width, grid.height, self._wide, self._write)

    @property
    def count(self) -> int:
        """The number of tiles so far."""
        return len(self._blocks)

    def add(self, block: Block, tile: Tile) -> None:
        """Add a written tile; tiles are added in the order of the blocks."""
        if not self._blocks:
            self._files = [self._opened(factor) for factor in self._wide]
        self._blocks[tile.name] = block
        self._levels[tile.name] = tile.levels
        self._checksums[tile.name] = tile.checksum
        self._strips.add(block, tile.overviews)

    def _opened(self, factor: int) -> gdal.Dataset:
        form = self.tiles.form
        dataset = created(self._wide_file(factor), *form.size(factor), form)
        dataset.SetGeoTransform(form.geotransform(factor))
        return dataset

    def _wide_file(self, factor: int) -> Path:
        return self.tiles.folder / f"overview_{factor}.tif"

    def _write(self, number: int, column: int, row: int, values: np.ndarray) -> None:
        self._files[number].WriteArray(values, column, row)

    def write_geotiff(self, path: Path, statistics: dict[int, list[float]], tags: Mapping[str, str], log: Log) -> None:
        """Write one Cloud Optimized GeoTIFF of the tiles.

        The encoded tiles are copied, and only the overviews computed by GDAL. Where they cannot be copied, and for
        rasters without overviews, all cells are decoded and encoded again.

        Args:
            path: path of the GeoTIFF.
            statistics, tags: as for :meth:`join`.
            log: for cancellation.

        Raises:
            CarbonBalanceError: a tile cannot be found by the main process, or was damaged after it was written.
            RuntimeError, OSError: a tile cannot be read, or the disk is full.
            Cancelled: the user stopped the run; the incomplete file remains.
        """
        joined, form = path.with_suffix(".vrt"), self.tiles.form
        files = [
            CopiedFile(self.tiles.folder / name, block, self._checksums[name]) for name, block in self._blocks.items()
        ]
        try:
            if form.overviews:
                self.join(joined, statistics, tags, with_cells=False)
                write_cog(joined, path, form, log, sparse=True)
                if copy_tiles(path, form.grid.width, form.grid.height, files, log):
                    return
            self.join(joined, statistics, tags)
            write_cog(joined, path, form, log)
        finally:
            joined.unlink(missing_ok=True)

    def join(
        self,
        path: Path,
        statistics: dict[int, list[float]],
        tags: Mapping[str, str] = MappingProxyType({}),
        with_cells: bool = True,
    ) -> None:
        """Write a VRT of the tiles, which are in the folder next to it.

        Args:
            path: path of the VRT.
            statistics: minimum, maximum, mean and standard deviation by band, where known.
            tags: metadata of every band.
            with_cells: whether the raster itself has cells, and not only its overviews.

        Raises:
            CarbonBalanceError: a tile cannot be found by the main process.
        """
        folder, within = self.tiles.folder, self.tiles.form.tile_overviews
        missing = [name for name in self._blocks if not (folder / name).is_file()]
        if missing:
            raise CarbonBalanceError(
                tr(
                    "{count} tile(s) written by workers cannot be found in {folder}: the output must be in a folder "
                    "that the main process and all workers can access under the same path."
                ).format(count=len(missing), folder=folder)
            )
        self._close()
        for level, factor in enumerate(within):
            self._write_vrt(folder / f"overview_{factor}.vrt", factor, "", blocks=self._blocks, level=level)
        blocks = self._blocks if with_cells else {}
        self._write_vrt(path, 1, f"{folder.name}/", blocks=blocks, statistics=statistics, tags=tags)
        names = [f"overview_{factor}.vrt" for factor in within] + [
            self._wide_file(factor).name for factor in self._wide
        ]
        # Overviews in other files can only be added to a VRT by editing its text.
        bands = path.read_text(encoding="utf-8").split("</VRTRasterBand>")
        for number in range(1, len(bands)):
            bands[number - 1] += "".join(
                f'<Overview><SourceFilename relativeToVRT="1">{escape(f"{folder.name}/{name}")}</SourceFilename>'
                f"<SourceBand>{number}</SourceBand></Overview>"
                for name in names
            )
        path.write_text("</VRTRasterBand>".join(bands), encoding="utf-8")

    def _write_vrt(
        self,
        path: Path,
        factor: int,
        folder: str,
        blocks: Mapping[str, Block],
        level: int | None = None,
        statistics: Mapping[int, list[float]] = MappingProxyType({}),
        tags: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Write a VRT with cells ``factor`` times as large, of ``blocks``, from their overview ``level`` if given."""
        form = self.tiles.form
        kind = gdal_array.NumericTypeCodeToGDALTypeCode(form.dtype.type)
        dataset = gdal.GetDriverByName("VRT").Create(str(path), *form.size(factor), 0)
        dataset.SetGeoTransform(form.geotransform(factor))
        dataset.SetProjection(form.grid.crs_wkt)
        for number, description in enumerate(form.bands, 1):
            dataset.AddBand(kind)
            band = dataset.GetRasterBand(number)
            if description:
                band.SetDescription(description)
            if form.nodata is not None:
                band.SetNoDataValue(form.nodata)
            for key, text in tags.items():
                band.SetMetadataItem(key, text)
            for at, (name, block) in enumerate(blocks.items()):
                width, height = -(-block.width // factor), -(-block.height // factor)
                size = f'xSize="{width}" ySize="{height}"'
                # Tiles have no further overviews after one of a single cell.
                here = -1 if level is None else min(level, self._levels[name] - 1)
                options = "" if here < 0 else _LEVEL.format(level=here)
                source = (
                    f'<SimpleSource><SourceFilename relativeToVRT="1">{escape(folder + name)}</SourceFilename>{options}'
                    f"<SourceBand>{number}</SourceBand>"
                    f'<SourceProperties RasterXSize="{width}" RasterYSize="{height}" '
                    f'DataType="{gdal.GetDataTypeName(kind)}" BlockXSize="{TILE}" BlockYSize="{TILE}"/>'
                    f'<SrcRect xOff="0" yOff="0" {size}/>'
                    f'<DstRect xOff="{block.column // factor}" yOff="{block.row // factor}" {size}/></SimpleSource>'
                )
                band.SetMetadataItem(f"source_{at}", source, "new_vrt_sources")
            if number in statistics:
                band.SetStatistics(*statistics[number])
        dataset.FlushCache()
        del band, dataset
        # GDAL writes 16 digits, one too few to restore 64-bit floats exactly.
        whole = re.sub("(?<=<NoDataValue>)[^<]*", repr(form.nodata), path.read_text(encoding="utf-8"))
        path.write_text(whole, encoding="utf-8")

    def _close(self) -> None:
        """Complete the separate overviews; a full disk is detected here at the latest."""
        gdal.ErrorReset()
        while self._files:
            self._files.pop().FlushCache()
        if gdal.GetLastErrorType() >= gdal.CE_Failure:
            raise RuntimeError(gdal.GetLastErrorMsg())

    def remove(self) -> None:
        """Remove the tiles and their sidecar files."""
        self._files = []
        self.tiles.remove()


def remove_older_tiles(path: Path, kept: Path | None) -> None:
    """Remove the tiles of a VRT that was replaced by ``path``."""
    pattern = re.compile(re.escape(path.stem) + r"\.[0-9a-f]{8}\.tiles")
    for folder in path.absolute().parent.iterdir():
        if folder != kept and pattern.fullmatch(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def write_cog(source: Path, path: Path, form: Form, log: Log, sparse: bool = False) -> None:
    """Write a Cloud Optimized GeoTIFF from ``source`` and its overviews; GDAL creates those of small rasters.

    Args:
        source: the raster.
        path: path of the GeoTIFF.
        form: its properties.
        log: for cancellation.
        sparse: whether tiles without data are left out.

    Raises:
        Cancelled: the user stopped the run; the incomplete file remains.
    """
    asked = dict(option.split("=", 1) for option in form.options)
    wanted = {
        "BLOCKSIZE": str(TILE),
        "BIGTIFF": "IF_SAFER",
        "NUM_THREADS": asked.get("NUM_THREADS", "2"),
        "COMPRESS": asked.get("COMPRESS", "NONE"),
        "SPARSE_OK": "YES" if sparse else "NO",
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
