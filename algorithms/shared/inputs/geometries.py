"""Geometries of zones: their kinds, their outlines without heights, and the areas of broken ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from osgeo import ogr
from qgis.core import QgsDistanceArea, QgsFeature, QgsGeometry, QgsWkbTypes

from ....core.raster.zone_outlines.rings import self_intersecting, valid_outline
from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from ....core.tables.table import Table

POLYGON = QgsWkbTypes.GeometryType.PolygonGeometry
# The share of an area from which on its change by a repair is reported.
_CHANGED = 1e-4


def flat_geometry(feature: QgsFeature) -> QgsGeometry:
    """The 2D outline of a feature: heights and measures may be NaN and are not used."""
    geometry = QgsGeometry(feature.geometry())
    # Geometries share their points until one is changed: without heights and measures nothing is copied.
    if not geometry.isNull() and (QgsWkbTypes.hasZ(geometry.wkbType()) or QgsWkbTypes.hasM(geometry.wkbType())):
        geometry.get().dropZValue()
        geometry.get().dropMValue()
    return geometry


def geometry_kinds(features: Sequence[QgsFeature], table: Table) -> list[QgsWkbTypes.GeometryType | None]:
    """The kind of each geometry, ``None`` without one.

    Raises:
        CarbonBalanceError: a collection of geometries of several kinds.
    """
    kinds: list[QgsWkbTypes.GeometryType | None] = []
    for row, feature in enumerate(features):
        geometry = feature.geometry()
        kinds.append(None if geometry.isNull() or geometry.isEmpty() else geometry.type())
        if QgsWkbTypes.flatType(geometry.wkbType()) == QgsWkbTypes.Type.GeometryCollection:
            raise CarbonBalanceError(
                tr(
                    "{layer}, {row}: the geometry is a collection, which is no outline of a zone: divide it (Multipart "
                    "to singleparts), keep the polygons and merge those of each zone (Dissolve)."
                ).format(layer=table.label, row=table.row_label(row))
            )
    return kinds


def measure_repaired(outlines: Sequence[bytes | None], areas: np.ndarray, measure: QgsDistanceArea) -> list[int]:
    """Measure the outlines again that intersect themselves, once repaired, and put their areas into ``areas``.

    Loops of opposite directions cancel each other, and parts that overlap count twice, unless they are repaired.

    Returns:
        the rows whose area has changed.
    """
    changed = []
    for row in np.flatnonzero(self_intersecting(outlines)).tolist():
        outline = QgsGeometry()
        outline.fromWkb(bytes(valid_outline(ogr.CreateGeometryFromWkb(outlines[row]))[0].ExportToWkb()))
        area = measure.measureArea(outline)
        if abs(area - areas[row]) > _CHANGED * area:
            changed.append(row)
        areas[row] = area
    return changed
