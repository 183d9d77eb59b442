"""Names on map sheets: inside zones, or as numbers with a key for small zones."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsProperty,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor, QFont

from ....compat import is_null, show_every_label
from ....core.assessment.map_layout.labels import Label, place_labels
from ....core.assessment.report.maps import outlines_of
from ....core.runtime.errors import listed
from ....core.symbology.colours import INK
from ..inputs.geometries import flat_geometry

MOST_LABELS = 300
# Font sizes in points; the larger one is tried first.
POINTS = (6.5, 5.5)
MM_PER_POINT = 25.4 / 72


def label_zones(
    layer: QgsVectorLayer, column: str, crs: QgsCoordinateReferenceSystem, map_mm: tuple[float, float], font: QFont
) -> str:
    """Label ``layer`` with the names in ``column``; returns the key of numbered names.

    Args:
        layer: layer of zones.
        column: column of names; "" for no labels.
        crs: metric CRS of the map.
        map_mm: width and height of the zones on the page.
        font: font of the labels.
    """
    layer.setLabelsEnabled(False)
    if not column or layer.featureCount() > MOST_LABELS or layer.fields().indexOf(column) < 0:
        return ""
    if layer.geometryType() != QgsWkbTypes.GeometryType.PolygonGeometry:
        _set(layer, QgsPalLayerSettings(), f'"{column}"', font)
        return ""
    ids, names, shapes = [], [], []
    to_map = QgsCoordinateTransform(layer.crs(), crs, layer.transformContext())
    for feature in layer.getFeatures():
        geometry = flat_geometry(feature)
        if geometry.isEmpty():
            continue
        geometry.transform(to_map)
        ids.append(feature.id())
        names.append("" if is_null(feature[column]) else str(feature[column]))
        shapes.append(bytes(geometry.asWkb()))
    outlines = outlines_of(shapes)
    if outlines is None:
        return ""
    unit_mm = min(map_mm[0] / outlines.width, map_mm[1] / outlines.height)
    sizes = [points * MM_PER_POINT / unit_mm for points in POINTS]
    placed = place_labels(outlines.rings, names, outlines.width, outlines.height, sizes)
    back = QgsCoordinateTransform(crs, layer.crs(), layer.transformContext())
    x, y, texts, points = {}, {}, {}, {}
    for each in placed:
        place = QgsPointXY(outlines.west + each.x * outlines.unit_m, outlines.north - each.y * outlines.unit_m)
        place = back.transform(place)
        x[ids[each.row]], y[ids[each.row]] = repr(place.x()), repr(place.y())
        texts[ids[each.row]] = "'{}'".format(each.text.replace("\\", "\\\\").replace("'", "''"))
        points[ids[each.row]] = f"{each.size * unit_mm / MM_PER_POINT:.2f}"
    settings = QgsPalLayerSettings()
    kinds, properties = QgsPalLayerSettings.Property, settings.dataDefinedProperties()
    for kind, values in ((kinds.PositionX, x), (kinds.PositionY, y), (kinds.Size, points)):
        properties.setProperty(kind, QgsProperty.fromExpression(_by_feature(values)))
    properties.setProperty(kinds.Hali, QgsProperty.fromValue("Center"))
    properties.setProperty(kinds.Vali, QgsProperty.fromValue("Half"))
    settings.setDataDefinedProperties(properties)
    # Positions are chosen without overlaps; QGIS measures text slightly wider and would leave out labels.
    show_every_label(settings)
    _set(layer, settings, _by_feature(texts), font)
    return _key(placed, names)


def _by_feature(values: Mapping[int, str]) -> str:
    """An expression: the value of each feature, NULL for others."""
    pairs = ", ".join(f"'{feature}', {value}" for feature, value in values.items())
    return f"map_get(map({pairs}), to_string($id))"


def _key(placed: list[Label], names: list[str]) -> str:
    return listed([f"{each.text} {names[each.row]}" for each in placed if each.text != names[each.row]], MOST_LABELS)


def _set(layer: QgsVectorLayer, settings: QgsPalLayerSettings, expression: str, font: QFont) -> None:
    text = QgsTextFormat()
    text.setFont(font)
    text.setSize(POINTS[0])
    text.setColor(QColor(INK))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.6)
    halo.setColor(QColor("white"))
    text.setBuffer(halo)
    settings.fieldName, settings.isExpression = expression, True
    settings.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
