"""Tables of reports."""

from __future__ import annotations

import re

import pytest
from carbon_balance.core.runtime import i18n
from carbon_balance.core.text import html
from carbon_balance.core.text.html import joined, number, percentage, table


def test_long_tables_are_cut_with_a_note():
    text = table({"a": list(range(7)), "b": ["x"] * 7}, most=5)
    assert text.count("<tr>") == 1 + 5
    assert "2 more rows" in text
    assert "more rows" not in table({"a": [1, 2]}, most=5)


def test_text_is_escaped_and_null_is_empty():
    assert "&lt;b&gt;" in table({"a": ["<b>", None]})
    assert "None" not in table({"a": ["<b>", None]})


def test_control_characters_are_dropped(tmp_path):
    path = tmp_path / "page.html"
    html.write_whole(str(path), html.page("a\x00b\x1b[31m", [html.paragraph("x\u202ey\ud800z\n\t五")]))
    text = path.read_text(encoding="utf-8")
    assert "<h1>ab[31m</h1>" in text
    assert "<p>xyz\n\t五</p>" in text


def test_numbers_of_a_column_with_a_unit_have_the_same_decimals():
    text = table({"carbon_t": [1.5, None, 10.0]})
    assert re.findall(r"<td[^>]*>([^<]*)</td>", text) == ["1.5", "", "10.0"]


def test_years_have_no_thousands_separator():
    text = table({"year": [2020.0, 2017.5, None], "carbon_t": [2020.0, 2030.5, None]})
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", text)
    assert cells == ["2020", "2,020.0", "2017.5", "2,030.5", "", ""]


def test_shares_have_no_unit_in_their_cells():
    """The heading contains percent once, and the values are percentages."""
    from carbon_balance.core.text.headings import SHARES, has_unit, heading_of

    assert SHARES
    for name in SHARES:
        assert not has_unit(name)
        assert heading_of(name).count("%") == 1
    assert ">93.00<" in table({"coverage_share": [0.93]})


def test_chinese_sentences_are_joined_without_spaces():
    assert joined(["A.", "B."]) == "A. B."
    i18n.use_language("zh_CN")
    try:
        assert joined(["甲。", "乙。"]) == "甲。乙。"
    finally:
        i18n.use_language(i18n.ENGLISH)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0.00"),
        (0.12345, "12.35"),
        (5e-5, "0.01"),
        (4.9e-5, "0.0049"),
        (-4.9e-5, "-0.0049"),
        (-0.5, "-50.00"),
        (float("nan"), ""),
    ],
)
def test_percentages_have_two_decimals_or_as_many_as_small_values_need(share, text):
    assert percentage(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (999_999.4, "999,999"),
        (1e6, "1,000,000"),
        (-1234567.8, "-1,234,568"),
        (0.123456789, "0.123457"),
        (7, "7"),
        (1234567, "1234567"),
    ],
)
def test_numbers_have_six_digits_and_large_ones_no_decimals(value, text):
    assert number(value) == text


def test_a_table_with_the_maximum_number_of_rows_is_not_cut():
    assert "more rows" not in table({"a": list(range(5))}, most=5)
    assert "1 more rows are not shown." in table({"a": list(range(6))}, most=5)
    assert table({}) == "<div class=wide tabindex=0><table><thead><tr></tr></thead><tbody></tbody></table></div>"


def test_the_gap_between_sentences_is_a_space_in_english_and_empty_in_chinese():
    assert i18n.sentence_gap() == " "
    i18n.use_language("zh_CN")
    try:
        assert i18n.sentence_gap() == ""
    finally:
        i18n.use_language(i18n.ENGLISH)
