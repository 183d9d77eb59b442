"""Map sheets of the demo: a layer by categories with title, legend, scale bar and source, as PNG."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsPalLayerSettings,
    QgsPrintLayout,
    QgsProject,
    QgsRendererCategory,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

EQUAL_AREA = "+proj=aea +lat_1=23 +lat_2=27 +lat_0=25 +lon_0=102.5 +datum=WGS84 +units=m"
MILLIMETRES = QgsUnitTypes.LayoutUnit.LayoutMillimeters
NORTH_ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
INK = QColor("#222222")


@dataclass(frozen=True)
class Category:
    """A value of the field, what the legend says of it, and its colour."""

    value: object
    title: str
    colour: str


@dataclass(frozen=True)
class Sheet:
    """A map: layer of the GeoPackage, field, categories, name of the picture and texts."""

    layer: str
    field: str
    categories: Sequence[Category]
    picture: str
    title: str
    legend: str
    source: str


def _place(item, x: float, y: float, width: float, height: float) -> None:
    item.attemptMove(QgsLayoutPoint(x, y, MILLIMETRES))
    item.attemptResize(QgsLayoutSize(width, height, MILLIMETRES))


def _text(layout, text: str, size: float, box: tuple[float, float, float, float], bold: bool = False) -> None:
    label = QgsLayoutItemLabel(layout)
    label.setText(text)
    font = QFont("DejaVu Sans")
    font.setPointSizeF(size)
    font.setBold(bold)
    label.setFont(font)
    label.setFontColor(INK)
    layout.addLayoutItem(label)
    _place(label, *box)


def _styled(package: Path, sheet: Sheet) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{package}|layername={sheet.layer}", sheet.legend, "ogr")
    categories = []
    for category in sheet.categories:
        symbol = QgsFillSymbol.createSimple(
            {"color": category.colour, "outline_color": "#555555", "outline_width": "0.2"}
        )
        categories.append(QgsRendererCategory(category.value, symbol, category.title))
    layer.setRenderer(QgsCategorizedSymbolRenderer(sheet.field, categories))
    text = QgsTextFormat()
    text.setFont(QFont("DejaVu Sans"))
    text.setSize(6)
    text.setColor(INK)
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.6)
    halo.setColor(QColor("white"))
    text.setBuffer(halo)
    labels = QgsPalLayerSettings()
    labels.fieldName = "name"
    labels.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(labels))
    layer.setLabelsEnabled(True)
    return layer


def _sheet(package: Path, sheet: Sheet, picture: Path) -> None:
    project = QgsProject()
    crs = QgsCoordinateReferenceSystem()
    crs.createFromProj(EQUAL_AREA)
    project.setCrs(crs)
    layer = _styled(package, sheet)
    project.addMapLayer(layer)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()

    _text(layout, sheet.title, 16, (12, 8, 270, 10), bold=True)
    canvas = QgsLayoutItemMap(layout)
    canvas.setCrs(crs)
    canvas.setLayers([layer])
    extent = QgsCoordinateTransform(layer.crs(), crs, project).transformBoundingBox(layer.extent())
    extent.scale(1.04)
    # Resizing keeps the scale of the extent there is, so there must be a size and an extent first.
    canvas.setRect(0, 0, 100, 100)
    canvas.setExtent(extent)
    layout.addLayoutItem(canvas)
    _place(canvas, 12, 21, 195, 172)
    canvas.zoomToExtent(extent)
    canvas.setFrameEnabled(True)

    legend = QgsLayoutItemLegend(layout)
    legend.setLinkedMap(canvas)
    legend.setLegendFilterByMapEnabled(False)
    for style, size in (
        (QgsLegendStyle.Style.Subgroup, 10.0),
        (QgsLegendStyle.Style.SymbolLabel, 9.0),
    ):
        font = QFont("DejaVu Sans")
        font.setPointSizeF(size)
        font.setBold(style == QgsLegendStyle.Style.Subgroup)
        legend.setStyleFont(style, font)
    layout.addLayoutItem(legend)
    _place(legend, 212, 21, 75, 70)

    arrow = QgsLayoutItemPicture(layout)
    arrow.setPicturePath(NORTH_ARROW)
    layout.addLayoutItem(arrow)
    _place(arrow, 216, 150, 14, 18)

    scale = QgsLayoutItemScaleBar(layout)
    scale.setLinkedMap(canvas)
    scale.setStyle("Single Box")
    scale.setUnits(QgsUnitTypes.DistanceUnit.DistanceKilometers)
    scale.setUnitLabel("km")
    scale.setUnitsPerSegment(50)
    scale.setNumberOfSegments(2)
    scale.setNumberOfSegmentsLeft(0)
    layout.addLayoutItem(scale)
    scale.attemptMove(QgsLayoutPoint(214, 172, MILLIMETRES))

    _text(layout, f"{sheet.source} Albers equal-area projection. Made with Carbon Balance.", 7.5, (12, 196, 270, 6))
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 150
    QgsLayoutExporter(layout).exportToImage(str(picture), settings)


def draw(package: Path, sheets: Sequence[Sheet], folder: Path) -> list[Path]:
    """Draw each sheet as a PNG in ``folder``."""
    application = QgsApplication([], False)
    application.initQgis()
    pictures = []
    for sheet in sheets:
        picture = folder / f"{sheet.picture}.png"
        _sheet(package, sheet, picture)
        pictures.append(picture)
    application.exitQgis()
    return pictures
