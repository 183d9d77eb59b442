"""Which rows below the first row of a header belong to it."""

from __future__ import annotations

import pytest
from carbon_balance.core.tables.files.layout import laid_out


@pytest.mark.parametrize(
    ("rows", "fields", "data"),
    [
        # Years below the name of a group are a header only if there are numbers below.
        ([["zone", "carbon", "carbon"], [None, 2000, 2010]], ["zone", "carbon", "carbon"], [[None, 2000, 2010]]),
        (
            [["zone", "carbon", "carbon"], [None, 2000, 2010], ["A", 1, 2]],
            ["zone", "carbon_2000", "carbon_2010"],
            [["A", 1, 2]],
        ),
        # Half of the cells below are numbers, so that words above them belong to the header.
        (
            [["zone", "carbon"], [None, "above"], ["A", 1], ["B", "x"]],
            ["zone", "carbon_above"],
            [["A", 1], ["B", "x"]],
        ),
        # Of three cells below one is a number: the words are data.
        (
            [["zone", "carbon"], [None, "above"], ["A", 1], ["B", "x"], ["C", "y"]],
            ["zone", "carbon"],
            [[None, "above"], ["A", 1], ["B", "x"], ["C", "y"]],
        ),
    ],
)
def test_a_second_row_continues_the_header_above_numbers(rows, fields, data):
    found = laid_out(rows, None, "t")
    assert (found.fields, found.rows) == (fields, data)
