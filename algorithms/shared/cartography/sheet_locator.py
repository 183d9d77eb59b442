"""The locator map on a map sheet."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFillSymbol,
    QgsLayoutItemMap,
    QgsLayoutItemMapOverview,
    QgsMapLayer,
    QgsProject,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from .maps import box_in

# Extent of the locator, in m and as multiple of the region; larger regions need no locator.
LEAST_M, TIMES, MOST_M = 3e6, 4.0, 1.2e7
LAND, WATER, FRAME, BORDERS = "#f3efe4", "#dce8f0", "#c0392b", "#8a8a8a"


def land_layer(project: QgsProject) -> QgsVectorLayer | None:
    """The world land layer of QGIS without borders, to avoid political boundaries.

    Returns:
        the existing layer of ``project``, or a new one; ``None`` if QGIS does not provide it.
    """
    file = Path(QgsApplication.pkgDataPath()) / "resources" / "data" / "world_map.gpkg"
    if not file.is_file():
        return None
    for layer in project.mapLayers().values():
        if Path(layer.source().split("|")[0]) == file and layer.customProperty("carbon_balance_locator"):
            return layer
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    layer = QgsVectorLayer(f"{file}|layername=countries", tr("Land"), "ogr", options)
    if not layer.isValid():
        return None
    layer.setCustomProperty("carbon_balance_locator", True)
    layer.setLabelsEnabled(False)
    symbol = QgsFillSymbol.createSimple({"color": LAND, "outline_color": LAND, "outline_width": "0.1"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    project.addMapLayer(layer, addToLegend=False)
    return layer


def surroundings(given: QgsVectorLayer, project: QgsProject) -> QgsVectorLayer:
    """A copy of the user's layer of the surroundings in ``project``, drawn as outlines."""
    layer = given.clone()
    layer.setLabelsEnabled(False)
    if layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry:
        symbol = QgsFillSymbol.createSimple({"color": LAND, "outline_color": BORDERS, "outline_width": "0.15"})
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    project.addMapLayer(layer, addToLegend=False)
    return layer


def show_where(locator: QgsLayoutItemMap, canvas: QgsLayoutItemMap, around: QgsMapLayer, whole: bool) -> bool:
    """Draw ``around`` on the map ``locator``, with the frame of ``canvas``; returns whether this succeeded.

    Args:
        whole: whether to show all of ``around``, not only the part near the region.
    """
    extent = canvas.extent()
    wide = max(extent.width(), extent.height())
    crs = canvas.crs()
    if whole:
        try:
            near = box_in(around.extent(), around.crs(), crs, canvas.layout().project())
        except CarbonBalanceError:
            return False
        near.combineExtentWith(extent)
        near.scale(1.05)
    else:
        side = max(LEAST_M, TIMES * wide)
        if side > MOST_M:
            return False
        middle = extent.center()
        near = QgsRectangle(middle.x() - side / 2, middle.y() - side / 2, middle.x() + side / 2, middle.y() + side / 2)
    locator.setCrs(QgsCoordinateReferenceSystem(crs))
    locator.setLayers([around])
    locator.setKeepLayerSet(True)
    locator.zoomToExtent(near)
    locator.setBackgroundColor(QColor("#ffffff" if whole else WATER))
    locator.setFrameEnabled(True)
    # A region smaller than a point still gets a visible frame.
    frame = QgsLayoutItemMapOverview("region", locator)
    frame.setLinkedMap(canvas)
    frame.setFrameSymbol(
        QgsFillSymbol.createSimple({"color": "192,57,43,60", "outline_color": FRAME, "outline_width": "0.5"})
    )
    locator.overviews().addOverview(frame)
    return True
