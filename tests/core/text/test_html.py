"""Tables of reports."""

from __future__ import annotations

import re

from carbon_balance.core.text import html
from carbon_balance.core.text.html import table


def test_long_tables_are_cut_and_say_so():
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


def test_a_year_has_no_thousands():
    text = table({"year": [2020.0, 2017.5, None], "carbon_t": [2020.0, 2030.5, None]})
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", text)
    assert cells == ["2020", "2,020.0", "2017.5", "2,030.5", "", ""]


def test_no_share_has_a_unit_of_its_own():
    """Its heading says percent once, and its values are percentages."""
    from carbon_balance.core.text.headings import SHARES, has_unit, heading_of

    assert SHARES
    for name in SHARES:
        assert not has_unit(name)
        assert heading_of(name).count("%") == 1
    assert ">93.00<" in table({"coverage_share": [0.93]})
