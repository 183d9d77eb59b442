"""Combining dates, and changes in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.assessment.series import (
    change_columns,
    changes_counted,
    dates_in,
    long_columns,
    series,
    yearly_rate_pct,
)
from carbon_balance.core.balance.indices import index_of
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.table import Table


def table(rows, fields=("code", "s", "r", "class"), label="zones"):
    return Table(label, list(fields), rows)


FIRST = table([["1", 100, 0.5, "low"], ["2", 50, 2, "high"]])
LAST = table([["2", 25, 3, "high"], ["1", 121, 0.4, "low"]])


def test_long_table_has_a_row_for_each_zone_and_date_in_order():
    result = series([FIRST, LAST], [2010, 2012], "code", ["s", "r"], ["class"], Log())
    long = long_columns(result)
    assert long["unit"] == ["1", "1", "2", "2"]
    assert long["date"] == [2010, 2012, 2010, 2012]
    assert long["s"] == [100, 121, 50, 25]
    assert long["class"] == ["low", "low", "high", "high"]


def test_changes_have_difference_compound_annual_rate_and_direction():
    result = series([FIRST, LAST], [2010, 2012], "code", ["s", "r"], ["class"], Log())
    changes = change_columns(result, index_of("demand/supply"), "r")
    assert changes["years"] == [2, 2]
    assert changes["s_change"] == [21, -25]
    assert changes["s_rate_pct_year"] == pytest.approx([10, 100 * (0.5**0.5 - 1)])
    assert changes["direction"] == ["improved", "worse"]
    assert "r_rate_pct_year" not in changes
    assert changes["class_to"] == ["low", "high"]
    assert changes_counted(changes) == (1, 0, 1)
    other_way = change_columns(result, index_of("supply/demand"), "r")
    assert other_way["direction"] == ["worse", "improved"]


def test_one_layer_contains_all_dates_by_column_suffix():
    rows = [["1", 10, 20, 20]]
    one = table(rows, ("code", "ratio_2000", "ratio_2010", "ratio_2020"))
    result = series([one], [2000, 2010, 2020], "code", ["ratio_{date}"], [], Log())
    np.testing.assert_allclose(result.numbers["ratio"], [[10, 20, 20]])
    changes = change_columns(result, index_of("ESDR"), "ratio")
    assert changes["direction"] == ["improved", "unchanged"]
    assert changes["from_date"] == [2000, 2010]


def test_zones_missing_at_a_date_are_null_and_named():
    log = Log()
    result = series([FIRST, table([["1", 1, 1, "low"], ["3", 2, 2, "high"]])], [1, 2], "code", ["s"], ["class"], log)
    np.testing.assert_allclose(result.numbers["s"], [[100, 1], [50, np.nan], [np.nan, 2]])
    assert result.texts["class"][2] == [None, "high"]
    assert any("2 zone(s) do not exist at every date" in sentence and "2, 3" in sentence for sentence in log.warnings)


def test_rates_need_two_positive_figures():
    assert np.isnan(yearly_rate_pct(np.array([0.0, -1, 1, np.nan]), np.array([1.0, 1, 0, 1]), 5)).all()


@pytest.mark.parametrize("text", ["", "2000; x", "2010; 2000", "2000; 2000", "nan"])
def test_invalid_dates_are_refused(text):
    with pytest.raises(CarbonBalanceError, match="ascending order"):
        dates_in(text)


def test_dates_are_separated_by_semicolons_or_commas():
    assert dates_in("2000; 2010,2020") == [2000, 2010, 2020]
    assert dates_in("2000年；2010年、2020 年") == [2000, 2010, 2020]


@pytest.mark.parametrize(
    ("tables", "dates", "numbers", "words"),
    [
        ([FIRST, LAST], [1, 2, 3], ["s"], "2 layers are given for 3 dates"),
        ([FIRST], [1, 2], ["s"], "One layer contains all dates"),
        ([FIRST], [1], ["x"], "has no column x"),
        ([FIRST], [1], [], "No column is given"),
        ([table([["1", 1, 1, ""], ["01", 1, 1, ""]])], [1], ["s"], r"duplicate keys \(1\)"),
        ([table([[None, 1, 1, ""]])], [1], ["s"], "key in column code is empty"),
    ],
)
def test_tables_dates_and_columns_that_do_not_match_are_refused(tables, dates, numbers, words):
    with pytest.raises(CarbonBalanceError, match=words):
        series(tables, dates, "code", numbers, [], Log())


def test_layers_in_the_wrong_order_and_one_given_twice_are_told():
    def warned(tables, numbers=("s", "r")):
        log = Log()
        series(tables, [2010, 2020], "code", list(numbers), [], log)
        return log.warnings

    first, last = FIRST.kept([0, 1]), LAST.kept([0, 1])
    first.label, last.label = "zones_2010", "zones_2020"
    assert warned([first, last]) == []
    (said,) = warned([last, first])
    assert "contain the years 2020, 2010, but the years given are 2010, 2020" in said
    assert warned([FIRST, FIRST]) == [
        "All numbers of 2010 and 2020 are the same: check that each layer is given at its own date."
    ]


def test_without_an_index_no_direction_is_counted():
    result = series([FIRST, LAST], [2010, 2012], "code", ["s"], [], Log())
    assert changes_counted(change_columns(result, None, "")) == (None, None, None)


def test_zones_under_two_names_at_different_dates_are_told():
    first, last = (
        [[name, 1, 1, "a"] for name in names]
        for names in (("石林县", "东川区", "富民县"), ("石林彝族自治县", "东川区", "东川县"))
    )
    log = Log()
    series([table(first), table(last)], [2010, 2020], "code", ["s"], [], log)
    told = [sentence for sentence in log.warnings if "two names" in sentence]
    assert len(told) == 1
    assert "told apart: 石林县 = 石林彝族自治县; write" in told[0]
