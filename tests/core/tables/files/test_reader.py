"""Yearbook and portal tables: the header is found, and text around the data is left out."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.files.reader import Reading, read_table_file
from carbon_balance.core.tables.files.workbook import sheet_at
from osgeo import gdal, ogr


def read(path, log=None, shown=(), **how):
    return read_table_file(path, "Table (TABLE)", Reading(**how), log or Log(), shown=shown)


@pytest.fixture
def written(tmp_path):
    def write(*lines, encoding="utf-8", name="t.csv"):
        (tmp_path / name).write_bytes("\n".join(lines).encode(encoding))
        return tmp_path / name

    return write


def test_plain_table(written):
    table = read(written("lucode,c_above", "1,4.85", "2,20.9"))
    assert table.fields == ["lucode", "c_above"]
    assert table.numbers("c_above").tolist() == [4.85, 20.9]
    assert table.row_label(0) == "row 2"
    assert table.left_out == []


def test_a_header_of_years_is_recognised(written):
    assert read(written("code,1,2,3", "1,1,1,0", "2,0,1,0")).fields == ["code", "1", "2", "3"]
    assert read(written("地区,2019,2020", "甲县,1.5,2", "乙县,3,4")).fields == ["地区", "2019", "2020"]


def test_titles_and_notes_are_omitted_and_rows_numbered_as_in_the_file(written):
    log = Log()
    table = read(
        written("数据库：分县年度数据", "指标：人口", "", "地区,2020年", "甲县,12.5", "", "乙县,x", "注：初步数。"), log
    )
    assert table.fields == ["地区", "2020年"]
    assert table.file_rows == [5, 7]
    assert [(each.number, each.reason) for each in table.left_out] == [(8, "note")]
    assert any("the header is row 4 of the file" in note for note in log.notes)
    with pytest.raises(CarbonBalanceError, match=r'row 7 \(乙县\): "x" in column 2020年 is not a number'):
        table.numbers("2020年")


def test_merged_header_units_and_numbers_of_columns(written):
    table = read(
        written(
            "表2-1 人口和面积,,,,单位：见表头",
            "地区,人口(万人),,面积,",
            ",2019,2020,,",
            ",,,平方公里,",
            "甲,1,2,3,",
            "东县,1.5,2.5,40,",
            "西县,3,4,50,",
        )
    )
    assert table.fields[:4] == ["地区", "人口_2019(万人)", "人口_2020(万人)", "面积(平方公里)"]
    assert table.numbers("面积").tolist() == [40, 50]
    assert table.numbers("2020").tolist() == [2.5, 4]
    assert [each.reason for each in table.left_out] == ["units", "column numbers"]


def test_a_continued_table_with_a_repeated_header_is_read(written):
    table = read(written("地区,人口(万人)", "东县,1.5", "续表,", "地区,人口(万人)", "西县,2.5", "资料来源：统计局"))
    assert table.texts("地区") == ["东县", "西县"]
    assert [each.reason for each in table.left_out] == ["continued table", "repeated header", "note"]


def test_rows_that_resemble_notes_but_contain_figures_are_kept(written):
    table = read(written("地区,人口", "合计,9", "注县,4", "单县,5"))
    assert table.texts("地区") == ["合计", "注县", "单县"]


def test_a_table_without_a_header_keeps_its_first_row(written):
    table = read(written("东县,1.5", "西县,2.5"), shown=["field_1", "field_2"])
    assert table.fields == ["field_1", "field_2"]
    assert table.numbers("field_2").tolist() == [1.5, 2.5]


def test_the_header_row_can_be_set(written):
    lines = ("a,b", "c,d", "e,f", "1,2")
    assert read(written(*lines), header_row=3).rows == [["1", "2"]]
    assert read(written("2019,2020", "1,2"), header_row=0).rows == [["2019", "2020"], ["1", "2"]]
    with pytest.raises(
        CarbonBalanceError, match=r"row 9 \(HEADER_ROW\) is empty or does not exist: the rows are 1 to 4"
    ):
        read(written(*lines), header_row=9)


@pytest.mark.parametrize(("delimiter", "comma"), [(";", True), ("\t", False), (",", False), ("|", False), ("；", True)])
def test_delimiters(written, delimiter, comma):
    table = read(written(*(line.replace(";", delimiter) for line in ("name;eec;sec", "A;1;2", "B;3;4"))))
    assert table.fields == ["name", "eec", "sec"]
    assert table.suggests == ("comma" if comma else "")


def test_decimal_commas_between_semicolons(written):
    log = Log()
    table = read(written("name;eec", "Aa;1,430", "Bb;1,790"), log)
    assert table.numbers("eec") == pytest.approx([1.43, 1.79])
    assert any("column eec are read with a decimal comma" in note for note in log.notes)


def test_a_separator_line_sets_the_delimiter(written):
    table = read(written("sep=;", "name;x", "A;1"))
    assert (table.fields, table.file_rows) == (["name", "x"], [3])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk"])
def test_encodings_are_detected(written, encoding):
    log = Log()
    table = read(written("地区,人口", "峨山彝族自治县,5", "新平彝族傣族自治县,6", encoding=encoding), log)
    assert table.texts("地区")[0] == "峨山彝族自治县"
    assert bool(log.warnings) == (encoding == "gbk")


@pytest.mark.parametrize(("own", "stated"), [("UTF-8", "GBK"), ("UTF-8", "GB18030"), ("GB18030", "UTF-8")])
def test_a_wrong_encoding_is_refused_with_that_of_the_file(written, own, stated):
    path = written("地区,人口", "五华区,5", "盘龙区,6", encoding=own)
    with pytest.raises(CarbonBalanceError, match=f"is not encoded in {stated} but in {own}: leave ENCODING empty"):
        read_table_file(path, "Table (TABLE)", Reading(encoding=stated), Log())


def test_undecodable_bytes_are_refused(written):
    with pytest.raises(CarbonBalanceError, match="t.csv is not encoded in UTF-8: choose its encoding"):
        read(written("name,Höhe", "Köln,5", encoding="latin-1"))
    with pytest.raises(CarbonBalanceError, match="t.csv contains a NUL byte in line 2"):
        read(written("name,x", "a\0b,5"))
    with pytest.raises(CarbonBalanceError, match="has no rows"):
        read(written("", " "))


def test_a_duplicate_column_is_refused_when_it_is_used(written):
    table = read(written("lucode,c_above,c_above", "1,2,3"))
    with pytest.raises(CarbonBalanceError, match=r"the header contains column c_above 2 times \(columns 2, 3\)"):
        table.numbers("c_above")
    assert table.numbers("lucode").tolist() == [1]


def test_names_with_spaces_and_line_breaks_are_normalised(written):
    table = read(written('地 区,"人 口\n(万人)"', "五 华 区,1"))
    assert table.numbers("人口(万人)").tolist() == [1]
    assert table.find("地区") == "地 区"


@pytest.mark.parametrize(("driver", "suffix"), [("XLSX", "xlsx"), ("ODS", "ods")])
def test_sheets(tmp_path, driver, suffix):
    dataset = gdal.GetDriverByName(driver).Create(str(tmp_path / f"t.{suffix}"), 0, 0, 0, gdal.GDT_Unknown)
    for sheet, rows in (("empty", []), ("data", [["表1", ""], ["地区", "人口"], ["东县", "1.25"], ["西县", "0,5"]])):
        layer = dataset.CreateLayer(sheet)
        for at in range(2):
            layer.CreateField(ogr.FieldDefn(f"Field{at + 1}", ogr.OFTString))
        for row in rows:
            feature = _feature(layer, row)
            layer.CreateFeature(feature)
    layer = feature = dataset = None
    table = read(tmp_path / f"t.{suffix}", shown=["Field1", "Field2"])
    assert table.fields == ["地区", "人口"]
    # A cell that is a number is one, whatever the mark of the cells that are text.
    assert table.numbers("Field2") == pytest.approx(np.array([1.25, 0.5]))
    with pytest.raises(CarbonBalanceError, match="has no sheet x; its sheets are: .*data"):
        read_table_file(tmp_path / f"t.{suffix}", "T", Reading(), Log(), "x")


def _feature(layer, row):
    feature = ogr.Feature(layer.GetLayerDefn())
    for at, text in enumerate(row):
        if text:
            feature.SetField(at, text)
    return feature


def test_a_sheet_is_found_by_its_number(tmp_path):
    book = ogr.GetDriverByName("XLSX").CreateDataSource(str(tmp_path / "b.xlsx"))
    for name in ("2019", "2020"):
        sheet = book.CreateLayer(name)
        sheet.CreateField(ogr.FieldDefn("code"))
        row = ogr.Feature(sheet.GetLayerDefn())
        row.SetField("code", "1")
        sheet.CreateFeature(row)
    del book, sheet, row
    assert [sheet_at(tmp_path / "b.xlsx", number) for number in (0, 1, 2)] == ["2019", "2020", ""]
    assert sheet_at(tmp_path / "none.xlsx", 1) == ""


def test_a_file_that_is_not_a_workbook_is_refused(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(b"no workbook")
    with pytest.raises(CarbonBalanceError, match="t.xlsx exists, but cannot be read as a workbook"):
        read(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("lines", "row", "values", "columns"),
    [
        (["lucode,c_above,c_soil", "1,10,80", "2,10,80,5"], 3, 4, 3),
        (["lucode,c_above,c_soil", "1,4,85,80,5", "2,10,5,80,5"], 2, 5, 3),
        (["code,pop", "a,530102,12", "b,530103,13"], 2, 3, 2),  # row names of R
    ],
)
def test_rows_with_more_values_than_columns_are_refused(written, lines, row, values, columns):
    with pytest.raises(CarbonBalanceError, match=f"row {row} has {values} values, but the header has {columns} col"):
        read(written(*lines))


def test_rows_with_blank_values_behind_the_last_column_are_read(written):
    assert read(written("code,pop", "1,2,,", "2,3, ,")).numbers("pop").tolist() == [2, 3]
    assert read(written("code,pop,,", "1,2,,note", "2,3,,")).numbers("pop").tolist() == [2, 3]
    assert read(written("code,pop", "1,2", "2,3", "Note: from A, B, C, and D")).numbers("pop").tolist()[:2] == [2, 3]


def test_texts_forced_for_excel_are_read_without_the_formula(written):
    table = read(written("code,pop", '="530102","=""1,143,090"""', '="530103",="988"', '530104,"a =""b"""'))
    assert table.texts("code") == ["530102", "530103", "530104"]
    assert table.texts("pop") == ["1,143,090", "988", 'a ="b"']
