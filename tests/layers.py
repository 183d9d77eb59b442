"""Layers made from rows, and runs of algorithms that return the log."""

from __future__ import annotations

from pathlib import Path

from carbon_balance.compat import is_null, make_field
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingContext, QgsProcessingFeedback, QgsRectangle, QgsVectorLayer

SAMPLE = Path(__file__).parents[1] / "resources" / "sample"
# The bundled region for the model regionalcarbonbalance, with the published emission per person.
CENTRAL_YUNNAN = {
    "ZONES": str(SAMPLE / "central_yunnan.geojson"),
    "LAND_COVER": str(SAMPLE / "central_yunnan_land_cover_2019.tif"),
    "PRESET": "henan",
    "SCHEME": "igbp",
    "POPULATION": "population_2020",
    "PER_PERSON": 3.938,
}


class Notes(QgsProcessingFeedback):
    """Feedback that keeps the logged messages."""

    def __init__(self):
        super().__init__(False)
        self.logged: list[str] = []
        self.warned: list[str] = []

    def pushInfo(self, info):
        self.logged.append(info)

    def pushWarning(self, warning):
        self.warned.append(warning)


def run_algorithm(algorithm, **parameters):
    """Run ``carbonbalance:algorithm``; returns its results and, as ``"notes"``, the logged messages."""
    import processing

    notes, context = Notes(), QgsProcessingContext()
    results = processing.run(f"carbonbalance:{algorithm}", parameters, feedback=notes, context=context)
    return {**results, "notes": notes, "context": context}


def squares(columns, geometry=True, name="zones"):
    """A memory layer of squares (1 km, EPSG:32648), or a table; a column of text is a text field."""
    made = QgsVectorLayer("Polygon?crs=EPSG:32648" if geometry else "None", name, "memory")
    fields = []
    for column_name, values in columns.items():
        known = [value for value in values if value is not None]
        text = known and all(isinstance(value, str) for value in known)
        fields.append(make_field(column_name, "text" if text else "double"))
    made.dataProvider().addAttributes(fields)
    made.updateFields()
    for row, values in enumerate(zip(*columns.values())):
        feature = QgsFeature(made.fields())
        if geometry:
            west = 500000 + 1000 * row
            feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 2000000, west + 1000, 2001000)))
        feature.setAttributes(list(values))
        made.dataProvider().addFeature(feature)
    return made


def column(layer, name):
    """The values of a column, NULL as ``None``."""
    return [None if is_null(feature[name]) else feature[name] for feature in layer.getFeatures()]
