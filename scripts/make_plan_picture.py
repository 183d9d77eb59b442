"""Draws docs/images/plan_flows.png from the outputs of the model carbonplan: payers, receivers and flow lines.

QT_QPA_PLATFORM=offscreen /usr/bin/python3 scripts/make_plan_picture.py ZONES FLOWS
"""

from __future__ import annotations

import sys

from checkout import ROOT
from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsRendererCategory,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

ROLES = {"pays": "#d8735f", "receives": "#6aa27a", "neither": "#dddddd"}
PICTURE = ROOT / "docs" / "images" / "plan_flows.png"


def zones_layer(path: str) -> QgsVectorLayer:
    """The zones coloured by their role."""
    layer = QgsVectorLayer(path, "zones", "ogr")
    categories = []
    for role, colour in ROLES.items():
        symbol = QgsFillSymbol.createSimple({"color": colour, "outline_color": "#ffffff", "outline_width": "0.3"})
        categories.append(QgsRendererCategory(role, symbol, role))
    layer.setRenderer(QgsCategorizedSymbolRenderer("role", categories))
    return layer


def flows_layer(path: str) -> QgsVectorLayer:
    """The lines, wider where more flows."""
    layer = QgsVectorLayer(path, "flows", "ogr")
    renderer = QgsGraduatedSymbolRenderer("flow_t")
    renderer.setSourceSymbol(QgsLineSymbol.createSimple({"color": "#26384f"}))
    renderer.setGraduatedMethod(QgsGraduatedSymbolRenderer.GraduatedSize)
    renderer.updateClasses(layer, QgsGraduatedSymbolRenderer.Mode.Quantile, 4)
    renderer.setSymbolSizes(0.2, 1.4)
    layer.setRenderer(renderer)
    return layer


def main() -> None:
    """Draw the picture."""
    application = QgsApplication([], False)
    application.initQgis()
    layers = [flows_layer(sys.argv[2]), zones_layer(sys.argv[1])]
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[1].crs())
    extent = QgsRectangle(layers[1].extent())
    extent.scale(1.05)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(900, int(900 * extent.height() / extent.width())))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(PICTURE))
    print(PICTURE.relative_to(ROOT))
    del job, settings, layers
    application.exitQgis()


if __name__ == "__main__":
    main()
