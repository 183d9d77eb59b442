"""Detection of rows that are sums of other rows."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.totals import is_part, is_total, row_like_a_sum, total_rows

PEOPLE, GDP = [114.3, 98.8, 160.2, 96.1], [1200, 900, 1500, 800]


@pytest.mark.parametrize("text", ["合计", "合 计", "总计", "全市", "昆明市合计", "Total", "Grand total", " ALL "])
def test_words_for_totals_are_recognised(text):
    assert is_total(text)


@pytest.mark.parametrize("value", ["五华区", "全州", "全州县", "Totalville", "计", "", None, 530102])
def test_other_words_are_not_taken_as_totals(value):
    assert not is_total(value)


@pytest.mark.parametrize(
    ("value", "part"),
    [("其中：市区", True), (" 其 中:钢铁", True), ("#城区", True), ("of which: steel", True), ("#N/A", False),
     ("#1", False), ("五华区", False), (None, False), (5, False)],
)  # fmt: skip
def test_words_for_parts_are_recognised(value, part):
    assert is_part(value) == part


def test_rows_with_a_word_for_a_total_are_found():
    assert total_rows([("全市", 3), ("五华区", 1), ("盘龙区", 2)]) == [0]
    assert total_rows([("合计",), ("小计",)]) == []


def with_sum(values, factor=1.0):
    return [sum(values) * factor, *values]


def test_a_row_equal_to_the_sum_of_others_is_found():
    names = ["昆明市", "a", "b", "c", "d"]
    assert row_like_a_sum([names, with_sum(PEOPLE), with_sum(GDP)]) == 0
    assert row_like_a_sum([names, [str(value) for value in with_sum(PEOPLE)]]) == 0
    assert row_like_a_sum([[2020.0] * 5, with_sum(PEOPLE), with_sum(GDP)]) == 0


def test_rows_not_equal_to_the_sum_are_not_totals():
    assert row_like_a_sum([PEOPLE, GDP]) is None
    # One column of two may do so by chance; three rows too few.
    assert row_like_a_sum([with_sum(PEOPLE), [1.0, *GDP]]) is None
    assert row_like_a_sum([with_sum(PEOPLE[:2]), with_sum(GDP[:2])]) is None
    assert row_like_a_sum([with_sum(PEOPLE), [*GDP, sum(GDP)]]) is None


@pytest.mark.parametrize(("factor", "row"), [(1.0009, 0), (0.9991, 0), (1.0012, None), (0.9988, None)])
def test_a_sum_may_differ_by_rounding(factor, row):
    assert row_like_a_sum([with_sum(PEOPLE, factor), with_sum(GDP, factor)]) == row


def test_sums_that_overflow_are_ignored():
    huge = [1.5e308, 1e308, 1.2e308, 1.3e308, 1.4e308]
    assert row_like_a_sum([huge, huge]) is None
    assert row_like_a_sum([huge, with_sum(PEOPLE), with_sum(GDP)]) == 0


def test_small_amounts_may_be_sums_and_negative_ones_may_not():
    small = [0.5, 0.25, 0.125, 0.0625]
    assert row_like_a_sum([with_sum(small)]) == 0
    assert row_like_a_sum([with_sum([5, 4, 3, -1])]) is None


def test_a_total_needs_at_least_three_nonzero_parts():
    assert row_like_a_sum([with_sum([5, 4])]) is None
    assert row_like_a_sum([with_sum([5, 4, 3])]) == 0
    assert row_like_a_sum([with_sum([5, 4, 0, 0])]) is None


def test_a_sum_may_differ_by_a_thousandth():
    assert row_like_a_sum([with_sum(PEOPLE, 1 + 0.9e-3)]) == 0
    assert row_like_a_sum([with_sum(PEOPLE, 1 - 0.9e-3)]) == 0
    assert row_like_a_sum([with_sum(PEOPLE, 1 + 1.2e-3)]) is None
