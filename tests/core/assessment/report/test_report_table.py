"""Tables of a report as HTML: sizes, sums, links and units."""

from __future__ import annotations

import pytest
from carbon_balance.core.assessment.report.report_table import ReportTable
from carbon_balance.core.text.pictures.figure import with_whole_units


def columns(count, rows=1):
    return {f"c{at}": [float(at)] * rows for at in range(count)}


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (ReportTable("t", columns(9, 21)), "<table>"),
        (ReportTable("t", columns(10, 21)), '<table class="many">'),
        (ReportTable("t", columns(9, 20)), '<table class="few">'),
        (ReportTable("t", columns(10, 20)), '<table class="many few">'),
        (ReportTable("t", columns(1, 30), most=20), '<table class="few">'),
    ],
)
def test_more_than_nine_columns_are_small_and_up_to_20_rows_stay_together(table, kind):
    assert kind in table.html()


def test_a_cell_of_more_than_60_letters_is_wide():
    html = ReportTable("t", {"a": ["x" * 60, "y" * 61]}).html()
    assert f"<td>{'x' * 60}</td>" in html
    assert f"<td class=long>{'y' * 61}</td>" in html


def test_a_column_with_any_number_is_aligned_as_numbers():
    html = ReportTable("t", {"a": [None, 1.5], "b": ["x", None]}).html()
    assert "<th scope=col class=n>a</th><th scope=col>b</th>" in html
    assert "<tr><td class=n></td><td>x</td></tr><tr><td class=n>1.5</td><td></td></tr>" in html


def test_the_note_and_the_number_of_omitted_rows_follow_the_table():
    html = ReportTable("t", {"a": [1, 2, 3]}, most=2, note="<n>").html()
    assert html.endswith("<p class=note>&lt;n&gt;</p><p class=note>1 more rows are not shown.</p>")
    assert ReportTable("t", {"a": [1, 2, 3]}, most=3).html().endswith("</div>")
    assert html.count("<tr>") == 3


def test_rows_of_sums_can_be_split_from_the_others():
    table = ReportTable("t", {"a": [1, 2, 3], "b": ["x", "y", "z"]}, strong=frozenset({2, 0}), decimals={"a": 1})
    assert table.without_sums().columns == {"a": [2], "b": ["y"]}
    assert table.sums().columns == {"a": [1, 3], "b": ["x", "z"]}
    assert table.sums().decimals == {"a": 1}
    assert ReportTable("t", {"a": [1]}).sums() is None
    assert (len(table), len(ReportTable("t", {}))) == (3, 0)
    assert table.html().count("<tr class=sum>") == 2


def test_rows_are_linked_to_their_zones():
    html = ReportTable("t", {"a": ["x", "y", "z"]}, zone_rows=(0, None)).html()
    assert "<tr data-zone=0><td>x</td></tr><tr><td>y</td></tr><tr><td>z</td></tr>" in html


def test_units_in_tables_are_not_broken_across_lines():
    assert with_whole_units("Carbon, t C/km²") == "Carbon, <span class=unit>t C/km²</span>"
    assert with_whole_units("a < b, t CO2") == "a &lt; b, <span class=unit>t CO2</span>"
