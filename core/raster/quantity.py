"""Quantities on a grid: amounts per cell or densities, resampled so that each keeps its meaning.

Amounts are resampled by sum, so that the total stays (GDAL splits each source cell among the cells it
falls into); densities by average.
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
    """A raster of amounts per cell or of densities, on the grid that it is computed on.

    Attributes:
        source: on that grid.
        basis: ``PER_KM2`` or ``PER_CELL``.
        factor: turns a value into the unit wanted.
    """

    source: RasterSource
    basis: str = PER_KM2
    factor: float = 1.0

    def by_rows(self, block: Block) -> Callable[[slice], np.ndarray]:
        """What gives, for some rows of a block, the raw values of its cells.

        The block is read whole, but made into numbers of twice its size only by what fits a processor's cache.

        Returns:
            a function of rows; NaN where there is no value, float64 (rows, columns).
        """
        raw, mask = self.source.read(block), self.source.read_mask(block)

        def of_rows(rows: slice) -> np.ndarray:
            return self.source.as_float(raw[rows], None if mask is None else mask[rows])

        return of_rows

    def row_amount(self, row_area_km2: np.ndarray) -> np.ndarray:
        """What turns a raw value into an amount per cell, by row (rows,)."""
        return self.factor * row_area_km2 if self.basis == PER_KM2 else np.full(len(row_area_km2), self.factor)

    def row_density(self, row_area_km2: np.ndarray) -> np.ndarray:
        """What turns a raw value into an amount per km2, by row (rows,)."""
        return self.factor / row_area_km2 if self.basis == PER_CELL else np.full(len(row_area_km2), self.factor)

    def densities(self, block: Block, row_area_km2: np.ndarray) -> Callable[[slice], np.ndarray]:
        """What gives, for some rows of a block, the amount per km2 of its cells, see :meth:`by_rows`."""
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

    ``log`` takes what differed from the grid of the raster called ``target``, the result if that is "".

    Raises:
        CarbonBalanceError: the two cannot be aligned.
    """
    moved = moved_onto(source, grid, tr("the result"), log or Log(), "sum" if basis == PER_CELL else "average")
    return RasterQuantity(moved, basis, factor)


def need_non_negative(values: np.ndarray, block: Block, label: str, first_row: int = 0) -> None:
    """Refuse a negative value, naming where it is.

    Args:
        values: of a block's rows from ``first_row`` on (rows, columns); NaN is none.

    Raises:
        CarbonBalanceError: ``label`` holds one.
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
    """A land cover read as the value of each cell's class, 0 for classes that are not listed.

    Args:
        source: class codes, whole numbers.
        codes, values: of the same length; values 0 or more.
    """
    table = dict(zip((int(code) for code in codes), values))
    # GDAL interpolates between entries, so the codes beside each listed one are pinned to 0.
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
