"""Raster outputs: GeoTIFFs that appear complete or not at all."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from osgeo import gdal

from ...runtime import cluster
from ...runtime.errors import CarbonBalanceError, lack_of_memory, reason_of
from ...runtime.gdal_state import bounded_cache
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...runtime.staging import cannot_write, hidden_name
from ..blocks import Block
from ..grid import Grid
from .assembled_file import AssembledFile
from .block_output import BlockResult, EncodedParts, Form, Tile, TileFiles, tile_files
from .creation_options import creation_options, least_bytes
from .moments import Moments, statistics_of
from .mosaic import Mosaic, remove_older_tiles
from .overviews import Strips

FLOAT_NODATA = float(np.finfo(np.float32).min)


def _need_room(path: Path, form: Form) -> None:
    """Refuse an output that does not fit on the disk.

    Raises:
        CarbonBalanceError: too little free space; the message states needed and free space.
    """
    needed = least_bytes(form.grid, form.dtype, len(form.bands), form.options)
    try:
        disk = shutil.disk_usage(path.absolute().parent)
    except OSError:
        return  # The folder does not exist, which creating the file reports better.
    free = disk.free
    # Some network and system disks report a size of 0, so that free space is unknown.
    if disk.total and needed > free:
        raise CarbonBalanceError(
            tr(
                "{path} will need about {needed:,.1f} GB, but only {free:,.1f} GB are free on that disk: choose "
                "another disk, or free some space."
            ).format(path=path, needed=needed / 1e9, free=free / 1e9)
        )


class StagedRaster:
    """A GeoTIFF that is written block by block under a hidden name and then renamed.

    On a cluster the workers write tiles into a folder next to it instead; a path with the suffix ``.vrt`` keeps them,
    otherwise they are merged into one Cloud Optimized GeoTIFF. The function for a block passes its cells to ``parts``,
    which is sent to the workers, and returns the result, which is passed to :meth:`write`.

    Call :meth:`write` for each block, then :meth:`publish`; :meth:`discard` (always, in a ``finally``)
    removes unpublished files. Items of ``tags`` (name -> text) become metadata of every band.

    Args:
        path: the final path, ``.tif`` or ``.tiff``; on a cluster also ``.vrt``.
        grid: the grid.
        dtype: NumPy type of the bands.
        nodata: nodata value.
        bands: one description per band.
        options: GDAL's creation options.
        continuous: whether values vary from cell to cell, so that overviews are means.

    Raises:
        CarbonBalanceError: another file type, a folder that cannot be written to, or too little free space.
    """

    def __init__(
        self,
        path: str,
        grid: Grid,
        dtype: type = np.float32,
        nodata: float | None = FLOAT_NODATA,
        bands: Sequence[str] = ("",),
        options: Sequence[str] | None = None,
        continuous: bool = False,
    ) -> None:
        self.path = Path(path)
        self.nodata = nodata
        on_cluster = cluster.current() is not None
        self._is_vrt = on_cluster and self.path.suffix.lower() == ".vrt"
        if not self._is_vrt and self.path.suffix.lower() not in (".tif", ".tiff"):
            raise CarbonBalanceError(
                tr("The output raster {path} must be a GeoTIFF: use a name that ends in .tif.").format(path=path)
            )
        suffix = ".vrt" if self._is_vrt else ".tif"
        self._beside = hidden_name(self.path, suffix)
        options = tuple(creation_options() if options is None else options)
        self._form = form = Form(
            grid=grid, dtype=np.dtype(dtype), nodata=nodata, bands=tuple(bands), options=options, continuous=continuous
        )
        _need_room(self.path, form)
        self._mosaic: Mosaic | None = None
        self.tags: dict[str, str] = {}
        self._statistics: dict[int, list[float]] = {}
        self._moments = [Moments() for _ in bands]
        self._file: AssembledFile | None = None
        try:
            if on_cluster:
                self._mosaic = Mosaic(tile_files(self.path, form))
            else:
                self._file = AssembledFile(self._beside, form)
        except (RuntimeError, OSError) as error:
            self._remove_files()
            raise lack_of_memory(reason_of(error)) or cannot_write(path, reason_of(error)) from None
        self._strips = Strips(grid.width, grid.height, form.overviews[1:], self._append_overview)
        self.parts: EncodedParts | TileFiles = self._mosaic.tiles if self._mosaic else EncodedParts(form)

    def write(self, block: Block, values: np.ndarray | BlockResult) -> None:
        """Write a block: (rows, columns), (bands, rows, columns), or a result of ``parts``.

        Blocks must be written in the order of :func:`core.raster.blocks.blocks`.

        Raises:
            CarbonBalanceError: the disk is full or the file cannot be written.
        """
        made = self.parts.put(block, values) if isinstance(values, np.ndarray) else values
        if self._form.continuous:
            self._moments = [before + found for before, found in zip(self._moments, made.moments)]
        try:
            if isinstance(made, Tile):
                self._tiles().add(block, made)
                return
            for level, tiles in enumerate(made.tiles):
                factor = ([1] + self._form.overviews)[level]
                self._assembled().append(level, block.column // factor, block.row // factor, tiles)
            self._strips.add(block, made.overviews)
        except (RuntimeError, OSError) as error:
            raise self._failure(error) from None

    def _append_overview(self, number: int, column: int, row: int, values: np.ndarray) -> None:
        self._assembled().append_overview(2 + number, column, row, values)

    def set_statistics(self, band: int, values: np.ndarray, cells: np.ndarray) -> None:
        """Write the statistics of a band, so that QGIS does not have to compute them before drawing.

        Args:
            band: number of the band, from 1.
            values, cells: distinct values and their numbers of cells (values,).
        """
        if np.any(cells):
            self._statistics[band] = statistics_of(values, cells)

    def _tiles(self) -> Mosaic:
        """The tiles of a run on a cluster, which exist until the raster is published or discarded."""
        if self._mosaic is None:
            raise ValueError(f"{self.path} is not written in tiles")
        return self._mosaic

    def _assembled(self) -> AssembledFile:
        """The file of a run on one machine, until it is complete or discarded."""
        if self._file is None:
            raise ValueError(f"{self.path} is complete")
        return self._file

    def _failure(self, error: Exception | str) -> CarbonBalanceError:
        reason = reason_of(error) if isinstance(error, Exception) else error
        return lack_of_memory(reason) or CarbonBalanceError(
            tr("Writing {path} failed: {reason}; is the disk full?").format(path=self.path, reason=reason)
        )

    def finish(self, log: Log | None = None) -> None:
        """Complete the file under its hidden name; a full disk is detected here at the latest.

        Args:
            log: for cancellation, because merging tiles can take long.
        """
        for band, moments in enumerate(self._moments, 1):
            if moments.count and np.isfinite(moments.squares):
                self._statistics.setdefault(band, moments.statistics())
        if self._mosaic is not None:
            self._join(log or Log())
            return
        if self._file is None:
            return
        gdal.ErrorReset()
        try:
            self._file.complete(self.tags, self._statistics)
        except (RuntimeError, OSError) as error:
            raise self._failure(error) from None
        if gdal.GetLastErrorType() >= gdal.CE_Failure:
            raise self._failure(gdal.GetLastErrorMsg())
        self._file = None

    def _join(self, log: Log) -> None:
        """Join the tiles under the hidden name: a VRT of the tiles, or one GeoTIFF that replaces them."""
        if self._beside.exists():
            return
        mosaic = self._tiles()
        try:
            if self._is_vrt:
                mosaic.join(self._beside, self._statistics, self.tags)
                return
            log.info(tr("Merging {count:,} tiles into {path}.").format(count=mosaic.count, path=self.path.name))
            with bounded_cache():
                mosaic.write_geotiff(self._beside, self._statistics, self.tags, log)
            mosaic.remove()
        except (RuntimeError, OSError) as error:
            raise self._failure(error) from None

    @property
    def hidden_file(self) -> Path | None:
        """The file under its hidden name; ``None`` for tiles written by workers of a cluster."""
        return self._beside if self._mosaic is None else None

    def publish(self) -> str:
        """Complete the file, rename it to its final name and return that name."""
        self.finish()
        try:
            self._beside.replace(self.path)
        except OSError as error:
            raise self._failure(error.strerror or error) from None
        if self._mosaic is not None:
            remove_older_tiles(self.path, self._mosaic.tiles.folder)
            self._mosaic = None
        # Statistics and overviews of an older file with that name are no longer valid.
        for sidecar in (".aux.xml", ".ovr", ".msk"):
            with contextlib.suppress(OSError):
                self.path.with_name(self.path.name + sidecar).unlink()
        return str(self.path)

    def discard(self) -> None:
        """Remove the hidden file if it was not published."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._mosaic is not None:
            self._mosaic.remove()
            self._mosaic = None
        self._remove_files()

    def _remove_files(self) -> None:
        # GDAL's own files, such as unfinished overviews, have names with the same beginning.
        with contextlib.suppress(OSError):
            for leftover in [file for file in self.path.parent.iterdir() if file.name.startswith(self._beside.stem)]:
                with contextlib.suppress(OSError):
                    leftover.unlink()


@contextlib.contextmanager
def begun(rasters: Mapping[str, StagedRaster]) -> Iterator[None]:
    """Context in which rasters are created; all of them are discarded if one cannot be created."""
    try:
        yield
    except BaseException:
        for raster in rasters.values():
            raster.discard()
        raise


@contextlib.contextmanager
def completed(rasters: Iterable[StagedRaster], log: Log) -> Iterator[None]:
    """Context in which rasters are written; afterwards they are complete, or discarded if anything failed."""
    try:
        yield
        for raster in rasters:
            raster.finish(log)
    except BaseException:
        for raster in rasters:
            raster.discard()
        raise
