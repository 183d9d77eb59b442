"""Map sheets: a layer with title, legend, locator, north arrow, scale and sources on an A4 page."""

from __future__ import annotations

from collections.abc import Callable
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
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsTextFormat,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ....core.assessment.map_layout.scales import rounded_scale, scale_text
from ....core.assessment.map_layout.text_fit import broken, fitted
from ....core.runtime.i18n import tr, translated
from ....core.runtime.staging import cannot_write, staged_file
from ....core.symbology.colours import INK
from ....core.symbology.legends import Legend
from .map_labels import label_zones
from .maps import box_in, map_crs
from .renderers import style
from .sheet_items import (
    LINE_MM,
    MILLIMETRES,
    add_map,
    add_picture,
    add_text,
    font,
    literal,
    set_bar,
    text_width_mm,
)
from .sheet_locator import land_layer, show_where

NORTH_ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
# Boxes on the A4 page in mm: x, y, width, height.
TITLE, MAP, LEGEND = (12, 7, 275, 13), (12, 21, 195, 172), (212, 21, 75, 94)
LOCATOR, ARROW, SCALE, NUMERIC = (212, 118, 75, 46), (212, 170, 12, 16), (227, 168, 60, 13), (229, 183, 58, 7)
SOURCE, DATE, LOGO = (12, 195, 228, 10), (242, 195, 45, 10), (257, 5, 30, 14)
# Box of the legend without a locator, and of the title with a logo.
TALL_LEGEND, SHORT_TITLE = (212, 21, 75, 143), (12, 7, 242, 13)
SYMBOL_MM = 12
# Font sizes in points and maximum lines of labels, tried in order until the legend fits.
LEGEND_SIZES = ((9.0, 9), (8.0, 9), (7.0, 9), (6.0, 9), (5.0, 9), (5.0, 1), (4.0, 1), (3.0, 1), (2.0, 1))


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes:
        name: name of the layout and its files.
        title: title above the map.
        legend: legend of the layer.
        source: text below the map.
        label: column of names on the map, "" for none.
        date: date of the map as text.
        logo: picture in the upper right corner, "" for none.
        template: file of a print layout to use instead of the default, "" for none.
    """

    name: str
    title: str
    legend: Legend
    source: str = ""
    label: str = ""
    date: str = ""
    logo: str = ""
    template: str = ""


def show_layer(canvas: QgsLayoutItemMap, layer: QgsVectorLayer, sheet: Sheet) -> tuple[str, str]:
    """Show ``layer`` with its names on a map; returns the projection and the key of numbered names.

    The projection is equal-area, and the scale is a round number.
    """
    project = canvas.layout().project()
    wkt, projection = map_crs(layer.extent(), layer.crs(), project)
    crs = QgsCoordinateReferenceSystem.fromWkt(wkt)
    canvas.setCrs(crs)
    canvas.setLayers([layer])
    canvas.setKeepLayerSet(True)
    extent = box_in(layer.extent(), layer.crs(), crs, project)
    outlines = QgsRectangle(extent)
    if extent.isEmpty():
        extent.grow(1000)
    extent.scale(1.04)
    canvas.zoomToExtent(extent)
    canvas.setScale(rounded_scale(canvas.scale()))
    room = canvas.extent().width() / canvas.rect().width()
    key = label_zones(layer, sheet.label, crs, (outlines.width() / room, outlines.height() / room), font(6))
    return translated(projection), key


def _add_legend(
    layout: QgsPrintLayout, canvas: QgsLayoutItemMap, layer: QgsVectorLayer, sheet: Sheet, box=LEGEND
) -> None:
    """The legend of the layer, reduced in size until it fits its box."""
    item = QgsLayoutItemLegend(layout)
    item.setId("legend")
    item.setAutoUpdateModel(False)
    item.setLinkedMap(canvas)
    root = item.model().rootGroup()
    root.removeAllChildren()
    node = root.addLayer(layer)
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(box[0], box[1], MILLIMETRES))
    for size, most_lines in LEGEND_SIZES:
        node.setCustomProperty("legend/title-label", broken_heading(sheet.legend.title, box[2], size + 1))
        style(layer, _with_broken_labels(sheet.legend, box[2] - SYMBOL_MM - 3, size, most_lines))
        for part, points in ((QgsLegendStyle.Style.Subgroup, size + 1), (QgsLegendStyle.Style.SymbolLabel, size)):
            item.setStyleFont(part, font(points, part == QgsLegendStyle.Style.Subgroup))
        item.setStyleMargin(QgsLegendStyle.Style.Symbol, QgsLegendStyle.Side.Top, size * 0.22)
        item.setSymbolHeight(size * 0.4)
        item.setWrapString("\n")
        item.model().refreshLayerLegend(node)
        # The size of the item is known only after it has been drawn.
        needed = QgsLegendRenderer(item.model(), item.legendSettings()).minimumSize()
        if needed.height() <= box[3] and needed.width() <= box[2]:
            break


def fit_text(label: QgsLayoutItemLabel, text: str) -> None:
    """Set the text of a label, with lines and font size that fit its box."""
    font, box = label.font(), label.rect()
    sizes = [font.pointSizeF() * part for part in (1.0, 0.85, 0.7)]
    size, lines = fitted(
        text,
        box.width() - 3,
        box.height(),
        sizes=sizes,
        measure=lambda part, size: text_width_mm(part, size, font.bold()),
        leading=LINE_MM,
    )
    font.setPointSizeF(size)
    label.setFont(font)
    label.setText("\n".join(lines))


def broken_heading(title: str, width_mm: float, size: float = 10.0) -> str:
    """The title of a legend broken into lines that fit its width, as QGIS shows it."""
    return literal("\n".join(broken(title, width_mm - 5, lambda part: text_width_mm(part, size, True))))


def _with_broken_labels(legend: Legend, width_mm: float, size: float, most_lines: int) -> Legend:
    def fit(label: str) -> str:
        _, lines = fitted(label, width_mm, most_lines, sizes=(size,), measure=text_width_mm, leading=1 / size)
        return literal("\n".join(lines))

    return with_labels(legend, fit)


def with_labels(legend: Legend, change: Callable[[str], str]) -> Legend:
    """The legend with changed labels."""
    return replace(
        legend,
        intervals=tuple(replace(each, label=change(each.label)) for each in legend.intervals),
        categories=tuple(replace(each, label=change(each.label)) for each in legend.categories),
        hatch=legend.hatch and replace(legend.hatch, label=change(legend.hatch.label)),
    )


def _add_scale_bar(layout: QgsPrintLayout, canvas: QgsLayoutItemMap) -> None:
    """Two segments of a round length."""
    bar = QgsLayoutItemScaleBar(layout)
    bar.setId("scale bar")
    bar.setStyle("Single Box")
    set_bar(bar, canvas, 22)
    bar.setNumberOfSegments(2)
    bar.setNumberOfSegmentsLeft(0)
    text = QgsTextFormat()
    text.setFont(font(9))
    text.setSize(9)
    text.setColor(QColor(INK))
    bar.setTextFormat(text)
    layout.addLayoutItem(bar)
    bar.attemptMove(QgsLayoutPoint(SCALE[0], SCALE[1], MILLIMETRES))


def sheet_texts(sheet: Sheet, projection: str, key: str, scale: float) -> dict[str, str]:
    """The texts of a sheet by name of item or placeholder."""
    made = tr("{projection} projection. Made with Carbon Balance.").format(projection=projection)
    key = tr("Numbers on the map: {key}.").format(key=key) if key else ""
    lines = [*sheet.legend.notes, sheet.source.strip(), key, made]
    return {
        "title": sheet.title,
        "theme": sheet.legend.title,
        "source": " · ".join(filter(None, lines)),
        "sources": sheet.source.strip(),
        "notes": " ".join(sheet.legend.notes),
        "key": key,
        "date": sheet.date,
        "scale": scale_text(scale),
        "projection": projection,
    }


def make_layout(
    project: QgsProject, layer: QgsVectorLayer, sheet: Sheet, around: QgsVectorLayer | None = None
) -> QgsPrintLayout:
    """Create the sheet of ``layer``, which has been styled and labelled, as a layout of ``project``.

    ``around`` is a layer for the locator; by default the world land layer is used.
    """
    style(layer, sheet.legend)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(sheet.name)
    canvas = add_map(layout, "map", MAP)
    projection, key = show_layer(canvas, layer, sheet)
    texts = sheet_texts(sheet, projection, key, canvas.scale())
    title_box = SHORT_TITLE if sheet.logo else TITLE
    add_text(layout, "title", texts["title"], (16.0, 14.0, 12.0, 10.0, 9.0), title_box, bold=True)
    land = around or land_layer(project)
    locator = add_map(layout, "locator", LOCATOR)
    if land is None or not show_where(locator, canvas, land, whole=around is not None):
        layout.removeLayoutItem(locator)
        locator = None
    _add_legend(layout, canvas, layer, sheet, LEGEND if locator else TALL_LEGEND)
    add_picture(layout, "north arrow", NORTH_ARROW, ARROW)
    _add_scale_bar(layout, canvas)
    add_text(layout, "scale", texts["scale"], (9.0,), NUMERIC)
    add_text(layout, "source", texts["source"], (7.5, 6.5, 5.5), SOURCE)
    date = add_text(layout, "date", texts["date"], (7.5, 6.5, 5.5), DATE)
    date.setHAlign(Qt.AlignmentFlag.AlignRight)
    if sheet.logo:
        logo = add_picture(layout, "logo", sheet.logo, LOGO)
        logo.setPictureAnchor(QgsLayoutItemPicture.ReferencePoint.UpperRight)
    return layout


def export(layout: QgsPrintLayout, folder: Path, stem: str, dpi: float) -> list[Path]:
    """Export the layout as PDF and PNG to ``folder``, each complete or not at all.

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
