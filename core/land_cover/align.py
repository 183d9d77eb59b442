"""Bringing one land cover onto the grid of another, and telling what differed."""

from __future__ import annotations

import numpy as np
from osgeo import osr

from ..raster.grid import Grid, same_crs
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .codes import LandCover

_SHIFT = 1e-3
_POINTS_A_SIDE = 21
_COARSER = 2.0


def brought_onto(land_cover: LandCover, target: LandCover, log: Log) -> LandCover:
    """``land_cover`` on the cells of ``target``, by nearest cell; itself if the cells are the same.

    The log tells what differed, and warns where cells differ so much in size that classes seem to change.

    Raises:
        CarbonBalanceError: the two do not overlap, one has no CRS, or the target is rotated.
    """
    source, grid = land_cover.source, target.source.grid
    if source.grid.same_cells(grid):
        return land_cover
    source.grid.need_areas(source.name)
    if not (overlap(source.grid, grid) or overlap(grid, source.grid)):
        raise CarbonBalanceError(
            tr(
                "{second} does not overlap {first}: check that their CRSs are correct and that they cover the same "
                "area."
            ).format(second=source.name, first=target.source.name)
        )
    moved = LandCover(source.on_grid(grid, "near"), land_cover.nodata_codes)
    log.info(
        tr("{second} was resampled to the grid of {first} by nearest neighbour: {differences}.").format(
            second=source.name, first=target.source.name, differences="; ".join(differences(source.grid, grid))
        )
    )
    own_ha, target_ha = (float(each.row_cell_area_ha()[each.height // 2]) for each in (source.grid, grid))
    if max(own_ha, target_ha) > _COARSER * min(own_ha, target_ha):
        log.warn(
            tr(
                "A cell of {second} has {own:.4g} ha, one of {first} {target:.4g} ha: along class boundaries, changes "
                "appear that are caused only by resolution; compare land covers of the same resolution."
            ).format(second=source.name, own=own_ha, first=target.source.name, target=target_ha)
        )
    return moved


def overlap(first: Grid, second: Grid) -> bool:
    """Whether the boxes of two grids meet in the CRS of ``second``, as far as it reaches the first one's outline."""
    share = np.linspace(0, 1, _POINTS_A_SIDE)
    ends = [(0, 0), (first.width, 0), (first.width, first.height), (0, first.height), (0, 0)]
    outline = [
        first.xy(a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])) for a, b in zip(ends, ends[1:]) for s in share
    ]
    points = np.array(outline)
    if not same_crs(first.crs_wkt, second.crs_wkt):
        transform = osr.CoordinateTransformation(first.reference, second.reference)
        points = np.array(transform.TransformPoints(outline))[:, :2]
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return False
    left, bottom, right, top = second.bounds()
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return bool(x0 < right and x1 > left and y0 < top and y1 > bottom)


def differences(grid: Grid, target: Grid) -> list[str]:
    """In what ``grid`` differs from ``target``: CRS, cell size, a shift of part of a cell, or the extent."""
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
    if (grid.width, grid.height) != (target.width, target.height) or max(abs(round(c)) for c in moved):
        found.append(
            tr("it has {w} x {h} cells, not {u} x {v}, or another corner").format(
                w=grid.width, h=grid.height, u=target.width, v=target.height
            )
        )
    return found or [tr("its cells are rotated or flipped")]
