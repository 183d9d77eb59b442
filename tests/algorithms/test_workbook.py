"""The tables of a report as a spreadsheet."""

from __future__ import annotations

import pytest
from layers import squares
from qgis.core import QgsVectorLayer


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_tables_as_a_spreadsheet(run, counties, tmp_path, ending):
    from osgeo import ogr

    path = tmp_path / f"tables.{ending}"
    found = run("carbonbalancereport", **counties, NAME="name_zh", OUTPUT=str(tmp_path / "r.html"), WORKBOOK=str(path))
    book = ogr.Open(str(path))
    assert book.GetLayerCount() == found["TABLE_COUNT"] == 4
    sheet = book.GetLayerByName("Supply and demand by zone")
    rows = [feature.items() for feature in sheet]
    layer = QgsVectorLayer(counties["ZONES"], "zones", "ogr")
    by_name = {row["Zone"]: row for row in rows}
    for feature in layer.getFeatures():
        assert by_name[feature["name_zh"]]["Index"] == pytest.approx(feature["ratio"], rel=1e-14)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["r.html", path.name])


def test_a_spreadsheet_without_a_table_of_limits(run, tmp_path):
    """Limits are then those of the values, NumPy's numbers, which a field does not take as they are."""
    from osgeo import ogr

    zones = squares({"name": ["a", "b", "c"], "ratio": [0.5, 2.0, None], "zone": ["x", "y", "y"]})
    path = tmp_path / "t.xlsx"
    run("carbonbalancereport", ZONES=zones, OUTPUT=str(tmp_path / "r.html"), WORKBOOK=str(path))
    book = ogr.Open(str(path))
    rows = [feature.items() for feature in book.GetLayerByName("Planning zones")]
    assert [(row["Index greater than"], row["Index up to"], row["Number"]) for row in rows] == [
        (0.5, 0.5, 1),
        (2.0, 2.0, 2),
    ]
