"""Raster outputs: GeoTIFFs that appear whole or not at all."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array

from ..errors import CarbonBalanceError
from ..i18n import tr
from .blocks import TILE, Block
from .grid import Grid

FLOAT_NODATA = float(np.finfo(np.float32).min)
COMPRESSIONS = ("DEFLATE", "ZSTD", "LZW", "NONE")


def creation_options(
    compression: str = "DEFLATE", continuous: bool = False, threads: int = 2, level: int = 1
) -> list[str]:
    """GDAL's creation options of our GeoTIFFs.

    DEFLATE at level 1 is the default: four times as fast as level 6 for a file a third larger, and any
    GIS opens it; ZSTD is faster still, but some programs cannot read it.

    Args:
        compression: one of ``COMPRESSIONS``.
        continuous: values vary from cell to cell (the floating-point predictor pays off), rather than
            following classes (it would double the file).
        threads: that compress.
        level: of DEFLATE. 2 takes half the time of 1 where most cells have one value, such as a change of 0, for
            only from there on are long runs skipped; elsewhere 1 is faster.
    """
    options = ["TILED=YES", f"BLOCKXSIZE={TILE}", f"BLOCKYSIZE={TILE}", "BIGTIFF=IF_SAFER", f"NUM_THREADS={threads}"]
    if compression != "NONE":
        options.append(f"COMPRESS={compression}")
    if compression == "DEFLATE":
        options.append(f"ZLEVEL={level}")
    if compression == "ZSTD":
        options.append("ZSTD_LEVEL=3")
    if continuous and compression in ("DEFLATE", "ZSTD", "LZW"):
        options.append("PREDICTOR=3")
    return options


class StagedRaster:
    """A GeoTIFF written block by block under a hidden name beside its place, then renamed.

    Call :meth:`write` for each block, then :meth:`publish`; :meth:`discard` (always, in a ``finally``)
    removes what was not published.

    Args:
        path: the final name, ``.tif`` or ``.tiff``.
        grid: its cells.
        dtype: NumPy type of the bands.
        nodata: value that means no data.
        bands: their descriptions; one band a description.
        options: GDAL's creation options.

    Raises:
        CarbonBalanceError: another file type, or a folder that cannot be written to.
    """

    def __init__(
        self,
        path: str,
        grid: Grid,
        dtype: type = np.float32,
        nodata: float | None = FLOAT_NODATA,
        bands: Sequence[str] = ("",),
        options: Sequence[str] | None = None,
    ) -> None:
        self.path = Path(path)
        self.nodata = nodata
        if self.path.suffix.lower() not in (".tif", ".tiff"):
            raise CarbonBalanceError(
                tr("The output raster {path} must be a GeoTIFF: give a name that ends in .tif.").format(path=path)
            )
        self._beside = self.path.with_name(f".{self.path.stem}.{uuid.uuid4().hex[:8]}.part.tif")
        try:
            self._dataset = gdal.GetDriverByName("GTiff").Create(
                str(self._beside),
                grid.width,
                grid.height,
                len(bands),
                gdal_array.NumericTypeCodeToGDALTypeCode(np.dtype(dtype).type),
                list(creation_options() if options is None else options),
            )
        except RuntimeError as error:
            raise CarbonBalanceError(
                tr("Cannot write {path}: {reason}; choose a folder that can be written to.").format(
                    path=path, reason=error
                )
            ) from None
        self._dataset.SetGeoTransform(grid.geotransform)
        self._dataset.SetProjection(grid.crs_wkt)
        for number, description in enumerate(bands, 1):
            band = self._dataset.GetRasterBand(number)
            if description:
                band.SetDescription(description)
            if nodata is not None:
                band.SetNoDataValue(nodata)

    def write(self, block: Block, values: np.ndarray) -> None:
        """Write a block: (rows, columns), or (bands, rows, columns) for several bands.

        Raises:
            CarbonBalanceError: the disk is full or the file cannot be written.
        """
        try:
            if values.ndim == 2:
                self._dataset.GetRasterBand(1).WriteArray(values, block.column, block.row)
            else:
                self._dataset.WriteArray(values, block.column, block.row)
        except RuntimeError as error:
            raise self._failure(error) from None

    def set_statistics(self, band: int, values: np.ndarray, cells: np.ndarray) -> None:
        """Tell what a band holds, so that QGIS need not read it before drawing.

        Args:
            band: counted from 1.
            values, cells: each value and how many cells hold it (values,).
        """
        held = np.flatnonzero(cells)
        if len(held):
            value, weight = values[held].astype(np.float64), cells[held]
            mean = np.average(value, weights=weight)
            deviation = np.sqrt(np.average((value - mean) ** 2, weights=weight))
            self._dataset.GetRasterBand(band).SetStatistics(*map(float, (value.min(), value.max(), mean, deviation)))

    def _failure(self, error: object) -> CarbonBalanceError:
        return CarbonBalanceError(
            tr("Writing {path} failed: {reason}; is the disk full?").format(path=self.path, reason=error)
        )

    def finish(self) -> None:
        """Complete the file under its hidden name; a disk that is full comes up here at the latest."""
        if self._dataset is None:
            return
        dataset, self._dataset = self._dataset, None
        gdal.ErrorReset()
        try:
            dataset.FlushCache()
            del dataset
        except RuntimeError as error:
            raise self._failure(error) from None
        if gdal.GetLastErrorType() >= gdal.CE_Failure:
            raise self._failure(gdal.GetLastErrorMsg())

    def publish(self) -> str:
        """Complete the file and give it its name; returns the name."""
        self.finish()
        try:
            self._beside.replace(self.path)
        except OSError as error:
            raise self._failure(error.strerror or error) from None
        # Statistics and overviews of an older file of that name would no longer be true.
        for sidecar in (".aux.xml", ".ovr", ".msk"):
            with contextlib.suppress(OSError):
                self.path.with_name(self.path.name + sidecar).unlink()
        return str(self.path)

    def discard(self) -> None:
        """Remove the hidden file if it was not published."""
        self._dataset = None
        for leftover in (self._beside, self._beside.with_name(self._beside.name + ".aux.xml")):
            with contextlib.suppress(OSError):
                leftover.unlink()
