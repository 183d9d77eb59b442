"""Items of a map sheet in millimetres: texts in the largest size that fits, pictures, maps, bars of a round length."""

from __future__ import annotations

from qgis.core import (
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsRectangle,
    QgsUnitTypes,
)
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF

from ....compat import font_families
from ....core.assessment.map_layout.scales import bar_segment_m
from ....core.assessment.map_layout.text_fit import fitted
from ....core.symbology.colours import INK

MILLIMETRES = QgsUnitTypes.LayoutUnit.LayoutMillimeters
MM_PER_POINT = 25.4 / 72
LINE_MM = 1.35 * MM_PER_POINT


def font(size: float, bold: bool = False) -> QFont:
    """The font of a sheet in ``size`` points."""
    # Qt takes missing characters, such as Chinese ones, from another font.
    found = QFont("DejaVu Sans") if "DejaVu Sans" in font_families() else QFont()
    found.setPointSizeF(size)
    found.setBold(bold)
    return found


def text_width_mm(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in mm in a font of ``size`` points."""
    large = font(size, bold)
    large.setPixelSize(100)
    return QFontMetricsF(large).horizontalAdvance(text) / 100 * size * MM_PER_POINT


def place(item, box: tuple[float, float, float, float]) -> None:
    """Move and resize an item to ``box``: x, y, width, height in mm."""
    item.attemptMove(QgsLayoutPoint(box[0], box[1], MILLIMETRES))
    item.attemptResize(QgsLayoutSize(box[2], box[3], MILLIMETRES))


def literal(text: str) -> str:
    """``text`` written so that a layout shows it as it is: QGIS would evaluate expressions in names from anywhere."""
    return text.replace("[%", "[% '[%' %]")


def add_text(layout: QgsPrintLayout, name: str, text: str, sizes, box, bold: bool = False) -> QgsLayoutItemLabel:
    """A text in its box, in the largest size that fits."""
    size, lines = fitted(
        text,
        box[2] - 3,
        box[3],
        sizes=sizes,
        measure=lambda part, size: text_width_mm(part, size, bold),
        leading=LINE_MM,
    )
    label = QgsLayoutItemLabel(layout)
    label.setId(name)
    label.setText(literal("\n".join(lines)))
    label.setFont(font(size, bold))
    label.setFontColor(QColor(INK))
    layout.addLayoutItem(label)
    place(label, box)
    return label


def add_picture(layout: QgsPrintLayout, name: str, path: str, box) -> QgsLayoutItemPicture:
    """A picture in its box."""
    picture = QgsLayoutItemPicture(layout)
    picture.setId(name)
    picture.setPicturePath(path)
    layout.addLayoutItem(picture)
    place(picture, box)
    return picture


def add_map(layout: QgsPrintLayout, name: str, box) -> QgsLayoutItemMap:
    """A map with a frame in its box."""
    canvas = QgsLayoutItemMap(layout)
    canvas.setId(name)
    # Resizing keeps the scale of the present extent, so that size and extent must be set first.
    canvas.setRect(0, 0, 100, 100)
    canvas.setExtent(QgsRectangle(0, 0, 1, 1))
    layout.addLayoutItem(canvas)
    place(canvas, box)
    canvas.setFrameEnabled(True)
    return canvas


def set_bar(bar: QgsLayoutItemScaleBar, canvas: QgsLayoutItemMap, most_mm: float) -> None:
    """Segments of a round length, each at most ``most_mm`` long, in km or m."""
    segment_m = bar_segment_m(canvas.scale(), most_mm)
    in_km = segment_m >= 1000
    bar.setLinkedMap(canvas)
    units = QgsUnitTypes.DistanceUnit
    bar.setUnits(units.DistanceKilometers if in_km else units.DistanceMeters)
    bar.setUnitLabel("km" if in_km else "m")
    bar.setUnitsPerSegment(segment_m / 1000 if in_km else segment_m)
