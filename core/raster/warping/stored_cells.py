"""How many cells with data of a raster are in each cell of another grid, and which share of that cell they cover.

Amounts that are resampled by sum are those of the cells with data alone: where some are without, the sum belongs to a
part of the cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from ..blocks import Block
from ..grid import Grid, same_crs
from ..source import RasterSource
from .alignment import outline_in

_NO_CELL = -1.0
_SPARE_CELLS = 2


@dataclass(frozen=True)
class StoredCells:
    """Cells of a raster in the cells of another grid.

    Attributes:
        known: number of cells with data, on that grid.
        all: number of cells of the raster's grid, also beyond its edge; one number if it is the same everywhere.
    """

    known: RasterSource
    all: RasterSource | float

    def of_block(self, block: Block) -> Callable[[slice], tuple[np.ndarray, np.ndarray]]:
        """Read a block; returns a function of rows: number of cells with data, and share of the cell's area with data.

        Both are float64 (rows, columns); parts of cells count as parts.
        """
        known = np.nan_to_num(self.known.read_float(block))
        every = self.all if isinstance(self.all, float) else self.all.read_float(block)
        share = np.clip(np.nan_to_num(known / every), 0, 1)
        return lambda rows: (known[rows], share[rows])


def stored_cells(source: RasterSource, grid: Grid) -> StoredCells | None:
    """The cells of ``source`` in those of ``grid``; ``None`` if both have the same cells.

    Raises:
        CarbonBalanceError: see :meth:`RasterSource.on_grid`.
    """
    if source.grid.same_cells(grid):
        return None
    known = _ones_where_known(source).on_grid(grid, "sum")
    own, other = source.grid.geotransform, grid.geotransform
    if not (own[2] or own[4]) and (not grid.crs_wkt or same_crs(source.grid.crs_wkt, grid.crs_wkt)):
        return StoredCells(known, abs(other[1] * other[5]) / abs(own[1] * own[5]))
    return StoredCells(known, _ones_everywhere(source.grid, grid).on_grid(grid, "sum"))


def _ones_where_known(source: RasterSource) -> RasterSource:
    """A virtual raster of 1 where ``source`` has data."""
    frame = f'xOff="0" yOff="0" xSize="{source.grid.width}" ySize="{source.grid.height}"'
    value = float("nan") if source.nodata is None and source.dtype.kind == "f" else source.nodata
    nodata = "" if value is None else f"<NODATA>{value!r}</NODATA>"
    mask = "<UseMaskBand>true</UseMaskBand>" if source.has_mask else ""
    band = (
        f"<NoDataValue>{_NO_CELL}</NoDataValue><ComplexSource>"
        f'<SourceFilename relativeToVRT="0">{escape(source.path)}</SourceFilename>'
        f"<SourceBand>{source.band}</SourceBand><SrcRect {frame}/><DstRect {frame}/>{nodata}{mask}"
        "<ScaleOffset>1</ScaleOffset><ScaleRatio>0</ScaleRatio></ComplexSource>"
    )
    return _cells_of_ones(source.grid, "Float64", band, source)


def _ones_everywhere(own: Grid, grid: Grid) -> RasterSource:
    """A virtual raster of 1 on the cells of ``own``, continued until it covers ``grid``."""
    x0, dx, rx, y0, ry, dy = own.geotransform
    points = outline_in(grid, own)
    east, north = points[np.isfinite(points).all(axis=1)].T - [[x0], [y0]]
    column, row = (east * dy - north * rx) / (dx * dy - rx * ry), (north * dx - east * ry) / (dx * dy - rx * ry)
    left, top = math.floor(column.min()) - _SPARE_CELLS, math.floor(row.min()) - _SPARE_CELLS
    width, height = math.ceil(column.max()) + _SPARE_CELLS - left, math.ceil(row.max()) + _SPARE_CELLS - top
    corner = (x0 + left * dx + top * rx, y0 + left * ry + top * dy)
    wide = Grid(width, height, (corner[0], dx, rx, corner[1], ry, dy), own.crs_wkt)
    # A band without sources has the nodata value everywhere; as that is hidden, it counts as a value.
    return _cells_of_ones(wide, "Byte", "<NoDataValue>1</NoDataValue><HideNoDataValue>1</HideNoDataValue>")


def _cells_of_ones(grid: Grid, kind: str, band: str, like: RasterSource | None = None) -> RasterSource:
    xml = (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}"><SRS>{escape(grid.crs_wkt)}</SRS>'
        f"<GeoTransform>{','.join(repr(float(number)) for number in grid.geotransform)}</GeoTransform>"
        f'<VRTRasterBand dataType="{kind}" band="1">{band}</VRTRasterBand></VRTDataset>'
    )
    return RasterSource(xml, like.name if like else "", 1, grid.crs_wkt)
