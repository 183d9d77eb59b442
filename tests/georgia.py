"""The Georgia data as tables and layers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

PATH = Path(__file__).parent / "data" / "georgia" / "georgia.csv"
DEPENDENT = "PctBach"
EXPLANATORY = ["PctRural", "PctPov", "PctBlack"]


def columns(*names):
    """Columns as one array (159, names)."""
    with PATH.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[name]) for name in names] for row in rows])


def table():
    """All columns as core's table."""
    from carbon_balance.core.tables.table import Table

    with PATH.open(encoding="utf-8") as file:
        names, *rows = list(csv.reader(file))
    return Table('Features "georgia"', names, rows)


def layer(crs="EPSG:32617", more=()):
    """A memory layer of points in UTM or, for a geographic CRS, in degrees, with ``more`` columns."""
    from carbon_balance.compat import make_field
    from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

    made = QgsVectorLayer(f"Point?crs={crs}", "georgia", "memory")
    names = ["AreaKey", DEPENDENT, *EXPLANATORY, *more]
    made.dataProvider().addAttributes([make_field(name, "double") for name in names])
    made.updateFields()
    places = columns("X", "Y") if made.crs().mapUnits() == 0 else columns("Longitud", "Latitude")
    for (x, y), values in zip(places.tolist(), columns(*names).tolist()):
        feature = QgsFeature(made.fields())
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
        feature.setAttributes(values)
        made.dataProvider().addFeature(feature)
    return made
