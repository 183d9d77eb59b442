"""Joining yearbook tables in the layouts in which they are published."""

from __future__ import annotations

import pytest
from layers import column, squares
from osgeo import gdal, ogr
from qgis.core import QgsFeature, QgsProcessingException, QgsVectorLayer
from qgis.PyQt.QtCore import QDate

ROWS = [("五华", "114.3", "1 200"), ("盘龙区", "98.8", "１，０００"), ("呈贡", "", "900")]
HEAD = ("地区", "人口(万人)", "gdp")


@pytest.fixture
def zones(qgis_processing):
    return squares({"name_zh": ["五华区", "盘龙区", "晋宁区"]})


def join(run, zones, table, **more):
    given = {
        "ZONES": zones,
        "ZONE_KEY": "name_zh",
        "TABLE": table,
        "TABLE_KEY": HEAD[0],
        "MATCH": "name",
        "FIELDS": [HEAD[1], HEAD[2]],
        "OUTPUT": "memory:",
        **more,
    }
    return run("joinstatistics", **given)


def write_csv(path, encoding):
    lines = [",".join(HEAD), *(",".join(row) for row in ROWS)]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return str(path)


def write_ogr(path, driver, options=()):
    source = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    made = source.CreateLayer("stats", geom_type=ogr.wkbNone, options=list(options))
    head = ("key", "pop", "gdp") if driver == "ESRI Shapefile" else HEAD
    for name, kind in zip(head, (ogr.OFTString, ogr.OFTReal, ogr.OFTString)):
        made.CreateField(ogr.FieldDefn(name, kind))
    for key, people, gdp in ROWS:
        feature = ogr.Feature(made.GetLayerDefn())
        feature.SetField(0, key)
        if people:
            feature.SetField(1, float(people))
        feature.SetField(2, gdp)
        made.CreateFeature(feature)
    return str(path)


def check(result, people="人口_persons"):
    assert column(result["OUTPUT"], people) == pytest.approx([1_143_000, 988_000, None])
    assert column(result["OUTPUT"], "gdp") == pytest.approx([1200, 1000, None])
    assert (result["MATCHED"], result["UNMATCHED_ZONES"], result["UNMATCHED_ROWS"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("written", "stated"), [("utf-8", None), ("utf-8-sig", None), ("gbk", "GBK"), ("gb18030", "GB18030")]
)
def test_csv_in_any_encoding(run, zones, tmp_path, written, stated):
    check(join(run, zones, write_csv(tmp_path / "s.csv", written), ENCODING=stated))


def test_columns_with_another_name_are_logged_with_their_factor(run, zones, tmp_path):
    result = join(run, zones, write_csv(tmp_path / "s.csv", "utf-8"), SUFFIX="_2020")
    logged = "Values converted to base units: 人口(万人) is now 人口_persons_2020 (x 10,000)."
    assert [sentence for sentence in result["notes"].logged if "base units" in sentence] == [logged]
    assert "人口_persons_2020" in result["OUTPUT"].fields().names()
    plain = join(run, zones, write_csv(tmp_path / "s.csv", "utf-8"), FIELDS=["gdp"])
    assert not any("base units" in sentence for sentence in plain["notes"].logged)


def test_units_in_full_width_brackets_are_read(run, zones, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("地区,常住人口（万人）\n五华区,114.3\n", encoding="utf-8")
    result = join(run, zones, str(path), FIELDS=["常住人口（万人）"])
    assert column(result["OUTPUT"], "常住人口_persons")[0] == pytest.approx(1_143_000)
    assert any("常住人口（万人） is now 常住人口_persons" in sentence for sentence in result["notes"].logged)


def test_csv_in_gbk_is_detected_with_a_warning_and_undecodable_bytes_are_refused(run, zones, tmp_path):
    result = join(run, zones, write_csv(tmp_path / "s.csv", "gbk"))
    check(result)
    assert any("is not in UTF-8 and is read as GB18030" in sentence for sentence in result["notes"].warned)
    latin = tmp_path / "latin.csv"
    latin.write_bytes("code,Bevölkerung\n1,2\n".encode("latin-1"))
    with pytest.raises(QgsProcessingException, match="latin.csv is not encoded in UTF-8: choose its encoding"):
        join(run, zones, str(latin))


def test_xlsx(run, zones, tmp_path):
    check(join(run, zones, write_ogr(tmp_path / "s.xlsx", "XLSX")))


@pytest.mark.parametrize("declared", [True, False])
def test_dbf_in_gbk(run, zones, tmp_path, declared):
    path = tmp_path / "s.dbf"
    # QGIS tells GDAL to leave the bytes of a DBF alone; other programs do not.
    left_alone = gdal.GetConfigOption("SHAPE_ENCODING")
    gdal.SetConfigOption("SHAPE_ENCODING", None)
    try:
        write_ogr(path, "ESRI Shapefile", ["ENCODING=CP936"])
    finally:
        gdal.SetConfigOption("SHAPE_ENCODING", left_alone)
    if not declared:
        # As it comes from a Chinese office: neither .cpg nor the language byte tell the encoding.
        (tmp_path / "s.cpg").unlink(missing_ok=True)
        raw = bytearray(path.read_bytes())
        raw[29] = 0
        path.write_bytes(bytes(raw))
    result = join(
        run,
        zones,
        str(path),
        TABLE_KEY="key",
        FIELDS=["pop", "gdp"],
        UNITS="10^4 persons; as it is",
        ENCODING=None if declared else "GBK",
    )
    check(result, "pop_persons")


def test_unmatched_rows_are_listed_for_both_sides(run, zones, tmp_path):
    table = squares({"地区": ["五华", "晋宁县", "盘龙", "盘龙"], "gdp": [1.0, 2.0, 3.0, 4.0]}, geometry=False)
    result = join(run, zones, table, FIELDS=["gdp"], UNMATCHED="memory:", REPORT=str(tmp_path / "r.html"))
    missing = result["UNMATCHED"]
    assert column(missing, "side") == ["zones", "zones", "table", "table", "table"]
    assert column(missing, "key") == ["盘龙区", "晋宁区", "晋宁县", "盘龙", "盘龙"]
    assert column(missing, "candidates")[1] == "晋宁县"
    assert column(missing, "reason")[3] == "duplicate key"
    assert result["DOUBLE"] == 2
    assert any("row 2 (晋宁县)" in sentence for sentence in result["notes"].warned)
    assert "duplicate key" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_refusals(run, zones, tmp_path):
    table = squares({"地区": ["x"], "gdp": ["many"]}, geometry=False)
    with pytest.raises(QgsProcessingException, match="No row of the table matches any zone"):
        join(run, zones, table, FIELDS=["gdp"])
    table = squares({"地区": ["五华"], "gdp": ["many"]}, geometry=False)
    with pytest.raises(QgsProcessingException, match='"many" in column gdp is not a number'):
        join(run, zones, table, FIELDS=["gdp"])
    with pytest.raises(QgsProcessingException, match="has no column people"):
        join(run, zones, table, FIELDS=["people"])
    table = squares({"地区": ["五华"], "name_zh": [3.0]}, geometry=False)
    with pytest.raises(QgsProcessingException, match="already has the column"):
        join(run, zones, table, FIELDS=["name_zh"])


def test_columns_are_found_by_names_shown_in_the_wrong_encoding(run, zones, tmp_path):
    path = write_csv(tmp_path / "s.csv", "gbk")
    shown = QgsVectorLayer(path, "s", "ogr").fields().names()
    assert shown[0] != HEAD[0]
    check(join(run, zones, path, ENCODING="GBK", TABLE_KEY=shown[0], FIELDS=shown[1:]))


@pytest.mark.parametrize("names", [HEAD, ("Field1", "Field2", "Field3")])
def test_xlsx_of_text_only_has_its_names_in_the_first_row(run, zones, tmp_path, names):
    path = tmp_path / "s.xlsx"
    source = ogr.GetDriverByName("XLSX").CreateDataSource(str(path))
    made = source.CreateLayer("stats", geom_type=ogr.wkbNone)
    for name in HEAD:
        made.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    for row in ROWS:
        feature = ogr.Feature(made.GetLayerDefn())
        for at, value in enumerate(row):
            feature.SetField(at, value)
        made.CreateFeature(feature)
    del feature, made, source
    check(join(run, zones, str(path), TABLE_KEY=names[0], FIELDS=list(names[1:])))


@pytest.mark.parametrize("wanted", ["2020", "2020-12", "2020-12-31"])
def test_rows_are_chosen_by_the_year_of_a_column_of_dates(run, wanted):
    """Dates of layers were met by no filter, and shown as PyQt5.QtCore.QDate(2020, 12, 31)."""
    table = QgsVectorLayer("None?field=who:string&field=day:date&field=people:double", "t", "memory")
    rows = []
    for day, people in (("2019-12-31", 1.0), ("2020-12-31", 2.0)):
        row = QgsFeature(table.fields())
        row.setAttributes(["A", QDate.fromString(day, "yyyy-MM-dd"), people])
        rows.append(row)
    table.dataProvider().addFeatures(rows)
    given = {"ZONES": squares({"k": ["A"]}), "ZONE_KEY": "k", "TABLE": table, "TABLE_KEY": "who", "FIELDS": ["people"]}
    done = run("joinstatistics", **given, UNITS="persons", OUTPUT="memory:", ROW_FILTER=f"day={wanted}")
    assert column(done["OUTPUT"], "people_persons") == [2]
    with pytest.raises(QgsProcessingException, match="its values are 2019-12-31, 2020-12-31"):
        run("joinstatistics", **given, UNITS="persons", OUTPUT="memory:", ROW_FILTER="day=2021")


def test_one_similar_name_is_told_with_the_row(run):
    table = squares({"who": ["五華區", "盘龙区"], "people": [1.0, 2.0]}, geometry=False, name="t")
    zones = squares({"name_zh": ["五华区", "盘龙区"]})
    given = {"ZONES": zones, "ZONE_KEY": "name_zh", "TABLE": table, "TABLE_KEY": "who", "MATCH": "name"}
    told = run("joinstatistics", **given, FIELDS=["people"], UNITS="persons", OUTPUT="memory:")["notes"].warned
    assert any("row 1 (五华区), similar to 五華區." in each for each in told)
    assert any("row 1 (五華區), similar to 五华区." in each for each in told)
