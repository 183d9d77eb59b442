"""Quantities on a grid: amounts per cell or densities, each with the suitable resampling.

Amounts are resampled by sum, which preserves the total (GDAL divides each source cell among the target cells),
densities by average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from ..options.raster import PER_CELL, PER_KM2
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .blocks import Block
from .grid import Grid
from .source import RasterSource
from .warping.alignment import moved_onto


@dataclass(frozen=True)
class RasterQuantity:
    """A raster of amounts per cell or of densities, on the grid of the computation.

    Attributes:
        source: the raster on that grid.
        basis: ``PER_KM2`` or ``PER_CELL``.
        factor: factor from values to the wanted unit.
    """

    source: RasterSource
    basis: str = PER_KM2
    factor: float = 1.0

    def by_rows(self, block: Block) -> Callable[[slice], np.ndarray]:
        """Read a block; returns a function that gives the raw values of some of its rows.

        The block is read at once, but converted to float64 only in parts that fit into the processor's cache.

        Returns:
            a function of rows, whose result is float64 (rows, columns), NaN where there is no value.
        """
        raw, mask = self.source.read(block), self.source.read_mask(block)

        def of_rows(rows: slice) -> np.ndarray:
            return self.source.as_float(raw[rows], None if mask is None else mask[rows])

        return of_rows

    def row_amount(self, row_area_km2: np.ndarray) -> np.ndarray:
        """The factor from raw values to amounts per cell, by row (rows,)."""
        return self.factor * row_area_km2 if self.basis == PER_KM2 else np.full(len(row_area_km2), self.factor)

    def row_density(self, row_area_km2: np.ndarray) -> np.ndarray:
        """The factor from raw values to amounts per km2, by row (rows,)."""
        return self.factor / row_area_km2 if self.basis == PER_CELL else np.full(len(row_area_km2), self.factor)

    def densities(self, block: Block, row_area_km2: np.ndarray) -> Callable[[slice], np.ndarray]:
        """Like :meth:`by_rows`, for amounts per km2."""
        values_of, by_row = self.by_rows(block), self.row_density(row_area_km2)

        def of_rows(rows: slice) -> np.ndarray:
            values = values_of(rows)
            if (by_row[rows] != 1).any():
                values *= by_row[rows, None]
            return values

        return of_rows


def quantity_on(
    source: RasterSource,
    grid: Grid,
    basis: str = PER_KM2,
    factor: float = 1.0,
    log: Log | None = None,
    target: str = "",
) -> RasterQuantity:
    """``source`` on ``grid``: amounts by sum, densities by average.

    ``log`` receives the differences from the grid of the raster called ``target``, or of the result if that is "".

    Raises:
        CarbonBalanceError: the two cannot be aligned.
    """
    moved = moved_onto(
        source, grid, target or tr("the result"), log or Log(), "sum" if basis == PER_CELL else "average"
    )
    return RasterQuantity(moved, basis, factor)


def need_non_negative(values: np.ndarray, block: Block, label: str, first_row: int = 0) -> None:
    """Refuse negative values; the message states row and column.

    Args:
        values: values of the rows of a block from ``first_row`` on (rows, columns); NaN is no value.

    Raises:
        CarbonBalanceError: there is a negative value.
    """
    negative = values < 0
    if negative.any():
        row, column = np.argwhere(negative)[0]
        raise CarbonBalanceError(
            tr("{raster} is negative ({value:g}) at row {row}, column {column}: it must be at least 0.").format(
                raster=label,
                value=float(values[row, column]),
                row=block.row + first_row + row + 1,
                column=block.column + column + 1,
            )
        )


_NODATA = -1.0


def classes_as_values(source: RasterSource, codes: Sequence[int], values: Sequence[float]) -> RasterSource:
    """A virtual raster with the value of each cell's class, 0 for classes that are not listed.

    Args:
        source: class codes, whole numbers.
        codes, values: arrays of the same length; values are 0 or more.
    """
    table = dict(zip((int(code) for code in codes), values))
    # GDAL interpolates between entries, so that the codes next to each listed one are set to 0.
    for code in list(table):
        table.setdefault(code - 1, 0.0)
        table.setdefault(code + 1, 0.0)
    lut = ",".join(f"{code}:{float(table[code])!r}" for code in sorted(table))
    grid = source.grid
    nodata = "" if source.nodata is None else f"<NODATA>{source.nodata!r}</NODATA>"
    mask = "<UseMaskBand>true</UseMaskBand>" if source.has_mask else ""
    frame = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    xml = (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}"><SRS>{escape(grid.crs_wkt)}</SRS>'
        f"<GeoTransform>{','.join(repr(float(number)) for number in grid.geotransform)}</GeoTransform>"
        f'<VRTRasterBand dataType="Float32" band="1"><NoDataValue>{_NODATA}</NoDataValue><ComplexSource>'
        f'<SourceFilename relativeToVRT="0">{escape(source.path)}</SourceFilename>'
        f"<SourceBand>{source.band}</SourceBand><SrcRect {frame}/><DstRect {frame}/>{nodata}{mask}<LUT>{lut}</LUT>"
        "</ComplexSource></VRTRasterBand></VRTDataset>"
    )
    return RasterSource(xml, source.name, 1, source.crs_wkt)
