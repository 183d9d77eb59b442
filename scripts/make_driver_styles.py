"""Writes the styles of t values and clusters into resources/styles.

    python3 scripts/make_driver_styles.py

Needs QGIS's Python, best 3.22, whose format every later version reads. Colours stay apart for every common kind of
colour blindness: blue to orange around zero for t values, Okabe and Ito's for clusters.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsMarkerSymbol,
    QgsRendererCategory,
    QgsRendererRange,
    QgsVectorLayer,
)

STYLES = Path(__file__).resolve().parent.parent / "resources" / "styles"
OUTLINE = {"outline_color": "#7f7f7f", "outline_width": "0.1"}

# From dark blue over white to dark orange.
DIVERGING = ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806"]
# |t| of 1.645, 1.96 and 2.58 are the 10, 5 and 1 % levels of one normal test.
T_LIMITS = [-1e6, -2.58, -1.96, -1.645, 1.645, 1.96, 2.58, 1e6]
T_LABELS = [
    "t < -2.58",
    "-2.58 to -1.96",
    "-1.96 to -1.645",
    "not significant",
    "1.645 to 1.96",
    "1.96 to 2.58",
    "t > 2.58",
]
CLUSTERS = {
    "high-high": "#d55e00",
    "high-low": "#e69f00",
    "low-high": "#56b4e9",
    "low-low": "#0072b2",
    "not significant": "#e6e6e6",
    "no neighbours": "#999999",
}
SPOTS = {"hot spot": "#d55e00", "cold spot": "#0072b2", "not significant": "#e6e6e6", "no neighbours": "#999999"}
KINDS = {"Polygon": QgsFillSymbol, "Point": QgsMarkerSymbol}


def symbol(kind: str, colour: str):
    """A symbol of one colour."""
    shape = {"size": "2.4"} if kind == "Point" else {}
    return KINDS[kind].createSimple({"color": colour, **OUTLINE, **shape})


def first_column(beginning: str) -> str:
    """An expression for the first column of a driver, in alphabetical order; edit it to show another driver."""
    known = (
        f"array_filter(map_akeys(attributes($currentfeature)), regexp_match(@element, '^{beginning}_(?!intercept)'))"
    )
    return f"attribute($currentfeature, array_first({known}))"


def graduated(kind: str, expression: str, limits: list[float], labels: list[str]) -> QgsGraduatedSymbolRenderer:
    """Classes of an expression."""
    ranges = [
        QgsRendererRange(low, high, symbol(kind, colour), label)
        for low, high, colour, label in zip(limits, limits[1:], DIVERGING, labels)
    ]
    return QgsGraduatedSymbolRenderer(expression, ranges)


def clusters(kind: str, column: str, colours: dict[str, str] = CLUSTERS) -> QgsCategorizedSymbolRenderer:
    """The classes of LISA, or others."""
    made = [QgsRendererCategory(name, symbol(kind, colour), name) for name, colour in colours.items()]
    return QgsCategorizedSymbolRenderer(column, made)


def write(kind: str, name: str, renderer) -> None:
    """Save one style."""
    layer = QgsVectorLayer(f"{kind}?field=x:double", "style", "memory")
    layer.setRenderer(renderer)
    ending = "" if kind == "Polygon" else "_points"
    message, done = layer.saveNamedStyle(str(STYLES / f"{name}{ending}.qml"), QgsVectorLayer.Symbology)
    if not done:
        sys.exit(message)


def main() -> None:
    """Write all styles."""
    STYLES.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        write(kind, "gwr_t", graduated(kind, first_column("t"), T_LIMITS, T_LABELS))
        write(kind, "lisa", clusters(kind, "lisa_class"))
        write(kind, "lisa_supply_demand", clusters(kind, "lisa_supply_demand_class"))
        write(kind, "hot_spots", clusters(kind, "gi_star_class", SPOTS))


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    main()
    application.exitQgis()
