"""Grids: position and size of the cells of a raster."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TypeVar

import numpy as np
from osgeo import osr

from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr

Place = TypeVar("Place", float, np.ndarray)


def spatial_reference(wkt: str) -> osr.SpatialReference:
    """The GDAL object for ``wkt``, with longitude (or easting) as the first axis."""
    reference = osr.SpatialReference()
    reference.ImportFromWkt(wkt)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def authalic_height_m2(latitude_rad: np.ndarray, semi_major_m: float, inverse_flattening: float) -> np.ndarray:
    """Area of the ellipsoid between the equator and a latitude, m2 per radian of longitude.

    Closed form, Snyder, Map Projections: A Working Manual (1987), equation 3-12.
    """
    sine = np.sin(latitude_rad)
    if not inverse_flattening:
        return semi_major_m**2 * sine
    flattening = 1 / inverse_flattening
    e2 = flattening * (2 - flattening)
    e = math.sqrt(e2)
    return semi_major_m**2 * (1 - e2) / 2 * (sine / (1 - e2 * sine**2) + np.arctanh(e * sine) / e)


@dataclass(frozen=True)
class Grid:
    """The grid of a raster.

    Attributes:
        number of columns and rows.
        geotransform: GDAL's six numbers, in CRS units.
        crs_wkt: coordinate reference system, "" if there is none.
    """

    width: int
    height: int
    geotransform: tuple[float, float, float, float, float, float]
    crs_wkt: str

    def __getstate__(self) -> dict:
        # GDAL's object cannot be sent to another process.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def reference(self) -> osr.SpatialReference:
        """The CRS as a GDAL object."""
        return spatial_reference(self.crs_wkt)

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return bool(self.crs_wkt) and bool(self.reference.IsGeographic())

    @property
    def is_rotated(self) -> bool:
        """Whether rows are not parallel to the x axis."""
        return self.geotransform[2] != 0 or self.geotransform[4] != 0

    def need_areas(self, label: str) -> None:
        """Refuse a grid whose cells have no known area.

        Raises:
            CarbonBalanceError: no CRS, a CRS that is neither geographic nor projected, or rotated
                rows in a geographic CRS; ``label`` is the name of the raster in messages.
        """
        if not self.crs_wkt:
            raise CarbonBalanceError(
                tr("{raster} has no coordinate reference system: assign the CRS of its coordinates.").format(
                    raster=label
                )
            )
        if not (self.reference.IsGeographic() or self.reference.IsProjected()):
            raise CarbonBalanceError(
                tr(
                    "{raster} has a local coordinate system: a projected or geographic CRS is needed to compute areas."
                ).format(raster=label)
            )
        if self.is_geographic and self.is_rotated:
            raise CarbonBalanceError(
                tr("{raster} is rotated and has a geographic CRS: warp it to a north-up grid first.").format(
                    raster=label
                )
            )

    def row_cell_area_ha(self) -> np.ndarray:
        """Area of one cell of each row, hectares (height,): planar if projected, on the ellipsoid if geographic."""
        x0, dx, rx, y0, ry, dy = self.geotransform
        if not self.is_geographic:
            metres = self.reference.GetLinearUnits()
            return np.full(self.height, abs(dx * dy - rx * ry) * metres**2 / 1e4)
        radians = self.reference.GetAngularUnits()
        edges = np.clip((y0 + dy * np.arange(self.height + 1)) * radians, -math.pi / 2, math.pi / 2)
        heights = authalic_height_m2(edges, self.reference.GetSemiMajor(), self.reference.GetInvFlattening())
        return np.abs(np.diff(heights)) * abs(dx) * radians / 1e4

    def xy(self, column: Place, row: Place) -> tuple[Place, Place]:
        """CRS coordinates of points given in cells from the upper left corner."""
        x0, dx, rx, y0, ry, dy = self.geotransform
        return x0 + dx * column + rx * row, y0 + ry * column + dy * row

    def window(self, column: int, row: int, width: int, height: int) -> Grid:
        """The grid of a rectangular part of the cells."""
        x, y = self.xy(column, row)
        g = self.geotransform
        return Grid(width, height, (x, g[1], g[2], y, g[4], g[5]), self.crs_wkt)

    def same_cells(self, other: Grid) -> bool:
        """Whether both grids have the same cells in the same CRS, within a thousandth of a cell at all corners."""
        if (self.width, self.height) != (other.width, other.height) or not same_crs(self.crs_wkt, other.crs_wkt):
            return False
        size = max(abs(self.geotransform[1]), abs(self.geotransform[5]), abs(self.geotransform[2]))
        corners = [(0, 0), (self.width, 0), (0, self.height), (self.width, self.height)]
        return all(abs(a - b) <= 1e-3 * size for c in corners for a, b in zip(self.xy(*c), other.xy(*c)))

    def like_cells(self, other: Grid) -> bool:
        """Whether the grids have the same cell size, CRS and orientation, and differ at most by a shift."""
        if not same_crs(self.crs_wkt, other.crs_wkt) or self.is_rotated or other.is_rotated:
            return False
        (_, dx, _, _, _, dy), (_, other_dx, _, _, _, other_dy) = self.geotransform, other.geotransform
        # Over the whole raster the difference must not add up to more than a hundredth of a cell.
        return abs(dx - other_dx) * self.width <= 0.01 * abs(other_dx) and abs(
            dy - other_dy
        ) * self.height <= 0.01 * abs(other_dy)

    def snapped(self, other: Grid) -> Grid:
        """This grid shifted to the nearest cells of another grid with equal cells (see :meth:`like_cells`).

        A shift of exactly half a cell is made towards the corner of the other grid, so that the same cells coincide no
        matter which of the two grids is shifted.
        """
        x0, dx, _, y0, _, dy = other.geotransform
        x, y = (
            math.copysign(math.ceil(abs(cells) - 0.5 - 1e-3), cells)
            for cells in ((self.geotransform[0] - x0) / dx, (self.geotransform[3] - y0) / dy)
        )
        return Grid(self.width, self.height, (x0 + x * dx, dx, 0.0, y0 + y * dy, 0.0, dy), self.crs_wkt)

    def bounds(self) -> tuple[float, float, float, float]:
        """Smallest x, smallest y, largest x, largest y."""
        corners = [self.xy(c, r) for c in (0, self.width) for r in (0, self.height)]
        xs, ys = zip(*corners)
        return min(xs), min(ys), max(xs), max(ys)


def same_crs(first_wkt: str, second_wkt: str) -> bool:
    """Whether two CRS are equal, ignoring axis order; an unknown CRS equals only another unknown one."""
    if not first_wkt or not second_wkt or first_wkt == second_wkt:
        return first_wkt == second_wkt
    options = ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS"]
    return bool(spatial_reference(first_wkt).IsSame(spatial_reference(second_wkt), options))
