"""Several rows per key: the distinguishing column is found, and rows are selected by it."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.tables import BY_NAME
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.joining import match, need_some, repeats_of, right_encoding
from carbon_balance.core.tables.row_choice import parse_filter, rows_chosen, sentence_of_panel, telling_apart
from carbon_balance.core.tables.table import Table

PANEL = Table(
    'Table (TABLE) "panel"',
    ["地区", "年份", "人口"],
    [[name, year, 1.5 * year] for name in ("东县", "西县", "南县") for year in (2019, 2020)],
)


def test_the_year_is_found_and_named():
    sentence = repeats_of(PANEL, "地区", BY_NAME)
    assert '"东县" is in row 1, row 2' in sentence
    assert "column 年份 (2019, 2020)" in sentence
    assert "ROW_FILTER, such as 年份=2020" in sentence
    keys = PANEL.values("地区")
    matches = match(["东县", "西县"], keys, "name")
    with pytest.raises(CarbonBalanceError, match="No row of the table can be assigned to a single zone: .*年份=2020"):
        need_some(matches, ["东县", "西县"], keys, [sentence])


@pytest.mark.parametrize(
    ("column", "values", "exclusive"),
    [
        ("scenario", ["low", "high"], True),
        ("性别", ["男", "女"], False),
        ("性别", ["男", "合计"], True),
        ("x", ["2019年", "2020年"], True),
        ("月份", ["1", "2"], True),
        ("工厂", ["甲厂", "乙厂"], False),
    ],
)
def test_other_columns_that_distinguish_rows_are_found(column, values, exclusive):
    rows = [[name, value, 0.1 * at] for at, name in enumerate("abc") for value in values]
    apart = telling_apart(Table("t", ["name", column, "amount"], rows), [[0, 1], [2, 3], [4, 5]], ["name"])
    assert list(apart.values) == [column]
    assert apart.exclusive == exclusive


def test_two_columns_together():
    rows = [[name, year, s, 1.0] for name in "ab" for year in (2019, 2020) for s in ("A", "B")]
    apart = telling_apart(Table("t", ["name", "year", "scenario", "x"], rows), [[0, 1, 2, 3], [4, 5, 6, 7]], ["name"])
    assert set(apart.values) == {"year", "scenario"}


def test_rows_without_a_distinguishing_column_give_none():
    assert telling_apart(Table("t", ["name", "x"], [["a", 1.0], ["a", 2.0]]), [[0, 1]], ["name"]) is None


def test_duplicate_codes_are_refused_with_the_distinguishing_year():
    table = Table("t", ["code", "year", "c_above"], [[code, year, 1.0] for year in (2000, 2010) for code in (1, 2)])
    with pytest.raises(CarbonBalanceError, match=r"duplicate codes \(1, 2\).*column year \(2000, 2010\).*year=2010"):
        table.codes("code")
    rows, used = rows_chosen(table, parse_filter("YEAR = 2010"))
    assert used == {"YEAR"}
    assert table.kept(rows).codes("code").tolist() == [1, 2]


@pytest.mark.parametrize("text", ["年份=2020", "年份＝２０２０", "年份=2020年", ' "年份" = 2020 ;', "年份==2020.0"])
def test_filters(text):
    rows, _ = rows_chosen(PANEL, parse_filter(text))
    assert rows == [1, 3, 5]


def test_filters_without_matching_rows_are_refused():
    with pytest.raises(CarbonBalanceError, match=r"no row has 2021 in column 年份 .*: its values are 2019, 2020"):
        rows_chosen(PANEL, parse_filter("年份=2021"))
    with pytest.raises(CarbonBalanceError, match="no row meets all conditions"):
        rows_chosen(PANEL, parse_filter("年份=2020; 人口=3028.5"))
    with pytest.raises(CarbonBalanceError, match='"2020" is not column=value'):
        parse_filter("2020")
    assert rows_chosen(PANEL, parse_filter("month=5")) == (None, set())


def test_another_encoding_is_suggested_only_for_garbled_names():
    names = ["五华区", "盘龙区", "官渡区"]
    assert right_encoding(names, names) == ""
    assert right_encoding([names[0]], ["昆明市"]) == ""
    garbled = [name.encode("gbk").decode("windows-1252", "replace") for name in names]
    assert right_encoding(garbled, names) in ("GBK", "GB18030")


def test_selected_rows_keep_their_row_numbers():
    table = Table("t", ["x"], [["1"], ["a"], ["3"]], file_rows=[4, 6, 9])
    assert table.kept([0, 2]).file_rows == [4, 9]
    np.testing.assert_array_equal(table.kept([0, 2]).numbers("x"), [1, 3])


def test_a_layer_of_several_years_is_recognised():
    assert "column 年份 (2019, 2020)" in sentence_of_panel(PANEL)
    assert sentence_of_panel(PANEL.kept([0, 2, 4])) == ""
    # Codes that databases hand over as numbers with decimals are names too.
    coded = [[530102.0 + at // 2, 2019 + at % 2] for at in range(6)]
    assert "column year (2019, 2020)" in sentence_of_panel(Table("t", ["code", "year"], coded))
    # Places that share a name or a kind are no years.
    assert sentence_of_panel(Table("t", ["kind", "name", "x"], [["a", "p", 1], ["a", "q", 2], ["b", "r", 3]])) == ""
    assert sentence_of_panel(Table("t", ["city", "county", "pop"], [[c, n, 1] for c in "ab" for n in "xy"])) == ""


def test_a_name_of_more_than_a_thousand_rows_is_that_of_a_group():
    def panel(rows_of_a_name):
        years = [1000 + at for at in range(rows_of_a_name)]
        return Table("t", ["city", "year"], [[name, year] for name in "ab" for year in years])

    assert "year" in sentence_of_panel(panel(1000))
    assert sentence_of_panel(panel(1001)) == ""


def test_a_garbled_name_is_read_by_its_longest_suffix():
    """滨海新区 is 滨海 in another table, not 滨海新."""
    assert right_encoding(["滨海新区".encode("gbk").decode("latin-1")], ["滨海"]) in ("GBK", "GB18030")


@pytest.mark.parametrize(
    ("date", "wanted", "meets"),
    [
        ("2020-12-31", "2020", True),
        ("2020-12-31", "2020年", True),
        ("2020-12-31", "2020-12", True),
        ("2020/1/5", "2020-01", True),
        ("2020年12月31日", "2020年12月", True),
        ("2020年12月", "2020", True),
        ("2020-12-31 00:00:00", "2020", True),
        ("2020-12-31T08:00:00", "2020-12-31", True),
        ("2020-12-31", "2019", False),
        ("2020-12-31", "2020-1", False),
        ("2020-2030", "2020", False),
        ("20201", "2020", False),
        ("2020", "2020-12", False),
    ],
)
def test_dates_lie_in_years_and_months(date, wanted, meets):
    table = Table("t", ["name", "date"], [["a", date], ["b", "1999-01-01"]])
    if meets:
        assert rows_chosen(table, [("date", wanted)])[0] == [0]
    else:
        with pytest.raises(CarbonBalanceError, match="no row has"):
            rows_chosen(table, [("date", wanted)])
