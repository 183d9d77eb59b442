"""Grids of a given cell size over a region."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from osgeo import ogr, osr

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from .grid import Grid, same_crs, spatial_reference

MOST_CELLS = 10**10
Bounds = tuple[float, float, float, float]


def bounds_of_outlines(outlines: Iterable[bytes | None]) -> Bounds | None:
    """Smallest x, smallest y, largest x, largest y of WKB geometries; ``None`` if there are none."""
    boxes = [ogr.CreateGeometryFromWkb(wkb).GetEnvelope() for wkb in outlines if wkb is not None]
    if not boxes:
        return None
    west, east, south, north = np.array(boxes).T
    return float(west.min()), float(south.min()), float(east.max()), float(north.max())


def bounds_of_grid(grid: Grid, crs_wkt: str, label: str) -> Bounds:
    """The bounds of a raster in another CRS, from points along its edges.

    Raises:
        CarbonBalanceError: it has no CRS, or its CRS cannot be transformed; ``label`` is its name in messages.
    """
    if same_crs(grid.crs_wkt, crs_wkt):
        return grid.bounds()
    grid.need_areas(label)
    share = np.linspace(0, 1, 33)
    along = [(a * grid.width, b * grid.height) for t in share for a, b in ((t, 0), (t, 1), (0, t), (1, t))]
    transform = osr.CoordinateTransformation(grid.reference, spatial_reference(crs_wkt))
    points = np.array(transform.TransformPoints([grid.xy(*point) for point in along]))[:, :2]
    if not np.isfinite(points).all():
        raise CarbonBalanceError(
            tr("{raster} cannot be transformed to the CRS of the grid: choose a CRS that covers it.").format(
                raster=label
            )
        )
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return west, south, east, north


def grid_over(bounds: Bounds, cell: float, crs_wkt: str) -> Grid:
    """The grid of square cells over ``bounds``, with borders on multiples of the cell size.

    Args:
        bounds: smallest x, smallest y, largest x, largest y.
        cell: side of a cell in units of the CRS.
        crs_wkt: CRS of both.

    Raises:
        CarbonBalanceError: cells larger than the region (metres used as degrees), or too many cells.
    """
    west, south, east, north = bounds
    extent = max(east - west, north - south)
    if not (np.isfinite(cell) and cell > 0):
        raise CarbonBalanceError(tr("The cell size is {cell:g}: it must be greater than 0.").format(cell=cell))
    unit = spatial_reference(crs_wkt)
    name = unit.GetAngularUnitsName() if unit.IsGeographic() else unit.GetLinearUnitsName()
    if cell > extent:
        raise CarbonBalanceError(
            tr(
                "The cell size is {cell:g}, but the region is only {extent:.4g} wide in the unit of the grid's CRS "
                "({unit}): give a smaller cell size, or use a projected CRS if the cell size is in metres."
            ).format(cell=cell, extent=extent, unit=name)
        )
    left, bottom = math.floor(west / cell) * cell, math.floor(south / cell) * cell
    top = math.ceil(north / cell) * cell
    width, height = max(1, math.ceil((east - left) / cell)), max(1, round((top - bottom) / cell))
    if width * height > MOST_CELLS:
        raise CarbonBalanceError(
            tr(
                "A cell size of {cell:g} {unit} gives {width:,} x {height:,} cells over the region, which is too many: "
                "choose a larger cell size."
            ).format(cell=cell, unit=name, width=width, height=height)
        )
    return Grid(width, height, (left, cell, 0.0, top, 0.0, -cell), crs_wkt)
