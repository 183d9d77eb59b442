"""Why a row of a file holds no data."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.files.row_kinds import (
    CONTINUED,
    FOOTNOTE,
    NUMBERING,
    REPEATED,
    UNITS,
    reason_to_leave_out,
    says_nothing,
)

HEADER = ["code", "人口", "gdp"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([None, None, None], ""),
        (["1", "2.5", "7"], ""),
        (["code", "人口", "gdp"], REPEATED),
        (["CODE", None, " gdp"], REPEATED),
        (["code", "人口", "7"], ""),
        (["单位", "万人", "亿元"], UNITS),
        ([None, "万人", "亿元"], UNITS),
        (["万人", "万人", "亿元"], ""),
        ([None, "万人", "7"], ""),
        (["甲", "1", "2"], NUMBERING),
        (["甲", "1", "3"], ""),
        (["甲", "1", None], ""),
        (["1", "2", "3"], ""),
    ],
)
def test_rows_without_data_have_a_reason(row, reason):
    assert reason_to_leave_out(row, [HEADER]) == reason


def test_notes_and_continued_tables():
    assert reason_to_leave_out(["注：数据来自年鉴", None, None], [HEADER]) == FOOTNOTE
    assert reason_to_leave_out(["续表", None, None], [HEADER]) == CONTINUED
    assert reason_to_leave_out(["注：数据来自年鉴", "5", "6"], [HEADER]) == ""


def test_signs_for_missing_values_are_recognised():
    assert [says_nothing(cell) for cell in (None, "", "-", "0", 0)] == [True, True, True, False, False]
