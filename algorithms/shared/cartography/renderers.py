"""QGIS renderers of vector and raster layers from legends."""

from __future__ import annotations

import math
from pathlib import Path

from qgis.core import (
    QgsArrowSymbolLayer,
    QgsCategorizedSymbolRenderer,
    QgsColorRampShader,
    QgsGraduatedSymbolRenderer,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapLayer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsRendererCategory,
    QgsRendererRange,
    QgsRuleBasedRenderer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleBandPseudoColorRenderer,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from ....core.runtime.i18n import tr
from ....core.symbology.colours import INK, NO_VALUE_COLOUR, NO_VALUE_LINES, OUTLINE
from ....core.symbology.legends import Legend
from ....core.text.vocabulary import LEGEND, shown

STYLE_FILES = Path(__file__).parents[3] / "resources" / "styles"
POLYGON, POINT, LINE = (
    QgsWkbTypes.GeometryType.PolygonGeometry,
    QgsWkbTypes.GeometryType.PointGeometry,
    QgsWkbTypes.GeometryType.LineGeometry,
)
# From this number of features on, outlines are hairlines, because they would cover the map.
MANY_FEATURES = 500


def _symbol(geometry: QgsWkbTypes.GeometryType, colour: str, outline_mm: float = 0.2) -> QgsSymbol:
    symbol = QgsSymbol.defaultSymbol(geometry)
    symbol.setColor(QColor(colour))
    layer = symbol.symbolLayer(0)
    if geometry != LINE:
        layer.setStrokeColor(QColor(OUTLINE))
        layer.setStrokeWidth(outline_mm)
    return symbol


def _no_value_symbol(geometry: QgsWkbTypes.GeometryType, outline_mm: float) -> QgsSymbol:
    """Light and hatched, so that NULL cannot be mistaken for a class."""
    symbol = _symbol(geometry, NO_VALUE_COLOUR, outline_mm)
    if geometry == POLYGON:
        hatch = QgsLinePatternFillSymbolLayer()
        hatch.setLineAngle(45)
        hatch.setDistance(1.4)
        hatch.setColor(QColor(NO_VALUE_LINES))
        hatch.setLineWidth(0.2)
        symbol.appendSymbolLayer(hatch)
    return symbol


def _hatch_symbol(geometry: QgsWkbTypes.GeometryType) -> QgsSymbol:
    """Lines, or a cross on a point, through which the colour of the class is seen."""
    symbol = QgsSymbol.defaultSymbol(geometry)
    # Dark lines on light ones are seen on every colour.
    for at, (colour, width_mm) in enumerate((("#ffffff", 0.45), (INK, 0.16))):
        if geometry == POLYGON:
            layer = QgsLinePatternFillSymbolLayer()
            layer.setLineAngle(135)
            layer.setDistance(1.8)
            layer.setColor(QColor(colour))
            layer.setLineWidth(width_mm)
        else:
            layer = QgsSimpleMarkerSymbolLayer.create(
                {"name": "cross2", "size": "1.6", "outline_color": colour, "outline_width": str(width_mm)}
            )
        if at:
            symbol.appendSymbolLayer(layer)
        else:
            symbol.changeSymbolLayer(0, layer)
    return symbol


def _arrow(colour: str, width_mm: float) -> QgsLineSymbol:
    """An arrow for a flow, with width proportional to the amount."""
    arrow = QgsArrowSymbolLayer()
    arrow.setIsCurved(False)
    arrow.setIsRepeated(False)
    arrow.setArrowStartWidth(width_mm / 2)
    arrow.setArrowWidth(width_mm)
    arrow.setHeadThickness(width_mm)
    arrow.setHeadLength(1 + 1.5 * width_mm)
    fill = arrow.subSymbol()
    fill.setColor(QColor(colour))
    fill.symbolLayer(0).setStrokeColor(QColor(OUTLINE))
    fill.symbolLayer(0).setStrokeWidth(0.05)
    symbol = QgsLineSymbol()
    symbol.changeSymbolLayer(0, arrow)
    return symbol


def _quoted(column: str) -> str:
    """The column name quoted for expressions."""
    return '"{}"'.format(column.replace('"', '""'))


def vector_renderer(legend: Legend, geometry: QgsWkbTypes.GeometryType, features: int = 0):
    """The renderer of a vector layer; numbers are graduated, with NULL and hatched ones as rules of their own."""
    outline = 0.2 if features < MANY_FEATURES else 0.05
    if legend.categories:
        made = [
            QgsRendererCategory(each.value, _symbol(geometry, each.colour, outline), each.label)
            for each in legend.categories
        ]
        if legend.no_value:
            made.append(QgsRendererCategory("", _no_value_symbol(geometry, outline), legend.no_value))
        return QgsCategorizedSymbolRenderer(legend.column, made)
    if geometry == LINE:
        arrows = [_arrow(each.colour, 0.3 * (1 + at)) for at, each in enumerate(legend.intervals)]
        return QgsGraduatedSymbolRenderer(
            legend.column,
            [
                QgsRendererRange(each.lower, each.upper, arrow, each.label)
                for each, arrow in zip(legend.intervals, arrows)
            ],
        )
    if not (legend.no_value or legend.hatch):
        return QgsGraduatedSymbolRenderer(
            legend.column,
            [
                QgsRendererRange(each.lower, each.upper, _symbol(geometry, each.colour, outline), each.label)
                for each in legend.intervals
            ],
        )
    root = QgsRuleBasedRenderer.Rule(None)
    column = _quoted(legend.column)
    for at, each in enumerate(legend.intervals):
        above = ">" if at and legend.intervals[at - 1].upper == each.lower < each.upper else ">="
        condition = f"{column} {above} {each.lower!r} AND {column} <= {each.upper!r}"
        root.appendChild(
            QgsRuleBasedRenderer.Rule(_symbol(geometry, each.colour, outline), filterExp=condition, label=each.label)
        )
    if legend.no_value:
        root.appendChild(
            QgsRuleBasedRenderer.Rule(
                _no_value_symbol(geometry, outline), filterExp=f"{column} IS NULL", label=legend.no_value
            )
        )
    if legend.hatch:
        hatched = f"abs({_quoted(legend.hatch.column)}) < {legend.hatch.limit!r}"
        root.appendChild(
            QgsRuleBasedRenderer.Rule(_hatch_symbol(geometry), filterExp=hatched, label=legend.hatch.label)
        )
    return QgsRuleBasedRenderer(root)


def raster_renderer(legend: Legend, layer: QgsRasterLayer):
    """The renderer of a raster's first band: codes as a palette, numbers in discrete classes."""
    provider = layer.dataProvider()
    if legend.categories:
        classes = [
            QgsPalettedRasterRenderer.Class(each.value, QColor(each.colour), each.label) for each in legend.categories
        ]
        return QgsPalettedRasterRenderer(provider, 1, classes)
    ramp = QgsColorRampShader(legend.intervals[0].lower, legend.intervals[-1].upper)
    ramp.setColorRampType(QgsColorRampShader.Type.Discrete)
    items = [QgsColorRampShader.ColorRampItem(each.upper, QColor(each.colour), each.label) for each in legend.intervals]
    for item, each, after in zip(items, legend.intervals, legend.intervals[1:]):
        if after.lower == after.upper and each.upper < after.lower:
            # Cells between sampled values and a single-value class, such as zero, belong to the class below.
            item.value = math.nextafter(after.lower, -math.inf) if hasattr(math, "nextafter") else each.upper
    # Classes are derived from a sample: values above its maximum belong to the last class.
    items[-1].value = float("inf")
    ramp.setColorRampItemList(items)
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(ramp)
    renderer = QgsSingleBandPseudoColorRenderer(provider, 1, shader)
    renderer.setClassificationMin(legend.intervals[0].lower)
    renderer.setClassificationMax(legend.intervals[-1].upper)
    return renderer


def _translate_legend(layer: QgsVectorLayer) -> None:
    """Translate the labels of a style file; the stored values are not changed."""
    renderer = layer.renderer()
    if isinstance(renderer, QgsCategorizedSymbolRenderer):
        for at, each in enumerate(renderer.categories()):
            renderer.updateCategoryLabel(at, shown(LEGEND, each.label()))
    elif isinstance(renderer, QgsGraduatedSymbolRenderer):
        for at, each in enumerate(renderer.ranges()):
            renderer.updateRangeLabel(at, shown(LEGEND, each.label()))


def style(layer: QgsMapLayer, legend: Legend | str) -> None:
    """Apply ``legend`` to ``layer``; a text is the name of a file in resources/styles.

    Raises:
        ValueError: the style file is missing, or the layer lacks the column (a Shapefile truncates names).
    """
    if isinstance(legend, Legend) and isinstance(layer, QgsVectorLayer) and layer.fields().indexOf(legend.column) < 0:
        raise ValueError(tr("it has no column {column}").format(column=legend.column))
    if isinstance(legend, str):
        points = isinstance(layer, QgsVectorLayer) and layer.geometryType() == POINT
        path = STYLE_FILES / f"{legend}{'_points' if points else ''}.qml"
        message, loaded = layer.loadNamedStyle(str(path))
        if not loaded:
            raise ValueError(f"{path.name}: {message}")
        _translate_legend(layer)
    elif isinstance(layer, QgsRasterLayer):
        layer.setRenderer(raster_renderer(legend, layer))
    else:
        layer.setRenderer(vector_renderer(legend, layer.geometryType(), layer.featureCount()))
    layer.triggerRepaint()
