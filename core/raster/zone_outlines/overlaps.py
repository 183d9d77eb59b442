"""Overlaps of zones: which zones overlap, by how much, and the land that is counted twice in their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from osgeo import ogr

from ...runtime.errors import listed
from ...runtime.i18n import tr
from ..grid import Grid
from ..outlines import Edges, edges_on_grid
from .rings import ARC_STEP_DEGREES, valid_outline
from .segments import possible_pairs

# An overlap below this share of the smaller zone is regarded as a drawing inaccuracy.
SLIVER = 1e-3
_NO_AREA = 1e-12
_PLANE = Grid(1, 1, (0.0, 1.0, 0.0, 0.0, 0.0, 1.0), "")


@dataclass(frozen=True)
class Overlaps:
    """The overlaps of the zones of a layer. Areas are in squared units of the CRS of the outlines.

    Attributes:
        pairs: overlapping zones, including slivers, int64 (pairs, 2), the lower number first, ascending.
        area: shared area of each pair, float64 (pairs,).
        zone_area: area of each zone that may overlap, 0 for others, float64 (zones,).
        again: WKB of the part of each zone that is already in earlier zones, ``None`` for none (zones,).
        again_area: its area (zones,).
    """

    pairs: np.ndarray
    area: np.ndarray
    zone_area: np.ndarray
    again: list[bytes | None]
    again_area: np.ndarray

    def __bool__(self) -> bool:
        """Whether zones overlap by more than slivers."""
        return bool(self.noteworthy.any())

    @property
    def noteworthy(self) -> np.ndarray:
        """Whether each pair shares more than a sliver, bool (pairs,)."""
        return self.area > SLIVER * self.zone_area[self.pairs].min(axis=1)

    def pairs_text(self, names: Sequence[str], zone_km2: np.ndarray) -> str:
        """Text of the relevant pairs, the largest overlap first: ``B and B again (60 km2)``.

        Args:
            names: names of the zones.
            zone_km2: area of each zone (zones,), to which those of overlaps are scaled.
        """
        noted = np.flatnonzero(self.noteworthy)
        first, second = self.pairs[noted].T
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.stack([self.area[noted] / self.zone_area[zone] * zone_km2[zone] for zone in (first, second)])
        km2 = np.nan_to_num(share).max(axis=0)
        order = np.argsort(-km2, kind="stable")
        return listed(
            tr("{first} and {second} ({area:,.6g} km2)").format(
                first=names[first[at]], second=names[second[at]], area=km2[at]
            )
            for at in order
        )

    @property
    def once_share(self) -> np.ndarray:
        """The share of each zone that is not in earlier zones, 0 to 1 (zones,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            share = 1 - self.again_area / self.zone_area
        return np.clip(np.nan_to_num(share, nan=1.0), 0.0, 1.0)


def no_overlaps(zones: int) -> Overlaps:
    """The result for ``zones`` zones without overlaps."""
    nothing = np.zeros(zones)
    return Overlaps(np.empty((0, 2), np.int64), np.empty(0), nothing, [None] * zones, nothing)


def find_overlaps(outlines: Sequence[bytes | None], edges: Edges | None = None) -> Overlaps:
    """Compute the exact overlaps of the zones of a layer.

    Args:
        outlines: WKB of each zone, all in one CRS; ``None`` for a zone without outline.
        edges: edges of these outlines on any grid, if available.
    """
    edges = edges_on_grid(outlines, _PLANE) if edges is None else edges
    possible = possible_pairs(edges)
    found = no_overlaps(len(outlines))
    if not len(possible):
        return found
    shapes = {int(zone): _shape(outlines[zone]) for zone in np.unique(possible)}
    zone_area, again_area = np.zeros(len(outlines)), np.zeros(len(outlines))
    for zone, shape in shapes.items():
        zone_area[zone] = shape.Area()
    pairs, areas = [], []
    parts: dict[int, ogr.Geometry] = {}
    for first, second in possible.tolist():
        common = _surface_of(shapes[first].Intersection(shapes[second]))
        area = common.Area()
        if area > _NO_AREA * min(zone_area[first], zone_area[second]):
            pairs.append((first, second))
            areas.append(area)
            # Usually a zone has only one such part, which needs no union.
            parts[second] = common if second not in parts else parts[second].Union(common)
    for zone, part in parts.items():
        found.again[zone] = bytes(part.ExportToWkb())
        again_area[zone] = part.Area()
    if not pairs:
        return found
    return Overlaps(np.array(pairs, np.int64), np.array(areas), zone_area, found.again, again_area)


def _shape(outline: bytes) -> ogr.Geometry:
    geometry = ogr.CreateGeometryFromWkb(outline)
    if geometry.HasCurveGeometry():
        geometry = geometry.GetLinearGeometry(ARC_STEP_DEGREES)
    return valid_outline(geometry)[0]


def _surface_of(geometry: ogr.Geometry | None) -> ogr.Geometry:
    """The polygons of an intersection, without lines and points in which polygons only touch."""
    surface = ogr.Geometry(ogr.wkbMultiPolygon)
    left = [] if geometry is None else [geometry]
    while left:
        part = left.pop()
        if ogr.GT_Flatten(part.GetGeometryType()) == ogr.wkbPolygon:
            surface.AddGeometry(part)
        else:
            left += [part.GetGeometryRef(number).Clone() for number in range(part.GetGeometryCount())]
    return surface
