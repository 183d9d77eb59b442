"""Map sheets: a layer with title, legend, north arrow, scale bar and sources on an A4 page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF

from ....compat import font_families
from ....core.assessment.map_layout.text_fit import broken, fitted
from ....core.runtime.i18n import tr, translated
from ....core.runtime.staging import cannot_write, staged_file
from ....core.symbology.colours import INK
from ....core.symbology.legends import Legend
from .map_labels import label_zones
from .maps import box_in, map_crs
from .renderers import style

MILLIMETRES = QgsUnitTypes.LayoutUnit.LayoutMillimeters
NORTH_ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
MM_PER_POINT = 25.4 / 72
LINE_MM = 1.35 * MM_PER_POINT
# Boxes of the A4 page in mm: x, y, width, height.
TITLE, MAP = (12, 7, 273, 13), (12, 21, 195, 172)
LEGEND, ARROW, SCALE, SOURCE = (212, 21, 75, 124), (216, 150, 14, 18), (214, 172, 72, 16), (12, 195, 273, 10)
SYMBOL_MM = 12
# Size of the letters in points, and lines that a label may have; tried in turn until the legend fits.
LEGEND_SIZES = ((9.0, 9), (8.0, 9), (7.0, 9), (6.0, 9), (5.0, 9), (5.0, 1), (4.0, 1), (3.0, 1), (2.0, 1))


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes:
        name: of the layout and its files.
        title: above the map.
        legend: of the layer, under its own title.
        source: beneath the map.
        label: column of the names drawn on the map, "" for none.
    """

    name: str
    title: str
    legend: Legend
    source: str = ""
    label: str = ""


def _font(size: float, bold: bool = False) -> QFont:
    # Letters that the family lacks, such as Chinese ones, are taken from another font by Qt.
    font = QFont("DejaVu Sans") if "DejaVu Sans" in font_families() else QFont()
    font.setPointSizeF(size)
    font.setBold(bold)
    return font


def _width_mm(text: str, size: float, bold: bool = False) -> float:
    font = _font(size, bold)
    font.setPixelSize(100)
    return QFontMetricsF(font).horizontalAdvance(text) / 100 * size * MM_PER_POINT


def _place(item, box: tuple[float, float, float, float]) -> None:
    item.attemptMove(QgsLayoutPoint(box[0], box[1], MILLIMETRES))
    item.attemptResize(QgsLayoutSize(box[2], box[3], MILLIMETRES))


def _add_text(layout: QgsPrintLayout, name: str, text: str, sizes, box, bold: bool = False) -> None:
    """A text in its box, as large as it fits."""
    size, lines = fitted(
        text, box[2] - 3, box[3], sizes=sizes, measure=lambda part, size: _width_mm(part, size, bold), leading=LINE_MM
    )
    label = QgsLayoutItemLabel(layout)
    label.setId(name)
    label.setText("\n".join(lines))
    label.setFont(_font(size, bold))
    label.setFontColor(QColor(INK))
    layout.addLayoutItem(label)
    _place(label, box)


def _add_map(layout: QgsPrintLayout, layer: QgsVectorLayer) -> tuple[QgsLayoutItemMap, str]:
    project = layout.project()
    wkt, projection = map_crs(layer.extent(), layer.crs(), project)
    crs = QgsCoordinateReferenceSystem.fromWkt(wkt)
    canvas = QgsLayoutItemMap(layout)
    canvas.setId("map")
    canvas.setCrs(crs)
    canvas.setLayers([layer])
    canvas.setKeepLayerSet(True)
    extent = box_in(layer.extent(), layer.crs(), crs, project)
    if extent.isEmpty():
        extent.grow(1000)
    extent.scale(1.04)
    # Resizing keeps the scale of the present extent, so size and extent must be set first.
    canvas.setRect(0, 0, 100, 100)
    canvas.setExtent(extent)
    layout.addLayoutItem(canvas)
    _place(canvas, MAP)
    canvas.zoomToExtent(extent)
    canvas.setFrameEnabled(True)
    return canvas, projection


def _add_legend(layout: QgsPrintLayout, canvas: QgsLayoutItemMap, layer: QgsVectorLayer, sheet: Sheet) -> None:
    """The legend of the one layer: smaller and smaller until it fits its box."""
    item = QgsLayoutItemLegend(layout)
    item.setId("legend")
    item.setAutoUpdateModel(False)
    item.setLinkedMap(canvas)
    root = item.model().rootGroup()
    root.removeAllChildren()
    node = root.addLayer(layer)
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(LEGEND[0], LEGEND[1], MILLIMETRES))
    for size, most_lines in LEGEND_SIZES:
        heading = broken(sheet.legend.title, LEGEND[2] - 5, lambda part, size=size: _width_mm(part, size + 1, True))
        node.setCustomProperty("legend/title-label", "\n".join(heading))
        style(layer, _with_broken_labels(sheet.legend, LEGEND[2] - SYMBOL_MM - 3, size, most_lines))
        for part, points in ((QgsLegendStyle.Style.Subgroup, size + 1), (QgsLegendStyle.Style.SymbolLabel, size)):
            item.setStyleFont(part, _font(points, part == QgsLegendStyle.Style.Subgroup))
        item.setStyleMargin(QgsLegendStyle.Style.Symbol, QgsLegendStyle.Side.Top, size * 0.22)
        item.setSymbolHeight(size * 0.4)
        item.setWrapString("\n")
        item.model().refreshLayerLegend(node)
        # The item itself knows its size only once it has been drawn.
        needed = QgsLegendRenderer(item.model(), item.legendSettings()).minimumSize()
        if needed.height() <= LEGEND[3] and needed.width() <= LEGEND[2]:
            break


def _with_broken_labels(legend: Legend, width_mm: float, size: float, most_lines: int) -> Legend:
    def fit(label: str) -> str:
        _, lines = fitted(label, width_mm, most_lines, sizes=(size,), measure=_width_mm, leading=1 / size)
        return "\n".join(lines)

    return replace(
        legend,
        intervals=tuple(replace(each, label=fit(each.label)) for each in legend.intervals),
        categories=tuple(replace(each, label=fit(each.label)) for each in legend.categories),
    )


def _add_scale_bar(layout: QgsPrintLayout, canvas: QgsLayoutItemMap) -> None:
    """Two segments of a round length."""
    segment_m = canvas.scale() * 0.025
    power = 10.0 ** len(str(int(max(segment_m, 1)))) / 10
    segment_m = max(step * power for step in (1, 2, 5) if step == 1 or step * power <= segment_m)
    in_km = segment_m >= 1000
    bar = QgsLayoutItemScaleBar(layout)
    bar.setId("scale bar")
    bar.setLinkedMap(canvas)
    bar.setStyle("Single Box")
    units = QgsUnitTypes.DistanceUnit
    bar.setUnits(units.DistanceKilometers if in_km else units.DistanceMeters)
    bar.setUnitLabel("km" if in_km else "m")
    bar.setUnitsPerSegment(segment_m / 1000 if in_km else segment_m)
    bar.setNumberOfSegments(2)
    bar.setNumberOfSegmentsLeft(0)
    text = QgsTextFormat()
    text.setFont(_font(9))
    text.setSize(9)
    text.setColor(QColor(INK))
    bar.setTextFormat(text)
    layout.addLayoutItem(bar)
    bar.attemptMove(QgsLayoutPoint(SCALE[0], SCALE[1], MILLIMETRES))


def make_layout(project: QgsProject, layer: QgsVectorLayer, sheet: Sheet) -> QgsPrintLayout:
    """The sheet of ``layer``, which is styled and labelled for it, as a layout of ``project``."""
    style(layer, sheet.legend)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(sheet.name)
    _add_text(layout, "title", sheet.title, (16.0, 14.0, 12.0, 10.0, 9.0), TITLE, bold=True)
    canvas, projection = _add_map(layout, layer)
    room = canvas.extent().width() / canvas.rect().width()
    outlines = box_in(layer.extent(), layer.crs(), canvas.crs(), project)
    filled = (outlines.width() / room, outlines.height() / room)
    key = label_zones(layer, sheet.label, canvas.crs(), filled, _font(6))
    _add_legend(layout, canvas, layer, sheet)
    arrow = QgsLayoutItemPicture(layout)
    arrow.setId("north arrow")
    arrow.setPicturePath(NORTH_ARROW)
    layout.addLayoutItem(arrow)
    _place(arrow, ARROW)
    _add_scale_bar(layout, canvas)
    made = tr("{projection} projection. Made with Carbon Balance.").format(projection=translated(projection))
    key = tr("Numbers on the map: {key}.").format(key=key) if key else ""
    lines = [*sheet.legend.notes, sheet.source.strip(), key, made]
    _add_text(layout, "source", " · ".join(filter(None, lines)), (7.5, 6.5, 5.5), SOURCE)
    return layout


def export(layout: QgsPrintLayout, folder: Path, stem: str, dpi: float) -> list[Path]:
    """The layout as PDF and PNG in ``folder``, each whole or not at all.

    Raises:
        CarbonBalanceError: a file cannot be written.
    """
    exporter = QgsLayoutExporter(layout)
    image = QgsLayoutExporter.ImageExportSettings()
    image.dpi = dpi
    pdf = QgsLayoutExporter.PdfExportSettings()
    pdf.dpi = dpi
    written = []
    for ending, write, settings in ((".png", exporter.exportToImage, image), (".pdf", exporter.exportToPdf, pdf)):
        target = folder / f"{stem}{ending}"
        try:
            with staged_file(target) as beside:
                if write(str(beside), settings) != QgsLayoutExporter.ExportResult.Success:
                    raise OSError(exporter.errorMessage() or tr("the layout could not be drawn"))
        except OSError as error:
            raise cannot_write(target, error) from None
        written.append(target)
    return written
