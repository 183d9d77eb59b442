"""Formatting of numbers in a report."""

from __future__ import annotations

import pytest
from carbon_balance.core.assessment.report.report_table import ReportTable
from carbon_balance.core.text.numbers import format_column


@pytest.mark.parametrize(("values", "printed"), [
    ([1, 2, None], ["1", "2", ""]),
    ([1234567.0, 2.0], ["1,234,567", "2"]),
    ([0.0123456, 0.5], ["0.01235", "0.50000"]),
    ([1234.5678, 2345.678, float("nan")], ["1,234.6", "2,345.7", ""]),
    ([-1.5, 2.25], ["−1.50", "2.25"]),
    (["a", None], ["a", ""]),
    ([5.0, 5e-9], ["5.0000", "5e-09"]),
])  # fmt: skip
def test_a_column_has_one_number_of_decimals(values, printed):
    decimals = 5 if values[0] == 0.0123456 else 4 if values == [5.0, 5e-9] else None
    assert format_column(values, decimals) == printed


def test_a_table_is_escaped_and_cut():
    html = ReportTable("<t>", {"<a>_b": ["<b>", "&", "c"]}, frozenset([1]), most=2).html()
    assert "<t>" not in html
    assert "&lt;a&gt;_<wbr>b" in html
    assert "<b>" not in html
    assert "1 more rows are not shown" in html
    assert html.count("<tr class=sum>") == 1


@pytest.mark.parametrize(("heading", "whole"), [
    ("Carbon supply, t C/km²", "t C/km²"),
    ("Emission demand, t CO2 per year", "t CO2"),
    ("碳排放需求（吨 CO2/(km²·年)）", "（吨 CO2/(km²·年)）"),
])  # fmt: skip
def test_units_in_headings_are_not_broken_across_lines(heading, whole):
    assert f"<span class=unit>{whole}</span>" in ReportTable("t", {heading: [1.0]}).html()


def test_short_tables_are_kept_together_on_a_printed_page():
    assert '<table class="few">' in ReportTable("t", {"a": [1.0] * 20}).html()
    assert "few" not in ReportTable("t", {"a": [1.0] * 21}).html()
