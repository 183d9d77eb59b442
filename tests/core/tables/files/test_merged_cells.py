"""Names and years of cells that are merged over several rows."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.files.merged_cells import filled_down

FUELS = ("地区", "品种", "量")


def filled(fields, rows):
    changed = [list(row) for row in rows]
    return filled_down(fields, changed), changed


def test_a_merged_name_holds_for_the_rows_below():
    names, rows = filled(FUELS, [("A", "原煤", 1), (None, "焦炭", 2), ("", "柴油", 3), ("B", "原煤", "4")])
    assert names == ["地区"]
    assert [row[0] for row in rows] == ["A", "A", "A", "B"]


def test_years_and_names_within_names():
    rows = [(2019, "A", 5), (None, "B", 6), (2020, "A", 7), (None, "B", 8)]
    assert [row[0] for row in filled(("年份", "地区", "人口"), rows)[1]] == [2019, 2019, 2020, 2020]
    rows = [
        ("A", "工业", "原煤", 1), (None, None, "焦炭", 2), (None, "生活", "原煤", 3), ("B", "工业", "原煤", 4),
        (None, None, "焦炭", 5),
    ]  # fmt: skip
    names, changed = filled(("地区", "部门", "品种", "量"), rows)
    assert names == ["地区", "部门"]
    assert [row[:2] for row in changed] == [["A", "工业"], ["A", "工业"], ["A", "生活"], ["B", "工业"], ["B", "工业"]]


def test_a_row_of_a_total_need_not_say_more():
    rows = [("A", "原煤", 1), (None, "焦炭", 2), (None, "柴油", 3), ("B", "原煤", 4), ("合计", None, 10)]
    assert [row[0] for row in filled(FUELS, rows)[1]] == ["A", "A", "A", "B", "合计"]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("昆明市", None, 469),
            (None, "五华区", 114),
            (None, "盘龙区", 98),
            ("玉溪市", None, 200),
            (None, "红塔区", 50),
        ],
        [
            ("昆明市", "合计", 469),
            (None, "五华区", 114),
            (None, "盘龙区", 98),
            ("玉溪市", "合计", 200),
            (None, "红塔区", 50),
        ],
        [("A", "x", 1), (None, "y", 2), ("B", "x", 3), ("C", "y", 4)],
        [("A", "x", 1), (None, "y", 2), (None, "z", 3)],
        [(None, "x", 1), ("A", "y", 2), (None, "z", 3), ("B", "x", 3), (None, "y", 4)],
        [("A", "x", 1), (None, "y", 2), ("B", "x", 3), (None, "y", 4), ("A", "z", 5), (None, "v", 6)],
        [("A", "x", 1), (None, "y", None), ("B", "x", 3), (None, "y", None)],
        [("A", None, 1), (None, None, 2), ("B", None, 3), (None, None, 4)],
        [(1, "x", 1), (None, "y", 2), (2, "x", 3), (None, "y", 4)],
    ],
)
def test_other_empty_cells_stay_empty(rows):
    """Totals above their parts, a few missing names, notes, and missing figures are no merged cells."""
    assert filled(FUELS, rows) == ([], [list(row) for row in rows])
