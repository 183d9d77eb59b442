"""Alignment of rasters with a grid: one rounding rule for half cells, and all differences are logged."""

from __future__ import annotations

import numpy as np
from osgeo import osr

from ...runtime.i18n import mark, tr, translated
from ...runtime.log import Log
from ..grid import Grid, same_crs
from ..source import RasterSource

_SHIFT = 1e-3
_DOUBTFUL_SHIFT = 0.05  # Of a cell: below, each cell has the same nearest neighbour.
_POINTS_A_SIDE = 21
RESAMPLING_WORDS = {
    "near": mark("by nearest neighbour"),
    "average": mark("by average"),
    "sum": mark("by sum"),
    "bilinear": mark("by bilinear interpolation"),
}


def moved_onto(source: RasterSource, grid: Grid, target: str, log: Log, resampling: str = "near") -> RasterSource:
    """``source`` on another grid, or itself if the grids are equal; differences are logged.

    Args:
        source: the raster to align.
        grid: the target grid.
        target: name of the raster with that grid, for messages.
        log: receives the differences, and a warning of a shift by part of a cell.
        resampling: see :meth:`RasterSource.on_grid`.

    Raises:
        CarbonBalanceError: see :meth:`RasterSource.on_grid`.
    """
    if source.grid.same_cells(grid):
        return source
    moved = source.on_grid(grid, resampling, target)
    log.info(
        tr("{second} was resampled to the grid of {first} {method}: {differences}.").format(
            second=source.name,
            first=target,
            method=translated(RESAMPLING_WORDS.get(resampling, resampling)),
            differences=tr("; ").join(differences(source.grid, grid)),
        )
    )
    shift = part_of_a_cell(source.grid, grid)
    if shift is not None and max(shift) >= _DOUBTFUL_SHIFT:
        log.warn(
            tr(
                "{second} is shifted against {first} by part of a cell ({x:.3g} across, {y:.3g} down): near half a "
                "cell the nearest neighbour is arbitrary, and one of the two may be misplaced; check whether "
                "coordinates refer to the corners or the centres of cells."
            ).format(second=source.name, first=target, x=shift[0], y=shift[1])
        )
    return moved


def part_of_a_cell(grid: Grid, target: Grid) -> tuple[float, float] | None:
    """The shift of two grids with equal cells, 0 to 1/2 cell; ``None`` if there is none or the cells differ."""
    if not grid.like_cells(target):
        return None
    own, other = grid.geotransform, target.geotransform
    moved = [(own[0] - other[0]) / other[1], (own[3] - other[3]) / other[5]]
    x, y = (abs(cells - round(cells)) for cells in moved)
    return (x, y) if max(x, y) > _SHIFT else None


def are_same_places(grid: Grid, target: Grid) -> bool:
    """Whether the cells of two grids coincide to a twentieth of a cell in whatever CRS, over all of ``grid``.

    One CRS has several names, such as Albers with a datum of WGS 84 and with its ellipsoid alone.
    """
    steps = np.linspace(0, 1, _POINTS_A_SIDE)
    columns, rows = (each.ravel() for each in np.meshgrid(steps * grid.width, steps * grid.height))
    points = np.column_stack(grid.xy(columns, rows))
    if not same_crs(grid.crs_wkt, target.crs_wkt):
        transform = osr.CoordinateTransformation(grid.reference, target.reference)
        points = np.array(transform.TransformPoints(points.tolist()))[:, :2]
    if target.is_rotated or not np.isfinite(points).all():
        return False
    left, width, _, top, _, height = target.geotransform
    places = (points - (left, top)) / (width, height)
    # From the first cell on, which may be any of the target.
    moved = places - places[0] - np.column_stack([columns, rows])
    first = places[0] - np.rint(places[0])
    return bool((np.abs(moved + first) < _DOUBTFUL_SHIFT).all())


def outline_in(grid: Grid, other: Grid) -> np.ndarray:
    """Points along the edge of ``grid`` in the CRS of ``other`` (points, 2), NaN or inf where not defined."""
    share = np.linspace(0, 1, _POINTS_A_SIDE)
    ends = [(0, 0), (grid.width, 0), (grid.width, grid.height), (0, grid.height), (0, 0)]
    outline = [
        grid.xy(a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])) for a, b in zip(ends, ends[1:]) for s in share
    ]
    if same_crs(grid.crs_wkt, other.crs_wkt):
        return np.array(outline)
    transform = osr.CoordinateTransformation(grid.reference, other.reference)
    return np.array(transform.TransformPoints(outline))[:, :2]


def overlap(first: Grid, second: Grid) -> bool:
    """Whether the bounding boxes of two grids intersect in the CRS of ``second``."""
    points = outline_in(first, second)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return False
    left, bottom, right, top = second.bounds()
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return bool(x0 < right and x1 > left and y0 < top and y1 > bottom)


def differences(grid: Grid, target: Grid) -> list[str]:
    """A text on how ``grid`` differs from ``target``: CRS, cell size, a shift by part of a cell, or extent."""
    if not same_crs(grid.crs_wkt, target.crs_wkt):
        names = (each.reference.GetName() for each in (grid, target))
        return [tr("its CRS is {own}, not {target}").format(**dict(zip(("own", "target"), names)))]
    own, other = grid.geotransform, target.geotransform
    sizes = [(abs(each[1]), abs(each[5])) for each in (own, other)]
    if any(abs(a - b) > 1e-6 * b for a, b in zip(*sizes)):
        (x, y), (u, v) = sizes
        return [
            tr("its cells are {x:g} x {y:g}, not {u:g} x {v:g} (units of the CRS)").format(x=x, y=y, u=u, v=v),
        ]
    found = []
    moved = [(own[0] - other[0]) / other[1], (own[3] - other[3]) / other[5]]
    shift = [abs(cells - round(cells)) for cells in moved]
    if max(shift) > _SHIFT:
        found.append(
            tr("its cells are shifted by {x:.3g} cells across and {y:.3g} down").format(x=shift[0], y=shift[1])
        )
    if (grid.width, grid.height) != (target.width, target.height):
        found.append(
            tr("it has {w} x {h} cells, not {u} x {v}").format(
                w=grid.width, h=grid.height, u=target.width, v=target.height
            )
        )
    x, y = map(round, moved)
    if x or y:
        found.append(tr("its corner is {x} cells across and {y} down from the other").format(x=x, y=y))
    return found or [tr("its cells are rotated or flipped")]
