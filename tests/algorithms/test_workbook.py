"""The tables of a report as a spreadsheet."""

from __future__ import annotations

import pytest
from layers import squares
from qgis.core import QgsVectorLayer


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_the_spreadsheet_contains_the_tables_of_the_report(run, counties, tmp_path, ending):
    from osgeo import ogr

    path = tmp_path / f"tables.{ending}"
    found = run("carbonbalancereport", **counties, NAME="name_zh", OUTPUT=str(tmp_path / "r.html"), WORKBOOK=str(path))
    book = ogr.Open(str(path))
    names = [book.GetLayer(at).GetName() for at in range(book.GetLayerCount())]
    # Sums are on sheets of their own, so that a sheet of data can be filtered and summed.
    assert len(names) == found["TABLE_COUNT"] + 2
    assert found["TABLE_COUNT"] == 6
    sheet = book.GetLayerByName("Supply and demand by zone")
    rows = [feature.items() for feature in sheet]
    layer = QgsVectorLayer(counties["ZONES"], "zones", "ogr")
    by_name = {row["Zone"]: row for row in rows}
    for feature in layer.getFeatures():
        assert by_name[feature["name_zh"]]["Index"] == pytest.approx(feature["ratio"], rel=1e-14)
    assert len(rows) == 49
    sums = book.GetLayerByName("Sums  Supply and demand by zone")
    (whole,) = [feature.items() for feature in sums]
    assert whole["Zone"] == "all"
    assert whole["Carbon supply, t C"] == pytest.approx(sum(row["Carbon supply, t C"] for row in rows), rel=1e-12)
    assert "Sources and parameters" in names
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["r.html", path.name])


def test_a_spreadsheet_without_a_table_of_limits(run, tmp_path):
    """Limits are then NumPy numbers from the values, which a field would not accept unconverted."""
    from osgeo import ogr

    zones = squares({"name": ["a", "b", "c"], "ratio": [0.5, 2.0, None], "zone": ["x", "y", "y"]})
    path = tmp_path / "t.xlsx"
    run("carbonbalancereport", ZONES=zones, OUTPUT=str(tmp_path / "r.html"), WORKBOOK=str(path))
    book = ogr.Open(str(path))
    rows = [feature.items() for feature in book.GetLayerByName("Planning zones")]
    assert [(row["Lowest index"], row["Highest index"], row["Number"]) for row in rows] == [
        (0.5, 0.5, 1),
        (2.0, 2.0, 2),
    ]


def test_a_sheet_is_ready_to_use(run, counties, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "t.xlsx"
    run("carbonbalancereport", **counties, NAME="name", OUTPUT=str(tmp_path / "r.html"), WORKBOOK=str(path))
    sheet = openpyxl.load_workbook(path)["Supply and demand by zone"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    heads = {cell.value: cell for cell in sheet[1]}
    assert all(cell.font.bold for cell in heads.values())
    carbon, ratio = (sheet.cell(2, heads[name].column) for name in ("Carbon supply, t C", "Index"))
    assert carbon.number_format == "#,##0"
    # A median of 0.08: four digits are five decimals.
    assert ratio.number_format == "#,##0.00000"
    assert isinstance(ratio.value, float)


def test_a_workbook_without_openpyxl_has_the_same_content(run, counties, tmp_path, monkeypatch):
    import sys

    from osgeo import ogr

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    path = tmp_path / "t.xlsx"
    run("carbonbalancereport", **counties, OUTPUT=str(tmp_path / "r.html"), WORKBOOK=str(path))
    book = ogr.Open(str(path))
    assert len(book.GetLayerByName("Supply and demand by zone")) == 49


def test_names_that_resemble_formulas_are_written_as_text(run, tmp_path):
    from osgeo import ogr

    zones = squares({"name": ["=1+1", "b"], "ratio": [0.5, 2.0]})
    path = tmp_path / "t.xlsx"
    run("carbonbalancereport", ZONES=zones, OUTPUT=str(tmp_path / "r.html"), WORKBOOK=str(path))
    book = ogr.Open(str(path))
    rows = [feature.items() for feature in book.GetLayerByName("Supply and demand by zone")]
    assert rows[0]["Zone"] == "'=1+1"
