"""Texts that a spreadsheet would evaluate as formulas."""

from __future__ import annotations

import pytest
from carbon_balance.core.text.spreadsheets import safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=", "==", "-a"]
)
def test_texts_read_as_formulas_are_prefixed_with_an_apostrophe(text):
    assert safe_cell(text) == (text if len(text) == 1 else f"'{text}")


@pytest.mark.parametrize("value", ["-3.5", "+4", "-1,234", "-", "--", "五华区", "a=b", "", None, -3.5, 7])
def test_other_values_are_unchanged(value):
    assert safe_cell(value) == value
