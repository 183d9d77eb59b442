"""Zone layers as needed by core: table, areas, outlines."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDistanceArea,
    QgsEllipsoidUtils,
    QgsFeature,
    QgsFields,
    QgsPointXY,
    QgsProviderRegistry,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate, QDateTime

from ....compat import is_null
from ....core.raster.zone_outlines.overlaps import Overlaps, find_overlaps, no_overlaps
from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log
from ....core.tables.table import Table
from .geometries import POLYGON, flat_geometry, geometry_kinds, measure_repaired

# Largest coordinate in any CRS; products of larger ones overflow.
FARTHEST = 1e12
# Degrees, with the rounding of outlines at the poles and longitudes counted from 0 to 360.
MOST_LATITUDE, MOST_LONGITUDE = 90.01, 360.01


@dataclass
class Zones:
    """A layer of zones, read once.

    Attributes:
        table: the attributes.
        features: the features in layer order, for writing.
        fields: QGIS fields of the columns.
        crs: CRS of the geometries.
        wkb_type: type of the geometries.
        name: name of the layer.
    """

    table: Table
    features: list[QgsFeature]
    fields: QgsFields
    crs: QgsCoordinateReferenceSystem
    wkb_type: QgsWkbTypes.Type
    transform_context: object = field(repr=False, default=None)
    name: str = ""

    def __len__(self) -> int:
        return len(self.features)

    def areas_km2(self, log: Log | None = None) -> np.ndarray:
        """Area of each zone on the ellipsoid, km2 (zones,); NaN without a geometry.

        Args:
            log: receives outlines that were repaired, and points and lines among polygons.
        """
        kinds = geometry_kinds(self.features, self.table)
        if not self.crs.isValid():
            self._need_geometry(
                tr("give a column with the areas (AREA), or join the rows to the layer with the outlines")
            )
            raise CarbonBalanceError(
                tr(
                    "{layer} has no coordinate reference system: assign one, or give a column with the areas (AREA)."
                ).format(layer=self.table.label)
            )
        measure = QgsDistanceArea()
        measure.setSourceCrs(self.crs, self.transform_context)
        measure.setEllipsoid(_ellipsoid(self.crs))
        areas = np.full(len(self.features), np.nan)
        surfaces: list[bytes | None] = [None] * len(self)
        for row, feature in enumerate(self.features):
            if feature.hasGeometry() and not feature.geometry().isEmpty():
                self._need_degrees(row)
                outline = flat_geometry(feature)
                areas[row] = measure.measureArea(outline)
                if kinds[row] == POLYGON:
                    surfaces[row] = bytes(outline.asWkb())
        repaired = measure_repaired(surfaces, areas, measure)
        if log is not None and repaired:
            log.warn(
                tr("Self-intersecting zone geometries were repaired; check their areas: {zones}.").format(
                    zones=self.table.row_labels(repaired)
                )
            )
        others = [row for row, kind in enumerate(kinds) if kind not in (None, POLYGON)]
        if log is not None and others and POLYGON in kinds:
            log.warn(
                tr("{layer}: points or lines among the polygons have no area: {rows}.").format(
                    layer=self.table.label, rows=self.table.row_labels(others)
                )
            )
        return areas * measure.convertAreaMeasurement(1.0, QgsUnitTypes.AreaUnit.AreaSquareKilometers)

    def overlaps(self, rows: Container[int] | None = None) -> Overlaps:
        """The overlaps of the zones, in the CRS of the layer; none for a table without outlines.

        Args:
            rows: the zones to examine, all if ``None``.
        """
        outlines: list[bytes | None] = []
        for row, feature in enumerate(self.features):
            if rows is not None and row not in rows:
                outlines.append(None)
                continue
            geometry = feature.geometry()
            box = geometry.boundingBox()
            reach = max(map(abs, (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())))
            surface = geometry.type() == QgsWkbTypes.GeometryType.PolygonGeometry and not geometry.isEmpty()
            outlines.append(bytes(geometry.asWkb()) if surface and reach <= FARTHEST else None)
        return find_overlaps(outlines) if any(outlines) else no_overlaps(len(self))

    def centres(self) -> list[QgsPointXY | None]:
        """The centroid of each zone in the CRS of the layer; ``None`` without a geometry."""
        centres: list[QgsPointXY | None] = []
        for feature in self.features:
            geometry = feature.geometry()
            centres.append(None if geometry.isNull() or geometry.isEmpty() else geometry.centroid().asPoint())
        return centres

    def places(self) -> np.ndarray:
        """Longitude and latitude of the centres on WGS 84, degrees (zones, 2); NaN without a geometry."""
        if not self.crs.isValid():
            self._need_geometry(_join_advice())
            raise CarbonBalanceError(
                tr("{layer} has no coordinate reference system: assign the CRS of its coordinates.").format(
                    layer=self.table.label
                )
            )
        target = QgsCoordinateReferenceSystem("EPSG:4326")
        transform = QgsCoordinateTransform(self.crs, target, self.transform_context)
        places = np.full((len(self), 2), np.nan)
        for row, centre in enumerate(self.centres()):
            if centre is not None:
                moved = transform.transform(centre)
                places[row] = moved.x(), moved.y()
        return places

    def outlines(self, crs_wkt: str) -> list[bytes | None]:
        """The geometries as WKB in the CRS ``crs_wkt``; ``None`` without a geometry.

        Raises:
            CarbonBalanceError: no CRS, no geometry at all, several kinds of them, or one that is nowhere on Earth.
        """
        target = QgsCoordinateReferenceSystem.fromWkt(crs_wkt)
        kinds = geometry_kinds(self.features, self.table)
        others = [row for row, kind in enumerate(kinds) if kind not in (None, POLYGON)]
        if others and POLYGON in kinds:
            raise CarbonBalanceError(
                tr(
                    "{layer} has points or lines among the polygons, which cover no cells: {rows}; delete them, or "
                    "give a layer of the polygons only."
                ).format(layer=self.table.label, rows=self.table.row_labels(others))
            )
        self.need_crs()
        transform = QgsCoordinateTransform(self.crs, target, self.transform_context)
        outlines: list[bytes | None] = []
        for row, feature in enumerate(self.features):
            geometry = flat_geometry(feature)
            if geometry.isNull() or geometry.isEmpty():
                outlines.append(None)
                continue
            self._need_degrees(row)
            try:
                geometry.transform(transform)
            except QgsCsException:
                raise CarbonBalanceError(
                    tr("{layer}, {row}: the geometry cannot be transformed to the CRS of the raster.").format(
                        layer=self.table.label, row=self.table.row_label(row)
                    )
                ) from None
            box = geometry.boundingBox()
            corners = [abs(each) for each in (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())]
            if not all(each <= FARTHEST for each in corners):
                reach = next(each for each in corners if not each <= FARTHEST)
                raise CarbonBalanceError(
                    tr(
                        "{layer}, {row}: the geometry has a coordinate of {value:g}, outside any valid location: check "
                        "its coordinates."
                    ).format(layer=self.table.label, row=self.table.row_label(row), value=reach)
                )
            outlines.append(bytes(geometry.asWkb()))
        if outlines and not any(outlines):
            self._need_geometry(_join_advice())
        return outlines

    def need_crs(self) -> None:
        """Refuse a table without any geometry, or a layer without a CRS."""
        if not self.crs.isValid():
            self._need_geometry(_join_advice())
            raise CarbonBalanceError(
                tr("{layer} has no coordinate reference system: assign the CRS of its coordinates.").format(
                    layer=self.table.label
                )
            )

    def _need_degrees(self, row: int) -> None:
        """Refuse a geometry in a geographic CRS whose coordinates are no degrees, or are latitude and longitude."""
        if not self.crs.isGeographic():
            return
        box = self.features[row].geometry().boundingBox()
        east, north = (
            max(each, key=abs) for each in ((box.xMinimum(), box.xMaximum()), (box.yMinimum(), box.yMaximum()))
        )
        if abs(north) > MOST_LATITUDE or abs(east) > MOST_LONGITUDE:
            raise CarbonBalanceError(
                tr(
                    "{layer}, {row}: longitude {east:g} and latitude {north:g} are no place in its CRS, {crs}: assign "
                    "the CRS that its coordinates are in{swap}."
                ).format(
                    layer=self.table.label,
                    row=self.table.row_label(row),
                    east=east,
                    north=north,
                    crs=self.crs.authid() or self.crs.description(),
                    swap=tr(", or exchange longitude and latitude")
                    if abs(north) <= MOST_LONGITUDE and abs(east) <= MOST_LATITUDE
                    else "",
                )
            )

    def _need_geometry(self, advice: str) -> None:
        """Refuse a table or a layer in which no row has a geometry."""
        if not any(feature.hasGeometry() and not feature.geometry().isEmpty() for feature in self.features):
            raise CarbonBalanceError(
                tr("{layer} has no geometry in any row, so that its zones have no place and no area: {advice}.").format(
                    layer=self.table.label, advice=advice
                )
            )


def _join_advice() -> str:
    return tr("choose the layer with the outlines of the zones, or join the rows to it")


def read_zones(path: Path, context) -> Zones:
    """The features of a bundled file as zones."""
    layer = QgsVectorLayer(str(path), path.stem, "ogr")
    features = list(layer.getFeatures())
    rows = [attributes_of(feature) for feature in features]
    table = Table(f'"{path.name}"', layer.fields().names(), rows)
    return Zones(
        table=table,
        features=features,
        fields=layer.fields(),
        crs=layer.crs(),
        wkb_type=layer.wkbType(),
        transform_context=context.transformContext(),
        name=layer.name(),
    )


def attributes_of(feature: QgsFeature) -> list[object]:
    """The values of a feature, NULL as ``None`` and dates as texts such as 2020-12-31."""
    return [None if is_null(value) else _dates_as_text(value) for value in feature.attributes()]


def _dates_as_text(value: object) -> object:
    if isinstance(value, QDate):
        return value.toString("yyyy-MM-dd")
    return value.toString("yyyy-MM-ddTHH:mm:ss") if isinstance(value, QDateTime) else value


def name_with_part(layer: QgsVectorLayer) -> str:
    """The name of a layer, with that of its table if it is one of a file with several: qgis_process names the file."""
    part = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source()).get("layerName") or ""
    return layer.name() if part in layer.name() else f"{layer.name()} {part}"


def _ellipsoid(crs: QgsCoordinateReferenceSystem) -> str:
    """The name of the ellipsoid of a CRS, also if only its axes are given, for which QGIS returns NaN areas."""
    acronym = crs.ellipsoidAcronym()
    if not acronym.startswith("PARAMETER:"):
        return acronym
    own = QgsEllipsoidUtils.ellipsoidParameters(acronym)
    for known in QgsEllipsoidUtils.definitions():
        axes = known.parameters
        if abs(axes.semiMajor - own.semiMajor) < 1e-3 and abs(axes.semiMinor - own.semiMinor) < 1e-3:
            return known.acronym
    return acronym
