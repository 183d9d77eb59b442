"""Raster values at points and in zones, as columns of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from osgeo import gdal, ogr, osr

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .blocks import Block, blocks
from .grid import Grid, same_crs, spatial_reference
from .outlines import edges_on_grid, spans_by_centre
from .source import RasterSource

POINTS_BY_DEFAULT = 10_000
SAMPLING_BLOCK_CELLS = 1 << 21


def regular_points(grid: Grid, spacing: float | None = None) -> np.ndarray:
    """Cell centres at a regular ``spacing`` (points, 2), in CRS units of ``grid``.

    Args:
        grid: the grid; the spacing is rounded to whole cells.
        spacing: in CRS units; ``None`` for about ten thousand points.

    Raises:
        CarbonBalanceError: a spacing that leaves fewer than three points.
    """
    _, dx, rx, _, ry, dy = grid.geotransform
    if spacing is None:
        steps = (max(1, math.ceil(math.sqrt(grid.width * grid.height / POINTS_BY_DEFAULT))),) * 2
    else:
        steps = (max(1, round(spacing / math.hypot(dx, ry))), max(1, round(spacing / math.hypot(rx, dy))))
    columns = np.arange(min(steps[0] // 2, grid.width - 1), grid.width, steps[0])
    rows = np.arange(min(steps[1] // 2, grid.height - 1), grid.height, steps[1])
    if len(columns) * len(rows) < 3:
        raise CarbonBalanceError(
            tr(
                "A spacing of {spacing:g} gives only {count} sample point(s) on the raster: give a smaller spacing."
            ).format(spacing=spacing, count=len(columns) * len(rows))
        )
    column, row = np.meshgrid(columns + 0.5, rows + 0.5)
    x, y = grid.xy(column.ravel(), row.ravel())
    return np.column_stack([x, y])


def transformed(xy: np.ndarray, from_wkt: str, to_wkt: str) -> np.ndarray:
    """Transform points (n, 2) between CRS; NaN for missing points and those that cannot be transformed."""
    if same_crs(from_wkt, to_wkt):
        return xy
    if not (from_wkt and to_wkt):
        raise CarbonBalanceError(
            tr("Points and raster cannot be matched: one has a coordinate reference system, the other has none.")
        )
    change = osr.CoordinateTransformation(spatial_reference(from_wkt), spatial_reference(to_wkt))
    known = np.isfinite(xy).all(axis=1)
    result = np.full(xy.shape, np.nan)
    if known.any():
        moved = np.array(change.TransformPoints(xy[known]))[:, :2]
        result[known] = np.where(np.isfinite(moved), moved, np.nan)
    return result


def sample(source: RasterSource, xy: np.ndarray, crs_wkt: str, log: Log | None = None) -> np.ndarray:
    """The value of the cell at each point (points,), NaN outside the raster and where there is no data.

    Args:
        source: the raster.
        xy: points (points, 2), NaN for a missing point.
        crs_wkt: their CRS.
        log: progress and cancellation.
    """
    log = log or Log()
    grid = source.grid
    inverse = gdal.InvGeoTransform(grid.geotransform)
    x, y = transformed(xy, crs_wkt, grid.crs_wkt).T
    column = np.floor(inverse[0] + inverse[1] * x + inverse[2] * y)
    row = np.floor(inverse[3] + inverse[4] * x + inverse[5] * y)
    with np.errstate(invalid="ignore"):
        inside = (column >= 0) & (row >= 0) & (column < grid.width) & (row < grid.height)
    which = np.flatnonzero(inside)
    column, row = column[which].astype(np.int64), row[which].astype(np.int64)
    values = np.full(len(xy), np.nan)
    todo = blocks(grid.width, grid.height)
    for done, block in enumerate(todo):
        log.check()
        here = (
            (column >= block.column)
            & (column < block.column + block.width)
            & (row >= block.row)
            & (row < block.row + block.height)
        )
        if here.any():
            top, bottom = int(row[here].min()), int(row[here].max())
            part = Block(block.column, top, block.width, bottom - top + 1)
            values[which[here]] = source.read_float(part)[row[here] - top, column[here] - block.column]
        log.progress((done + 1) / len(todo))
    source.close()
    return values


def zone_means(source: RasterSource, outlines: Sequence[bytes | None], log: Log | None = None) -> np.ndarray:
    """Area-weighted mean over the cells whose centre is in each zone (zones,); NaN where there is no data.

    A zone without a cell centre has the value of the cell at a point inside the zone.

    Args:
        source: the raster.
        outlines: WKB of polygons in the raster's CRS; ``None`` for a zone without outline.
        log: progress and cancelling.
    """
    log = log or Log()
    grid = source.grid
    edges = edges_on_grid(outlines, grid)
    area_ha = grid.row_cell_area_ha() if grid.crs_wkt else np.ones(grid.height)
    sums, areas = np.zeros(len(outlines)), np.zeros(len(outlines))
    centres = np.zeros(len(outlines), dtype=bool)
    todo = blocks(grid.width, grid.height, SAMPLING_BLOCK_CELLS)
    for done, block in enumerate(todo):
        log.check()
        spans = spans_by_centre(edges, block)
        if len(spans.zone):
            values = source.read_float(block)
            valid = np.isfinite(values)
            total = np.pad(np.cumsum(np.where(valid, values, 0), axis=1), ((0, 0), (1, 0)))
            count = np.pad(np.cumsum(valid, axis=1), ((0, 0), (1, 0)))
            weight = area_ha[block.row + spans.row]
            for sum_of, running in ((sums, total), (areas, count)):
                within = running[spans.row, spans.stop] - running[spans.row, spans.start]
                sum_of += np.bincount(spans.zone, within * weight, len(outlines))
            centres[spans.zone] = True
        log.progress((done + 1) / len(todo))
    source.close()
    means = np.full(len(outlines), np.nan)
    np.divide(sums, areas, out=means, where=areas > 0)
    small = np.flatnonzero(~centres)
    if len(small):
        means[small] = sample(source, inner_points([outlines[zone] for zone in small]), grid.crs_wkt)
    return means


def feature_values(source: RasterSource, outlines: Sequence[bytes | None], log: Log | None = None) -> np.ndarray:
    """The value of each feature: the mean over a polygon, or the value of the cell at a point.

    Args:
        source: the raster.
        outlines: WKB of polygons or of points in the raster's CRS.
        log: progress and cancelling.
    """
    first = next((wkb for wkb in outlines if wkb is not None), None)
    if first is not None and ogr.CreateGeometryFromWkb(bytes(first)).GetDimension() == 2:
        return zone_means(source, outlines, log)
    return sample(source, centroids(outlines), source.grid.crs_wkt, log)


def inner_points(outlines: Sequence[bytes | None]) -> np.ndarray:
    """A point inside each geometry given as WKB (n, 2), NaN without one."""
    return _points(outlines, "PointOnSurface")


def centroids(outlines: Sequence[bytes | None]) -> np.ndarray:
    """The centroid of each geometry given as WKB (n, 2), NaN without one; a point is its own."""
    return _points(outlines, "Centroid")


def _points(outlines: Sequence[bytes | None], method: str) -> np.ndarray:
    found = np.full((len(outlines), 2), np.nan)
    for row, wkb in enumerate(outlines):
        if wkb is None:
            continue
        geometry = ogr.CreateGeometryFromWkb(bytes(wkb))
        point = getattr(geometry, method)() if geometry is not None and not geometry.IsEmpty() else None
        if point is not None and not point.IsEmpty():
            found[row] = point.GetX(), point.GetY()
    return found
