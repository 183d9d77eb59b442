"""Rows that a statistic can use, and messages about the others."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.complete_cases import complete_rows, to_all_rows
from carbon_balance.core.tables.table import Table


def table(*rows):
    return Table("the zones", ["a", "b"], [list(row) for row in rows])


def test_complete_rows_are_all_kept_without_a_message():
    log = Log()
    numbers, kept = complete_rows(table((1, 2), (3, 4)), ["a", "b"], log)
    assert numbers.tolist() == [[1, 2], [3, 4]]
    assert kept.tolist() == [True, True]
    assert log.notes == []


def test_a_row_without_number_or_location_is_left_out_with_a_warning():
    log = Log()
    usable = np.array([True, True, False, True])
    _, kept = complete_rows(table((1, 2), (None, 4), (5, 6), (7, None)), ["a", "b"], log, usable)
    assert kept.tolist() == [True, False, False, False]
    (warning,) = log.warnings
    assert warning.startswith("3 of 4 rows are left out because a value or the geometry is NULL: ")


def test_a_single_omitted_row_is_logged():
    log = Log()
    complete_rows(table((1, 2), (None, 4)), ["a", "b"], log)
    assert log.warnings[0].startswith("1 of 2 rows are left out")


def test_no_row_at_all_is_refused():
    with pytest.raises(CarbonBalanceError, match="^the zones: no row has both a geometry and a number in every one of"):
        complete_rows(table((None, 2), (3, None)), ["a", "b"], Log())


def test_a_field_chosen_twice_is_refused():
    with pytest.raises(CarbonBalanceError, match="^a is chosen more than once: choose each field only once"):
        complete_rows(table((1, 2)), ["a", "b", "a"], Log())


def test_values_are_returned_to_their_rows_with_nan_elsewhere():
    kept = np.array([False, True, True])
    assert to_all_rows(np.array([7.0, 8.0]), kept).tolist() == pytest.approx([np.nan, 7, 8], nan_ok=True)
    wide = to_all_rows(np.array([[7.0, 1], [8, 2]]), kept)
    assert wide.shape == (3, 2)
    assert wide[1:].tolist() == [[7, 1], [8, 2]]
    assert np.isnan(wide[0]).all()
