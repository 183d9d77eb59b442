"""Writes the styles of centres, ellipses and shifts into resources/styles.

    python3 scripts/make_centre_styles.py

Needs the Python of QGIS, preferably 3.22, whose format all later versions can read.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)

STYLES = Path(__file__).resolve().parent.parent / "resources" / "styles"
# The colours of Okabe and Ito; a column has the same colour in centres and ellipses, by its alphabetical position.
COLOURS = ("#009e73", "#d55e00", "#0072b2", "#cc79a7", "#e69f00", "#56b4e9")
NAMES = 'array_sort(array_distinct(array_agg("variable")))'
COLOUR = (
    f'array_get(array({", ".join(repr(each) for each in COLOURS)}), array_find({NAMES}, "variable") % {len(COLOURS)})'
)
CENTRE_TEXT = 'concat("variable", if("date" is null, \'\', concat(\' \', "date")))'
SHIFT_TEXT = "concat(round(\"distance_km\", 1), ' km')"


def labelled(expression: str) -> QgsVectorLayerSimpleLabeling:
    """Labels of an expression with a white buffer."""
    edge = QgsTextBufferSettings()
    edge.setEnabled(True)
    edge.setSize(0.8)
    letters = QgsTextFormat()
    letters.setSize(9)
    letters.setBuffer(edge)
    made = QgsPalLayerSettings()
    made.fieldName, made.isExpression = expression, True
    made.setFormat(letters)
    return QgsVectorLayerSimpleLabeling(made)


def coloured(symbol, *properties):
    """A symbol whose ``properties`` take the colour of the column."""
    for each in properties:
        symbol.symbolLayer(0).setDataDefinedProperty(each, QgsProperty.fromExpression(COLOUR))
    return symbol


def write(kind: str, name: str, symbol, text: str = "") -> None:
    """Save one style."""
    fields = "field=variable:string&field=date:string&field=distance_km:double"
    layer = QgsVectorLayer(f"{kind}?{fields}", "style", "memory")
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    if text:
        layer.setLabeling(labelled(text))
        layer.setLabelsEnabled(True)
    kept = QgsVectorLayer.Symbology | QgsVectorLayer.Labeling
    message, done = layer.saveNamedStyle(str(STYLES / f"{name}.qml"), kept)
    if not done:
        sys.exit(message)


def main() -> None:
    """Write all styles."""
    marker = QgsMarkerSymbol.createSimple({"size": "3.2", "color": COLOURS[0], "outline_color": "#ffffff"})
    write("Point", "carbon_centre_points", coloured(marker, marker.symbolLayer(0).PropertyFillColor), CENTRE_TEXT)
    fill = QgsFillSymbol.createSimple({"style": "no", "outline_color": COLOURS[0], "outline_width": "0.5"})
    write("Polygon", "carbon_ellipse", coloured(fill, fill.symbolLayer(0).PropertyStrokeColor))
    arrow = QgsLineSymbol.createSimple({"line_color": "#222222", "line_width": "0.5"})
    head = QgsMarkerSymbol.createSimple({"name": "filled_arrowhead", "size": "3", "color": "#222222"})
    ends = QgsMarkerLineSymbolLayer(True)
    ends.setPlacement(QgsMarkerLineSymbolLayer.LastVertex)
    ends.setSubSymbol(head)
    arrow.appendSymbolLayer(ends)
    write("LineString", "carbon_shift", arrow, SHIFT_TEXT)


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    main()
    application.exitQgis()
