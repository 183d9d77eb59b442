"""Eight cells, their merging, and zones assigned to others."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.zoning import AT_MEAN, AT_MEDIAN, AT_ONE, AT_ZERO
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.zoning.multi_index.cells import (
    CELL_CODES,
    index_cells,
    members_of,
    overlaid,
    parse_cell_rule,
)


def test_each_of_the_eight_cells_occurs_once():
    signs = np.array([[1 if sign == "H" else -1 for sign in code] for code in CELL_CODES], float)
    found = index_cells(signs, AT_ZERO)
    assert found.classes.tolist() == list(range(1, 9))
    assert found.codes() == ["HHH", "HHL", "HLH", "HLL", "LHH", "LHL", "LLH", "LLL"]


def test_a_value_on_the_limit_is_high():
    values = np.array([[0.0, 1, 2], [1, 1, 4], [5, 1, 6], [np.nan, 1, 1]])
    assert index_cells(values, AT_MEAN).limits == pytest.approx([2, 1, 4])
    assert index_cells(values, AT_MEAN).codes() == ["LHL", "LHH", "HHH", None]
    assert index_cells(values, AT_MEDIAN).limits == pytest.approx([1, 1, 4])
    assert index_cells(values, AT_ONE).codes()[0] == "LHH"
    just = index_cells(np.array([[1 - 1e-12, 1 - 1e-6, 1.0]]), AT_ONE)
    assert just.codes() == ["HLH"]


def test_fixed_limits_are_zero_and_one():
    values = np.array([[0.5, 0.0, -0.5], [2.0, 1.0, 0.99]])
    assert index_cells(values, AT_ZERO).limits.tolist() == [0, 0, 0]
    assert index_cells(values, AT_ZERO).codes() == ["HHL", "HHH"]
    assert index_cells(values, AT_ONE).limits.tolist() == [1, 1, 1]
    assert index_cells(values, AT_ONE).codes() == ["LLL", "HHL"]


def test_refusals():
    with pytest.raises(CarbonBalanceError, match="three indices, but 2"):
        index_cells(np.ones((4, 2)), AT_MEAN)
    with pytest.raises(CarbonBalanceError, match="No unit has all three"):
        index_cells(np.full((4, 3), np.nan), AT_MEAN)


def test_a_merge_rule():
    zones = parse_cell_rule("HHH, hhl = balance; LLL=control；")
    assert zones["HHH"] == zones["HHL"] == "balance"
    assert (zones["LLL"], zones["HLH"]) == ("control", "HLH")
    assert parse_cell_rule("") == {code: code for code in CELL_CODES}
    for broken in ("HHH", "HH=a", "HHH=", "HHX=a"):
        with pytest.raises(CarbonBalanceError, match="which is not valid"):
            parse_cell_rule(broken)
    with pytest.raises(CarbonBalanceError, match="HHH twice"):
        parse_cell_rule("HHH=a;HHH=b")


def test_two_zonings_are_overlaid_by_name():
    joined = overlaid(["key", None, "key"], ["HHH", "LLL", None])
    assert joined == ["key | HHH", None, None]
    assert dict(members_of(["b", "a", None, "b"], list("wxyz"))) == {"a": ["x"], "b": ["w", "z"]}
