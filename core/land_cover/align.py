"""Resampling of one land cover to the grid of another, with a log of the differences."""

from __future__ import annotations

import numpy as np
from osgeo import ogr

from ..raster.grid import same_crs
from ..raster.warping.alignment import are_same_places, moved_onto, outline_in, overlap
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .codes import LandCover

_COARSER = 2.0


def brought_onto(land_cover: LandCover, target: LandCover, log: Log) -> LandCover:
    """``land_cover`` on the grid of ``target``, by nearest neighbour; itself if the grids are equal.

    Differences are logged, with a warning if cell sizes differ so much that apparent class changes result.

    Raises:
        CarbonBalanceError: the two do not overlap, one has no CRS, or the target is rotated.
    """
    source, grid = land_cover.source, target.source.grid
    if source.grid.same_cells(grid):
        return land_cover
    source.grid.need_areas(source.name)
    if grid.crs_wkt and not (overlap(source.grid, grid) or overlap(grid, source.grid)):
        raise CarbonBalanceError(
            tr(
                "{second} does not overlap {first}: check that their CRSs are correct and that they cover the same "
                "area."
            ).format(second=source.name, first=target.source.name)
        )
    return on_cells_of(land_cover, target, log)


def on_cells_of(land_cover: LandCover, target: LandCover, log: Log) -> LandCover:
    """Like :func:`brought_onto`, but land covers that do not overlap are accepted and give no valid cells."""
    source, grid = land_cover.source, target.source.grid
    if source.grid.same_cells(grid):
        return land_cover
    source.grid.need_areas(source.name)
    moved = land_cover.with_source(moved_onto(source, grid, target.source.name, log))
    own_ha, target_ha = (float(each.row_cell_area_ha()[each.height // 2]) for each in (source.grid, grid))
    if max(own_ha, target_ha) > _COARSER * min(own_ha, target_ha):
        log.warn(
            tr(
                "A cell of {second} has {own:.4g} ha, one of {first} {target:.4g} ha: along class boundaries, changes "
                "appear that are caused only by resolution; compare land covers of the same resolution."
            ).format(second=source.name, own=own_ha, first=target.source.name, target=target_ha)
        )
    elif not same_crs(source.grid.crs_wkt, grid.crs_wkt) and not are_same_places(source.grid, grid):
        log.warn(
            tr(
                "{second} is in another CRS than {first} and was warped, so some changes along class boundaries are "
                "caused by resampling alone; warp both to the same grid beforehand to avoid this."
            ).format(second=source.name, first=target.source.name)
        )
    return moved


def cells_beyond(land_cover: LandCover, target: LandCover) -> tuple[LandCover, bytes] | None:
    """The part of a land cover outside the extent of another one.

    Returns:
        the land cover on its aligned grid, and the WKB of the other raster's outline in its CRS; ``None`` if nothing is
        outside, or if that outline cannot be transformed.
    """
    source, grid = land_cover.source, target.source.grid
    if source.grid.same_cells(grid):
        return None
    if source.grid.like_cells(grid):
        placed = source.placed(source.grid.snapped(grid))
        land_cover = land_cover.with_source(placed)
        source = placed
    inside = outline_in(source.grid, grid)
    left, bottom, right, top = grid.bounds()
    slack = 1e-3 * abs(grid.geotransform[1])
    if (
        np.isfinite(inside).all()
        and ((inside >= (left - slack, bottom - slack)) & (inside <= (right + slack, top + slack))).all()
    ):
        return None
    outline = outline_in(grid, source.grid)
    if not np.isfinite(outline).all():
        return None
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in outline.tolist():
        ring.AddPoint_2D(x, y)
    ring.CloseRings()
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return land_cover, bytes(polygon.ExportToWkb())
