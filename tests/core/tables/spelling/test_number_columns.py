"""Columns of numbers as text: decimal marks, what other columns suggest, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.spelling.number_columns import numbers_without_text
from carbon_balance.core.tables.table import Table


def table(*rows, fields=("a", "b"), **given):
    return Table("the table", list(fields), [list(row) for row in rows], **given)


def test_a_decimal_comma_is_logged():
    told = []
    found = table(("1,5", 1), ("2,25", 2), tell=told.append).numbers("a")
    assert found.tolist() == [1.5, 2.25]
    assert told == ["the table: the numbers of column a are read with a decimal comma."]
    table(("1.5", 1), tell=told.append).numbers("a")
    assert len(told) == 1


def test_other_columns_decide_an_ambiguous_decimal_mark():
    assert table(("1,234", "2,5"), ("2,345", "3,75")).numbers("a").tolist() == [1.234, 2.345]
    assert table(("1,234", "2.5"), ("2,345", "3.75")).numbers("a").tolist() == [1234, 2345]
    assert table(("1,234", "7"), suggests="comma").numbers("a").tolist() == [1.234]
    for rows in ([("1,234", "7")], [("1,234", "2,5", "2.5")]):
        with pytest.raises(CarbonBalanceError, match='^the table, .*: "1,234" in column a may contain a dec'):
            table(*rows, fields=("a", "b", "c")[: len(rows[0])]).numbers("a")


def test_both_marks_in_one_column_are_refused():
    with pytest.raises(CarbonBalanceError, match=r'column a has a decimal comma \("1,5", .* decimal point \("2\.5"'):
        table(("1,5", 1), ("2.5", 2)).numbers("a")


@pytest.mark.parametrize(
    ("value", "decimal", "message"),
    [
        ("x", "auto", r'"x" in column a is not a number\.$'),
        ("x", "comma", r'"x" in column a is not a number\.$'),
        ("(12.5)", "auto", r'"\(12\.5\)" in column a is not a number: .* negative .* write -12\.5 if it is one\.$'),
        ("（1,234）", "auto", r"write -1,234 if it is one\.$"),
        ("(a)", "auto", r"is not a number\.$"),
        ("15.2①", "auto", r"is not a number: remove ① if it is the mark of a footnote\.$"),
        ("12²", "auto", r"is not a number: remove ² if it is the mark of a footnote\.$"),
        ("a①", "auto", r"is not a number\.$"),
        ("1.5", "comma", r'"1\.5" in column a is not a number with DECIMAL = comma: '),
        ("1,5", "point", r'"1,5" in column a is not a number with DECIMAL = point: '),
    ],
)
def test_a_cell_that_is_not_a_number_is_refused(value, decimal, message):
    with pytest.raises(CarbonBalanceError, match=message):
        table((value, 1), decimal=decimal).numbers("a")


def test_only_needed_rows_must_contain_numbers():
    found = table(("x", 1), ("2", 2)).numbers("a", only=[1])
    assert found.tolist() == pytest.approx([np.nan, 2], nan_ok=True)
    with pytest.raises(CarbonBalanceError):
        table(("x", 1), ("2", 2)).numbers("a", only=[0])


def test_a_column_of_numbers_is_taken_as_it_is():
    np.testing.assert_array_equal(numbers_without_text([1, 2.5, None, float("nan")]), [1, 2.5, np.nan, np.nan])
    # Text, truth values and infinite numbers are checked one by one.
    for value in ("3", True, float("inf"), np.float32(1)):
        assert numbers_without_text([1.0, value]) is None


def test_an_infinite_number_in_a_column_is_refused():
    with pytest.raises(CarbonBalanceError, match='the table, row 2.*: "inf" in column b is not a number'):
        table(("a", 1.0), ("b", float("inf"))).numbers("b")


def test_a_number_too_large_for_computation_is_refused_in_needed_rows_alone():
    given = table((1.0,), (2e100,), fields=("x",))
    with pytest.raises(CarbonBalanceError, match="row 2: 2e.100 in column x is too large"):
        given.numbers("x")
    assert given.numbers("x", only=[0])[0] == 1
