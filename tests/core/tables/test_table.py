"""Spreadsheet values become numbers and codes, or are refused with their row."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.class_areas import read_area_fields, read_class_areas
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.spelling.numerals import parse_number
from carbon_balance.core.tables.table import Table
from carbon_balance.core.text.html import number, page, paragraph, table, write_whole


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[("12", 12), (" 1 234.5 ", 1234.5), ("1,234,567.25", 1234567.25), ("-1,000.0", -1000), ("１２．５", 12.5)],
        *[
            ("\ufeff7", 7),
            ("1e3", 1000),
            ("１，２３４，５６７", 1234567),
            (3, 3),
            (np.float32(0.5), 0.5),
            ("1\u00a0000", 1000),
        ],
        *[("", None), ("  ", None), ("NULL", None), ("n/a", None), ("—", None), (None, None), (float("nan"), None)],
    ],
)
def test_numbers(value, expected):
    assert parse_number(value) == expected


@pytest.mark.parametrize(
    "value", ["abc", "1,430", "1,23,4", "5,", "1.5.2", "inf", "1_000", "12 t", float("inf"), "--5", "114.3①", "10²"]
)
def test_values_that_are_not_numbers_are_refused(value):
    with pytest.raises(ValueError):
        parse_number(value)


def rows(**columns):
    return Table("the table", list(columns), list(zip(*columns.values())))


def test_columns_are_found_in_any_spelling():
    found = Table("t", ["\ufeffLU Code", "C-Above ", "ｎａｍｅ"], [(1, 2, "a")])
    assert found.find("lu_code") == "\ufeffLU Code"
    assert found.numbers("c_above").tolist() == [2]
    assert found.texts("NAME") == ["a"]
    with pytest.raises(CarbonBalanceError, match="t has no column dead: it has"):
        found.need("dead")


def test_refusals_name_the_row():
    with pytest.raises(CarbonBalanceError, match=r'the table, row 2 \(b\): "x" in column pop is not a number'):
        rows(name=["a", "b"], pop=["1", "x"]).numbers("pop")
    with pytest.raises(CarbonBalanceError, match="column pop is NULL in every row"):
        rows(pop=[None, " "]).numbers("pop")
    with pytest.raises(CarbonBalanceError, match="row 2: column pop is empty"):
        rows(pop=["1", ""]).numbers("pop", complete=True)
    with pytest.raises(CarbonBalanceError, match=r"row 1, row 3: column pop is negative \(-1\)"):
        rows(pop=[-1, 0, "-2"]).non_negative("pop")
    with pytest.raises(CarbonBalanceError, match=r"row 2: code 1.5 in column code is not a whole number"):
        rows(code=[1, 1.5]).codes("code")
    with pytest.raises(CarbonBalanceError, match=r"column code contains duplicate codes \(7\)"):
        rows(code=["7", 7.0, 8]).codes("code")


def test_areas_by_class_in_stated_units():
    codes, area_ha = read_class_areas(rows(code=[1, 2], area_mu=["15", "1,500.0"]), None, "km2")
    assert codes.tolist() == [1, 2]
    assert area_ha == pytest.approx([1, 100])
    _, area_ha = read_class_areas(rows(code=[1], size=[2]), "size", "1e4_ha")
    assert area_ha == pytest.approx([20000])


def test_columns_of_areas_are_named_by_code_or_class():
    zones = rows(forest_km2=[1, None], area_2=[3, 4], **{"Crop Land": [5, 6]})
    codes, area_ha = read_area_fields(zones, zones.fields, "ha", np.array([1, 2, 3]), ["crop land", "water", "Forest"])
    assert codes.tolist() == [3, 2, 1]
    np.testing.assert_array_equal(area_ha, [[100, 3, 5], [np.nan, 4, 6]])
    with pytest.raises(CarbonBalanceError, match=r"column\(s\) bush do not name a class"):
        read_area_fields(rows(bush=[1]), ["bush"], "ha", np.array([1]), ["crop"])
    with pytest.raises(CarbonBalanceError, match="contain the area of the same class"):
        read_area_fields(rows(crop=[1], area_1=[2]), ["crop", "area_1"], "ha", np.array([1]), ["crop"])


def test_texts_of_users_are_escaped_in_reports(tmp_path):
    text = page(
        "<i>", [table({"<a>": ["<script>", 1234567.891, None, float("nan")]}), paragraph("a & b", warning=True)]
    )
    assert "<script>" not in text
    assert "<i>" not in text
    for part in ("&lt;a&gt;", "&lt;script&gt;", "1,234,568", "a &amp; b"):
        assert part in text
    assert "nan" not in text
    assert number(0.1234567) == "0.123457"
    path = tmp_path / "r.html"
    write_whole(str(path), text)
    assert path.read_text(encoding="utf-8") == text
    with pytest.raises(CarbonBalanceError, match="choose a writable folder"):
        write_whole(str(tmp_path / "none" / "r.html"), text)
    assert [each.name for each in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.parametrize(
    ("fields", "rows", "found"),
    [
        (["x", "地区"], [[1, "五华区"], [2, "东川区"]], "地区"),
        (["地区", "县名"], [["昆明市", "五华区"], ["昆明市", "东川区"]], "县名"),
        (["地区", "x"], [["昆明市", 1], ["昆明市", 2]], None),
        (["region", "x"], [["R1", 1], ["R2", 2]], None),
        (["County", "x"], [["A", 1], [None, 2]], None),
        (["县（市、区）", "x"], [["五华区", 1], ["东川区", 2]], "县（市、区）"),
    ],
)
def test_columns_called_as_places_name_the_rows_if_they_can(fields, rows, found):
    assert Table("t", fields, rows).title_column() == found
