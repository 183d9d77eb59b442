"""Checks that a raster has a valid location on the earth, and that its CRS preserves areas."""

from __future__ import annotations

import math

import numpy as np
from osgeo import gdal, osr

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..runtime.log import Log
from .grid import Grid

WORST_AREA_ERROR = 0.02
# Longitudes are counted from -180, 0, or -360; rasters with cell centres on a pole extend half a cell beyond it.
_WEST, _EAST, _POLE = -360.0, 540.0, 90.0
_CELLS_BEYOND = 0.75
# A CRS is often used slightly outside its area of use, such as in the next UTM zone.
_DEGREES_BEYOND = 10.0
# Length of the steps with which the areal scale is measured, m: longer than PROJ's rounding errors.
_STEP_M = 100.0


def need_place(grid: Grid, label: str) -> None:
    """Refuse a raster outside any valid location in its CRS; ``label`` is its name in messages.

    Raises:
        CarbonBalanceError: invalid latitudes or longitudes, or a location outside the projection.
    """
    if not grid.crs_wkt:
        return
    if grid.is_geographic:
        _need_degrees(grid, label)
    elif grid.reference.IsProjected() and not np.isfinite(_places(grid, _spread(grid))).all(axis=1).any():
        raise CarbonBalanceError(
            tr(
                "{raster} lies at {x:,.6g}, {y:,.6g}, which is no location on earth in its CRS: assign the CRS "
                "that its coordinates are in."
            ).format(raster=label, x=grid.geotransform[0], y=grid.geotransform[3])
        )


def _need_degrees(grid: Grid, label: str) -> None:
    degrees = math.degrees(grid.reference.GetAngularUnits())
    west, south, east, north = (each * degrees for each in grid.bounds())
    across, down = (east - west) / grid.width, (north - south) / grid.height
    high, low = _POLE + _CELLS_BEYOND * down, -_POLE - _CELLS_BEYOND * down
    wide = east - west <= 360 + across
    if not (low <= south and north <= high and _WEST - across <= west and east <= _EAST + across and wide):
        raise CarbonBalanceError(
            tr(
                "{raster} reaches from {west:,.6g} to {east:,.6g} in longitude and from {south:,.6g} to {north:,.6g} "
                "in latitude, outside any valid location: assign the CRS that its coordinates are in."
            ).format(raster=label, west=west, east=east, south=south, north=north)
        )


def warn_of_place(grid: Grid, label: str, log: Log) -> None:
    """Warn of a CRS that is used far outside its area of use, or that distorts cell areas."""
    if not grid.crs_wkt or grid.is_geographic or not grid.reference.IsProjected():
        return
    _warn_of_far(grid, label, log)
    warn_of_area_error(grid, label, log)


def warn_of_area_error(grid: Grid, label: str, log: Log) -> None:
    """Warn of a CRS that distorts cell areas."""
    error = area_error(grid)
    if abs(error) > WORST_AREA_ERROR:
        log.warn(
            tr(
                "{raster}: cell areas in its CRS differ from true areas by up to {percent:+.1f} %; warp it to an "
                "equal-area CRS for true areas."
            ).format(raster=label, percent=100 * error)
        )


def _warn_of_far(grid: Grid, label: str, log: Log) -> None:
    west, south, east, north = grid.bounds()
    if max(abs(west), abs(east)) <= 360 and max(abs(south), abs(north)) <= 90 and abs(grid.geotransform[1]) < 1:
        log.warn(
            tr(
                "{raster}: its coordinates look like degrees, but its CRS counts in metres or feet: if so, its areas "
                "are wrong; assign the geographic CRS that they are in."
            ).format(raster=label)
        )
        return
    area = _area_of_use(grid.reference)
    centre = _places(grid, [(grid.width / 2, grid.height / 2)])[0]
    if area is None or not np.isfinite(centre).all():
        return
    first_west, first_south, last_east, last_north = area
    last_east += 360 * (last_east < first_west)
    middle, half = (first_west + last_east) / 2, (last_east - first_west) / 2
    beyond = abs((centre[0] - middle + 180) % 360 - 180) - half
    beyond = max(beyond, first_south - centre[1], centre[1] - last_north)
    if beyond > max(_DEGREES_BEYOND, half):
        log.warn(
            tr(
                "{raster} lies at {longitude:.1f} degrees east, {latitude:.1f} degrees north, far outside the area "
                "of use of its CRS: check that its coordinates are in this CRS."
            ).format(raster=label, longitude=centre[0], latitude=centre[1])
        )


def area_error(grid: Grid) -> float:
    """Relative error of planar cell areas, the worst of centre and corners.

    The areal scale at a point is that of the parallelogram spanned by two short steps along the axes, in earth-centred
    coordinates, so that poles and the antimeridian need no special treatment.

    Returns:
        planar / ellipsoidal - 1; 0 for a geographic CRS or one that cannot be inverted.
    """
    if not grid.crs_wkt or grid.is_geographic or not grid.reference.IsProjected():
        return 0.0
    metres = grid.reference.GetLinearUnits()
    planar_m2 = float(grid.row_cell_area_ha()[0]) * 1e4
    step = max(math.sqrt(planar_m2), _STEP_M) / metres / 2
    points = np.array([grid.xy(*cell) for cell in _spread(grid)])
    sides, on_map = [], np.full(len(points), True)
    for axis in ((step, 0.0), (0.0, step)):
        there, back = points + axis, points - np.array(axis)
        sides.append(_on_ellipsoid(grid, there) - _on_ellipsoid(grid, back))
        on_map &= _on_map(grid, there) & _on_map(grid, back)
    true_m2 = np.linalg.norm(np.cross(*sides), axis=1)
    on_map &= np.isfinite(true_m2) & (true_m2 > 0)
    errors = (2 * step * metres) ** 2 / true_m2[on_map] - 1
    return float(errors[np.abs(errors).argmax()]) if len(errors) else 0.0


def _spread(grid: Grid) -> list[tuple[float, float]]:
    """Sample points of a grid, in cells: the centres of its middle cell and its corner cells."""
    columns, rows = max(grid.width - 1, 0), max(grid.height - 1, 0)
    shares = ((0.5, 0.5), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
    return [(columns * across + 0.5, rows * down + 0.5) for across, down in shares]


def _places(grid: Grid, cells: list[tuple[float, float]]) -> np.ndarray:
    """Longitude and latitude of points in cells, degrees (points, 2); NaN for invalid locations."""
    points = np.array([grid.xy(*cell) for cell in cells])
    places = _inverted(grid, points)
    geographic = _geographic(grid)
    if geographic is None:
        return places
    places[~_on_map(grid, points)] = np.nan
    return places * math.degrees(geographic.GetAngularUnits())


def _on_map(grid: Grid, points: np.ndarray) -> np.ndarray:
    """Which CRS points are valid locations (points,); projections may return values even outside their domain."""
    geographic = _geographic(grid)
    if geographic is None:
        return np.full(len(points), False)
    again = _transformed(geographic, grid.reference, _inverted(grid, points))
    with np.errstate(invalid="ignore"):
        return (np.abs(again - points) <= 1e-3 * (np.abs(points).max(axis=1, keepdims=True) + 1)).all(axis=1)


def _on_ellipsoid(grid: Grid, points: np.ndarray) -> np.ndarray:
    """Earth-centred coordinates of points of the CRS, m (points, 3)."""
    geographic = _geographic(grid)
    if geographic is None:
        return np.full((len(points), 3), np.nan)
    longitude, latitude = _inverted(grid, points).T * geographic.GetAngularUnits()
    axis, inverse_flattening = geographic.GetSemiMajor(), geographic.GetInvFlattening()
    flattening = 1 / inverse_flattening if inverse_flattening else 0.0
    e2 = flattening * (2 - flattening)
    normal = axis / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
    across = normal * np.cos(latitude)
    return np.stack(
        [across * np.cos(longitude), across * np.sin(longitude), normal * (1 - e2) * np.sin(latitude)], axis=1
    )


def _geographic(grid: Grid) -> osr.SpatialReference | None:
    geographic = grid.reference.CloneGeogCS()
    if geographic is not None:
        geographic.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return geographic


def _inverted(grid: Grid, points: np.ndarray) -> np.ndarray:
    geographic = _geographic(grid)
    if geographic is None:
        return np.full((len(points), 2), np.nan)
    return _transformed(grid.reference, geographic, points)


def _transformed(source: osr.SpatialReference, target: osr.SpatialReference, points: np.ndarray) -> np.ndarray:
    """Points (points, 2) in another CRS, NaN for those that cannot be transformed."""
    result = np.full((len(points), 2), np.nan)
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        transform = osr.CoordinateTransformation(source, target)
        for row, point in enumerate(points):
            if np.isfinite(point).all():
                result[row] = _one(transform, point)
    except (RuntimeError, TypeError):
        return result
    finally:
        gdal.PopErrorHandler()
    result[~np.isfinite(result).all(axis=1)] = np.nan
    return result


def _one(transform: osr.CoordinateTransformation, point: np.ndarray) -> tuple[float, float]:
    try:
        x, y, _ = transform.TransformPoint(float(point[0]), float(point[1]))
    except RuntimeError:
        return math.nan, math.nan
    return x, y


def _area_of_use(reference: osr.SpatialReference) -> tuple[float, float, float, float] | None:
    """West, south, east and north of the area of use of a CRS, degrees; ``None`` if it is not stated."""
    code = reference.GetAuthorityCode(None)
    if reference.GetAuthorityName(None) != "EPSG" or not code:
        return None
    # Only definitions from PROJ's own database state it.
    known = osr.SpatialReference()
    try:
        known.ImportFromEPSG(int(code))
        area = known.GetAreaOfUse()
    except (RuntimeError, ValueError):
        return None
    if area is None:
        return None
    return area.west_lon_degree, area.south_lat_degree, area.east_lon_degree, area.north_lat_degree
