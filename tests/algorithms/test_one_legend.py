"""An index has one legend on the canvas, on map sheets and in the report, with a break where supply equals demand."""

from __future__ import annotations

import html
import re

import pytest
from layers import Notes, squares
from qgis.core import QgsProcessingContext, QgsProject, QgsVectorLayer


def given():
    values = [0.2, 0.35, 0.6, 0.8, 0.95, 1.05, 1.3, 1.9, 2.5, 4.0]
    return squares(
        {
            "name": list("abcdefghij"),
            "carbon_t": [100.0] * 10,
            "emission_t": [100 * value for value in values],
            "sink_t": [10 + 3.0 * row for row in range(10)],
            "gdp": [5 + (row * 7) % 10 for row in range(10)],
        }
    )


def classes(layer):
    """Label and colour of each class; for numbers also its limits."""
    return [(each.label(), each.symbol().color().name()) for each in layer.renderer().ranges()]


@pytest.mark.parametrize(("column", "algorithm", "parameters"), [
    ("ratio", "supplydemandratio", {"SUPPLY": "carbon_t", "DEMAND": "emission_t", "DEMAND_UNIT": "t"}),
    ("eec", "carbonbalancecoefficients", {"EMISSION": "emission_t", "SINK": "sink_t", "GDP": "gdp"}),
    ("sec", "carbonbalancecoefficients", {"EMISSION": "emission_t", "SINK": "sink_t", "GDP": "gdp"}),
])  # fmt: skip
def test_legends_of_canvas_sheet_and_report_are_equal_and_break_at_one(run, tmp_path, column, algorithm, parameters):
    import processing

    path = tmp_path / "zones.gpkg"
    run(algorithm, ZONES=given(), **parameters, OUTPUT=str(path))
    project, context = QgsProject(), QgsProcessingContext()
    context.setProject(project)
    sheet = {"ZONES": str(path), "COLUMNS": [column], "DPI": 40, "OUTPUT": str(tmp_path)}
    processing.run("carbonbalance:mapsheets", sheet, context=context, feedback=Notes())
    shown = project.layoutManager().layouts()[0].itemById("map").layers()[0]
    assert shown.renderer().classAttribute() == column
    found = classes(shown)
    limits = [each.upperValue() for each in shown.renderer().ranges()]
    assert 1.0 in limits
    if column != "sec":
        assert classes(QgsVectorLayer(str(path), "x", "ogr")) == found
    run("carbonbalancereport", ZONES=str(path), OUTPUT=str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    # The map of the report is drawn in the same colours, and its legend has the same words.
    for label, colour in found:
        words = re.sub(r"\s*\(\d+\)$", "", label)
        assert colour in page, (label, colour)
        assert words in html.unescape(page), label
