"""Codes and names that match, and those that only look alike."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.yearbook import figures, unjoined_columns
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.column_units import unit_of
from carbon_balance.core.tables.joining import AMBIGUOUS, EMPTY, TWICE, UNMATCHED, match, need_some, right_encoding
from carbon_balance.core.tables.table import LeftOut, Table


def test_codes_match_as_number_text_and_full_width_text():
    result = match(["530102", 530103, "0530111", "x1"], [530103.0, "５３０１０２", " 530111", "X1"], "code")
    assert result.partner == [1, 0, 2, 3]
    assert result.left == result.right == []


def test_codes_marked_as_text_by_an_apostrophe_match():
    assert match(["530102", "'530103"], ["'530102", 530103], "code").partner == [0, 1]


def test_names_with_and_without_suffix_blanks_and_width():
    left = ["呈贡区", "富民县", "安宁市", "大理州", "石林", "五 华"]
    right = ["呈贡", "富 民", "安宁", "大理", "石林县", "五华区　"]
    assert match(left, right, "name").partner == [0, 1, 2, 3, 4, 5]


def test_a_key_with_two_candidates_is_not_matched():
    result = match(["大理"], ["大理市", "大理州"], "name")
    assert result.partner == [None]
    assert result.left[0].reason == AMBIGUOUS
    assert result.left[0].candidates == ("大理市", "大理州")
    result = match(["大理市", "大理州"], ["大理"], "name")
    assert result.partner == [None, None]
    assert result.right[0].candidates == ("大理市", "大理州")


def test_an_equal_name_is_preferred_to_a_similar_one():
    result = match(["大理市", "大理州"], ["大理州", "大理市"], "name")
    assert result.partner == [1, 0]
    result = match(["大理市", "大理州"], ["大理市", "大理"], "name")
    assert result.partner == [0, None]


def test_a_name_with_another_suffix_is_listed_as_similar_only():
    result = match(["晋宁区"], ["晋宁县"], "name")
    assert result.partner == [None]
    assert result.left[0].reason == UNMATCHED
    assert result.left[0].candidates == ("晋宁县",)


def test_short_names_keep_an_apparent_suffix():
    assert match(["沙市", "杭州"], ["沙县", "杭县"], "name").partner == [None, None]
    assert match(["徐州市"], ["徐州"], "name").partner == [0]


def test_a_code_is_not_matched_by_prefix():
    assert match(["5301"], ["530102"], "code").partner == [None]


def test_duplicate_and_empty_keys_are_listed_for_both_sides():
    result = match(["A", "B", "B", None], ["A", "A", "B", ""], "code")
    assert result.partner == [None] * 4
    assert [item.reason for item in result.left] == [TWICE, TWICE, TWICE, EMPTY]
    assert [item.reason for item in result.right] == [TWICE, TWICE, TWICE, EMPTY]
    table = unjoined_columns(result)
    assert table["side"] == ["zones"] * 4 + ["table"] * 4
    assert table["row"] == [1, 2, 3, 4] * 2


def test_rows_without_data_are_listed_last_with_their_reason():
    table = Table("t", ["name"], [["A"], ["C"]], file_rows=[3, 5], left_out=[LeftOut(6, "Note: 2020", "note")])
    zones = Table("z", ["name"], [["A"], ["B"]])
    assert unjoined_columns(match(["A", "B"], ["A", "C"]), zones, table) == {
        "side": ["zones", "table", "table"],
        "row": [2, 5, 6],
        "key": ["B", "C", "Note: 2020"],
        "reason": [UNMATCHED, UNMATCHED, "note"],
        "candidates": [None, None, None],
    }


def test_without_any_match_one_key_of_each_side_is_shown():
    with pytest.raises(CarbonBalanceError, match='"530102", the table like "五华区"'):
        need_some(match(["530102"], ["五华区"], "code"), ["530102"], ["五华区"])


TABLE = Table("the table", ["id", "人口(万人)", "gdp", "rate(2020)"], [["a", "114.3", "1,000.0", 5], ["b", None, 2, 6]])


def test_figures_are_converted_to_the_units_in_their_new_names():
    result = figures(TABLE, ["人口(万人)", "gdp"], "", [0, None, 1])
    np.testing.assert_allclose(result["人口_persons"], [1_143_000, np.nan, np.nan])
    np.testing.assert_allclose(result["gdp"], [1000, np.nan, 2])
    result = figures(TABLE, ["人口(万人)", "gdp"], "10^4 persons; 亿元", [0, 1])
    np.testing.assert_allclose(result["gdp_1e4yuan"], [1e7, 2e4])
    assert list(figures(TABLE, ["rate(2020)"], "", [0])) == ["rate(2020)"]


def test_units_that_do_not_fit_are_refused():
    with pytest.raises(CarbonBalanceError, match="Unknown unit stones: use one of as it is"):
        figures(TABLE, ["gdp"], "stones", [0])
    with pytest.raises(CarbonBalanceError, match="2 units are given for 1 fields"):
        figures(TABLE, ["gdp"], "t; t", [0])
    assert unit_of("as it is") == (1.0, "")


def test_names_read_in_a_wrong_encoding_are_recognised_by_those_that_are_not_ascii():
    """Latin names match in any encoding and prove nothing."""
    names = ["五华区", "盘龙区"]
    garbled = [name.encode("gbk").decode("cp1252", "replace") for name in names]
    assert right_encoding(["Kunming", *garbled, None], ["Kunming", *names]) in ("GBK", "GB18030")
    assert right_encoding(["Kunming", *names], ["Kunming", *names]) == ""
    assert right_encoding(garbled, ["Kunming"]) == ""
    assert right_encoding([None, "Kunming"], ["Kunming", None]) == ""


@pytest.mark.parametrize("code", ["云530102", "530102 五华", "代码530102"])
def test_codes_beside_chinese_characters_are_no_wrong_encoding(code):
    """Characters that do not exist in another encoding were left out, so that the code alone matched."""
    assert right_encoding([code], ["530102", "530103"]) == ""


@pytest.mark.parametrize(
    ("zone", "stated"),
    [("五华区", "五華區"), ("五華區", "五华区"), ("麗江市", "丽江"), ("云南昆明东川区", "昆明市東川區")],
)
def test_names_in_traditional_characters_are_proposed(zone, stated):
    found = match([zone, "盘龙区"], ["盘龙区", stated], "name")
    assert found.partner == [None, 0]
    assert (found.left[0].reason, found.left[0].candidates) == (UNMATCHED, (stated,))
    assert found.right[0].candidates == (zone,)
