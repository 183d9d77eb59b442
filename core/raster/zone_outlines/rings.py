"""The rings of outlines given as geometries or well-known binary, repaired where they intersect themselves."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator, Sequence

import numpy as np
from osgeo import gdal, ogr

ARC_STEP_DEGREES = 1.0
# Byte order, type, and number of rings or parts.
_WKB_HEAD = struct.Struct("<BII")


@contextlib.contextmanager
def _without_messages() -> Iterator[None]:
    """Context without messages of GEOS."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()


def valid_outline(geometry: ogr.Geometry) -> tuple[ogr.Geometry, bool]:
    """The geometry, repaired if it intersects itself, and whether it was; GEOS messages are suppressed."""
    with _without_messages():
        if geometry.IsValid():
            return geometry, False
        if ogr.GT_Flatten(geometry.GetGeometryType()) != ogr.wkbMultiPolygon:
            return geometry.MakeValid() or geometry, True
        # Parts are repaired separately: repaired as a whole, the overlap of two parts would become a hole.
        whole = ogr.Geometry(ogr.wkbPolygon)
        for number in range(geometry.GetGeometryCount()):
            part = geometry.GetGeometryRef(number)
            whole = whole.Union(part if part.IsValid() else part.MakeValid() or part) or whole
        return whole, True


def self_intersecting(outlines: Sequence[bytes | None]) -> list[bool]:
    """Whether each outline, given as WKB, intersects itself."""
    together, others = ogr.Geometry(ogr.wkbGeometryCollection), set()
    for number, wkb in enumerate(outlines):
        if wkb is not None:
            geometry = ogr.CreateGeometryFromWkb(wkb)
            kind = ogr.GT_Flatten(geometry.GetGeometryType())
            if kind == ogr.wkbMultiPolygon and geometry.GetGeometryCount() == 1:
                geometry, kind = geometry.GetGeometryRef(0).Clone(), ogr.wkbPolygon
            if kind == ogr.wkbPolygon:
                together.AddGeometryDirectly(geometry)
            else:
                others.add(number)
    with _without_messages():
        # One call for all polygons, because threads wait for each other between calls. Inside a collection, GEOS does
        # not see that parts of a multipolygon overlap.
        asked = others if together.IsValid() else range(len(outlines))
        return [
            wkb is not None and number in asked and not ogr.CreateGeometryFromWkb(wkb).IsValid()
            for number, wkb in enumerate(outlines)
        ]


def rings_of_wkb(wkb: bytes) -> list[tuple[np.ndarray, bool]]:
    """The rings of a valid outline: those of plain polygons, as most are, are read where they are."""
    byte_order, kind, count = _WKB_HEAD.unpack_from(wkb)
    if byte_order == ogr.wkbNDR and kind == ogr.wkbPolygon:
        return _polygon_rings(wkb, 0)[0]
    rings, at = [], _WKB_HEAD.size
    if byte_order == ogr.wkbNDR and kind == ogr.wkbMultiPolygon:
        while count and wkb[at] == ogr.wkbNDR:
            found, at = _polygon_rings(wkb, at)
            rings += found
            count -= 1
        if not count:
            return rings
    return rings_of_polygons(ogr.CreateGeometryFromWkb(wkb))


def _polygon_rings(wkb: bytes, at: int) -> tuple[list[tuple[np.ndarray, bool]], int]:
    """The rings of the polygon at a position of little-endian WKB, and the position behind it."""
    count, at = _WKB_HEAD.unpack_from(wkb, at)[2], at + _WKB_HEAD.size
    rings = []
    for number in range(count):
        points = struct.unpack_from("<I", wkb, at)[0]
        if points >= 4:
            rings.append((np.frombuffer(wkb, "<f8", 2 * points, at + 4).reshape(points, 2), number > 0))
        at += 4 + 16 * points
    return rings, at


def rings_of_polygons(geometry: ogr.Geometry) -> list[tuple[np.ndarray, bool]]:
    """The rings of all polygons of a geometry as points (points, 2), and whether each is a hole."""
    if geometry is None:
        return []
    flat = geometry.GetLinearGeometry(ARC_STEP_DEGREES) if geometry.HasCurveGeometry() else geometry
    kind = ogr.GT_Flatten(flat.GetGeometryType())
    if kind in (ogr.wkbMultiPolygon, ogr.wkbGeometryCollection):
        return [
            ring for part in range(flat.GetGeometryCount()) for ring in rings_of_polygons(flat.GetGeometryRef(part))
        ]
    if kind != ogr.wkbPolygon:
        return []
    plane = flat.Clone()
    plane.FlattenTo2D()
    return _polygon_rings(bytes(plane.ExportToWkb(ogr.wkbNDR)), 0)[0]
